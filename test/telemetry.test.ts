import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

import { startShop, type Shop } from './azure-devops-shop';
import { spellings } from './support/spellings';
import { createLocalClock } from '../local/clock';
import { startServiceBusBroker, type ServiceBusBroker } from '../local/service-bus/broker';
import { createBrokenConnections } from '../src/app/broken-connections';
import { createJudgePullRequest } from '../src/app/judge-pull-request';
import { createReceiveServiceHook } from '../src/app/receive-service-hook';
import { createRecordUnjudged } from '../src/app/record-unjudged';
import { basic, pullRequestHook } from '../src/app/testing/receiver';
import { connection, organizationId } from '../src/app/testing/samples';
import { createWorld, type World } from '../src/app/testing/world';
import { createWorkOnMessage } from '../src/app/work-on-message';
import { serviceBusQueue, type ServiceBusQueue } from '../src/azure/service-bus-queue';
import { connectAzureDevOps } from '../src/azure-devops/connect';
import { withInvocation } from '../src/composition/invocation';
import { scopedTrace } from '../src/composition/scoped-trace';
import { shownDoor } from '../src/composition/shown-door';
import { serverOf, shownWork } from '../src/composition/shown';
import { sessionId } from '../src/core/messages';
import type { PullRequestKey } from '../src/core/snapshot';

/** What is exported, in memory: the only part that is not the genuine one. */
jest.mock('../src/composition/open-telemetry', () => {
  const sdk = jest.requireActual('@opentelemetry/sdk-trace-base');
  const metrics = jest.requireActual('@opentelemetry/sdk-metrics');
  const { resourceFromAttributes } = jest.requireActual('@opentelemetry/resources');
  const { createTelemetry } = jest.requireActual('../src/composition/telemetry-spans');
  const spans = new sdk.InMemorySpanExporter();
  const points = new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.CUMULATIVE);
  const reader = new metrics.PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 600_000 });
  const telemetry = createTelemetry({
    spanProcessors: [new sdk.SimpleSpanProcessor(spans)],
    metricReaders: [reader],
    resource: resourceFromAttributes({ 'service.name': 'portcullis' }),
  });
  return { startTelemetry: () => telemetry, spans, points, reader };
});
process.env['PORTCULLIS_OPENTELEMETRY'] = 'true';

interface Exported {
  spans: { getFinishedSpans(): ReadableSpan[]; reset(): void };
  points: { getMetrics(): unknown[] };
  reader: { forceFlush(): Promise<void>; shutdown(): Promise<void> };
}
const { spans, points, reader } = jest.requireMock<Exported>('../src/composition/open-telemetry');

const PAT = 'canary"pat+/4f1c\\9a==';
const PASSWORD = 'canary"hook+/77b0\\1e==';
/** A branch, which is in the title and the description, too. */
const TITLE = 'canary-of-a-branch';
const SECRETS = [PAT, PASSWORD];

let shop: Shop;
let broker: ServiceBusBroker;
let queue: ServiceBusQueue;
let client: ServiceBusClient;
let world: World;
let key: PullRequestKey;
const clock = createLocalClock();

beforeAll(async () => {
  shop = await startShop();
  await shop.control('POST', 'pats', { token: PAT, identity: 'bot' });
  broker = await startServiceBusBroker({
    clock,
    queues: [
      {
        name: 'work',
        requiresSession: true,
        lockDurationSeconds: 60,
        maxDeliveryCount: 5,
        duplicateDetectionWindowSeconds: 600,
        defaultTimeToLiveSeconds: 86_400,
      },
    ],
  });
  queue = serviceBusQueue({
    serviceBus: { connectionString: broker.connectionString },
    clock: { now: () => new Date(clock.now()) },
    trace: scopedTrace,
  });
  client = new ServiceBusClient(broker.connectionString);
  world = createWorld({
    trace: scopedTrace,
    connect: ({ url }, credential) =>
      shownDoor(
        connectAzureDevOps({
          url,
          credential: credential.kind === 'pat' ? credential : { kind: 'pat', pat: '' },
          log: world.log.port,
          trace: scopedTrace,
          patienceMs: 200,
        }),
        scopedTrace,
      ),
  });
  const door = shop.connect(PAT);
  const { identity } = await door.readMyself();
  world.connections.put({ ...connection, url: shop.url, identities: [identity] });
  world.secrets.rotatePat(connection.id, PAT);
  world.secrets.rotateHookSecrets(connection.id, [PASSWORD]);
});

afterAll(async () => {
  await Promise.all([queue.close(), client.close(), reader.shutdown()]);
  await Promise.all([broker.stop(), shop.stop()]);
});

beforeEach(() => {
  spans.reset();
});

async function open(branch: string): Promise<void> {
  await shop.push(branch, [{ path: '/src/basket.ts', content: 'export const basket = [];\n' }]);
  key = { ...(await shop.createPullRequest(branch)), connectionId: connection.id };
}

/** The hook arrives, as the function is called for it. */
function hook(eventId: string): Promise<number> {
  const receive = createReceiveServiceHook({
    ...world.shared,
    queue,
    parse: () => ({ ...pullRequestHook, ...key, eventId, organizationIds: [organizationId] }),
  });
  const shown = serverOf('POST', '/api/service-hooks/{connectionId}');
  return withInvocation({ log: world.log.port }, shown, () =>
    receive({
      connectionId: connection.id,
      authorization: basic(`portcullis:${PASSWORD}`),
      readBody: async () => new TextEncoder().encode('{}'),
    }),
  );
}

/** The trigger's metadata, as the library hands it over. */
function metadataOf({
  messageId,
  sessionId: session,
  enqueuedTimeUtc,
  applicationProperties,
}: ServiceBusReceivedMessage) {
  const lowered = Object.entries(applicationProperties ?? {}).map(([name, value]) => [
    `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    value,
  ]);
  return {
    messageId: String(messageId),
    sessionId: session ?? '',
    enqueuedTimeUtc: enqueuedTimeUtc?.toISOString(),
    applicationProperties: Object.fromEntries(lowered),
  };
}

/** The worker works until nothing is left, and time is made to pass for what is due later; returns what it worked on. */
async function drain(): Promise<string[]> {
  const shared = { ...world.shared, queue };
  let evaluations = 0;
  const judge = createJudgePullRequest({
    ...shared,
    brokenConnections: createBrokenConnections(shared),
    recordUnjudged: createRecordUnjudged(shared),
    newEvaluationId: () => `evaluation-${(evaluations += 1)}-${clock.now()}`,
  });
  const nothing = async (): Promise<void> => undefined;
  const work = createWorkOnMessage({ ...shared, judge, sweep: nothing, operate: nothing });
  const worked: string[] = [];
  while (broker.queue('work').messages.length > 0) {
    // Anew each time: no lock outlives the leaps of the broker's clock.
    const receiver = await client.acceptSession('work', sessionId(key));
    const messages = await receiver.receiveMessages(1, { maxWaitTimeInMs: 100 });
    for (const message of messages) {
      // Of the ledger; the broker tells the present time.
      world.clock.advanceTo(new Date(Math.max(Date.now(), world.clock.now().getTime() + 20_000)));
      const metadata = metadataOf(message);
      await withInvocation({ log: world.log.port }, shownWork('process', metadata), () => work(message.body, metadata));
      await receiver.completeMessage(message);
      worked.push(metadata.messageId.split('/')[0] ?? '');
    }
    await receiver.close();
    if (messages.length === 0) clock.advance(20_000);
  }
  return worked;
}

/** Everything of a span that is exported. */
const exported = ({ name, attributes, events, links, status, resource }: ReadableSpan): string =>
  JSON.stringify({ name, attributes, events, links, status, resource: resource.attributes });

function expectOneTree(all: readonly ReadableSpan[]): void {
  const ids = new Set(all.map((span) => span.spanContext().spanId));
  expect(new Set(all.map((span) => span.spanContext().traceId)).size).toBe(1);
  const roots = all.filter(({ parentSpanContext }) => parentSpanContext === undefined);
  expect(roots.map(({ name }) => name)).toEqual(['POST /api/service-hooks/{connectionId}']);
  const orphans = all.filter(({ parentSpanContext: parent }) => parent !== undefined && !ids.has(parent.spanId));
  expect(orphans.map(({ name }) => name)).toEqual([]);
}

function expectNoSecret(text: string): void {
  expect(SECRETS.flatMap(spellings).filter((each) => text.includes(each))).toEqual([]);
  expect(text).not.toContain(TITLE);
}

test('from hook to status is one tree, of spans that hold no secret', async () => {
  await open(TITLE);
  expect(await hook('event-1')).toBe(202);
  expect(await drain()).toEqual(['hook', 'settle']);
  expect(await shop.connect(PAT).readStatuses(key)).toHaveLength(1);

  const all = spans.getFinishedSpans();
  expectOneTree(all);
  expectNoSecret(all.map(exported).join('\n'));
  const parents = new Map(all.map((span) => [span.spanContext().spanId, span.name]));
  const edges = new Set(
    all.map(({ name, parentSpanContext: of }) => `${parents.get(of?.spanId ?? '') ?? ''} > ${name}`),
  );
  for (const edge of [
    ' > POST /api/service-hooks/{connectionId}',
    'POST /api/service-hooks/{connectionId} > send work',
    'send work > process work',
    'process work > evaluate',
    'process work > send work',
    'evaluate > readThreads',
    'evaluate > postStatus',
  ])
    expect(edges).toContain(edge);
  const posted = all.find(({ name }) => name.startsWith('POST ') && name.endsWith('/statuses'));
  expect(posted?.attributes).toMatchObject({ 'http.request.method': 'POST', 'http.response.status_code': 200 });
  expect(posted?.name).toBe('POST /_apis/git/repositories/{id}/pullrequests/{id}/statuses');
  const names = all.map(({ name }) => name).join('\n');
  for (const id of [key.repositoryId, String(key.pullRequestId), 'Shop', 'contoso']) expect(names).not.toContain(id);
  const [evaluation] = all.filter(({ name }) => name === 'evaluate');
  expect(evaluation?.attributes).toMatchObject({
    'portcullis.connection.id': connection.id,
    'portcullis.repository.id': key.repositoryId,
    'portcullis.pull_request.id': key.pullRequestId,
    'portcullis.result': 'judged',
    'portcullis.iteration': 1,
    'portcullis.cause': 'hook',
  });
}, 60_000);

test('through a service that is down, the retry goes on with the tree; errors are sentences, without secrets or stacks', async () => {
  await open(`${TITLE}-2`);
  await shop.control('POST', 'faults', [{ method: 'GET', path: 'pullRequests', times: 12, status: 503 }]);
  expect(await hook('event-2')).toBe(202);
  const worked = await drain();
  await shop.control('DELETE', 'faults');
  expect(worked).toContain('retry');

  const all = spans.getFinishedSpans();
  expectOneTree(all);
  expectNoSecret(all.map(exported).join('\n'));
  const failed = all.filter(({ status }) => status.message !== undefined);
  expect(failed.length).toBeGreaterThan(0);
  for (const { status } of failed) expect(status.message).toMatch(/^[A-Z][^\n]*\.$/);
  expect(all.flatMap(({ events }) => events)).toEqual([]);
  expect(all.some(({ attributes }) => attributes['http.request.resend_count'] === 1)).toBe(true);
}, 60_000);

test('what is due hours later begins a trace of its own, which points back', async () => {
  const shown = serverOf('POST', '/api/service-hooks/{connectionId}');
  await withInvocation({ log: world.log.port }, shown, () =>
    queue.sendLater({ schemaVersion: 1 }, { messageId: 'until/1', sessionId: 'far', dueIn: 7_200 }),
  );
  clock.advance(7_201_000);
  const receiver = await client.acceptSession('work', 'far');
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 2_000 });
  const metadata = message ? metadataOf(message) : {};
  await withInvocation({ log: world.log.port }, shownWork('process', metadata), async () => undefined);
  if (message) await receiver.completeMessage(message);
  await receiver.close();
  const all = spans.getFinishedSpans();
  const sent = all.find(({ name }) => name === 'send work');
  const later = all.find(({ name }) => name === 'process work');
  expect(later?.parentSpanContext).toBeUndefined();
  expect(later?.spanContext().traceId).not.toBe(sent?.spanContext().traceId);
  expect(later?.links.map(({ context }) => context.spanId)).toEqual([sent?.spanContext().spanId]);
});

test('an error that is not ours is told by its kind alone', async () => {
  const shown = serverOf('POST', '/api/service-hooks/{connectionId}');
  await expect(
    withInvocation({ log: world.log.port }, shown, () => Promise.reject(new TypeError(`cannot read ${PAT}`))),
  ).rejects.toThrow(TypeError);
  const [span] = spans.getFinishedSpans();
  expect(span?.attributes['error.type']).toBe('TypeError');
  expectNoSecret(spans.getFinishedSpans().map(exported).join('\n'));
});

test('metrics tell times, requests and verdicts, and nothing of anybody', async () => {
  await reader.forceFlush();
  const text = JSON.stringify(points.getMetrics());
  for (const name of ['portcullis.hook_to_verdict', 'portcullis.verdicts', 'portcullis.azure_devops.requests'])
    expect(text).toContain(`"${name}"`);
  expectNoSecret(text);
  for (const id of [key.repositoryId, connection.id, 'Shop']) expect(text).not.toContain(id);
});
