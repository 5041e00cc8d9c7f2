import { WorkItemErrorPolicy } from 'azure-devops-node-api/interfaces/WorkItemTrackingInterfaces';
import { z } from 'zod';

import { Failure } from '../core/failures';
import type { LinkedWorkItem, PullRequestKey, WorkItemFieldValue } from '../core/snapshot';
import { PARENT, PARENT_TYPE } from '../core/work-item-fields';

import { listOf, placeOf } from './answers';
import { ask, warm, type Door } from './door';

/** The most that one batch may have. */
const BATCH = 200;

const TYPE = 'System.WorkItemType';
const fixed = ['System.Id', TYPE, 'System.State', 'System.Title'];

const references = listOf(z.object({ id: z.coerce.number().int().positive() }));

/** Work items that the account may not see come as null. */
const workItems = listOf(
  z.object({ id: z.int().positive(), fields: z.record(z.string(), z.unknown()).nullish() }).nullable(),
);

interface Batch {
  items: { id: number; fields: Record<string, WorkItemFieldValue> }[];
  /** Fields that the organization does not have. */
  unknown: string[];
}

/**
 * Linked work items that the credential may see, by id. Throws `permissionMissing` when there are links and none may be
 * seen: "none linked" would be a lie then.
 *
 * @param asked reference names of fields beside type, state and title
 */
export async function readWorkItems(
  door: Door,
  key: PullRequestKey,
  asked: readonly string[] = [],
): Promise<LinkedWorkItem[]> {
  warm(door.workItems, 'wit');
  const place = `${placeOf(key)} in ${door.base}`;
  const linked = await ask(`read the work item links of ${place}`, references, () =>
    door.git.getPullRequestWorkItemRefs(key.repositoryId, key.pullRequestId),
  );
  if (linked.length === 0) return [];
  const wantsParentTypes = asked.includes(PARENT_TYPE);
  const more = asked.filter((name) => name !== PARENT_TYPE);
  const fields = distinct([...fixed, ...more, ...(wantsParentTypes ? [PARENT] : [])]);
  const { items, unknown } = await readAll(door, linked, fields, `the work items linked to ${place}`);
  if (items.length === 0) throw notSeen(place);
  const parents = items.flatMap((item) => parentOf(item.fields) ?? []);
  const parentTypes = wantsParentTypes
    ? await readParentTypes(door, parents, `the parents of the work items linked to ${place}`)
    : undefined;
  return items.map(({ id, fields: values }) => {
    const parent = parentOf(values);
    const told = Object.entries(values).filter(([name]) => more.some((each) => each.toLowerCase() === name));
    return {
      id,
      type: String(values[TYPE.toLowerCase()] ?? ''),
      state: String(values['system.state'] ?? ''),
      title: String(values['system.title'] ?? ''),
      ...(more.length > 0 ? { fields: Object.fromEntries(told) } : {}),
      ...(unknown.length > 0 ? { unknownFields: unknown } : {}),
      ...(parentTypes && parent !== undefined ? { parentType: parentTypes.get(parent) ?? null } : {}),
    };
  });
}

/** Types by id; those of work items that may not be seen are missing. */
async function readParentTypes(door: Door, parents: number[], what: string): Promise<Map<number, string>> {
  if (parents.length === 0) return new Map();
  const { items } = await readAll(
    door,
    parents.map((id) => ({ id })),
    ['System.Id', TYPE],
    what,
  );
  return new Map(items.map(({ id, fields }) => [id, String(fields[TYPE.toLowerCase()] ?? '')]));
}

/** Work items by id, in batches. A field that the organization does not have is left out, and told. */
async function readAll(door: Door, linked: { id: number }[], fields: string[], what: string): Promise<Batch> {
  const ids = [...new Set(linked.map(({ id }) => id))].sort((a, b) => a - b);
  const batches: number[][] = [];
  for (let start = 0; start < ids.length; start += BATCH) batches.push(ids.slice(start, start + BATCH));
  const found = await Promise.all(batches.map((batch) => readBatch(door, batch, fields, what)));
  return {
    items: found.flatMap(({ items }) => items).sort((a, b) => a.id - b.id),
    unknown: distinct(found.flatMap(({ unknown }) => unknown)),
  };
}

async function readBatch(door: Door, ids: number[], fields: string[], what: string): Promise<Batch> {
  try {
    const found = await ask(`read ${what}`, workItems, () =>
      door.workItems.getWorkItemsBatch({ ids, fields, errorPolicy: WorkItemErrorPolicy.Omit }),
    );
    return {
      items: found.flatMap((item) => (item === null ? [] : { id: item.id, fields: valuesOf(item.fields ?? {}) })),
      unknown: [],
    };
  } catch (error) {
    const failure = error instanceof Failure ? error : undefined;
    const wrong = failure && unknownField(failure, fields);
    if (wrong !== undefined) {
      // The service tells one at a time.
      const rest = fields.filter((name) => name !== wrong);
      const { items, unknown } = await readBatch(door, ids, rest, what);
      return { items, unknown: [wrong, ...unknown] };
    }
    // The same PAT has just read the links: what is refused here is the scope.
    throw failure?.kind === 'credentialRefused' || failure?.kind === 'permissionMissing' ? notSeen(what) : error;
  }
}

/** The field, of those that were asked for beyond the fixed ones, of which the service says that it has none. */
function unknownField({ message }: Failure, fields: readonly string[]): string | undefined {
  const said = /TF51535:(.*)/.exec(message)?.[1]?.toLowerCase();
  if (said === undefined) return undefined;
  const named = fields.filter((name) => !fixed.includes(name) && said.includes(name.toLowerCase()));
  return named.sort((a, b) => b.length - a.length)[0];
}

/** By lower-cased name; people and other things of several parts are true. What holds nothing is left out. */
function valuesOf(fields: Record<string, unknown>): Record<string, WorkItemFieldValue> {
  const values: Record<string, WorkItemFieldValue> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined) continue;
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    Object.defineProperty(values, name.toLowerCase(), { value: isPlain ? value : true, enumerable: true });
  }
  return values;
}

function parentOf(values: Record<string, WorkItemFieldValue>): number | undefined {
  const parent = values[PARENT.toLowerCase()];
  return typeof parent === 'number' && parent > 0 ? parent : undefined;
}

function distinct(names: readonly string[]): string[] {
  return names.filter(
    (name, index) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) === index,
  );
}

function notSeen(what: string): Failure {
  return new Failure({
    kind: 'permissionMissing',
    message:
      `Portcullis may not see ${what}: ` +
      'give its PAT the scope Work Items (Read), and its account the right "View work items in this node".',
    remedy: 'needs PAT scope Work Items (Read) and "View work items in this node"',
  });
}
