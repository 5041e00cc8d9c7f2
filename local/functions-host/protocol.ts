import type { ChildProcess } from 'node:child_process';
import { z } from 'zod';

/** What is said between the host and its workers over the IPC channel. */

const binding = z.looseObject({ type: z.string(), direction: z.string().optional() });
export type Binding = z.infer<typeof binding>;

/** A function as the app registered it; bindings by the name the library gave them. */
export const registeredFunction = z.object({ name: z.string(), bindings: z.record(z.string(), binding) });
export type RegisteredFunction = z.infer<typeof registeredFunction>;

/** Service Bus settings of host.json; durations in milliseconds. */
export const serviceBusOptions = z.object({
  maxConcurrentSessions: z.number(),
  maxConcurrentCalls: z.number(),
  sessionIdleTimeout: z.number(),
  maxAutoLockRenewalDuration: z.number(),
  autoCompleteMessages: z.boolean(),
});
export type ServiceBusOptions = z.infer<typeof serviceBusOptions>;

const start = z.object({
  kind: z.literal('start'),
  appDirectory: z.string(),
  main: z.string(),
  isModule: z.boolean(),
  clockOffset: z.number(),
  routePrefix: z.string(),
  logLevels: z.record(z.string(), z.string()),
  serviceBus: serviceBusOptions,
});
export type StartMessage = z.infer<typeof start>;

export const hostMessage = z.discriminatedUnion('kind', [
  start,
  z.object({ kind: z.literal('serve'), functions: z.array(z.string()) }),
  z.object({ kind: z.literal('clock'), offset: z.number() }),
  /** `input` is the trigger's value as JSON. */
  z.object({ kind: z.literal('invoke'), id: z.number(), functionName: z.string(), input: z.string() }),
  z.object({ kind: z.literal('terminate') }),
]);
export type HostMessage = z.infer<typeof hostMessage>;

export const workerMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('registered'), functions: z.array(registeredFunction) }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
  z.object({ kind: z.literal('serving'), httpPort: z.number().optional() }),
  z.object({
    kind: z.literal('log'),
    functionName: z.string().optional(),
    level: z.string(),
    message: z.string(),
  }),
  z.object({ kind: z.literal('invoked'), id: z.number(), error: z.string().optional() }),
]);
export type WorkerMessage = z.infer<typeof workerMessage>;

/** Sends to a worker; a worker that is going away loses it, which its exit tells anyway. */
export function sendToWorker(child: ChildProcess, message: HostMessage): void {
  if (child.connected) child.send(message, () => undefined);
}

/** Sends to the host from within a worker. */
export function sendToHost(message: WorkerMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
