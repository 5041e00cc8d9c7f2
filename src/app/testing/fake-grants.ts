import type { Grant, Grants } from '../ports';

import type { TestClock } from './test-clock';
import type { Wire } from './wire';

export interface FakeGrants {
  port: Grants;
  recorded: { grants(): Grant[] };
  /** Somebody has been given something. */
  put(grant: Pick<Grant, 'connectionId' | 'role'> & { subjectId: string } & Partial<Pick<Grant, 'projects'>>): void;
}

export function createFakeGrants(wire: Wire, clock: TestClock): FakeGrants {
  const rows = new Map<string, Grant>();
  const keyOf = (connectionId: string, subjectId: string): string => `${connectionId} ${subjectId}`;
  const save = (grant: Omit<Grant, 'grantedAt'>): void => {
    const row = { ...structuredClone(grant), grantedAt: clock.now() };
    rows.set(keyOf(grant.connectionId, grant.subject.id), row);
  };
  const sorted = (): Grant[] =>
    [...rows.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, grant]) => structuredClone(grant));
  return {
    port: {
      list: (connectionId) =>
        wire.call('grants.list', () =>
          sorted().filter((grant) => connectionId === undefined || grant.connectionId === connectionId),
        ),
      save: (grant) => wire.call('grants.save', () => save(grant)),
      remove: (connectionId, subjectId) =>
        wire.call('grants.remove', () => rows.delete(keyOf(connectionId, subjectId))),
    },
    recorded: { grants: sorted },
    put: ({ connectionId, role, subjectId, projects = [] }) =>
      save({ connectionId, role, projects, subject: { id: subjectId, kind: 'person', name: '' }, grantedBy: '' }),
  };
}
