import { WorkItemErrorPolicy } from 'azure-devops-node-api/interfaces/WorkItemTrackingInterfaces';
import { z } from 'zod';

import { Failure } from '../core/failures';
import type { LinkedWorkItem, PullRequestKey } from '../core/snapshot';

import { listOf, placeOf, text } from './answers';
import { ask, warm, type Door } from './door';

/** The most that one batch may have. */
const BATCH = 200;

const fields = ['System.Id', 'System.WorkItemType', 'System.State', 'System.Title'];

const references = listOf(z.object({ id: z.coerce.number().int().positive() }));

/** Work items that the account may not see come as null. */
const workItems = listOf(
  z
    .object({
      id: z.int().positive(),
      fields: z.object({ 'System.WorkItemType': text, 'System.State': text, 'System.Title': text }),
    })
    .nullable(),
);

/**
 * Linked work items that the credential may see, by id. Throws `permissionMissing` when there are links and none may be
 * seen: "none linked" would be a lie then.
 */
export async function readWorkItems(door: Door, key: PullRequestKey): Promise<LinkedWorkItem[]> {
  warm(door.workItems, 'wit');
  const place = `${placeOf(key)} in ${door.base}`;
  const linked = await ask(`read the work item links of ${place}`, references, () =>
    door.git.getPullRequestWorkItemRefs(key.repositoryId, key.pullRequestId),
  );
  const ids = [...new Set(linked.map(({ id }) => id))].sort((a, b) => a - b);
  if (ids.length === 0) return [];
  const batches: number[][] = [];
  for (let start = 0; start < ids.length; start += BATCH) batches.push(ids.slice(start, start + BATCH));
  const found = await Promise.all(batches.map((batch) => readBatch(door, batch, place)));
  const seen = found.flat().sort((a, b) => a.id - b.id);
  if (seen.length === 0) throw notSeen(place);
  return seen;
}

async function readBatch(door: Door, ids: number[], place: string): Promise<LinkedWorkItem[]> {
  try {
    const found = await ask(`read the work items linked to ${place}`, workItems, () =>
      door.workItems.getWorkItemsBatch({ ids, fields, errorPolicy: WorkItemErrorPolicy.Omit }),
    );
    return found.flatMap((item) =>
      item === null
        ? []
        : {
            id: item.id,
            type: item.fields['System.WorkItemType'],
            state: item.fields['System.State'],
            title: item.fields['System.Title'],
          },
    );
  } catch (error) {
    // The same PAT has just read the links: what is refused here is the scope.
    const kind = error instanceof Failure ? error.kind : undefined;
    throw kind === 'credentialRefused' || kind === 'permissionMissing' ? notSeen(place) : error;
  }
}

function notSeen(place: string): Failure {
  return new Failure({
    kind: 'permissionMissing',
    message:
      `Portcullis may not see the work items linked to ${place}: ` +
      'give its PAT the scope Work Items (Read), and its account the right "View work items in this node".',
    remedy: 'needs PAT scope Work Items (Read) and "View work items in this node"',
  });
}
