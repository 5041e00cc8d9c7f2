import { z } from 'zod';
import { AzureDevOpsError, badRequest } from './errors';
import { idParameter, list, ok, parameter, parseBody, type ApiRequest } from './http';
import { identityRefById } from './identities';
import { findProject } from './lookups';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { WorkItem } from './state-model';
import { fieldsOf, requireField } from './work-item-fields';
import { requireWorkItem, workItemUrl, workItemsOfArtifact } from './work-item-links';
import { patchWorkItem, workItemPatchSchema } from './work-item-patch';

const MOST_IDS = 200;
const TYPES = ['Bug', 'Epic', 'Feature', 'Issue', 'Task', 'Test Case', 'User Story'];

const batchSchema = z.object({
  ids: z.array(z.number()).max(MOST_IDS),
  fields: z.array(z.string()).nullish(),
  $expand: z.union([z.string(), z.number()]).nullish(),
  errorPolicy: z.union([z.string(), z.number()]).nullish(),
});

export function workItemRoutes(simulation: Simulation): Route[] {
  return [
    {
      method: 'GET',
      template: 'wit/workitems',
      answer({ query }) {
        const ids = (query.text('ids') ?? '').split(',').filter(Boolean).map(Number);
        if (ids.length === 0 || ids.some((id) => !Number.isInteger(id))) throw badRequest('The ids are not valid.');
        if (ids.length > MOST_IDS) throw badRequest(`VS402337: At most ${MOST_IDS} work items can be read at once.`);
        const fields = query.text('fields')?.split(',');
        return list(several(simulation, ids, fields, query.text('$expand'), query.text('errorPolicy')));
      },
    },
    {
      method: 'POST',
      template: 'wit/workitemsbatch',
      answer(request) {
        const { ids, fields, $expand, errorPolicy } = parseBody(request, batchSchema);
        return list(several(simulation, ids, fields ?? undefined, $expand ?? undefined, errorPolicy ?? undefined));
      },
    },
    {
      method: 'GET',
      template: 'wit/workitems/:id',
      answer(request) {
        const { query } = request;
        const workItem = workItemOfRequest(simulation, request);
        return ok(workItemShape(simulation, workItem, query.text('fields')?.split(','), query.text('$expand')));
      },
    },
    {
      method: 'POST',
      template: 'wit/workitems/:type',
      answer: (request) => ok(workItemShape(simulation, createWorkItem(simulation, request), undefined, 'all')),
    },
    {
      method: 'PATCH',
      template: 'wit/workitems/:id',
      answer(request) {
        requirePatchType(request);
        const workItem = workItemOfRequest(simulation, request);
        patchWorkItem(simulation, workItem, request.identity, parseBody(request, workItemPatchSchema));
        return ok(workItemShape(simulation, workItem, undefined, 'relations'));
      },
    },
    {
      method: 'POST',
      template: 'wit/artifacturiquery',
      answer(request) {
        const { artifactUris } = parseBody(request, z.object({ artifactUris: z.array(z.string()) }));
        const result: Record<string, { id: number; url: string }[]> = {};
        for (const uri of artifactUris) {
          result[uri] = workItemsOfArtifact(simulation, uri).map(({ id }) => ({
            id,
            url: workItemUrl(simulation, id),
          }));
        }
        return ok({ artifactUrisQueryResult: result });
      },
    },
  ];
}

function workItemOfRequest(simulation: Simulation, request: ApiRequest): WorkItem {
  const id = idParameter(request, 'id', () => badRequest(`The work item id ${parameter(request, 'id')} is not valid.`));
  return requireWorkItem(simulation, id);
}

function requirePatchType(request: ApiRequest): void {
  if (!(request.headers['content-type'] ?? '').includes('application/json-patch+json')) {
    throw new AzureDevOpsError(
      415,
      'VssRequestContentTypeNotSupportedException',
      'TF400898: The request must have the content type application/json-patch+json.',
      0,
    );
  }
}

function createWorkItem(simulation: Simulation, request: ApiRequest): WorkItem {
  requirePatchType(request);
  const type = parameter(request, 'type').replace(/^\$/, '');
  const project = findProject(simulation.state, request.parameters['project'] ?? '');
  const known = TYPES.find((each) => each.toLowerCase() === type.toLowerCase());
  if (known === undefined) {
    throw new AzureDevOpsError(
      404,
      'WorkItemTypeNotFoundException',
      `VS402323: Work item type ${type} does not exist in project ${project.name} or you do not have permission to access it.`,
    );
  }
  const workItem: WorkItem = {
    id: simulation.state.nextWorkItemId,
    rev: 0,
    projectId: project.id,
    createdById: request.identity.id,
    changedById: request.identity.id,
    fields: {
      'System.AreaPath': project.name,
      'System.TeamProject': project.name,
      'System.IterationPath': project.name,
      'System.WorkItemType': known,
      'System.State': 'New',
      'System.Reason': 'New',
      'System.CreatedDate': simulation.timestamp(),
      'System.CommentCount': 0,
    },
    relations: [],
  };
  patchWorkItem(simulation, workItem, request.identity, parseBody(request, workItemPatchSchema));
  simulation.state.nextWorkItemId += 1;
  simulation.state.workItems.push(workItem);
  return workItem;
}

function several(
  simulation: Simulation,
  ids: readonly number[],
  fields: readonly string[] | undefined,
  expand: string | number | undefined,
  errorPolicy: string | number | undefined,
): unknown[] {
  // Of all work items at once: one wrong name spoils the whole request, whatever the error policy.
  for (const name of fields ?? []) requireField(name);
  const omits = ['omit', '2'].includes(String(errorPolicy ?? '').toLowerCase());
  return ids.map((id) => {
    // Omitting leaves a null where the work item would stand.
    if (omits && !simulation.state.workItems.some((each) => each.id === id)) return null;
    return workItemShape(simulation, requireWorkItem(simulation, id), fields, expand);
  });
}

const EXPANSIONS = ['none', 'relations', 'fields', 'links', 'all'];

function workItemShape(
  simulation: Simulation,
  workItem: WorkItem,
  fields: readonly string[] | undefined,
  expand: string | number | undefined,
): Record<string, unknown> {
  const given = String(expand ?? 'none').toLowerCase();
  const expansion = EXPANSIONS[Number(given)] ?? given;
  const url = workItemUrl(simulation, workItem.id);
  const all: Record<string, unknown> = {
    ...fieldsOf(workItem),
    'System.CreatedBy': identityRefById(simulation, workItem.createdById),
    'System.ChangedBy': identityRefById(simulation, workItem.changedById),
  };
  const chosen = fields?.map((name) =>
    Object.entries({ 'System.Id': workItem.id, ...all }).find(
      ([key]) => key.toLowerCase() === name.trim().toLowerCase(),
    ),
  );
  const withRelations = expansion === 'relations' || expansion === 'all';
  return {
    id: workItem.id,
    rev: workItem.rev,
    fields: chosen ? Object.fromEntries(chosen.flatMap((entry) => (entry ? [entry] : []))) : all,
    ...(withRelations && workItem.relations.length > 0 ? { relations: workItem.relations } : {}),
    ...(expansion === 'links' || expansion === 'all' ? { _links: { self: { href: url } } } : {}),
    url,
  };
}
