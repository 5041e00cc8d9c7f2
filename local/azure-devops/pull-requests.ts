import { z } from 'zod';
import { commitsInList } from './commits';
import { createPullRequest, createPullRequestSchema } from './create-pull-request';
import { pullRequestNotFound } from './errors';
import { created, idParameter, list, ok, parseBody, type ApiAnswer, type ApiRequest, type Query } from './http';
import { findProject, pullRequestOfRequest, repositoryById, repositoryOfRequest } from './lookups';
import { mayRead } from './permissions';
import { patchProperties } from './properties';
import { pullRequestInList, pullRequestShape } from './pull-request-shape';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { PullRequest } from './state-model';
import { updatePullRequest, updatePullRequestSchema } from './update-pull-request';
import { linkedWorkItems } from './work-item-links';

const DEFAULT_TOP = 101;
const COMMITS_OF_A_PULL_REQUEST = 100;
const statuses = ['notset', 'active', 'abandoned', 'completed', 'all'];

export function pullRequestRoutes(simulation: Simulation): Route[] {
  const one = 'git/repositories/:repository/pullRequests/:pullRequest';
  return [
    {
      method: 'GET',
      template: 'git/repositories/:repository/pullRequests',
      answer: (request) => {
        const repository = repositoryOfRequest(simulation, request);
        return listed(simulation, request.query, (each) => each.repositoryId === repository.id);
      },
    },
    {
      method: 'GET',
      template: 'git/pullRequests',
      answer: (request) => {
        const name = request.parameters['project'];
        const project = name === undefined ? undefined : findProject(simulation.state, name);
        return listed(simulation, request.query, (each) => {
          const repository = repositoryById(simulation.state, each.repositoryId);
          const isWithin = !project || repository.projectId === project.id;
          return isWithin && !repository.isDisabled && mayRead(simulation.state, request.identity, repository);
        });
      },
    },
    {
      method: 'POST',
      template: 'git/repositories/:repository/pullRequests',
      async answer(request) {
        const repository = repositoryOfRequest(simulation, request);
        const wanted = parseBody(request, createPullRequestSchema);
        const iterations = request.query.flag('supportsIterations');
        const pullRequest = await createPullRequest(simulation, repository, request.identity, wanted, iterations);
        return created(await pullRequestShape(simulation, pullRequest));
      },
    },
    {
      method: 'GET',
      template: one,
      async answer(request) {
        const { pullRequest } = pullRequestOfRequest(simulation, request);
        return ok(await detailed(simulation, pullRequest, request));
      },
    },
    {
      method: 'GET',
      template: 'git/pullRequests/:pullRequest',
      async answer(request) {
        const id = idParameter(request, 'pullRequest', pullRequestNotFound);
        const pullRequest = simulation.state.pullRequests.find((each) => each.id === id);
        if (!pullRequest) throw pullRequestNotFound();
        const repository = repositoryById(simulation.state, pullRequest.repositoryId);
        if (!mayRead(simulation.state, request.identity, repository)) throw pullRequestNotFound();
        return ok(await pullRequestShape(simulation, pullRequest));
      },
    },
    {
      method: 'PATCH',
      template: one,
      async answer(request) {
        const { pullRequest } = pullRequestOfRequest(simulation, request);
        const wanted = parseBody(request, updatePullRequestSchema);
        await updatePullRequest(simulation, pullRequest, request.identity, wanted);
        return ok(await pullRequestShape(simulation, pullRequest));
      },
    },
    {
      method: 'GET',
      template: `${one}/commits`,
      async answer(request) {
        const { pullRequest } = pullRequestOfRequest(simulation, request);
        const ids = await commitIdsOf(simulation, pullRequest);
        const after = request.query.integer('continuationToken') ?? 0;
        const page = ids.slice(after, after + (request.query.integer('$top') ?? COMMITS_OF_A_PULL_REQUEST));
        const repository = repositoryById(simulation.state, pullRequest.repositoryId);
        const next = after + page.length;
        return {
          ...list(await commitsInList(simulation, repository, page)),
          ...(next < ids.length ? { headers: { 'x-ms-continuationtoken': String(next) } } : {}),
        };
      },
    },
    {
      method: 'GET',
      template: `${one}/workitems`,
      answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        return list(linkedWorkItems(simulation, repository, pullRequest));
      },
    },
    {
      method: 'GET',
      template: `${one}/properties`,
      answer: (request) => propertiesAnswer(pullRequestOfRequest(simulation, request).pullRequest),
    },
    {
      method: 'PATCH',
      template: `${one}/properties`,
      answer(request) {
        const { pullRequest } = pullRequestOfRequest(simulation, request);
        patchProperties(pullRequest.properties, parseBody(request, z.unknown()));
        simulation.changed();
        return propertiesAnswer(pullRequest);
      },
    },
  ];
}

const propertiesAnswer = ({ properties }: PullRequest): ApiAnswer =>
  ok({ count: Object.keys(properties).length, value: properties });

/** Commits of the source that the target does not have, newest first. */
export const commitIdsOf = (simulation: Simulation, pullRequest: PullRequest): Promise<string[]> =>
  simulation
    .git(repositoryById(simulation.state, pullRequest.repositoryId))
    .commitsBetween(pullRequest.lastMergeSourceCommit, [pullRequest.lastMergeTargetCommit], 10_000);

async function detailed(
  simulation: Simulation,
  pullRequest: PullRequest,
  request: ApiRequest,
): Promise<Record<string, unknown>> {
  const repository = repositoryById(simulation.state, pullRequest.repositoryId);
  const answer = await pullRequestShape(simulation, pullRequest);
  if (request.query.flag('includeWorkItemRefs')) {
    answer['workItemRefs'] = linkedWorkItems(simulation, repository, pullRequest);
  }
  if (request.query.flag('includeCommits')) {
    const ids = await commitIdsOf(simulation, pullRequest);
    answer['commits'] = await commitsInList(simulation, repository, ids.slice(0, COMMITS_OF_A_PULL_REQUEST));
  }
  return answer;
}

function listed(simulation: Simulation, query: Query, isWithin: (each: PullRequest) => boolean): ApiAnswer {
  const criterion = (name: string): string | undefined => {
    const value = query.text(`searchCriteria.${name}`);
    return value === '' ? undefined : value;
  };
  const given = (criterion('status') ?? 'active').toLowerCase();
  const status = statuses[Number(given)] ?? given;
  const is = (name: string, value: string): boolean => {
    const wanted = criterion(name)?.toLowerCase();
    return wanted === undefined || wanted === value.toLowerCase();
  };
  const reviewerId = criterion('reviewerId')?.toLowerCase();
  const byClosing = ['closed', '2'].includes((criterion('queryTimeRangeType') ?? '').toLowerCase());
  const minimum = Date.parse(criterion('minTime') ?? '');
  const maximum = Date.parse(criterion('maxTime') ?? '');
  const found = simulation.state.pullRequests.filter((each) => {
    const time = Date.parse((byClosing ? each.closedDate : each.creationDate) ?? '');
    return (
      isWithin(each) &&
      (status === 'all' || each.status === (status === 'notset' ? 'active' : status)) &&
      is('creatorId', each.createdById) &&
      is('repositoryId', each.repositoryId) &&
      is('sourceRepositoryId', each.sourceRepositoryId) &&
      is('sourceRefName', each.sourceRefName) &&
      is('targetRefName', each.targetRefName) &&
      (reviewerId === undefined || each.reviewers.some((reviewer) => reviewer.id === reviewerId)) &&
      !(time < minimum) &&
      !(time > maximum) &&
      !(byClosing && Number.isNaN(time))
    );
  });
  const skip = query.integer('$skip') ?? 0;
  const page = found.reverse().slice(skip, skip + (query.integer('$top') ?? DEFAULT_TOP));
  return list(page.map((each) => pullRequestInList(simulation, each)));
}
