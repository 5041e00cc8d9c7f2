import { basePathOf } from './flavour';
import { changesForPage } from './page-changes';
import { identityById } from './identities';
import { projectOf, repositoryById } from './lookups';
import type { OverviewPageModel, PolicyState, PullRequestPageModel } from './page';
import { sentence, unmetPolicies } from './policies/completion-rules';
import { evaluatePolicies } from './policies/evaluation';
import { commitIdsOf } from './pull-requests';
import { artifactIdOf } from './pull-request-shape';
import { repositoryWebUrl } from './repository-shapes';
import type { Simulation } from './simulation';
import type { PullRequest, Status, WorkItem } from './state-model';
import { workItemsOfArtifact } from './work-item-links';

const ACTORS = ['author', 'reviewer', 'admin'];
const MOST_COMMITS = 100;

type PersonShape = PullRequestPageModel['pullRequest']['createdBy'];

const person = (simulation: Simulation, id: string): PersonShape => {
  const { displayName, uniqueName } = identityById(simulation.state, id);
  return { id, displayName, uniqueName };
};

/** What the page of one pull request shows, straight from the state. */
export async function pullRequestPageModel(
  simulation: Simulation,
  pullRequest: PullRequest,
  view: Pick<PullRequestPageModel, 'notice' | 'actingAs' | 'tab' | 'discussionId'>,
): Promise<PullRequestPageModel> {
  const { state } = simulation;
  const repository = repositoryById(state, pullRequest.repositoryId);
  const git = simulation.git(repository);
  const commits = (await commitIdsOf(simulation, pullRequest)).slice(0, MOST_COMMITS);
  const known = await Promise.all(commits.map((id) => git.commit(id)));
  return {
    organization: state.organization,
    home: basePathOf(state),
    project: projectOf(state, repository).name,
    repository: { id: repository.id, name: repository.name },
    pullRequest: pullRequestForPage(simulation, pullRequest),
    iterations: pullRequest.iterations.map((iteration) => ({
      ...iteration,
      author: person(simulation, iteration.authorId),
      sourceRefCommit: { commitId: iteration.sourceCommit },
    })),
    statuses: pullRequest.statuses.map((status) => statusForPage(simulation, status)),
    threads: pullRequest.threads.map((thread) => ({
      ...thread,
      isDeleted: thread.comments.every((comment) => comment.isDeleted),
      comments: thread.comments.map((comment) => ({
        ...comment,
        content: comment.isDeleted ? undefined : comment.content,
        author: person(simulation, comment.authorId),
      })),
    })),
    commits: known.flatMap((commit) =>
      commit ? [{ commitId: commit.id, comment: commit.message, author: commit.author }] : [],
    ),
    workItems: workItemsOfArtifact(simulation, artifactIdOf(repository, pullRequest.id)).map(workItemForPage),
    changes: await changesForPage(simulation, pullRequest),
    mergeRefusals: await mergeRefusals(simulation, pullRequest),
    policies: await policiesForPage(simulation, pullRequest),
    actors: state.identities.filter((each) => ACTORS.includes(each.key)),
    now: simulation.clock.now(),
    ...view,
  };
}

export function overviewPageModel(simulation: Simulation): OverviewPageModel {
  const { state } = simulation;
  return {
    organization: state.organization,
    home: basePathOf(state),
    origin: new URL(simulation.url()).origin,
    projects: state.projects.map((project) => ({
      name: project.name,
      repositories: state.repositories
        .filter((repository) => repository.projectId === project.id)
        .map((repository) => ({
          id: repository.id,
          name: repository.name,
          defaultBranch: repository.defaultBranch,
          cloneUrl: repositoryWebUrl(simulation, repository),
        })),
      workItems: state.workItems.filter((each) => each.projectId === project.id).map(workItemForPage),
    })),
    pullRequests: [...state.pullRequests].reverse().map((pullRequest) => {
      const repository = repositoryById(state, pullRequest.repositoryId);
      return {
        project: projectOf(state, repository).name,
        repository: { id: repository.id, name: repository.name },
        pullRequest: pullRequestForPage(simulation, pullRequest),
        iterations: pullRequest.iterations,
        statuses: pullRequest.statuses.map((status) => statusForPage(simulation, status)),
      };
    }),
    credentials: [
      { pat: 'author-pat', purpose: 'Ada Author, who opens pull requests' },
      { pat: 'reviewer-pat', purpose: 'Rex Reviewer' },
      { pat: 'admin-pat', purpose: 'Olga Admin, who may edit service hooks' },
      { pat: 'bot-pat', purpose: 'the account that Portcullis works with' },
      { pat: 'expired-pat', purpose: 'a PAT that is refused' },
    ],
    now: simulation.clock.now(),
  };
}

function pullRequestForPage(simulation: Simulation, pullRequest: PullRequest): PullRequestPageModel['pullRequest'] {
  return {
    pullRequestId: pullRequest.id,
    title: pullRequest.title,
    description: pullRequest.description,
    status: pullRequest.status,
    isDraft: pullRequest.isDraft,
    createdBy: person(simulation, pullRequest.createdById),
    creationDate: pullRequest.creationDate,
    closedDate: pullRequest.closedDate,
    closedBy: pullRequest.closedById === undefined ? undefined : person(simulation, pullRequest.closedById),
    sourceRefName: pullRequest.sourceRefName,
    targetRefName: pullRequest.targetRefName,
    mergeStatus: pullRequest.mergeStatus,
    reviewers: pullRequest.reviewers.map((reviewer) => ({ ...reviewer, ...person(simulation, reviewer.id) })),
    labels: pullRequest.labels,
  };
}

const statusForPage = (simulation: Simulation, status: Status): PullRequestPageModel['statuses'][number] => ({
  ...status,
  createdBy: person(simulation, status.createdById),
});

function workItemForPage({ id, fields }: WorkItem): PullRequestPageModel['workItems'][number] {
  const text = (name: string): string => {
    const value = fields[name];
    return typeof value === 'string' ? value : '';
  };
  return { id, title: text('System.Title'), type: text('System.WorkItemType'), state: text('System.State') };
}

async function policiesForPage(simulation: Simulation, pullRequest: PullRequest): Promise<PolicyState[]> {
  if (pullRequest.status !== 'active') return [];
  const evaluations = await evaluatePolicies(simulation, pullRequest);
  return evaluations.map(({ name, revision, status, reason, context }) => ({
    name,
    isBlocking: revision.isBlocking,
    status,
    reason,
    context,
  }));
}

/** Why the pull request cannot be completed now, one sentence each. */
export async function mergeRefusals(simulation: Simulation, pullRequest: PullRequest): Promise<string[]> {
  if (pullRequest.status !== 'active') return [];
  const refusals: string[] = [];
  if (pullRequest.isDraft) refusals.push('The pull request is a draft.');
  if (pullRequest.mergeStatus === 'conflicts') refusals.push('The branches conflict.');
  if (pullRequest.mergeStatus === 'queued') refusals.push('The merge is being tried out.');
  if (pullRequest.mergeStatus === 'failure') refusals.push(pullRequest.mergeFailureMessage ?? 'The merge failed.');
  return [...refusals, ...(await unmetPolicies(simulation, pullRequest)).map(sentence)];
}
