import { z } from 'zod';
import { AzureDevOpsError, badRequest } from './errors';
import { enumSchema, idParameter, list, noContent, ok, parseBody, type ApiAnswer, type ApiRequest } from './http';
import { identityRefById } from './identities';
import { requireIteration } from './iterations';
import { pullRequestOfRequest } from './lookups';
import { requirePermission } from './permissions';
import { requirePostable } from './policies/status-policy';
import { wrapProperties } from './properties';
import { pullRequestUrl } from './pull-request-shape';
import { repositoryUrl } from './repository-shapes';
import type { Route } from './router';
import type { Simulation } from './simulation';
import { statusStates, type PullRequest, type Repository, type Status } from './state-model';

const createSchema = z.object({
  state: enumSchema(statusStates).nullish(),
  description: z.string().nullish(),
  context: z.object({ name: z.string().min(1), genre: z.string().nullish() }),
  targetUrl: z.string().nullish(),
  iterationId: z.number().int().nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
});

/** The routes of a pull request's statuses, and the same below each iteration. Statuses only ever append. */
export function statusRoutes(simulation: Simulation): Route[] {
  const one = 'git/repositories/:repository/pullRequests/:pullRequest';
  return [`${one}/statuses`, `${one}/iterations/:iteration/statuses`].flatMap((all): Route[] => [
    { method: 'GET', template: all, answer: (request) => listed(simulation, request) },
    { method: 'POST', template: all, answer: (request) => append(simulation, request) },
    { method: 'PATCH', template: all, answer: (request) => patch(simulation, request) },
    {
      method: 'GET',
      template: `${all}/:status`,
      answer(request) {
        const { repository, pullRequest, visible } = scope(simulation, request);
        const id = idParameter(request, 'status', statusNotFound);
        const status = visible.find((each) => each.id === id);
        if (!status) throw statusNotFound();
        return ok(statusShape(simulation, repository, pullRequest, status));
      },
    },
    {
      method: 'DELETE',
      template: `${all}/:status`,
      answer(request) {
        const { repository, pullRequest, visible } = scope(simulation, request);
        requirePermission(simulation.state, request.identity, repository, 'pullRequestContribute');
        const id = idParameter(request, 'status', statusNotFound);
        if (!visible.some((each) => each.id === id)) throw statusNotFound();
        remove(simulation, pullRequest, [id]);
        return noContent();
      },
    },
  ]);
}

const statusNotFound = (): AzureDevOpsError =>
  new AzureDevOpsError(
    404,
    'GitPullRequestStatusNotFoundException',
    'TF401230: The pull request status was not found.',
  );

interface Scope {
  repository: Repository;
  pullRequest: PullRequest;
  /** Set when the route goes through an iteration. */
  iterationId?: number;
  /** All rows, or those of the iteration. */
  visible: Status[];
}

function scope(simulation: Simulation, request: ApiRequest): Scope {
  const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
  if (request.parameters['iteration'] === undefined) {
    return { repository, pullRequest, visible: pullRequest.statuses };
  }
  const id = idParameter(request, 'iteration', statusNotFound);
  const iterationId = requireIteration(pullRequest, id).id;
  const visible = pullRequest.statuses.filter((status) => status.iterationId === iterationId);
  return { repository, pullRequest, iterationId, visible };
}

function listed(simulation: Simulation, request: ApiRequest): ApiAnswer {
  const { repository, pullRequest, visible } = scope(simulation, request);
  return list(visible.map((status) => statusShape(simulation, repository, pullRequest, status)));
}

function append(simulation: Simulation, request: ApiRequest): ApiAnswer {
  const { repository, pullRequest, iterationId } = scope(simulation, request);
  requirePermission(simulation.state, request.identity, repository, 'pullRequestContribute');
  const wanted = parseBody(request, createSchema);
  const inBody = wanted.iterationId ?? undefined;
  if (inBody !== undefined && iterationId !== undefined && inBody !== iterationId) {
    throw badRequest(`The iteration ${inBody} of the body differs from the iteration ${iterationId} of the address.`);
  }
  const iteration = iterationId ?? inBody;
  if (iteration !== undefined) requireIteration(pullRequest, iteration);
  const status: Status = {
    id: pullRequest.nextStatusId,
    ...(iteration === undefined ? {} : { iterationId: iteration }),
    state: wanted.state ?? 'notSet',
    ...(wanted.description ? { description: wanted.description } : {}),
    context: { name: wanted.context.name, ...(wanted.context.genre ? { genre: wanted.context.genre } : {}) },
    ...(wanted.targetUrl ? { targetUrl: wanted.targetUrl } : {}),
    creationDate: simulation.timestamp(),
    createdById: request.identity.id,
    properties: wrapProperties(wanted.properties ?? {}),
  };
  requirePostable(simulation.state, pullRequest, status);
  pullRequest.nextStatusId += 1;
  pullRequest.statuses.push(status);
  simulation.changed();
  return ok(statusShape(simulation, repository, pullRequest, status));
}

const patchSchema = z.array(z.object({ op: z.union([z.string(), z.number()]), path: z.string() }));

/** Removes rows by id, `[{"op":"remove","path":"/1"}]`; nothing else can be patched. */
function patch(simulation: Simulation, request: ApiRequest): ApiAnswer {
  const { repository, pullRequest, visible } = scope(simulation, request);
  requirePermission(simulation.state, request.identity, repository, 'pullRequestContribute');
  const ids = parseBody(request, patchSchema).map(({ op, path }) => {
    if (String(op).toLowerCase() !== 'remove' && op !== 1) {
      throw badRequest('The only operation that statuses take is remove.');
    }
    return Number(path.replace(/^\//, ''));
  });
  if (ids.some((id) => !visible.some((status) => status.id === id))) throw statusNotFound();
  remove(simulation, pullRequest, ids);
  return noContent();
}

function remove(simulation: Simulation, pullRequest: PullRequest, ids: readonly number[]): void {
  pullRequest.statuses = pullRequest.statuses.filter((status) => !ids.includes(status.id));
  simulation.changed();
}

export function statusShape(
  simulation: Simulation,
  repository: Repository,
  pullRequest: PullRequest,
  status: Status,
): Record<string, unknown> {
  const url = pullRequestUrl(simulation, repository, pullRequest.id);
  return {
    ...(status.iterationId === undefined ? {} : { iterationId: status.iterationId }),
    ...(Object.keys(status.properties).length === 0 ? {} : { properties: status.properties }),
    id: status.id,
    state: status.state,
    description: status.description,
    context: status.context,
    creationDate: status.creationDate,
    updatedDate: status.creationDate,
    createdBy: identityRefById(simulation, status.createdById),
    targetUrl: status.targetUrl,
    _links: {
      self: {
        href: `${url}${status.iterationId === undefined ? '' : `/iterations/${status.iterationId}`}/statuses/${status.id}`,
      },
      repository: { href: repositoryUrl(simulation, repository) },
    },
  };
}
