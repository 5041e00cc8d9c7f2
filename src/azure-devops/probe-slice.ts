import { WorkItemErrorPolicy } from 'azure-devops-node-api/interfaces/WorkItemTrackingInterfaces';
import { z } from 'zod';

import { Failure } from '../core/failures';
import type { SliceName } from '../core/snapshot';

import { ask, type Door } from './door';
import { askIdentities } from './read-group';
import { missingScope } from './read-myself';

/** An id that nobody has: whoever may ask is told so, and everybody else is refused. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
const NO_WORK_ITEM = 2_147_483_647;

interface Probe {
  scope: string;
  ask: (door: Door) => Promise<unknown>;
}

const codeProbe: Probe = {
  scope: 'Code (Read)',
  ask: (door) => ask(`read repositories of ${door.base}`, z.unknown(), () => door.git.getRepository(NOBODY)),
};

/** One small request per scope that reading may take. */
export const scopeProbes = {
  code: codeProbe,
  workItems: {
    scope: 'Work Items (Read)',
    ask: (door) => {
      const batch = { ids: [NO_WORK_ITEM], fields: ['System.Id'], errorPolicy: WorkItemErrorPolicy.Omit };
      return ask(`read work items of ${door.base}`, z.unknown(), () => door.workItems.getWorkItemsBatch(batch));
    },
  },
  groups: {
    scope: 'Identity (Read)',
    ask: (door) => askIdentities(door, `read the groups of ${door.base}`, { identityIds: NOBODY }),
  },
} as const satisfies Record<string, Probe>;

/** Slices that take another scope than that for code. */
const probes: Partial<Record<SliceName, Probe>> = { workItems: scopeProbes.workItems, groups: scopeProbes.groups };

/**
 * Tries with one small request whether the PAT has the scope that a slice needs. Throws `permissionMissing`, which names
 * the scope, when it has not; anything else when that could not be tried.
 */
export async function probeSlice(door: Door, slice: SliceName): Promise<void> {
  const { scope, ask: tryIt } = probes[slice] ?? codeProbe;
  try {
    await tryIt(door);
  } catch (error) {
    if (error instanceof Failure && error.kind === 'notFound') return;
    const message = `The PAT of this connection lacks the scope ${scope} in ${door.base}.`;
    throw await missingScope(door, error, scope, message);
  }
}
