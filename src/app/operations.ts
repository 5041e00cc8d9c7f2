import { isDeepStrictEqual } from 'node:util';

import { Failure, isTransient, toFailure } from '../core/failures';
import { operationMessage, type OperationMessage } from '../core/messages';
import { retryDelay } from '../core/retry-delay';

import type { AnyOperationWork } from './operation-work';
import type { Clock, Connection, Connections, Log, Operation, Operations, StoredOperation, WorkQueue } from './ports';

/** A slice ends about then, so that a message is never held long and a crash costs little. */
const SLICE_SECONDS = 20;
/** A service that stays down as long ends the operation: 30 s doubling to 15 min, an hour and a quarter in all. */
const MOST_ATTEMPTS = 9;
/** What is due for so long has lost its message. */
const LOST_AFTER_MINUTES = 15;

export interface OperationsRunner {
  /**
   * Asks for work of a kind. One that is asked for while the same is under way joins it. Throws `superseded` for a
   * connection that is being disconnected.
   */
  start: (
    kind: string,
    connection: Connection,
    request: unknown,
    by: { id: string; name: string },
  ) => Promise<Operation>;
  /** Does the slice that a message is for. */
  work: (message: OperationMessage) => Promise<void>;
  /** Has those go on whose message was lost. */
  revive: (connectionId: string) => Promise<void>;
}

interface Dependencies {
  kinds: readonly AnyOperationWork[];
  operations: Operations;
  connections: Connections;
  queue: WorkQueue;
  newOperationId: () => string;
  clock: Clock;
  log: Log;
}

/** Runs operations: one at a time for each connection, slice by slice, each slice a message of the queue. */
export function createOperations(dependencies: Dependencies): OperationsRunner {
  const { kinds, operations, connections, queue, newOperationId, clock, log } = dependencies;

  const send = (operation: Operation, why = ''): Promise<void> => {
    const { connectionId, id, step, attempts } = operation;
    const dueIn = Math.max(0, (operation.dueAt.getTime() - clock.now().getTime()) / 1_000);
    const messageId = `operation/${id}/${step}/${attempts}${why}`;
    const message = operationMessage(connectionId, id, step, attempts);
    return queue.send(message, { messageId, ...(dueIn > 0 ? { dueIn } : {}) });
  };

  /** Written first: a message that comes for what is done already sends the next one again, and the broker folds them. */
  const goOn = async (present: StoredOperation, change: Partial<Operation>, dueIn = 0): Promise<void> => {
    const now = clock.now();
    const next = { ...present, ...change, changedAt: now, dueAt: new Date(now.getTime() + dueIn * 1_000) };
    if ((await operations.replace(next)) && isUnderWay(next)) await send(next);
  };

  const slice = async (operation: StoredOperation, connection: Connection): Promise<void> => {
    const { id: operationId, step, request, cursor, by } = operation;
    const kind = kinds.find((each) => each.kind === operation.kind);
    const where = { connectionId: connection.id, operationId, operation: operation.kind };
    const outcome = await outcomeOf(async () => {
      if (!kind) throw unknownKind(operation.kind);
      // Else what was under way would put back what is being taken away.
      if (connection.state === 'leaving' && !kind.whileLeaving) throw leavingConnection(connection);
      const deadline = new Date(clock.now().getTime() + SLICE_SECONDS * 1_000);
      return kind.work({ connection, request, cursor, operationId, by, deadline });
    });
    // What keeps this from being noted or sent has the message come again, which then sends the next one.
    if (outcome.ok) {
      const done = outcome.value;
      const common = { step: step + 1, attempts: 0, progress: done.progress, trouble: null };
      if (done.state === 'more') {
        await goOn(operation, { ...common, state: 'running', cursor: done.cursor }, done.dueIn);
        return;
      }
      await goOn(operation, { ...common, state: 'succeeded', cursor: undefined, result: done.result });
      log.info('An operation is done', where);
      return;
    }
    const { failure } = outcome;
    const trouble = failure.message;
    const attempts = operation.attempts + 1;
    if (isTransient(failure) && attempts < MOST_ATTEMPTS) {
      log.warn('An operation has to wait; it goes on later', { ...where, kind: failure.kind, reason: trouble });
      await goOn(operation, { attempts, trouble }, retryDelay(operation.attempts, failure.retryAfterSeconds));
      return;
    }
    log.error('An operation failed', { ...where, kind: failure.kind, reason: trouble });
    await goOn(operation, { state: 'failed', trouble, cursor: undefined });
  };

  return {
    async start(kind, connection, request, by) {
      const known = kinds.find((each) => each.kind === kind);
      if (!known) throw unknownKind(kind);
      if (connection.state === 'leaving' && !known.whileLeaving) {
        throw leavingConnection(connection);
      }
      const present = (await operations.list(connection.id)).filter(isUnderWay);
      const same = present.find((each) => each.kind === kind && isDeepStrictEqual(plain(each.request), plain(request)));
      if (same) {
        // Whoever asked first may not have come as far as sending it.
        if (same.state === 'queued') await send(same);
        return same;
      }
      const now = clock.now();
      const operation: Operation = {
        id: newOperationId(),
        connectionId: connection.id,
        kind,
        request: plain(request),
        by,
        state: 'queued',
        step: 0,
        attempts: 0,
        cursor: undefined,
        progress: { done: 0, total: null, doing: 'waiting to begin' },
        result: undefined,
        trouble: null,
        createdAt: now,
        changedAt: now,
        dueAt: now,
      };
      await operations.add(operation);
      await send(operation);
      return operation;
    },

    async work({ connectionId, operationId, step, attempt }) {
      const operation = await operations.find(connectionId, operationId);
      if (!operation || !isUnderWay(operation)) return;
      if (step !== operation.step || attempt !== operation.attempts) {
        await send(operation);
        return;
      }
      const connection = await connections.find(connectionId);
      if (connection) await slice(operation, connection);
      else await goOn(operation, { state: 'failed', trouble: 'The connection was removed meanwhile.' });
    },

    async revive(connectionId) {
      const now = clock.now();
      const lostBefore = new Date(now.getTime() - LOST_AFTER_MINUTES * 60_000);
      for (const operation of (await operations.list(connectionId)).filter(isUnderWay)) {
        // Sweeps come every five minutes, and one message of each is enough: the slice is done once.
        if (operation.dueAt < lostBefore) await send(operation, `/again/${now.toISOString()}`);
      }
    },
  };
}

export function isUnderWay({ state }: Operation): boolean {
  return state === 'queued' || state === 'running';
}

async function outcomeOf<T>(work: () => Promise<T>): Promise<{ ok: true; value: T } | { ok: false; failure: Failure }> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, failure: toFailure(error) };
  }
}

/** As it comes back from the table. */
function plain(request: unknown): unknown {
  return JSON.parse(JSON.stringify(request ?? null));
}

/** Why nothing is changed there any more. */
export function leavingConnection({ name }: Pick<Connection, 'name'>): Failure {
  const message = `Connection ${name} is being disconnected: nothing else begins there any more. portcullis disconnect goes on with it.`;
  return new Failure({ kind: 'superseded', message });
}

function unknownKind(kind: string): Failure {
  return new Failure({ kind: 'unexpected', message: `This release knows no operation ${kind}.` });
}
