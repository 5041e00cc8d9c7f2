import { isTransient, toFailure } from '../core/failures';
import { pullRequestMessage, subjectOf, type SweepMessage } from '../core/messages';
import type { PullRequestKey } from '../core/snapshot';

import type { BrokenConnections } from './broken-connections';
import { projectPatOf } from './credentials';
import { chooseForgotten, chooseLooks } from './choose-looks';
import type { Delivery } from './delivery';
import type {
  AzureDevOps,
  Clock,
  Connection,
  Connections,
  Credentials,
  DoorCredential,
  Ledger,
  Log,
  Secrets,
  Sweeps,
  WorkQueue,
} from './ports';
import type { NoticeProjects } from './repositories/notice-projects';
import { createListActive } from './list-active';
import { createWarnOfExpiry } from './warn-of-expiry';

/** A full sweep that a busy service kept from its work is tried again after this, or later where it asked for more. */
const FULL_AGAIN_SECONDS = 60;

interface Dependencies {
  connections: Connections;
  credentials: Credentials;
  secrets: Pick<Secrets, 'readStoredPat'>;
  ledger: Ledger;
  queue: WorkQueue;
  sweeps: Sweeps;
  brokenConnections: BrokenConnections;
  /** Has long work go on that lost its message. */
  revive: (connectionId: string) => Promise<void>;
  noticeProjects: NoticeProjects;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
  clock: Clock;
  log: Log;
}

/**
 * Looks after all active pull requests of a connection, hooks or no hooks: those of which the list says something else
 * than the ledger are judged at once, and those that waited for one which is not active any more; every other one is compared in full at least hourly, in rotation. What stands about
 * pull requests that ended long ago is forgotten.
 */
export function createSweepConnection(
  dependencies: Dependencies,
): (message: SweepMessage, delivery: Delivery) => Promise<void> {
  const { connections, ledger, queue, sweeps, brokenConnections, revive, noticeProjects, clock, log } = dependencies;
  const warnOfExpiry = createWarnOfExpiry(dependencies);
  const listActive = createListActive(dependencies);

  const sweep = async (message: SweepMessage, delivery: Delivery, connection: Connection): Promise<void> => {
    const isScoped = message.projectId !== undefined || message.repositoryId !== undefined;
    const [{ active, isAll, projects }, entries] = await Promise.all([
      listActive(connection, message),
      isScoped && message.full ? [] : ledger.list(connection.id),
    ]);
    // What is not among a part may well be active, so that nothing is forgotten; judged again is all of it.
    const isPart = isScoped || !isAll;
    const looks = chooseLooks(active, entries, clock.now(), message.full, !isPart);
    for (const listed of [...looks.changed, ...looks.tries, ...looks.due]) {
      const key = keyOf(connection, listed);
      await queue.send(pullRequestMessage(key, 'sweep', true), {
        messageId: `sweep/${subjectOf(key)}/${delivery.messageId}`,
      });
    }
    const { forgotten, untouchedSince } = chooseForgotten(active, isPart ? [] : entries, clock.now());
    for (const entry of forgotten) await ledger.forget(keyOf(connection, entry), untouchedSince);
    if (!isScoped && projects) {
      await sweeps.note(connection.id, { at: clock.now(), active: active.length });
      await noticeProjects(connection, projects);
    }
    log.info('A connection was swept', {
      connectionId: connection.id,
      active: active.length,
      changed: looks.changed.length,
      tried: looks.tries.length,
      looked: looks.due.length,
      forgotten: forgotten.length,
    });
  };

  /** A broken connection as it is by now, where a project that is swept has a PAT of its own. */
  const withOwnPats = async ({ id }: Connection, { projectId }: SweepMessage): Promise<Connection | undefined> => {
    const present = await connections.find(id);
    if (present?.state !== 'connected' || !present.broken) return undefined;
    const isOwn = projectId === undefined ? present.projectPats.length > 0 : projectPatOf(present, projectId);
    return isOwn ? present : undefined;
  };

  /** The connection's credential may be refused; projects with PATs of their own are swept all the same. */
  const sweepWhatWorks = async (message: SweepMessage, delivery: Delivery, connection: Connection): Promise<void> => {
    const working = await brokenConnections.probe(connection);
    try {
      if (working) {
        await sweep(message, delivery, working);
        return;
      }
      // Each time: an alert is over when this is no longer said.
      log.warn('A connection is still broken', {
        connectionId: connection.id,
        since: connection.broken?.since.toISOString(),
      });
    } catch (error) {
      const failure = toFailure(error);
      if (failure.kind !== 'credentialRefused') throw error;
      await brokenConnections.note(connection, failure);
    }
    const broken = await withOwnPats(connection, message);
    if (broken) await sweep(message, delivery, broken);
  };

  return async (message, delivery) => {
    const connection = await connections.find(message.connectionId);
    if (!connection) return;
    try {
      await revive(connection.id);
      if (connection.state === 'leaving') return;
      await warnOfExpiry(connection);
      await sweepWhatWorks(message, delivery, connection);
    } catch (error) {
      const failure = toFailure(error);
      log.error('A connection could not be swept; the next sweep comes in five minutes', {
        connectionId: connection.id,
        kind: failure.kind,
        reason: failure.message,
      });
      if (!message.full || failure.kind === 'credentialRefused') return;
      // What heals a broken connection must not be lost: everything active waits for it. Redeliveries come at once, so
      // a service that is down would use them all up.
      if (!isTransient(failure)) throw error;
      const { projectId, repositoryId } = message;
      const part = [projectId, repositoryId].filter((id) => id !== undefined).join('/');
      await queue.send(message, {
        messageId: `sweep/${connection.id}/again/${part === '' ? '' : `${part}/`}${delivery.enqueuedAt.toISOString()}`,
        dueIn: Math.max(FULL_AGAIN_SECONDS, failure.retryAfterSeconds ?? 0),
      });
    }
  };
}

function keyOf(
  { id: connectionId }: Connection,
  { repositoryId, pullRequestId }: Pick<PullRequestKey, 'repositoryId' | 'pullRequestId'>,
): PullRequestKey {
  return { connectionId, repositoryId, pullRequestId };
}
