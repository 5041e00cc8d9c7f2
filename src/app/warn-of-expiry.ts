import { toFailure } from '../core/failures';
import { expiryText } from '../core/markdown';
import { dayText, warningStep } from '../core/pat-expiry';

import { projectPatOf } from './credentials';
import type { Clock, Connection, Connections, ExpiryWarning, Log, Secrets } from './ports';

interface Dependencies {
  connections: Connections;
  secrets: Pick<Secrets, 'readStoredPat'>;
  clock: Clock;
  log: Log;
}

/** Warns of PATs that end soon: in the log for an alert, and on the row, from where summaries tell it. Each step once. */
export function createWarnOfExpiry({
  connections,
  secrets,
  clock,
  log,
}: Dependencies): (connection: Connection) => Promise<void> {
  /** Ids of connections of which the vault was asked: where it does not know either, it is not asked again. */
  const asked = new Set<string>();

  /** The end of a PAT that a former release did not write on the row. */
  const learnEnd = async (connection: Connection): Promise<Connection> => {
    const { id, credential } = connection;
    if (credential.kind !== 'pat' || credential.expiresOn !== null || asked.has(id)) return connection;
    try {
      const end = (await secrets.readStoredPat(id))?.expiresOn;
      asked.add(id);
      if (!end) return connection;
      const changed = await connections.change(id, (present) =>
        present.credential.kind === 'pat' && present.credential.expiresOn === null
          ? { ...present, credential: { kind: 'pat', expiresOn: end } }
          : undefined,
      );
      return changed ?? connection;
    } catch (error) {
      // The next sweep asks again.
      log.warn('The end of a PAT could not be learnt', { connectionId: id, reason: toFailure(error).message });
      return connection;
    }
  };

  return async (given) => {
    const connection = await learnEnd(given);
    const now = clock.now();
    const due = dueWarnings(connection, now);
    if (due.length === 0) return;
    // First: an alert that comes twice after a crash is better than none.
    for (const { projectId, expiresOn, days } of due) {
      const project = projectId === null ? {} : { projectId };
      log.warn('A PAT ends soon: renew it with portcullis pat rotate', {
        connectionId: connection.id,
        ...project,
        days,
        endsOn: dayText(expiresOn),
      });
    }
    await connections.change(connection.id, (present) => {
      const still = dueWarnings(present, now);
      if (still.length === 0) return undefined;
      const others = present.expiryWarnings.filter(
        (old) => isOfPresent(old, present) && !still.some(({ projectId }) => projectId === old.projectId),
      );
      return { ...present, expiryWarnings: [...others, ...still] };
    });
  };
}

/** The sentence below summaries of pull requests of a project; undefined while nothing ends soon. */
export function expiryNotice(connection: Connection, projectId: string | undefined): string | undefined {
  const own = projectPatOf(connection, projectId);
  const warning = connection.expiryWarnings.find(
    (each) => each.projectId === (own?.projectId ?? null) && isOfPresent(each, connection),
  );
  if (!warning) return undefined;
  const { id, name } = connection;
  const project = own && { id: own.projectId, name: own.projectName };
  return expiryText({ endsOn: dayText(warning.expiresOn), days: warning.days, connection: { id, name }, project });
}

function dueWarnings(connection: Connection, now: Date): ExpiryWarning[] {
  return patsOf(connection).flatMap(({ projectId, expiresOn }) => {
    const days = warningStep(expiresOn, now);
    // Of one that has ended the connection itself tells that it is broken.
    if (typeof days !== 'number') return [];
    const isTold = connection.expiryWarnings.some(
      (told) => told.projectId === projectId && told.expiresOn.getTime() === expiresOn.getTime() && told.days <= days,
    );
    return isTold ? [] : [{ projectId, expiresOn, days }];
  });
}

/** Of a PAT that was replaced since there is nothing to tell any more. */
function isOfPresent({ projectId, expiresOn }: ExpiryWarning, connection: Connection): boolean {
  return patsOf(connection).some(
    (pat) => pat.projectId === projectId && pat.expiresOn.getTime() === expiresOn.getTime(),
  );
}

function patsOf({ credential, projectPats }: Connection): { projectId: string | null; expiresOn: Date }[] {
  const own =
    credential.kind === 'pat' && credential.expiresOn ? [{ projectId: null, expiresOn: credential.expiresOn }] : [];
  return [...own, ...projectPats.map(({ projectId, expiresOn }) => ({ projectId, expiresOn }))];
}
