import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { addProject } from './create-project';
import { findIdentity } from './identities';
import { writeTopics, type Topic } from './seed-topics';
import type { Simulation } from './simulation';
import type { Identity, PullRequest, Repository, State } from './state-model';

const count = (standard: number, most: number): z.ZodDefault<z.ZodNumber> =>
  z.number().int().min(0).max(most).default(standard);

/** How much there is to be, with what is there already. */
export const organizationSchema = z.object({
  gitProjects: count(3, 1_000),
  tfvcProjects: count(1, 100),
  repositories: count(1_000, 20_000),
  /** Of those that are added: switched off in their settings. */
  disabledRepositories: count(1, 1_000),
  /** Of those that are added: forks of others, each with a pull request into its parent. */
  forks: count(10, 1_000),
  /** Active ones. */
  pullRequests: count(2_000, 20_000),
  /** How many repositories the pull requests are spread over. */
  pullRequestRepositories: count(400, 20_000),
});
type Wanted = z.output<typeof organizationSchema>;

const PROJECT_NAMES = ['Payments', 'Logistics', 'Platform', 'Warehouse', 'Mobile'];

/**
 * Makes the organization a big one. The new repositories are alike, and share one git repository until somebody writes to
 * one of them; their pull requests can be judged, pushed to and completed like any other.
 */
export async function makeBigOrganization(simulation: Simulation, wanted: Wanted): Promise<unknown> {
  const { state } = simulation;
  const began = performance.now();
  const projectIds = addProjects(simulation, wanted);
  const missing = Math.max(0, wanted.pullRequests - activeIn(state));
  const spread = Math.max(1, wanted.pullRequestRepositories);
  if (missing > 0 || wanted.repositories > state.repositories.length) {
    const sharedGit = randomUUID();
    const git = await simulation.createSharedGit(sharedGit);
    const topics = await writeTopics(git, Math.max(1, Math.ceil(missing / spread)), simulation.clock.now());
    const added = addRepositories(state, wanted, projectIds, sharedGit);
    addPullRequests(simulation, added, topics, missing, spread);
  }
  simulation.changed();
  return {
    projects: state.projects.length,
    repositories: state.repositories.length,
    pullRequests: activeIn(state),
    milliseconds: Math.round(performance.now() - began),
  };
}

const activeIn = (state: State): number => state.pullRequests.filter(({ status }) => status === 'active').length;

/** The ids of all projects that have git. */
function addProjects(simulation: Simulation, wanted: Wanted): string[] {
  const { projects } = simulation.state;
  const isTfvc = (each: State['projects'][number]): boolean => each.sourceControl === 'Tfvc';
  const names = [...PROJECT_NAMES, ...Array.from({ length: wanted.gitProjects }, (_, index) => `Project ${index + 1}`)];
  for (const name of names) {
    if (projects.filter((each) => !isTfvc(each)).length >= wanted.gitProjects) break;
    if (!projects.some((each) => each.name === name)) addProject(simulation, name);
  }
  for (let number = projects.filter(isTfvc).length + 1; number <= wanted.tfvcProjects; number += 1) {
    const id = addProject(
      simulation,
      number === 1 ? 'Ledger' : `Ledger ${number}`,
      'Under Team Foundation Version Control',
    );
    Object.assign(projects.find((each) => each.id === id) ?? {}, { sourceControl: 'Tfvc' });
  }
  return projects.filter((each) => !isTfvc(each)).map(({ id }) => id);
}

/** Round the projects in turn; the last ones are the forks and those that are switched off. */
function addRepositories(state: State, wanted: Wanted, projectIds: readonly string[], sharedGit: string): Repository[] {
  const added: Repository[] = [];
  const number = Math.max(0, wanted.repositories - state.repositories.length);
  for (let index = 0; index < number; index += 1) {
    const left = number - index;
    const isDisabled = left <= wanted.disabledRepositories;
    const parent =
      !isDisabled && left <= wanted.disabledRepositories + wanted.forks ? added[number - index - 1] : undefined;
    const id = randomUUID();
    added.push({
      id,
      name: `${parent ? `${parent.name}.fork` : 'service'}-${String(index + 1).padStart(4, '0')}`,
      projectId: parent?.projectId ?? projectIds[index % projectIds.length] ?? '',
      defaultBranch: 'refs/heads/main',
      ...(parent ? { parentId: parent.id } : {}),
      isDisabled,
      sharedGit,
    });
  }
  state.repositories.push(...added);
  return added;
}

function addPullRequests(
  simulation: Simulation,
  added: readonly Repository[],
  topics: readonly Topic[],
  number: number,
  spread: number,
): void {
  const { state } = simulation;
  const people = ['author', 'author', 'reviewer'].flatMap((key) => findIdentity(state, key) ?? []);
  const forks = added.filter(({ parentId }) => parentId !== undefined);
  const targets = added.filter(({ parentId, isDisabled }) => parentId === undefined && !isDisabled).slice(0, spread);
  for (let index = 0; index < number; index += 1) {
    const target = targets[index % targets.length];
    const topic = topics[Math.floor(index / targets.length) % topics.length];
    const creator = people[index % people.length];
    if (!target || !topic || !creator) return;
    const source = topic === topics[0] ? forks.find(({ parentId }) => parentId === target.id) : undefined;
    state.pullRequests.push(pullRequestOf(simulation, target, source ?? target, topic, creator));
  }
}

function pullRequestOf(
  simulation: Simulation,
  repository: Repository,
  source: Repository,
  topic: Topic,
  creator: Identity,
): PullRequest {
  const { state } = simulation;
  const date = simulation.timestamp();
  const pushId = state.nextPushId++;
  state.pushes.push({
    id: pushId,
    repositoryId: source.id,
    date,
    pushedById: creator.id,
    refUpdates: [{ name: topic.refName, oldObjectId: topic.main, newObjectId: topic.head }],
  });
  return {
    id: state.nextPullRequestId++,
    repositoryId: repository.id,
    sourceRepositoryId: source.id,
    createdById: creator.id,
    creationDate: date,
    title: topic.title,
    ...(topic.description === undefined ? {} : { description: topic.description }),
    sourceRefName: topic.refName,
    targetRefName: 'refs/heads/main',
    isDraft: false,
    status: 'active',
    mergeStatus: 'succeeded',
    mergeId: randomUUID(),
    lastMergeSourceCommit: topic.head,
    lastMergeTargetCommit: topic.main,
    lastMergeCommit: topic.merge,
    hasMultipleMergeBases: false,
    supportsIterations: true,
    reviewers: [],
    labels: [],
    iterations: [
      {
        id: 1,
        reason: 'create',
        pushId,
        authorId: creator.id,
        createdDate: date,
        updatedDate: date,
        sourceCommit: topic.head,
        targetCommit: topic.main,
        commonCommit: topic.main,
        description: topic.title,
      },
    ],
    threads: [],
    statuses: [],
    nextStatusId: 1,
    properties: {},
    changeTracking: { ...topic.changeTracking },
    nextChangeTrackingId: Object.keys(topic.changeTracking).length + 1,
  };
}
