import { isServiceBusError, ServiceBusClient, type ServiceBusSessionReceiver } from '@azure/service-bus';
import { setTimeout as delay } from 'node:timers/promises';
import type { Invoke } from './invoke';
import type { Binding, ServiceBusOptions } from './protocol';
import { readServiceBusTrigger } from './service-bus-trigger';
import { createWorkOnMessage, describeError } from './service-bus-work';

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

const SHORTEST_BACK_OFF = 100;
const LONGEST_BACK_OFF = 2_000;
/** After so many failures in a row the client is replaced: its own recovery is not trusted for ever. */
const FAILURES_PER_CLIENT = 5;
/** Closing waits for the broker's answer, which may be away. */
const LONGEST_CLOSE = 1_000;
/** No session has a message, which the broker says after a minute; or somebody else has the session now. */
const QUIET_ERRORS = ['ServiceTimeout', 'SessionLockLost', 'SessionCannotBeLocked'];

/** Starts taking messages. Throws a sentence when the binding is not valid, and nothing later: it tries again. */
export function startServiceBusPump(options: PumpOptions): Pump {
  const { functionName, serviceBus, log } = options;
  const trigger = readServiceBusTrigger(functionName, options.trigger, options.settings, serviceBus);
  const work = createWorkOnMessage(functionName, trigger, options.invoke, log);
  const receiverOptions = {
    maxAutoLockRenewalDurationInMs: serviceBus.maxAutoLockRenewalDuration,
    // The trigger gets the body as the sender wrote it.
    skipParsingBodyAsJson: true,
  };
  const createClient = (): ServiceBusClient =>
    new ServiceBusClient(trigger.connectionString, {
      retryOptions: { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: LONGEST_BACK_OFF },
    });

  let client = createClient();
  let isAway = false;
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  const underWay = new Set<Promise<unknown>>();

  /** Remembers work under way, so that stopping waits for it. */
  const track = async <T>(tracked: Promise<T>): Promise<T> => {
    underWay.add(tracked);
    try {
      return await tracked;
    } finally {
      underWay.delete(tracked);
    }
  };
  const recovered = (): void => {
    if (isAway) log('information', `'${functionName}' listens to '${trigger.path}' again.`);
    isAway = false;
  };
  const troubled = (error: unknown): void => {
    if (isStopping()) return;
    if (!isAway) log('warning', `'${functionName}' cannot listen to '${trigger.path}' now: ${describeError(error)}`);
    isAway = true;
  };
  const replaceClient = async (broken: ServiceBusClient): Promise<void> => {
    if (broken !== client || isStopping()) return;
    client = createClient();
    await broken.close().catch(() => undefined);
  };

  const workOnSession = async (receiver: ServiceBusSessionReceiver): Promise<void> => {
    // The SDK renews the session's lock for so long and no longer: giving the session back between two messages
    // starts afresh instead of losing the lock in the middle of one.
    const releaseAt = performance.now() + serviceBus.maxAutoLockRenewalDuration;
    try {
      while (performance.now() < releaseAt) {
        const [message] = await receiver.receiveMessages(1, {
          maxWaitTimeInMs: serviceBus.sessionIdleTimeout,
          abortSignal: stopping.signal,
        });
        // One that comes while stopping is returned by closing the receiver, without counting as a delivery.
        if (message === undefined || isStopping()) return;
        if (!(await work(receiver, message))) return;
      }
    } finally {
      await receiver.close().catch(() => undefined);
    }
  };

  const takeSessions = async (): Promise<void> => {
    let failures = 0;
    while (!isStopping()) {
      const used = client;
      try {
        const receiver = await used.acceptNextSession(trigger.queueName, receiverOptions);
        recovered();
        failures = 0;
        await track(workOnSession(receiver));
      } catch (error) {
        if (isStopping()) return;
        if (isServiceBusError(error) && QUIET_ERRORS.includes(error.code)) {
          recovered();
          failures = 0;
          continue;
        }
        troubled(error);
        failures += 1;
        const backOff = Math.min(LONGEST_BACK_OFF, SHORTEST_BACK_OFF * 2 ** Math.min(failures, 10));
        await delay(backOff, undefined, { signal: stopping.signal }).catch(() => undefined);
        if (failures % FAILURES_PER_CLIENT === 0) await replaceClient(used);
      }
    }
  };

  const takeMessages = (): { close: () => Promise<void> } => {
    const receiver = client.createReceiver(trigger.queueName, {
      ...receiverOptions,
      ...(trigger.isDeadLetterQueue ? { subQueueType: 'deadLetter' as const } : {}),
    });
    // This reconnects by itself, for ever.
    return receiver.subscribe(
      {
        processMessage: async (message) => {
          recovered();
          if (!isStopping()) await track(work(receiver, message));
        },
        processError: async ({ error }) => troubled(error),
      },
      { autoCompleteMessages: false, maxConcurrentCalls: serviceBus.maxConcurrentCalls },
    );
  };

  let subscription: { close: () => Promise<void> } | undefined;
  if (trigger.hasSessions) for (let slot = 0; slot < serviceBus.maxConcurrentSessions; slot++) void takeSessions();
  else subscription = takeMessages();

  return {
    async stop() {
      stopping.abort();
      const closed = subscription?.close().catch(() => undefined);
      await Promise.all(underWay);
      // Waiting for a next session cannot be aborted; closing the client ends that as well.
      const ended = Promise.all([closed, client.close().catch(() => undefined)]);
      await Promise.race([ended, delay(LONGEST_CLOSE, undefined, { ref: false })]);
    },
  };
}
