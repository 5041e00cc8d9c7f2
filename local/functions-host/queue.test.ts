import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import { z } from 'zod';
import { createLocalClock, type LocalClock } from '../clock';
import { startServiceBusBroker, type ServiceBusBroker } from '../service-bus/broker';
import {
  QUEUE_FUNCTIONS,
  removeTestWorker,
  startTestHost,
  writeFixtureApp,
  type FixtureApp,
  type TestHost,
} from './fixture-app';
import type { LogEntry } from './worker-child';

const queue = {
  lockDurationSeconds: 30,
  maxDeliveryCount: 3,
  duplicateDetectionWindowSeconds: null,
  defaultTimeToLiveSeconds: 86_400,
};

let app: FixtureApp;
let clock: LocalClock;
let broker: ServiceBusBroker;
let client: ServiceBusClient;
let host: TestHost;
let folder: string;

beforeAll(() => {
  app = writeFixtureApp(QUEUE_FUNCTIONS);
});
afterAll(async () => {
  app.remove();
  await removeTestWorker();
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'queue-'));
  clock = createLocalClock();
  broker = await startServiceBusBroker({
    clock,
    queues: [
      { name: 'work', requiresSession: true, ...queue },
      { name: 'plain', requiresSession: false, ...queue },
    ],
  });
  client = new ServiceBusClient(broker.connectionString, { retryOptions: { maxRetries: 5, retryDelayInMs: 100 } });
  host = await startTestHost({
    appDirectory: app.directory,
    settings: { ServiceBusConnection: broker.connectionString, WorkQueue: 'work' },
    clock,
  });
});
afterEach(async () => {
  await Promise.all([host.stop(), client.close()]);
  await broker.stop();
  rmSync(folder, { recursive: true });
});

async function send(message: ServiceBusMessage, queueName = 'work'): Promise<void> {
  const sender = client.createSender(queueName);
  await sender.sendMessages({ sessionId: 'pr/a/1', ...message });
  await sender.close();
}

/** What the fixture's functions logged under a word, in order. */
const saidShape = z.looseObject({ metadata: z.record(z.string(), z.unknown()).optional() });
const said = (word: string): z.infer<typeof saidShape>[] =>
  host.entries
    .filter(({ message, level }) => level === 'information' && message.startsWith(`{"${word}"`))
    .map(({ message }) => saidShape.parse(JSON.parse(message)));
const isSaid =
  (word: string, count = 1, text = '') =>
  (entry: LogEntry): boolean =>
    entry.message.startsWith(`{"${word}"`) && entry.message.includes(text) && said(word).length >= count;

async function until(passes: () => boolean): Promise<void> {
  while (!passes()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('a message reaches its function with body and metadata, and is completed', async () => {
  await send({
    body: { type: 'evaluate', id: 1 },
    sessionId: 'pr/a/1',
    messageId: 'm-1',
    contentType: 'application/json',
    correlationId: 'c-1',
    subject: 'subject',
    applicationProperties: { Kind: 'x', count: 2 },
  });
  await host.entry(isSaid('ends'));
  await until(() => broker.queue('work').messages.length === 0);
  const [begins] = said('begins');
  expect(begins).toMatchObject({
    begins: { type: 'evaluate', id: 1 },
    metadata: {
      messageId: 'm-1',
      sessionId: 'pr/a/1',
      deliveryCount: 1,
      contentType: 'application/json',
      correlationId: 'c-1',
      subject: 'subject',
      label: 'subject',
      applicationProperties: { kind: 'x', count: 2 },
      userProperties: { kind: 'x', count: 2 },
      sequenceNumber: expect.any(Number),
      enqueuedTimeUtc: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      expiresAtUtc: expect.stringMatching(/Z$/),
      lockToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  });
  expect(host.workers.map(({ name }) => name).sort()).toEqual(['on-dead-letter', 'on-plain', 'on-work']);
});

test('messages of a session go one at a time and in order, sessions side by side', async () => {
  const sender = client.createSender('work');
  const bodies = [1, 2, 3].flatMap((step) => ['a', 'b'].map((session) => ({ session, step, wait: 50 })));
  await sender.sendMessages(bodies.map((body) => ({ body, sessionId: body.session })));
  await sender.close();
  await until(() => said('ends').length === bodies.length);
  const events = host.entries.flatMap(({ message }) => {
    const [, word, session, step] = /^\{"(begins|ends)":\{"session":"(\w)","step":(\d)/.exec(message) ?? [];
    return word === undefined ? [] : [{ session, text: `${word} ${String(step)}` }];
  });
  for (const session of ['a', 'b']) {
    expect(events.filter((event) => event.session === session).map(({ text }) => text)).toEqual(
      [1, 2, 3].flatMap((step) => [`begins ${step}`, `ends ${step}`]),
    );
  }
  const firstEnd = events.findIndex(({ text }) => text.startsWith('ends'));
  expect(new Set(events.slice(0, firstEnd).map(({ session }) => session)).size).toBe(2);
});

test('a function that throws gets the message again, and in the end the dead-letter function does', async () => {
  await send({ body: { fail: true }, messageId: 'poison' });
  await host.entry(isSaid('dead'));
  expect(said('begins').map(({ metadata }) => metadata?.['deliveryCount'])).toEqual([1, 2, 3]);
  expect(said('dead')[0]).toMatchObject({
    dead: { fail: true },
    metadata: {
      messageId: 'poison',
      applicationProperties: { deadLetterReason: 'MaxDeliveryCountExceeded' },
    },
  });
  await until(() => broker.queue('work').deadLetters.length === 0);
  expect(host.entries.filter(({ level, message }) => level === 'error' && message.includes('work fails'))).toHaveLength(
    3,
  );
});

test('a queue without sessions works too, with a body that is no JSON', async () => {
  await send({ body: 'plain text' }, 'plain');
  await host.entry(isSaid('plain'));
  expect(said('plain')).toEqual([{ plain: 'plain text' }]);
  await until(() => broker.queue('plain').messages.length === 0);
});

test('a worker killed in the middle of a message comes back and gets it again, before the next of its session', async () => {
  await send({ body: { step: 1, hangOnce: join(folder, 'hung') } });
  await send({ body: { step: 2 } });
  await host.entry(isSaid('begins'));
  const pid = host.workers.find(({ name }) => name === 'on-work')?.pid;
  const others = host.workers.filter(({ name }) => name !== 'on-work');
  await host.killWorker('on-work');
  await until(() => said('ends').length === 2);
  expect(said('begins').map(({ begins }) => begins)).toMatchObject([{ step: 1 }, { step: 1 }, { step: 2 }]);
  expect(said('begins')[1]?.['pid']).not.toBe(pid);
  expect(host.workers).toEqual(expect.arrayContaining(others));
  await until(() => broker.queue('work').messages.length === 0);
});

test('stopping lets the message under way finish and be completed', async () => {
  await send({ body: { step: 1, wait: 300 } });
  await host.entry(isSaid('begins'));
  await host.stop();
  expect(said('ends')).toHaveLength(1);
  expect(broker.queue('work').messages).toEqual([]);
});

test('messages flow again after the broker was away, at the start too', async () => {
  await send({ body: { step: 1 } });
  await host.entry(isSaid('ends'));
  await broker.setMode('down');
  await host.entry(({ functionName, level }) => functionName === 'on-work' && level === 'warning');
  await host.killWorker('on-plain');
  await host.entry(({ message, worker }) => worker === 'on-plain' && message.includes('started again'));
  await broker.setMode('up');
  await send({ body: { step: 2 } });
  await send({ body: 'after' }, 'plain');
  await Promise.all([host.entry(isSaid('ends', 2)), host.entry(isSaid('plain'))]);
  await until(() => broker.queue('work').messages.length === 0);
});

test('a session taken away in the middle of a message is worked on again', async () => {
  await send({ body: { step: 1, wait: 300 } });
  await host.entry(isSaid('begins'));
  broker.revokeSession('work', 'pr/a/1');
  await until(() => said('ends').length === 2);
  await until(() => broker.queue('work').messages.length === 0);
});

test('a scheduled message comes when the clock gets there, and the function’s time is the clock’s', async () => {
  const due = Date.now() + 3_600_000;
  await send({ body: { step: 1 }, scheduledEnqueueTimeUtc: new Date(due) });
  await until(() => broker.queue('work').scheduled === 1);
  clock.advance(3_600_000);
  await host.entry(isSaid('begins'));
  expect(Number(said('begins')[0]?.['now']) - due).toBeGreaterThanOrEqual(0);
});

test('a session held when the clock jumps past its lock is accepted anew', async () => {
  await send({ body: { step: 1 } });
  await host.entry(isSaid('ends'));
  await until(() => broker.queue('work').messages.length === 0);
  expect(broker.queue('work').sessionsHeld).toEqual(['pr/a/1']);
  clock.advance(3_600_000);
  await send({ body: { step: 2 } });
  await host.entry(isSaid('ends', 2));
  await until(() => broker.queue('work').messages.length === 0);
  expect(said('begins').map(({ metadata }) => metadata?.['deliveryCount'])).toEqual([1, 1]);
});
