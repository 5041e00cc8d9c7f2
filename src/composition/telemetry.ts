import type { Attributes, Log, Span, SpanKind, Trace } from '../app/ports';
import { toFailure } from '../core/failures';
import type { TraceContext } from '../core/trace-context';

import { readTelemetrySettings } from './environment';
import { once } from './once';

/** OpenTelemetry, as the rest of the app sees it. */
export interface Telemetry extends Omit<Trace, 'spent'> {
  /** Shows an invocation, and sends on what it showed: within a bound, as the process may be frozen afterwards. */
  invocation<T>(shown: ShownInvocation, work: (span: Span) => Promise<T>): Promise<T>;
  /** Sends on what is left; the process ends. */
  end(): Promise<void>;
}

export interface ShownInvocation {
  name: string;
  kind: SpanKind;
  attributes: Attributes;
  parent: TraceContext | undefined;
  /** The trace in which this was arranged, long before. */
  follows: TraceContext | undefined;
}

const settings = once(() => readTelemetrySettings());

/** Whether anybody sees what is shown. */
export function isTelemetryOn(): boolean {
  return settings() !== undefined;
}

let loading: Promise<Telemetry | undefined> | undefined;

/**
 * Undefined while it is off, which is decided without waiting for anything. What keeps it from loading is told once, and
 * nobody goes without a verdict for it.
 */
export function loadTelemetry(log?: Log): Promise<Telemetry | undefined> | undefined {
  const wanted = settings();
  if (!wanted) return undefined;
  loading ??= import('./open-telemetry')
    .then(({ startTelemetry }) => startTelemetry(wanted))
    .catch((error: unknown) => {
      log?.error('OpenTelemetry could not be started; Portcullis goes on without it', {
        reason: toFailure(error).message,
      });
      return undefined;
    });
  return loading;
}

/** The process ends: what was not sent yet is. */
export async function endTelemetry(): Promise<void> {
  await (await loading)?.end();
}
