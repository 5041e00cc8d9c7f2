import { z } from 'zod';
import { accountName } from './flavour';
import { addPerson, putGroup } from './groups';
import type { Simulation } from './simulation';

const personSchema = z.object({
  key: z.string().regex(/^[a-z][a-z0-9-]*$/, 'A key is lower case letters, digits and dashes.'),
  displayName: z.string().min(1).optional(),
  /** Default: an address at contoso.example, on a Server an account of its domain. */
  uniqueName: z.string().min(1).optional(),
});

const groupSchema = z.object({
  /** `[Shop]\Reviewers`, or the id of a group that exists. */
  name: z.string().min(1),
  /** Everyone who is in it from now on, people and groups: keys, unique names, group names or ids. */
  members: z.array(z.string()),
  rename: z.string().min(1).optional(),
});

const systemThreadsSchema = z.object({ shape: z.enum(['identities', 'tfIds']) });

/** Controls over who there is, who is in which group, and how the service's own threads name people. */
export function identityControls(simulation: Simulation): Record<string, (body: unknown) => unknown> {
  const { state } = simulation;
  const changed = <T>(answer: T): T => {
    simulation.changed();
    return answer;
  };
  return {
    'GET identities': () => state.identities,
    'POST people': (body) => {
      const { key, displayName = key, uniqueName = accountName(state, key) } = personSchema.parse(body);
      return changed(addPerson(state, key, displayName, uniqueName));
    },
    'POST groups': (body) => {
      const { name, members, rename } = groupSchema.parse(body);
      return changed(putGroup(state, name, members, rename));
    },
    'POST system-threads': (body) => {
      state.systemThreads = systemThreadsSchema.parse(body).shape;
      return changed({ shape: state.systemThreads });
    },
  };
}
