/** Where in a trace something happens, as W3C writes it: so it travels with a message. */
export interface TraceContext {
  traceparent: string;
  tracestate?: string;
}

/** What a message carries besides its body. */
export type CarriedProperties = Record<string, string>;

/** What a message says of the trace that it comes from. */
export interface Carried {
  /** Whoever works on it goes on with this trace. */
  parent?: TraceContext;
  /** Whoever works on it begins a trace of its own, which points back to this one. */
  follows?: TraceContext;
}

/**
 * A trace that is still written to hours later is drawn, kept and sampled by nobody as one: what is due later begins
 * another one. Retries are due within the hour; the end of a freeze may be weeks away.
 */
const LONGEST_SECONDS = 3_600;

/** In properties of its own: the Functions host goes on with whatever `Diagnostic-Id` says. */
const FOLLOWS = 'portcullis-follows';

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

const LONGEST_TRACESTATE = 512;

/** Undefined for anything that is no context. */
export function traceContextOf(traceparent: unknown, tracestate?: unknown): TraceContext | undefined {
  if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent)) return undefined;
  const isState = typeof tracestate === 'string' && tracestate !== '' && tracestate.length <= LONGEST_TRACESTATE;
  return isState ? { traceparent, tracestate } : { traceparent };
}

export function traceIdOf({ traceparent }: TraceContext): string {
  return traceparent.slice(3, 35);
}

/** What a message is given that is due in so many seconds. */
export function carriedProperties(context: TraceContext | undefined, dueIn = 0): CarriedProperties {
  if (!context) return {};
  const { traceparent, tracestate } = context;
  if (dueIn > LONGEST_SECONDS) return { [FOLLOWS]: traceparent };
  return { traceparent, 'Diagnostic-Id': traceparent, ...(tracestate === undefined ? {} : { tracestate }) };
}

/** Reads it again from the trigger's metadata. Anybody who may send could have written it: ids, and nothing else. */
export function carriedBy(metadata: Record<string, unknown>): Carried {
  const properties = metadata['applicationProperties'];
  if (typeof properties !== 'object' || properties === null) return {};
  const of = new Map<string, unknown>(Object.entries(properties));
  const parent = traceContextOf(of.get('traceparent'), of.get('tracestate'));
  const follows = traceContextOf(of.get(FOLLOWS));
  return { ...(parent ? { parent } : {}), ...(follows ? { follows } : {}) };
}
