import { AzureMonitorMetricExporter, AzureMonitorTraceExporter } from '@azure/monitor-opentelemetry-exporter';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { AlwaysOnSampler, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';

import { Failure } from '../core/failures';

import type { TelemetrySettings } from './environment';
import type { Telemetry } from './telemetry';
import { createTelemetry } from './telemetry-spans';

const METRICS_EVERY_MS = 60_000;
/** What cannot be sent is dropped: memory is for evaluations. */
const EXPORT_MS = 10_000;

/** One for the process: this bundle is shared by all that are loaded in it. */
let started: Telemetry | undefined;

/** Starts OpenTelemetry; throws a sentence when nobody said where to. Everything else that fails is dropped. */
export function startTelemetry(settings: TelemetrySettings): Telemetry {
  started ??= create(settings);
  return started;
}

function create(settings: TelemetrySettings): Telemetry {
  const { spans, metrics } = exportersOf(settings);
  const { serviceName, version, isSamplerGiven } = settings;
  return createTelemetry({
    spanProcessors: [new BatchSpanProcessor(spans, { exportTimeoutMillis: EXPORT_MS })],
    metricReaders: [
      new PeriodicExportingMetricReader({
        exporter: metrics,
        exportIntervalMillis: METRICS_EVERY_MS,
        exportTimeoutMillis: EXPORT_MS,
      }),
    ],
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    // Whether the host's own span is kept says nothing about ours, and few hosts say it right.
    ...(isSamplerGiven ? {} : { sampler: new AlwaysOnSampler() }),
  });
}

function exportersOf({ otlpEndpoint, applicationInsights, credential }: TelemetrySettings): {
  spans: SpanExporter;
  metrics: PushMetricExporter;
} {
  if (otlpEndpoint !== undefined) return { spans: new OTLPTraceExporter(), metrics: new OTLPMetricExporter() };
  if (applicationInsights === undefined) {
    throw new Failure({
      kind: 'unexpected',
      message:
        'OpenTelemetry is on, and nothing says where to send: set APPLICATIONINSIGHTS_CONNECTION_STRING, ' +
        'or OTEL_EXPORTER_OTLP_ENDPOINT.',
    });
  }
  // The exporter would also tell Microsoft how it is used, at an address that nobody here allowed.
  process.env['APPLICATION_INSIGHTS_NO_STATSBEAT'] = 'true';
  // Keys are off in Application Insights, and a disk that is thrown away keeps nothing for later.
  const options = { connectionString: applicationInsights, credential, disableOfflineStorage: true };
  return { spans: new AzureMonitorTraceExporter(options), metrics: new AzureMonitorMetricExporter(options) };
}
