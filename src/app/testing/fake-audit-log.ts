import type { AuditEntry, AuditLog } from '../ports';

import type { TestClock } from './test-clock';
import type { Wire } from './wire';

export interface FakeAuditLog {
  port: AuditLog;
  recorded: {
    /** Newest first. */
    entries(): AuditEntry[];
  };
}

export function createFakeAuditLog(wire: Wire, clock: TestClock): FakeAuditLog {
  const entries: AuditEntry[] = [];
  return {
    port: {
      record: (entry) =>
        wire.call('audit.record', () => {
          entries.unshift({ ...structuredClone(entry), at: clock.now() });
        }),
      list: ({ connectionId, before, limit }) =>
        wire.call('audit.list', () => {
          const numbered = entries.map((entry, index) => ({ entry, number: entries.length - index }));
          const found = numbered.filter(
            ({ entry, number }) =>
              (connectionId === undefined || entry.connectionId === connectionId) &&
              (before === undefined || number < Number(before)),
          );
          const page = found.slice(0, limit);
          const next = found.length > limit ? String(page.at(-1)?.number) : null;
          return { entries: structuredClone(page.map(({ entry }) => entry)), next };
        }),
    },
    recorded: { entries: () => structuredClone(entries) },
  };
}
