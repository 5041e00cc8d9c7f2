import { Failure } from '../../core/failures';
import type {
  Clock,
  Connection,
  Connections,
  DeadLetter,
  DeadLetters,
  DeploymentIdentity,
  KnownProjects,
  LastSweep,
  Log,
  QueueHealth,
  QueueSight,
  Secrets,
  StoredDeadLetter,
  Sweeps,
} from '../ports';

import type { Wire } from './wire';

export interface FakeConnections {
  port: Connections;
  recorded: { rows(): Connection[] };
  /** Somebody else writes a row, or removes one. */
  put(connection: Connection): void;
  remove(id: string): void;
}

export function createFakeConnections(wire: Wire, ...connections: Connection[]): FakeConnections {
  const rows = new Map(connections.map((connection) => [connection.id, structuredClone(connection)]));
  const byName = (): Connection[] => [...rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    port: {
      find: (id) => wire.call('connections.find', () => structuredClone(rows.get(id))),
      list: () => wire.call('connections.list', () => structuredClone(byName())),
      save: (connection) =>
        wire.call('connections.save', () => {
          if (!rows.has(connection.id)) return void rows.set(connection.id, structuredClone(connection));
          throw new Failure({ kind: 'superseded', message: `There is a connection ${connection.id} already.` });
        }),
      change: (id, change) =>
        wire.call('connections.change', () => {
          const present = rows.get(id);
          const wanted = present && change(structuredClone(present));
          if (wanted) rows.set(id, structuredClone(wanted));
          return wanted;
        }),
      remove: (id) => wire.call('connections.remove', () => void rows.delete(id)),
    },
    recorded: { rows: () => structuredClone(byName()) },
    put: (connection) => rows.set(connection.id, structuredClone(connection)),
    remove: (id) => rows.delete(id),
  };
}

export interface FakeSecrets {
  port: Secrets;
  recorded: {
    /** What the vault was asked for: `pat` or `hook`, with ` fresh` when past the cache. */
    reads: readonly string[];
    pat(connectionId: string): { value: string; expiresOn: Date | undefined } | undefined;
    hookSecrets(connectionId: string): string[];
    /** What the former hook secret was told to end at. */
    formerEndsAt(connectionId: string): Date | undefined;
  };
  /** Somebody changes a secret in the vault (of a project, `<connection>/<project>`); whoever has it cached goes on with the old one. */
  rotatePat(connectionId: string, value: string): void;
  rotateHookSecrets(connectionId: string, values: string[]): void;
}

export function createFakeSecrets(wire: Wire): FakeSecrets {
  const pats = new Map<string, { value: string; expiresOn: Date | undefined }>();
  const candidates = new Map<string, string>();
  const hookSecrets = new Map<string, string[]>();
  const formerEnds = new Map<string, Date>();
  const cache = new Map<string, string[]>();
  const reads: string[] = [];
  const read = (name: string, fresh: boolean, value: () => string[]): string[] => {
    reads.push(fresh ? `${name} fresh` : name);
    const known = fresh ? undefined : cache.get(name);
    const current = known ?? value();
    cache.set(name, current);
    return current;
  };
  return {
    port: {
      readPat: (connectionId, { projectId, fresh = false } = {}) =>
        wire.call('secrets.readPat', () => {
          const id = ownerOf(connectionId, projectId);
          const [value] = read(`pat ${id}`, fresh, () => [pats.get(id)?.value ?? '']);
          if (value !== undefined && value !== '') return value;
          throw new Failure({ kind: 'credentialRefused', message: `There is no PAT for the connection ${id}.` });
        }),
      readStoredPat: (connectionId, projectId) =>
        wire.call('secrets.readStoredPat', () => {
          const stored = pats.get(ownerOf(connectionId, projectId));
          return stored && { pat: stored.value, expiresOn: stored.expiresOn ?? null };
        }),
      readCandidatePat: (id) => wire.call('secrets.readCandidatePat', () => candidates.get(id)),
      saveCandidatePat: (id, pat) => wire.call('secrets.saveCandidatePat', () => void candidates.set(id, pat)),
      removeCandidatePat: (id) => wire.call('secrets.removeCandidatePat', () => void candidates.delete(id)),
      removePat: (connectionId, projectId) =>
        wire.call('secrets.removePat', () => {
          const id = ownerOf(connectionId, projectId);
          pats.delete(id);
          cache.delete(`pat ${id}`);
        }),
      readHookSecrets: (id, { fresh = false } = {}) =>
        wire.call('secrets.readHookSecrets', () => [...read(`hook ${id}`, fresh, () => hookSecrets.get(id) ?? [])]),
      savePat: (connectionId, value, expiresOn, projectId) =>
        wire.call('secrets.savePat', () => {
          const id = ownerOf(connectionId, projectId);
          pats.set(id, { value, expiresOn });
          cache.delete(`pat ${id}`);
        }),
      saveHookSecret: (id, secret) =>
        wire.call('secrets.saveHookSecret', () => {
          hookSecrets.set(id, [secret, ...(hookSecrets.get(id) ?? [])].slice(0, 2));
          cache.delete(`hook ${id}`);
        }),
      // Whoever asks sees it until it is taken away.
      endFormerHookSecret: (id, endsAt) =>
        wire.call('secrets.endFormerHookSecret', () => {
          formerEnds.set(id, endsAt);
        }),
    },
    recorded: {
      reads,
      pat: (id) => pats.get(id),
      hookSecrets: (id) => hookSecrets.get(id) ?? [],
      formerEndsAt: (id) => formerEnds.get(id),
    },
    rotatePat: (id, value) => pats.set(id, { value, expiresOn: undefined }),
    rotateHookSecrets: (id, values) => hookSecrets.set(id, values),
  };
}

function ownerOf(connectionId: string, projectId: string | undefined): string {
  return projectId === undefined ? connectionId : `${connectionId}/${projectId}`;
}

export interface FakeIdentity {
  port: DeploymentIdentity;
  /** The tokens that come, one after the other; the last stays. */
  tokens: string[];
}

export function createFakeIdentity(): FakeIdentity {
  const tokens = ['a-token'];
  const readToken = async (): Promise<string> => (tokens.length > 1 ? tokens.shift() : tokens[0]) ?? '';
  return { port: { readToken }, tokens };
}

export interface FakeDeadLetters {
  port: DeadLetters;
  recorded: { letters(): DeadLetter[] };
}

/** Records are by the test clock, and each has an ETag of its own, also under a reference that was there before. */
export function createFakeDeadLetters(wire: Wire, clock: Clock): FakeDeadLetters {
  const letters = new Map<string, StoredDeadLetter>();
  let written = 0;
  return {
    port: {
      record: (letter) =>
        wire.call('deadLetters.record', () => {
          if (letters.has(letter.reference)) return;
          const stored = { ...structuredClone(letter), recordedAt: clock.now(), etag: `etag-${(written += 1)}` };
          letters.set(letter.reference, stored);
        }),
      list: (most, connectionId) =>
        wire.call('deadLetters.list', () =>
          structuredClone([...letters.values()])
            .filter(({ key }) => connectionId === undefined || key?.connectionId === connectionId)
            .slice(0, most)
            .sort((a, b) => b.recordedAt.getTime() - a.recordedAt.getTime()),
        ),
      find: (reference) => wire.call('deadLetters.find', () => structuredClone(letters.get(reference))),
      remove: ({ reference, etag }) =>
        wire.call('deadLetters.remove', () => letters.get(reference)?.etag === etag && letters.delete(reference)),
    },
    recorded: {
      letters: () => structuredClone([...letters.values()]).map(({ recordedAt: _, etag: __, ...letter }) => letter),
    },
  };
}

export interface FakeSweeps {
  port: Sweeps;
  recorded: Map<string, LastSweep>;
}

export function createFakeSweeps(wire: Wire): FakeSweeps {
  const recorded = new Map<string, LastSweep>();
  return {
    port: {
      note: (connectionId, sweep) => wire.call('sweeps.note', () => void recorded.set(connectionId, sweep)),
      last: (connectionId) => wire.call('sweeps.last', () => recorded.get(connectionId)),
      remove: (connectionId) => wire.call('sweeps.remove', () => void recorded.delete(connectionId)),
    },
    recorded,
  };
}

export interface FakeKnownProjects {
  port: KnownProjects;
  /** By connection and project; when each was found. */
  recorded: Map<string, Map<string, Date | null>>;
}

export function createFakeKnownProjects(wire: Wire): FakeKnownProjects {
  const recorded: FakeKnownProjects['recorded'] = new Map();
  return {
    port: {
      list: (connectionId) =>
        wire.call('knownProjects.list', () => {
          const known = recorded.get(connectionId);
          return known && [...known].map(([id, foundAt]) => ({ id, foundAt }));
        }),
      seed: (connectionId, ids) =>
        wire.call('knownProjects.seed', () => void recorded.set(connectionId, new Map(ids.map((id) => [id, null])))),
      change: (connectionId, { found, foundAt, gone }) =>
        wire.call('knownProjects.change', () => {
          const known = recorded.get(connectionId);
          for (const id of found) known?.set(id, foundAt);
          for (const id of gone) known?.delete(id);
        }),
    },
    recorded,
  };
}

export interface FakeQueueHealth {
  port: QueueHealth;
  /** What is seen; may be changed. */
  sight: QueueSight;
}

export function createFakeQueueHealth(wire: Wire): FakeQueueHealth {
  const sight: QueueSight = { due: 0, oldestDueAt: null, dead: 0, isWhole: true };
  const port: QueueHealth = {
    look: () => wire.call('queueHealth.look', () => ({ ...sight })),
    reach: (link) => wire.call(`queueHealth.reach ${link}`, () => undefined),
  };
  return { port, sight };
}

export interface LogEntry {
  level: keyof Log;
  message: string;
  fields: Record<string, unknown>;
}

export interface FakeLog {
  port: Log;
  recorded: { entries: readonly LogEntry[] };
}

export function createFakeLog(): FakeLog {
  const entries: LogEntry[] = [];
  const at =
    (level: keyof Log): Log['info'] =>
    (message, fields = {}) =>
      entries.push({ level, message, fields });
  return {
    port: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    recorded: { entries },
  };
}
