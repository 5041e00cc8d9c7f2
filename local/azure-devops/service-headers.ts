import { randomUUID } from 'node:crypto';
import type { Simulation } from './simulation';

const DEPLOYMENT = 'd2f1c5a8-7b3e-4096-9e41-6c8a0b5d7f23';

/** What stands over each answer of the service, whatever is asked: who it is, and what its clock says. */
export function serviceHeaders({ clock, service }: Simulation): Record<string, string> {
  return {
    date: new Date(clock.now() + service.aheadSeconds * 1_000).toUTCString(),
    'x-tfs-processid': DEPLOYMENT,
    'x-vss-e2eid': randomUUID(),
  };
}
