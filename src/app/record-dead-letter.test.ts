import { Failure } from '../core/failures';
import { pullRequestMessage, sessionId, sweepMessage } from '../core/messages';

import { referenceOf } from './record-unjudged';
import { connection, key } from './testing/samples';
import { BOT_PAT, createWorld, type World } from './testing/world';

const bodyOf = (): unknown => pullRequestMessage(key, 'hook');
const metadata = (enqueuedAt: Date, over: Record<string, unknown> = {}): Record<string, unknown> => ({
  messageId: 'hook/1',
  sessionId: sessionId(key),
  enqueuedTimeUtc: enqueuedAt.toISOString(),
  applicationProperties: { deadLetterReason: 'MaxDeliveryCountExceeded', deadLetterErrorDescription: 'Ten times.' },
  ...over,
});
const record = (world: World, body: unknown = bodyOf(), enqueuedAt = world.clock.now()): Promise<void> =>
  world.consumers.deadLetter(body, metadata(enqueuedAt));

const reference = referenceOf('hook/1');
const told = {
  iterationId: 1,
  state: 'error',
  description: `could not be judged; tell your administrator the reference ${reference}, or comment /gate re-run`,
};

test('a dead letter is recorded with ids, reason and body, and the pull request says error with the reference', async () => {
  const world = createWorld();
  const enqueuedAt = world.clock.now();
  await record(world);
  expect(world.deadLetters.recorded.letters()).toEqual([
    {
      reference,
      reason: 'MaxDeliveryCountExceeded',
      description: 'Ten times.',
      messageId: 'hook/1',
      sessionId: sessionId(key),
      enqueuedAt,
      body: JSON.stringify(bodyOf()),
      key,
    },
  ]);
  expect(world.verdict()).toMatchObject(told);
});

test('one of a sweep is recorded as the connection’s, with which it goes', async () => {
  const world = createWorld();
  await record(world, sweepMessage(connection.id, true));
  expect(world.deadLetters.recorded.letters()).toMatchObject([{ key: null, connectionId: connection.id }]);
});

test('delivered once more, nothing is written twice', async () => {
  const world = createWorld();
  await record(world);
  await record(world);
  expect(world.deadLetters.recorded.letters()).toHaveLength(1);
  expect(world.azureDevOps.recorded.statuses()).toHaveLength(1);
});

test('a message that the worker can never judge ends here', async () => {
  const world = createWorld();
  world.wire.fail('ledger.begin', 'before', new TypeError('oops'), 10);
  world.hook('hook/1');
  await world.drain();
  expect(world.verdict()).toMatchObject(told);
  expect(world.deadLetters.recorded.letters()).toHaveLength(1);
});

describe('no status is written', () => {
  test('when a newer verdict stands', async () => {
    const world = createWorld();
    const enqueuedAt = world.clock.now();
    world.clock.advance(1);
    world.hook('hook/2');
    await world.drain();
    await record(world, bodyOf(), enqueuedAt);
    expect(world.verdict()?.state).toBe('succeeded');
    expect(world.deadLetters.recorded.letters()).toHaveLength(1);
  });

  test.each<[string, (world: World) => void]>([
    [
      'on a pull request that is done with',
      (world) => world.pullRequest.change(({ details }) => (details.status = 'completed')),
    ],
    ['when the credential is refused', (world) => world.azureDevOps.accounts.delete(BOT_PAT)],
    [
      'when the ledger cannot be read',
      (world) => {
        world.wire.fail('ledger.read', 'before', new Failure({ kind: 'unavailable', message: 'down' }));
      },
    ],
  ])('%s; the record stands', async (_, change) => {
    const world = createWorld();
    change(world);
    await record(world);
    expect(world.azureDevOps.recorded.statuses()).toEqual([]);
    expect(world.deadLetters.recorded.letters()).toHaveLength(1);
  });

  test.each<[string, unknown]>([
    ['text', 'hello'],
    ['nothing', undefined],
    ['a message of a later release', { ...pullRequestMessage(key, 'hook'), schemaVersion: 9 }],
  ])('for a body that is none of ours: %s', async (_, body) => {
    const world = createWorld();
    await world.consumers.deadLetter(body, metadata(world.clock.now()));
    expect(world.azureDevOps.recorded.statuses()).toEqual([]);
    expect(world.deadLetters.recorded.letters()).toMatchObject([{ key: null, body: JSON.stringify(body ?? null) }]);
  });
});

test('an older verdict does not keep the error away', async () => {
  const world = createWorld();
  world.hook('hook/0');
  await world.drain();
  world.clock.advance(60);
  await record(world);
  expect(world.verdict()).toMatchObject(told);
});

test('the error gives way to the next verdict although nothing changed', async () => {
  const world = createWorld();
  world.hook('hook/0');
  await world.drain();
  world.clock.advance(60);
  await record(world);
  world.clock.advance(60);
  world.hook('hook/2');
  await world.drain();
  expect(world.verdict()).toMatchObject({ state: 'succeeded', description: '4 gates passed' });
});

test('what cannot be recorded is waited with and thrown, so that it stays in the queue', async () => {
  const world = createWorld();
  const down = new Failure({ kind: 'unavailable', message: 'No table.' });
  world.wire.fail('deadLetters.record', 'before', down);
  await expect(record(world)).rejects.toBe(down);
  expect(world.clock.slept).toEqual([30]);
  expect(world.azureDevOps.recorded.statuses()).toEqual([]);
  await record(world);
  expect(world.deadLetters.recorded.letters()).toHaveLength(1);
  expect(world.verdict()).toMatchObject(told);
});

test.each<[string, Record<string, unknown>, { reason: string; description: string }]>([
  ['no reason', {}, { reason: 'unknown', description: '' }],
  [
    'a reason without words, as one that was moved by hand',
    { applicationProperties: { deadLetterReason: 'Moved', deadLetterErrorDescription: null } },
    { reason: 'Moved', description: '' },
  ],
  [
    'the older name of the properties',
    { userProperties: { deadLetterReason: 'Why' } },
    { reason: 'Why', description: '' },
  ],
  ['properties that are none', { applicationProperties: 'x' }, { reason: 'unknown', description: '' }],
])('the broker gives %s', async (_, properties, expected) => {
  const world = createWorld();
  await world.consumers.deadLetter(
    bodyOf(),
    metadata(world.clock.now(), { applicationProperties: undefined, ...properties }),
  );
  expect(world.deadLetters.recorded.letters()).toMatchObject([expected]);
});

test('a dead sweep is recorded, and no pull request is told', async () => {
  const world = createWorld();
  await record(world, sweepMessage(connection.id, true));
  expect(world.deadLetters.recorded.letters()).toMatchObject([{ reference, key: null }]);
  expect(world.wire.calls).toEqual(['connections.find', 'deadLetters.record']);
});
