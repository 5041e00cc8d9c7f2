import { z } from 'zod';
import { AzureDevOpsError, badRequest } from './errors';
import type { Simulation } from './simulation';
import type { Identity, WorkItem } from './state-model';
import { requireField, valueToSet } from './work-item-fields';
import { isSameArtifact, mirrorHierarchy, requireHierarchy } from './work-item-links';

export const workItemPatchSchema = z.array(
  z.object({
    op: z.string().transform((op) => op.toLowerCase()),
    path: z.string(),
    value: z.unknown().optional(),
  }),
);
export type WorkItemPatch = z.infer<typeof workItemPatchSchema>;

const relationSchema = z.object({
  rel: z.string(),
  url: z.string(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * Applies a JSON patch of `/fields/…`, `/multilineFieldsFormat/…`, `/relations/…` and `/rev` to a copy, and puts the copy in place when all of it fits.
 *
 * @throws AzureDevOpsError 400 for what does not fit, 409 (412 in the documents' words) for a failed `test` of `/rev`
 */
export function patchWorkItem(simulation: Simulation, workItem: WorkItem, actor: Identity, patch: WorkItemPatch): void {
  const fields = { ...workItem.fields };
  const relations = [...workItem.relations];
  for (const { op, path, value } of patch) {
    const [, area, name] = path.split('/');
    if (op === 'test' && area === 'rev') {
      if (value === workItem.rev) continue;
      throw new AzureDevOpsError(
        412,
        'WorkItemRevisionMismatchException',
        `VS403208: The test of the revision failed: the work item is at ${workItem.rev}.`,
      );
    }
    if (area === 'fields' && name !== undefined) {
      const field = requireField(name);
      if (op === 'remove') Reflect.deleteProperty(fields, field);
      else if (op === 'add' || op === 'replace') fields[field] = valueToSet(field, value, workItem);
      else throw badRequest(`The operation ${op} is not supported for fields.`);
    } else if (area === 'multilineFieldsFormat' && name !== undefined && op !== 'remove') {
      requireField(name);
    } else if (area === 'relations' && op === 'remove') {
      if (!/^\d+$/.test(name ?? '') || !relations[Number(name)]) {
        throw badRequest(`VS402313: There is no relation at ${path}.`, 'WorkItemPatchException');
      }
      relations.splice(Number(name), 1);
    } else if (area === 'relations' && op === 'add') {
      const relation = relationSchema.parse(value);
      if (relations.some((each) => each.rel === relation.rel && isSameArtifact(each.url, relation.url))) {
        throw badRequest('VS403369: The relation already exists on the work item.', 'RelationAlreadyExistsException');
      }
      relations.push({ ...relation, attributes: relation.attributes ?? {} });
    } else throw badRequest(`The path ${path} is not supported.`, 'WorkItemPatchException');
  }
  if (typeof fields['System.Title'] !== 'string' || fields['System.Title'].trim() === '') {
    throw badRequest(
      'TF401320: Rule Error for field Title. Error code: Required, InvalidEmpty.',
      'RuleValidationException',
    );
  }
  requireHierarchy(simulation, workItem, relations);
  const before = workItem.relations;
  const now = simulation.timestamp();
  const isMoved = fields['System.State'] !== workItem.fields['System.State'];
  workItem.fields = {
    ...fields,
    'System.ChangedDate': now,
    ...(isMoved ? { 'Microsoft.VSTS.Common.StateChangeDate': now, 'System.Reason': 'Moved to another state' } : {}),
  };
  workItem.relations = relations;
  mirrorHierarchy(simulation, workItem, before);
  workItem.changedById = actor.id;
  workItem.rev += 1;
  simulation.changed();
}
