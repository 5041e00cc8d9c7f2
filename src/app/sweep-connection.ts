import { isTransient, toFailure } from '../core/failures';
import type { ListedPullRequest } from '../core/listed';
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
  Sweeps,
  WorkQueue,
} from './ports';
import type { NoticeProjects } from './repositories/notice-projects';
import { createWarnOfExpiry } from './warn-of-expiry';
import { withCredential } from './with-credential';

/** A full sweep that a busy service kept from its work is tried again after this, or later where it asked for more. */
const FULL_AGAIN_SECONDS = 60;

interface Dependencies {
  connections: Connections;
  credentials: Credentials;
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

interface Listed {
  active: ListedPullRequest[];
  projects: readonly { id: string }[];
}

/**
 * Looks after all active pull requests of a connection, hooks or no hooks: those of which the list says something else
 * than the ledger are judged at once, and those that waited for one which is not active any more; every other one is compared in full at least hourly, in rotation. What stands about
 * pull requests that ended long ago is forgotten.
 */
export function createSweepConnection(
  dependencies: Dependencies,
): (message: SweepMessage, delivery: Delivery) => Promise<void> {
  const {
    connections,
    credentials,
    ledger,
    queue,
    sweeps,
    brokenConnections,
    revive,
    noticeProjects,
    connect,
    clock,
    log,
  } = dependencies;
  const warnOfExpiry = createWarnOfExpiry(dependencies);

  const activePullRequests = (connection: Connection, { projectId, repositoryId }: SweepMessage): Promise<Listed> =>
    withCredential(
      credentials,
      connection,
      async (credential) => {
        const azureDevOps = connect(connection, credential);
        const projects = projectId === undefined ? await azureDevOps.readProjects() : [{ id: projectId }];
        const active: ListedPullRequest[] = [];
        // One project after the other: a sweep leaves the rate limit to the hooks.
        for (const project of projects) {
          // One with a PAT of its own is swept with that one.
          if (projectId === undefined && projectPatOf(connection, project.id)) continue;
          active.push(...(await azureDevOps.readActivePullRequests(project.id, repositoryId)));
        }
        return { active, projects };
      },
      { projectId },
    );

  const everywhere = async (connection: Connection, message: SweepMessage): Promise<Listed> => {
    const listed = await activePullRequests(connection, message);
    if (message.projectId !== undefined) return listed;
    const { active } = listed;
    for (const { projectId } of connection.projectPats) {
      try {
        active.push(...(await activePullRequests(connection, { ...message, projectId })).active);
      } catch (error) {
        const failure = toFailure(error);
        // It says nothing about the connection; what of it is forgotten is judged once more.
        if (failure.kind !== 'credentialRefused') throw error;
        log.error('A project was not swept: its PAT is refused', { connectionId: connection.id, projectId });
      }
    }
    return listed;
  };

  const sweep = async (message: SweepMessage, delivery: Delivery, connection: Connection): Promise<void> => {
    // What is not among a part may well be active, so that nothing is forgotten; judged again is all of it.
    const isPart = message.projectId !== undefined || message.repositoryId !== undefined;
    const [{ active, projects }, entries] = await Promise.all([
      everywhere(connection, message),
      isPart && message.full ? [] : ledger.list(connection.id),
    ]);
    const looks = chooseLooks(active, entries, clock.now(), message.full, !isPart);
    for (const listed of [...looks.changed, ...looks.tries, ...looks.due]) {
      const key = keyOf(connection, listed);
      await queue.send(pullRequestMessage(key, 'sweep', true), {
        messageId: `sweep/${subjectOf(key)}/${delivery.messageId}`,
      });
    }
    const { forgotten, untouchedSince } = chooseForgotten(active, isPart ? [] : entries, clock.now());
    for (const entry of forgotten) await ledger.forget(keyOf(connection, entry), untouchedSince);
    if (!isPart) {
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

  return async (message, delivery) => {
    const connection = await connections.find(message.connectionId);
    if (!connection) return;
    try {
      await revive(connection.id);
      if (connection.state === 'leaving') return;
      await warnOfExpiry(connection);
      const working = await brokenConnections.probe(connection);
      if (working) await sweep(message, delivery, working);
    } catch (error) {
      const failure = toFailure(error);
      if (failure.kind === 'credentialRefused') await brokenConnections.note(connection, failure);
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
