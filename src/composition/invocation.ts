import { AsyncLocalStorage } from 'node:async_hooks';

import type { Attributes, Log, Span, SpanKind } from '../app/ports';
import { traceIdOf, type Carried, type TraceContext } from '../core/trace-context';

import { createTally, type Tally } from './tally';
import { loadTelemetry, type Telemetry } from './telemetry';

/** What the platform gives to a function that it calls. */
export interface Invocation {
  log: Log;
  /** Where the host's own trace is. */
  context?: TraceContext | undefined;
}

/** How a trace shows an invocation. */
export interface Shown {
  name: string;
  kind: SpanKind;
  attributes: Attributes;
  /** By the message that it works on. */
  carried?: Carried;
}

interface Serving {
  log: Log;
  tally: Tally;
  context: TraceContext | undefined;
  telemetry: Telemetry | undefined;
}

/** Adapters live as long as the process, invocations do not: what is logged and counted goes to whoever is being served. */
export const serving = new AsyncLocalStorage<Serving>();

export const unseen: Span = { set: () => undefined };

/** Serves an invocation. While OpenTelemetry is off, nothing of it is waited for, or loaded. */
export function withInvocation<T>(
  { log, context }: Invocation,
  shown: Shown,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const parent = parentOf(context, shown.carried);
  const loading = loadTelemetry(log);
  const serve = (telemetry: Telemetry | undefined, span: Span): Promise<T> =>
    serving.run({ log, tally: createTally(), context: parent, telemetry }, () => work(span));
  if (!loading) return serve(undefined, unseen);
  return loading.then((telemetry) =>
    telemetry
      ? telemetry.invocation({ ...shown, parent, follows: shown.carried?.follows }, (span) => serve(telemetry, span))
      : serve(undefined, unseen),
  );
}

/** The host goes on with the message's trace by itself; where it did not, we do. */
function parentOf(host: TraceContext | undefined, { parent }: Carried = {}): TraceContext | undefined {
  if (!host || !parent) return host ?? parent;
  return traceIdOf(host) === traceIdOf(parent) ? host : parent;
}
