import { AzureDevOpsError, badRequest } from './errors';
import { commitsInList } from './commits';
import { commitReference } from './commit-shapes';
import { idParameter, list, ok, type ApiRequest } from './http';
import { identityRefById } from './identities';
import { changesOfIteration, trackChanges, trackingIdOf } from './iteration-changes';
import { pullRequestOfRequest } from './lookups';
import { pullRequestUrl } from './pull-request-shape';
import { repositoryUrl } from './repository-shapes';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Iteration, PullRequest, Repository } from './state-model';

const DEFAULT_CHANGES = 100;
const MOST_CHANGES = 2_000;
const COMMITS_OF_AN_ITERATION = 500;

export function iterationRoutes(simulation: Simulation): Route[] {
  const all = 'git/repositories/:repository/pullRequests/:pullRequest/iterations';
  return [
    {
      method: 'GET',
      template: all,
      async answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        const withCommits = request.query.flag('includeCommits');
        return list(
          await Promise.all(
            pullRequest.iterations.map(async (iteration) => ({
              ...iterationShape(simulation, repository, pullRequest, iteration),
              ...(withCommits ? await includedCommits(simulation, repository, iteration) : {}),
            })),
          ),
        );
      },
    },
    {
      method: 'GET',
      template: `${all}/:iteration`,
      answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        return ok(iterationShape(simulation, repository, pullRequest, iterationOfRequest(pullRequest, request)));
      },
    },
    {
      method: 'GET',
      template: `${all}/:iteration/commits`,
      async answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        const ids = await commitIds(simulation, repository, iterationOfRequest(pullRequest, request));
        const skip = request.query.integer('skip') ?? request.query.integer('$skip') ?? 0;
        const top = request.query.integer('top') ?? request.query.integer('$top') ?? COMMITS_OF_AN_ITERATION;
        return list(await commitsInList(simulation, repository, ids.slice(skip, skip + top)));
      },
    },
    {
      method: 'GET',
      template: `${all}/:iteration/changes`,
      async answer(request) {
        const { pullRequest } = pullRequestOfRequest(simulation, request);
        const iteration = iterationOfRequest(pullRequest, request);
        const other = request.query.integer('$compareTo') ?? 0;
        const compareTo = other === 0 ? undefined : requireIteration(pullRequest, other);
        const changes = await changesOfIteration(simulation, pullRequest, iteration, compareTo);
        const skip = Math.max(0, request.query.integer('$skip') ?? 0);
        const wanted = request.query.integer('$top') ?? DEFAULT_CHANGES;
        if (wanted < 1) throw badRequest('The value of $top must be positive.');
        const top = Math.min(MOST_CHANGES, wanted);
        const page = changes.slice(skip, skip + top);
        // Comparing two iterations can show paths that none of them changed by itself; they get ids now.
        const known = pullRequest.nextChangeTrackingId;
        trackChanges(pullRequest, page);
        if (pullRequest.nextChangeTrackingId !== known) simulation.changed();
        const rest = Math.max(0, changes.length - skip - page.length);
        return ok({
          changeEntries: page.map((change, index) => ({
            changeTrackingId: trackingIdOf(pullRequest, change),
            changeId: skip + index + 1,
            item: {
              ...(change.objectId === undefined ? {} : { objectId: change.objectId }),
              ...(change.originalObjectId === undefined ? {} : { originalObjectId: change.originalObjectId }),
              ...(change.gitObjectType === 'blob' ? {} : { gitObjectType: change.gitObjectType }),
              path: change.path,
            },
            changeType: change.changeType,
            ...(change.originalPath === undefined ? {} : { originalPath: change.originalPath }),
          })),
          nextSkip: rest === 0 ? 0 : skip + page.length,
          nextTop: rest === 0 ? 0 : Math.min(top, rest),
        });
      },
    },
  ];
}

/** @throws AzureDevOpsError 404 */
export function requireIteration(pullRequest: PullRequest, id: number): Iteration {
  const iteration = pullRequest.iterations.find((each) => each.id === id);
  if (!iteration) throw iterationNotFound(id);
  return iteration;
}

const iterationNotFound = (id: string | number): AzureDevOpsError =>
  new AzureDevOpsError(
    404,
    'GitPullRequestIterationNotFoundException',
    `TF401229: The iteration ${id} of the pull request was not found.`,
  );

const iterationOfRequest = (pullRequest: PullRequest, request: ApiRequest): Iteration =>
  requireIteration(
    pullRequest,
    idParameter(request, 'iteration', () => iterationNotFound('')),
  );

async function commitIds(simulation: Simulation, repository: Repository, iteration: Iteration): Promise<string[]> {
  const git = simulation.git(repository);
  return git.commitsBetween(iteration.sourceCommit, [iteration.targetCommit], 10_000);
}

async function includedCommits(
  simulation: Simulation,
  repository: Repository,
  iteration: Iteration,
): Promise<Record<string, unknown>> {
  const ids = await commitIds(simulation, repository, iteration);
  return {
    commits: await commitsInList(simulation, repository, ids.slice(0, COMMITS_OF_AN_ITERATION)),
    hasMoreCommits: ids.length > COMMITS_OF_AN_ITERATION,
  };
}

export function iterationShape(
  simulation: Simulation,
  repository: Repository,
  pullRequest: PullRequest,
  iteration: Iteration,
): Record<string, unknown> {
  const url = `${pullRequestUrl(simulation, repository, pullRequest.id)}/iterations/${iteration.id}`;
  const commit = (id: string): Record<string, unknown> => commitReference(simulation, repository, id);
  return {
    id: iteration.id,
    description: iteration.description,
    author: identityRefById(simulation, iteration.authorId),
    createdDate: iteration.createdDate,
    updatedDate: iteration.updatedDate,
    sourceRefCommit: commit(iteration.sourceCommit),
    targetRefCommit: commit(iteration.targetCommit),
    ...(iteration.commonCommit === undefined ? {} : { commonRefCommit: commit(iteration.commonCommit) }),
    hasMoreCommits: false,
    reason: iteration.reason,
    oldTargetRefName: iteration.oldTargetRefName,
    newTargetRefName: iteration.newTargetRefName,
    ...(iteration.pushId === undefined
      ? {}
      : {
          push: {
            pushId: iteration.pushId,
            url: `${repositoryUrl(simulation, repository)}/pushes/${iteration.pushId}`,
          },
        }),
    _links: { self: { href: url }, changes: { href: `${url}/changes` }, commits: { href: `${url}/commits` } },
  };
}
