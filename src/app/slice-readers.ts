import type { Asks } from '../core/gate';
import type { ChangedFile, Iteration, PullRequestKey, Read, SliceName, Slices } from '../core/snapshot';

import { openThreads } from './open-threads';
import type { AzureDevOps, GroupRead, IterationRead, PullRequestRead, Thread } from './ports';
import { readCodeOwners } from './read-code-owners';
import { peopleOf } from './read-groups';
import { readDependencies } from './read-dependencies';
import { pushesOf, reviewersOf } from './reviewers';

/** Slices that can change without a new iteration: they are read again at every evaluation. */
export type MutableSliceName = Exclude<
  SliceName,
  'details' | 'iteration' | 'groups' | 'changes' | 'lineCounts' | 'commits'
>;

/** What is at hand before anything of the pull request is known. */
export interface EarlySources {
  azureDevOps: AzureDevOps;
  key: PullRequestKey;
  /** What all gates together ask. */
  asks: Required<Pick<Asks, 'groups' | 'workItemFields'>>;
  /** Asked for once, whoever needs them. */
  threads: () => Promise<Thread[]>;
  /** Whether Portcullis began a thread: no gate counts its own. */
  isOurs: (thread: Thread) => boolean;
  /** Each asked for once. */
  group: (name: string) => Promise<GroupRead>;
}

/** What is at hand when the pull request is known, and is to be judged. */
export interface LateSources extends EarlySources {
  pullRequest: PullRequestRead;
  iterations: readonly IterationRead[];
  /** The judged one. */
  iteration: Iteration;
  /** Asked for once, whoever needs them. */
  changes: () => Promise<ChangedFile[]>;
}

/** How a slice is read: one of `early`, together with the pull request, and `late`, when that is known. */
export interface SliceReader<Name extends MutableSliceName> {
  early?: (sources: EarlySources) => Promise<Slices[Name]>;
  late?: (sources: LateSources) => Promise<Slices[Name]> | Slices[Name];
  /** Which of the gates' questions an early one answers: settings that are known later may ask more. */
  asks?: 'workItemFields';
  /** What a late one can ask for ahead. */
  begin?: (sources: EarlySources) => Promise<unknown>;
}

/** An entry for each slice that is read again at every evaluation. */
export const sliceReaders: { readonly [Name in MutableSliceName]: SliceReader<Name> } = {
  workItems: {
    asks: 'workItemFields',
    early: ({ azureDevOps, key, asks }) => azureDevOps.readWorkItems(key, asks.workItemFields),
  },
  labels: { early: ({ azureDevOps, key }) => azureDevOps.readLabels(key) },
  openThreads: { early: async ({ key, threads, isOurs }) => openThreads(key, await threads(), isOurs) },
  merge: { late: ({ pullRequest }) => valueOf(pullRequest.merge) },
  behind: {
    late: ({ azureDevOps, key, iteration, pullRequest }) =>
      azureDevOps.readBehind(key, iteration, pullRequest.targetBranch),
  },
  reviewers: {
    begin: ({ threads }) => threads(),
    late: async ({ pullRequest, threads }) => reviewersOf(valueOf(pullRequest.reviewers), await threads()),
  },
  dependencies: { late: ({ azureDevOps, pullRequest }) => readDependencies(azureDevOps, pullRequest) },
  mergeStrategies: {
    late: ({ azureDevOps, pullRequest: { project, repository, targetBranch } }) =>
      azureDevOps.readMergeStrategies({ projectId: project.id, repositoryId: repository.id, branch: targetBranch }),
  },
  template: { late: ({ azureDevOps, key, pullRequest }) => azureDevOps.readTemplate(key, pullRequest.targetBranch) },
  pushes: { late: ({ iterations }) => pushesOf(iterations) },
  codeOwners: {
    late: ({ pullRequest, iterations, ...sources }) => {
      const people = peopleOf(pullRequest, iterations);
      return readCodeOwners({ ...sources, targetBranch: pullRequest.targetBranch, people });
    },
  },
};

export const mutableSliceNames: readonly MutableSliceName[] = Object.keys(sliceReaders).filter(isMutable);

function isMutable(name: string): name is MutableSliceName {
  return Object.hasOwn(sliceReaders, name);
}

function valueOf<T>(read: Read<T>): T {
  if (!read.ok) throw read.failure;
  return read.value;
}
