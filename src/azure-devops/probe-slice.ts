import { WorkItemErrorPolicy } from 'azure-devops-node-api/interfaces/WorkItemTrackingInterfaces';
import { z } from 'zod';

import { Failure } from '../core/failures';
import type { SliceName } from '../core/snapshot';

import { ask, type Door } from './door';
import { readMyself } from './read-myself';

/** A repository that nobody has: whoever may read code is told so, and everybody else is refused. */
const NO_REPOSITORY = '00000000-0000-0000-0000-000000000000';
const NO_WORK_ITEM = 2_147_483_647;

/**
 * Tries with one small request whether the PAT has the scope that a slice needs. Throws `permissionMissing`, which names
 * the scope, when it has not; anything else when that could not be tried.
 */
export async function probeSlice(door: Door, slice: SliceName): Promise<void> {
  const isWorkItems = slice === 'workItems';
  try {
    if (isWorkItems) {
      const batch = { ids: [NO_WORK_ITEM], fields: ['System.Id'], errorPolicy: WorkItemErrorPolicy.Omit };
      await ask(`read work items of ${door.base}`, z.unknown(), () => door.workItems.getWorkItemsBatch(batch));
    } else {
      await ask(`read repositories of ${door.base}`, z.unknown(), () => door.git.getRepository(NO_REPOSITORY));
    }
  } catch (error) {
    const kind = error instanceof Failure ? error.kind : undefined;
    if (kind === 'notFound') return;
    if (kind !== 'credentialRefused' && kind !== 'permissionMissing') throw error;
    // A PAT that is good for nothing is another trouble: then this throws.
    await readMyself(door);
    const scope = isWorkItems ? 'Work Items (Read)' : 'Code (Read)';
    throw new Failure({
      kind: 'permissionMissing',
      message: `The PAT of this connection lacks the scope ${scope} in ${door.base}.`,
      remedy: `needs PAT scope ${scope}`,
    });
  }
}
