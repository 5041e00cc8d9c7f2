import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout } from 'node:timers/promises';

import {
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind as Kind,
  SpanStatusCode,
  trace as api,
  TraceFlags,
  type Context,
  type Link,
  type Span as ApiSpan,
  type SpanContext,
} from '@opentelemetry/api';
import { TraceState } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { MeterProvider, type IMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, type Sampler, type SpanProcessor } from '@opentelemetry/sdk-trace-base';

import type { Attributes, Span, SpanKind } from '../app/ports';
import { Failure } from '../core/failures';
import type { TraceContext } from '../core/trace-context';

import type { Telemetry } from './telemetry';
import { createMetrics } from './telemetry-metrics';

/** Whoever waits for it waits this long; what is not sent by then is sent with the next. */
const FLUSH_MS = 500;
const END_MS = 3_000;
/** Points of metrics are sent once a minute by themselves, and this often where a process may be frozen in between. */
const METRICS_MS = 10_000;

const kinds: Record<SpanKind, Kind> = {
  internal: Kind.INTERNAL,
  server: Kind.SERVER,
  client: Kind.CLIENT,
  producer: Kind.PRODUCER,
  consumer: Kind.CONSUMER,
};

interface Started {
  name: string;
  kind: SpanKind;
  attributes: Attributes;
  links?: Link[];
}

/**
 * Spans and metrics with the SDK of OpenTelemetry. Nothing of it is registered globally: what the app does not hand over
 * is not seen, and libraries that look for a global tracer find none.
 */
export function createTelemetry(options: {
  spanProcessors: SpanProcessor[];
  metricReaders: IMetricReader[];
  resource: Resource;
  sampler?: Sampler;
}): Telemetry {
  const { spanProcessors, metricReaders, resource, sampler } = options;
  const tracers = new BasicTracerProvider({ spanProcessors, resource, ...(sampler ? { sampler } : {}) });
  const meters = new MeterProvider({ readers: metricReaders, resource });
  const tracer = tracers.getTracer('portcullis');
  const { measure, requested, delayed } = createMetrics(meters.getMeter('portcullis'));
  const active = new AsyncLocalStorage<Context>();
  let metricsSentAt = performance.now();
  let sending: Promise<void> | undefined;
  let isStuck = false;

  const within = async <T>(
    parent: Context,
    { name, kind, attributes, links = [] }: Started,
    work: (span: ApiSpan) => Promise<T>,
  ): Promise<T> => {
    const span = tracer.startSpan(name, { kind: kinds[kind], attributes, links }, parent);
    try {
      return await active.run(api.setSpan(parent, span), () => work(span));
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  };
  const present = (): Context => active.getStore() ?? ROOT_CONTEXT;

  const send = async (): Promise<void> => {
    const isTime = performance.now() - metricsSentAt >= METRICS_MS;
    if (isTime) metricsSentAt = performance.now();
    await Promise.allSettled([tracers.forceFlush(), isTime ? meters.forceFlush() : undefined]);
  };
  const flush = async (): Promise<void> => {
    sending ??= send().finally(() => {
      sending = undefined;
      isStuck = false;
    });
    // Of a collector that is dead only the first learns: messages of one pull request wait for each other.
    if (isStuck) return;
    const isSent = sending.then(() => true);
    isStuck = !(await Promise.race([isSent, setTimeout(FLUSH_MS, false, { ref: false })]));
  };

  return {
    context: () => contextOf(api.getSpanContext(present())),
    span: (name, kind, attributes, work) => within(present(), { name, kind, attributes }, (span) => work(seen(span))),
    measure,
    request: ({ method, url, attempt, ...request }, sendRequest) => {
      const template = request.template();
      const attributes = {
        'http.request.method': method,
        'url.template': template,
        'server.address': url.hostname,
        'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
        ...(attempt > 0 ? { 'http.request.resend_count': attempt } : {}),
      };
      return within(present(), { name: `${method} ${template}`, kind: 'client', attributes }, async (span) => {
        let answeredWith = 0;
        try {
          return await sendRequest((status) => {
            answeredWith = status;
            span.setAttribute('http.response.status_code', status);
          });
        } finally {
          requested(answeredWith);
        }
      });
    },
    pause: async (wait) => {
      const since = performance.now();
      try {
        return await wait();
      } finally {
        delayed((performance.now() - since) / 1_000);
      }
    },
    invocation: async ({ parent, follows, ...shown }, work) => {
      const before = parent ? api.setSpanContext(ROOT_CONTEXT, spanContextOf(parent)) : ROOT_CONTEXT;
      const links = follows ? [{ context: spanContextOf(follows) }] : [];
      try {
        return await within(before, { ...shown, links }, (span) => work(seen(span)));
      } finally {
        // Who waits for an answer does not wait for this.
        const sent = flush();
        if (shown.kind !== 'server') await sent;
      }
    },
    end: async () => {
      const ended = Promise.allSettled([tracers.shutdown(), meters.shutdown()]);
      await Promise.race([ended, setTimeout(END_MS, undefined, { ref: false })]);
    },
  };
}

function seen(span: ApiSpan): Span {
  return {
    set(attributes) {
      span.setAttributes(attributes);
      const status = attributes['http.response.status_code'];
      if (typeof status === 'number' && status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    },
  };
}

/** A sentence of ours; of any other error its name, as its text and its stack may hold anything. */
function fail(span: ApiSpan, error: unknown): void {
  const isOurs = error instanceof Failure;
  span.setAttribute('error.type', isOurs ? error.kind : error instanceof Error ? error.name : typeof error);
  // Somebody pushed meanwhile: what is newer is judged instead.
  if (isOurs && error.kind === 'superseded') return;
  // An unexpected failure may quote what something else said.
  const message = isOurs && error.kind !== 'unexpected' ? error.message : 'It failed unexpectedly; the log says more.';
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

function contextOf(context: SpanContext | undefined): TraceContext | undefined {
  if (!context || !isSpanContextValid(context)) return undefined;
  const { traceId, spanId, traceFlags, traceState } = context;
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  const tracestate = traceState?.serialize() ?? '';
  return tracestate === '' ? { traceparent } : { traceparent, tracestate };
}

function spanContextOf({ traceparent, tracestate }: TraceContext): SpanContext {
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-');
  return {
    traceId,
    spanId,
    traceFlags: parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
    ...(tracestate === undefined ? {} : { traceState: new TraceState(tracestate) }),
  };
}
