import {
  isServiceBusError,
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
  type ServiceBusSessionReceiver,
} from '@azure/service-bus';
import { setTimeout as delay } from 'node:timers/promises';
import { textOf } from './describe-functions';
import { toTriggerInput, toTriggerMetadata } from './message-metadata';
import type { Invoke } from './invoke';
import type { Binding, ServiceBusOptions } from './protocol';

export interface PumpOptions {
  functionName: string;
  /** The serviceBusTrigger binding, settings replaced. */
  trigger: Binding;
  settings: Record<string, string | undefined>;
  serviceBus: ServiceBusOptions;
  invoke: Invoke;
  log: (level: string, message: string) => void;
}

/** Feeds one function from its queue. */
export interface Pump {
  /** Takes no more messages; resolves when those under way are settled. */
  stop(): Promise<void>;
}

const DEAD_LETTERS = '/$DeadLetterQueue';
const SHORTEST_BACK_OFF = 100;
const LONGEST_BACK_OFF = 5_000;
/** After so many failures in a row the client is replaced: its own recovery is not trusted for ever. */
const FAILURES_PER_CLIENT = 5;

/**
 * The connection string behind a binding's `connection`: an app setting of that name, with or without `AzureWebJobs`
 * before it. Throws a sentence when there is none.
 */
export function connectionStringOf(trigger: Binding, settings: Record<string, string | undefined>): string {
  const name = textOf(trigger, 'connection') ?? 'AzureWebJobsServiceBus';
  const found = settings[name] ?? settings[`AzureWebJobs${name}`];
  if (found !== undefined) return found;
  if (settings[`${name}__fullyQualifiedNamespace`] !== undefined) {
    throw new Error(`The local host needs a connection string in '${name}': it cannot use an identity.`);
  }
  throw new Error(`There is no app setting '${name}' with a Service Bus connection string.`);
}

const describe = (error: unknown): string =>
  error instanceof Error ? `${error.message}${isServiceBusError(error) ? ` (${error.code})` : ''}` : String(error);

/** Starts taking messages. Never rejects and never throws later: while the broker is away it tries again. */
export function startServiceBusPump(options: PumpOptions): Pump {
  const { functionName, trigger, serviceBus, log } = options;
  const connectionString = connectionStringOf(trigger, options.settings);
  const path = textOf(trigger, 'queueName');
  if (path === undefined) throw new Error(`The function '${functionName}' listens to no queue; topics are not here.`);
  if (trigger['cardinality'] === 'many') {
    throw new Error(`The function '${functionName}' wants messages in batches, which the local host does not have.`);
  }
  const isDeadLetters = path.toLowerCase().endsWith(DEAD_LETTERS.toLowerCase());
  const queueName = isDeadLetters ? path.slice(0, -DEAD_LETTERS.length) : path;
  const autoComplete = trigger['autoCompleteMessages'] !== false && serviceBus.autoCompleteMessages;
  const receiverOptions = {
    maxAutoLockRenewalDurationInMs: serviceBus.maxAutoLockRenewalDuration,
    // The trigger gets the body as the sender wrote it.
    skipParsingBodyAsJson: true,
  };

  const createClient = (): ServiceBusClient =>
    new ServiceBusClient(connectionString, {
      retryOptions: { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 2_000 },
    });

  let client = createClient();
  let failures = 0;
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  const underWay = new Set<Promise<unknown>>();

  const pause = async (): Promise<void> => {
    const milliseconds = Math.min(LONGEST_BACK_OFF, SHORTEST_BACK_OFF * 2 ** Math.min(failures, 10));
    await delay(milliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);
  };
  const recovered = (): void => {
    if (failures > 0) log('information', `'${functionName}' listens to '${path}' again.`);
    failures = 0;
  };
  const troubled = (error: unknown): void => {
    if (failures === 0)
      log('warning', `'${functionName}' cannot listen to '${path}', trying again: ${describe(error)}`);
    failures += 1;
  };

  const settle = async (
    receiver: ServiceBusReceiver,
    message: ServiceBusReceivedMessage,
    succeeded: boolean,
  ): Promise<boolean> => {
    try {
      if (!succeeded) await receiver.abandonMessage(message);
      else if (autoComplete) await receiver.completeMessage(message);
      return true;
    } catch (error) {
      const verb = succeeded ? 'complete' : 'abandon';
      log('warning', `Could not ${verb} message '${String(message.messageId)}' of '${path}': ${describe(error)}`);
      return false;
    }
  };

  /** Resolves when the message is settled, to whether the broker took that; never rejects. */
  const work = async (receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage): Promise<boolean> => {
    let succeeded = true;
    try {
      await options.invoke(functionName, toTriggerInput(message), toTriggerMetadata(message));
    } catch (error) {
      succeeded = false;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log('error', `Executed 'Functions.${functionName}' (Failed): ${text}`);
    }
    return settle(receiver, message, succeeded);
  };

  /** Remembers work under way, so that stopping waits for it. */
  const track = async <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  };

  const workOnSession = async (receiver: ServiceBusSessionReceiver): Promise<void> => {
    // The SDK renews the session's lock for so long and no longer: giving the session back between two messages
    // starts afresh instead of losing the lock in the middle of one.
    const releaseAt = performance.now() + serviceBus.maxAutoLockRenewalDuration;
    while (performance.now() < releaseAt) {
      const [message] = await receiver.receiveMessages(1, {
        maxWaitTimeInMs: serviceBus.sessionIdleTimeout,
        abortSignal: stopping.signal,
      });
      // One that comes while stopping is returned by closing the receiver, without counting as a delivery.
      if (message === undefined || isStopping()) return;
      if (!(await track(work(receiver, message)))) return;
    }
  };

  const replaceClient = async (broken: ServiceBusClient): Promise<void> => {
    if (broken !== client || failures % FAILURES_PER_CLIENT !== 0) return;
    client = createClient();
    await broken.close().catch(() => undefined);
  };

  const takeSessions = async (): Promise<void> => {
    while (!isStopping()) {
      const used = client;
      let receiver: ServiceBusSessionReceiver | undefined;
      try {
        receiver = await used.acceptNextSession(queueName, { ...receiverOptions, abortSignal: stopping.signal });
        recovered();
        await workOnSession(receiver);
      } catch (error) {
        if (isStopping()) return;
        // No session has a message: the broker says so after a minute. A lost lock is no trouble with the connection.
        const isQuiet =
          isServiceBusError(error) &&
          ['ServiceTimeout', 'SessionLockLost', 'SessionCannotBeLocked'].includes(error.code);
        if (isQuiet && receiver === undefined) recovered();
        if (!isQuiet) {
          troubled(error);
          await pause();
          await replaceClient(used);
        }
      } finally {
        await receiver?.close().catch(() => undefined);
      }
    }
  };

  const takeMessages = async (): Promise<void> => {
    const receiver = client.createReceiver(queueName, {
      ...receiverOptions,
      ...(isDeadLetters ? { subQueueType: 'deadLetter' as const } : {}),
    });
    const subscription = receiver.subscribe(
      {
        processMessage: async (message) => {
          recovered();
          if (!isStopping()) await track(work(receiver, message));
        },
        processError: async ({ error }) => troubled(error),
      },
      { autoCompleteMessages: false, maxConcurrentCalls: serviceBus.maxConcurrentCalls },
    );
    if (!isStopping()) {
      await new Promise((resolve) => {
        stopping.signal.addEventListener('abort', resolve, { once: true });
      });
    }
    await subscription.close().catch(() => undefined);
    await Promise.all(underWay);
    await receiver.close().catch(() => undefined);
  };

  const loops =
    trigger['isSessionsEnabled'] === true && !isDeadLetters
      ? Array.from({ length: serviceBus.maxConcurrentSessions }, takeSessions)
      : [takeMessages()];

  return {
    async stop() {
      stopping.abort();
      await Promise.all(underWay);
      await Promise.all(loops);
      await client.close().catch(() => undefined);
    },
  };
}
