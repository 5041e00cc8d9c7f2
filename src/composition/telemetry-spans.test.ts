import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';

import { createTelemetry } from './telemetry-spans';

const shown = (kind: 'server' | 'consumer') => ({
  name: 'work',
  kind,
  attributes: {},
  parent: undefined,
  follows: undefined,
});

test('a collector that never answers costs one invocation its half second, and a hook nothing', async () => {
  let exports = 0;
  const exporter: SpanExporter = { export: () => void (exports += 1), shutdown: () => Promise.resolve() };
  const telemetry = createTelemetry({
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: 3_000 })],
    metricReaders: [],
    resource: resourceFromAttributes({}),
  });
  const timed = async (kind: 'server' | 'consumer'): Promise<number> => {
    const began = performance.now();
    await telemetry.invocation(shown(kind), () => Promise.resolve());
    return performance.now() - began;
  };
  expect(await timed('server')).toBeLessThan(250);
  expect(await timed('consumer')).toBeGreaterThan(250);
  for (let others = 0; others < 5; others += 1) expect(await timed('consumer')).toBeLessThan(250);
  expect(exports).toBeGreaterThan(0);
});
