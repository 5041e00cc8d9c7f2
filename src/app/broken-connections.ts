import { Failure, toFailure } from '../core/failures';
import { sweepMessage } from '../core/messages';

import type { AzureDevOps, Clock, Connection, Connections, Credentials, DoorCredential, Log, WorkQueue } from './ports';

/** A connection whose credential is refused: nothing is read with it, but for one probe a message. */
export interface BrokenConnections {
  /** The connection, when its credential works (again); undefined while it is broken. */
  probe(connection: Connection): Promise<Connection | undefined>;
  /**
   * The same for a connection that was read a while ago: it is read again when its credential was refused in this
   * process since, or when `isOld` says that others may have had the time to find that.
   */
  probeAgain(connection: Connection, isOld: boolean): Promise<Connection | undefined>;
  /** Notes that the credential was refused. */
  note(connection: Connection, failure: Failure): Promise<void>;
}

interface Dependencies {
  connections: Connections;
  credentials: Credentials;
  queue: WorkQueue;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
  clock: Clock;
  log: Log;
}

/** Every organization's first one, there or not. */
const ANY_PULL_REQUEST = 1;

/** A PAT without Code (Read) tells whose it is and is refused for all else: it would be found to work, and refused, in turns. */
async function readsCode(door: AzureDevOps): Promise<void> {
  try {
    await door.findPullRequest(ANY_PULL_REQUEST);
  } catch (error) {
    const { kind } = toFailure(error);
    if (kind !== 'notFound' && kind !== 'permissionMissing') throw error;
  }
}

/**
 * Keeps the state `broken` of connections. Pull requests keep their last status meanwhile; the first success has every
 * active one judged again.
 */
export function createBrokenConnections(dependencies: Dependencies): BrokenConnections {
  const { connections, credentials, queue, connect, clock, log } = dependencies;
  const notes = new Map<string, Promise<void>>();
  /** Ids of those that were found so here; whoever read them before does not know it. */
  const refused = new Set<string>();

  /** False while the credential is refused; throws what says nothing about it. */
  const works = async (connection: Connection): Promise<boolean> => {
    try {
      const credential = await credentials.read(connection, { fresh: true });
      const door = connect(connection, credential);
      await door.readMyself();
      await readsCode(door);
      return true;
    } catch (error) {
      if (error instanceof Failure && error.kind === 'credentialRefused') return false;
      throw error;
    }
  };

  const noteNow = async (connection: Connection, failure: Failure): Promise<void> => {
    const broken = { since: clock.now(), reason: failure.message };
    const noted = await connections.change(connection.id, (present) =>
      present.broken ? undefined : { ...present, broken },
    );
    if (!noted) return;
    log.error('A connection is broken: its credential is refused', {
      connectionId: connection.id,
      reason: failure.message,
    });
  };

  const probe = async (connection: Connection): Promise<Connection | undefined> => {
    if (!connection.broken) return connection;
    if (!(await works(connection))) return undefined;
    const { since } = connection.broken;
    // Sent first: after a crash in between, the next probe sends it again under the same id.
    await queue.send(sweepMessage(connection.id, true), {
      messageId: `sweep/${connection.id}/healed/${since.toISOString()}`,
    });
    const healed = await connections.change(connection.id, (present) =>
      present.broken ? { ...present, broken: null } : undefined,
    );
    // Somebody else has healed it, or it is gone.
    if (!healed) {
      const present = await connections.find(connection.id);
      return present?.broken ? undefined : present;
    }
    log.info('A connection works again; its active pull requests are judged', { connectionId: connection.id });
    return healed;
  };

  return {
    probe,
    async probeAgain(connection, isOld) {
      if (!isOld && !refused.has(connection.id)) return connection;
      await notes.get(connection.id)?.catch(() => undefined);
      const present = await connections.find(connection.id);
      if (present?.broken === null) refused.delete(connection.id);
      return present && probe(present);
    },
    note(connection, failure) {
      refused.add(connection.id);
      // One after the other: of several evaluations that find it so at once, one tells.
      const earlier = notes.get(connection.id) ?? Promise.resolve();
      const noted = earlier.catch(() => undefined).then(() => noteNow(connection, failure));
      notes.set(connection.id, noted);
      return noted;
    },
  };
}
