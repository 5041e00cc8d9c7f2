import { mergeStrategies, type MergeStrategy } from '../../core/merge-strategies';
import type {
  BehindTarget,
  BroughtCommit,
  ChangedFile,
  Identity,
  LineCount,
  LinkedWorkItem,
  MergeAttempt,
  PullRequestDetails,
  PullRequestTemplate,
} from '../../core/snapshot';
import type { IterationRead, ListedReviewer } from '../ports';
import { ordinary } from '../../gates/testing/ordinary-pull-request';

import { commit, key } from './samples';
import type { TestClock } from './test-clock';

/** A file as a push leaves it. */
export interface PushedFile {
  path: string;
  additions: number;
  deletions: number;
  text?: string;
}

/** What may change about a pull request while the gate looks at it. */
export interface PullRequestState {
  details: PullRequestDetails;
  iterations: IterationRead[];
  headCommit: string;
  baseCommit: string;
  commits: BroughtCommit[];
  workItems: LinkedWorkItem[];
  template: PullRequestTemplate | null;
  labels: string[];
  merge: MergeAttempt;
  behind: BehindTarget;
  mergeStrategies: MergeStrategy[];
  /** Texts of files by full ref name and path: `refs/heads/main .portcullis.yaml`. */
  branchFiles: Record<string, string>;
  reviewers: ListedReviewer[];
}

/** The pull request as its people change it. */
export interface FakePullRequest {
  /** As a reader sees it `lateBy` seconds after it was so. */
  seen(lateBy: number): PullRequestState;
  /** Silently: nothing fires a hook here. */
  change(act: (state: PullRequestState) => void): void;
  /** A new iteration, by the author if nobody is named. */
  push(files?: readonly PushedFile[], by?: Identity): void;
  changedFiles(sourceCommit: string): ChangedFile[];
  lineCount: (file: ChangedFile) => LineCount;
  textOf(objectId: string): string;
}

const firstFiles: readonly PushedFile[] = [{ path: '/src/basket.ts', additions: 12, deletions: 3 }];

/** An ordinary pull request with one iteration, with which the default gates are content. */
export function createFakePullRequest(clock: TestClock): FakePullRequest {
  const blobs = new Map<string, PushedFile>();
  const trees = new Map<string, ChangedFile[]>();
  const state: PullRequestState = {
    details: {
      ...structuredClone(ordinary.details),
      id: key.pullRequestId,
      repository: { id: key.repositoryId, name: 'web' },
      webUrl: 'https://dev.azure.example/contoso/Shop/_git/web/pullrequest/7',
    },
    iterations: [],
    headCommit: commit(0),
    baseCommit: commit(0),
    commits: structuredClone(ordinary.commits),
    workItems: structuredClone(ordinary.workItems),
    template: ordinary.template,
    labels: [],
    merge: { ...ordinary.merge },
    behind: { ...ordinary.behind },
    mergeStrategies: [...mergeStrategies],
    branchFiles: {},
    reviewers: [],
  };
  const past: { at: number; state: PullRequestState }[] = [];

  const change: FakePullRequest['change'] = (act) => {
    act(state);
    past.push({ at: clock.now().getTime(), state: structuredClone(state) });
  };
  const push: FakePullRequest['push'] = (files = firstFiles, by = state.details.author) => {
    const sourceCommit = commit(trees.size + 1);
    const changed = files.map((file): ChangedFile => {
      const objectId = commit(1_000 + blobs.size);
      blobs.set(objectId, file);
      return { path: file.path, kinds: ['edit'], objectId, originalObjectId: commit(999) };
    });
    trees.set(sourceCommit, changed);
    change(({ iterations, baseCommit }) => {
      state.headCommit = sourceCommit;
      if (!state.details.supportsIterations) return;
      iterations.push({
        id: iterations.length + 1,
        sourceCommit,
        targetCommit: baseCommit,
        commonCommit: baseCommit,
        hasMultipleMergeBases: false,
        author: by,
        createdAt: clock.now().toISOString(),
        isPush: true,
      });
    });
  };
  push();

  return {
    change,
    push,
    seen: (lateBy) => {
      const time = clock.now().getTime() - lateBy * 1_000;
      return (past.findLast(({ at }) => at <= time) ?? past[0] ?? { state }).state;
    },
    changedFiles: (sourceCommit) => trees.get(sourceCommit) ?? [],
    textOf: (objectId) => blobs.get(objectId)?.text ?? '',
    lineCount: ({ path, objectId }) => {
      const { additions, deletions } = blobs.get(objectId ?? '') ?? { additions: 0, deletions: 0 };
      return { path, additions, deletions };
    },
  };
}
