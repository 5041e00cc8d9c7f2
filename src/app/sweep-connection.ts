import { isTransient, toFailure } from '../core/failures';
import { listedFingerprint, type ListedPullRequest } from '../core/listed';
import { pullRequestMessage, sessionId, subjectOf, sweepMessage, type SweepMessage } from '../core/messages';

import type { BrokenConnections } from './broken-connections';
import type { Delivery } from './delivery';
import type {
  AzureDevOps,
  Clock,
  Connection,
  Connections,
  Ledger,
  LedgerEntry,
  Log,
  Secrets,
  WorkQueue,
} from './ports';
import { withPat } from './with-pat';

/** What a list does not show is looked for at least hourly; the rest of the hour is for the queue. */
const COMPARED_WITHIN_MINUTES = 50;

/** A sweep asks for so many thorough looks at most: twelve sweeps an hour, and each look costs some six requests. */
const MOST_LOOKS = 100;

/** A full sweep that a busy service kept from its work is tried again after this, or later where it asked for more. */
const FULL_AGAIN_SECONDS = 60;

interface Dependencies {
  connections: Connections;
  secrets: Secrets;
  ledger: Ledger;
  queue: WorkQueue;
  brokenConnections: BrokenConnections;
  connect: (connection: Connection, pat: string) => AzureDevOps;
  clock: Clock;
  log: Log;
}

/**
 * Looks after all active pull requests of a connection, hooks or no hooks: those of which the list says something else
 * than the ledger are judged at once; every other one is compared in full at least hourly, in rotation.
 */
export function createSweepConnection(
  dependencies: Dependencies,
): (message: SweepMessage, delivery: Delivery) => Promise<void> {
  const { connections, secrets, ledger, queue, brokenConnections, connect, clock, log } = dependencies;

  const activePullRequests = (connection: Connection): Promise<ListedPullRequest[]> =>
    withPat(secrets, connection.id, async (pat) => {
      const azureDevOps = connect(connection, pat);
      const active: ListedPullRequest[] = [];
      // One project after the other: a sweep leaves the rate limit to the hooks.
      for (const project of await azureDevOps.readProjects()) {
        active.push(...(await azureDevOps.readActivePullRequests(project.id)));
      }
      return active;
    });

  const sweep = async (message: SweepMessage, delivery: Delivery, connection: Connection): Promise<void> => {
    const [active, entries] = await Promise.all([activePullRequests(connection), ledger.list(connection.id)]);
    const known = new Map(entries.map((entry) => [sessionId(entry), entry]));
    const changed = active.filter((listed) => message.full || isChanged(listed, known.get(sessionId(listed))));
    const rest = active.filter((listed) => !changed.includes(listed));
    const due = rest
      .map((listed) => ({ listed, comparedAt: known.get(sessionId(listed))?.comparedAt?.getTime() ?? 0 }))
      .filter(({ comparedAt }) => clock.now().getTime() - comparedAt > COMPARED_WITHIN_MINUTES * 60_000)
      .sort((a, b) => a.comparedAt - b.comparedAt)
      .slice(0, MOST_LOOKS)
      .map(({ listed }) => listed);
    for (const listed of [...changed, ...due]) {
      const key = {
        connectionId: connection.id,
        repositoryId: listed.repositoryId,
        pullRequestId: listed.pullRequestId,
      };
      await queue.send(pullRequestMessage(key, 'sweep', true), {
        messageId: `sweep/${subjectOf(key)}/${delivery.messageId}`,
      });
    }
    log.info('A connection was swept', {
      connectionId: connection.id,
      active: active.length,
      changed: changed.length,
      looked: due.length,
    });
  };

  return async (message, delivery) => {
    const connection = await connections.find(message.connectionId);
    if (!connection) return;
    try {
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
      await queue.send(sweepMessage(connection.id, true), {
        messageId: `sweep/${connection.id}/again/${delivery.enqueuedAt.toISOString()}`,
        dueIn: Math.max(FULL_AGAIN_SECONDS, failure.retryAfterSeconds ?? 0),
      });
    }
  };
}

function isChanged(listed: ListedPullRequest, entry: LedgerEntry | undefined): boolean {
  return entry?.listed !== listedFingerprint(listed);
}
