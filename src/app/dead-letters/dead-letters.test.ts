import { Failure } from '../../core/failures';
import { operationMessage, pullRequestMessage, sessionId, sweepMessage } from '../../core/messages';
import { referenceOf } from '../record-unjudged';
import { connection, key } from '../testing/samples';
import { createWorld, type World } from '../testing/world';

import { createListDeadLetters } from './list-dead-letters';
import { createSettleDeadLetters } from './settle-dead-letters';

const other = { ...connection, id: 'con-tailwind', name: 'tailwind' };
const down = new Failure({ kind: 'unavailable', message: 'The tables are down.' });

/** The queue gave up on a message. */
async function dead(world: World, messageId: string, body: unknown = pullRequestMessage(key, 'hook')): Promise<string> {
  await world.consumers.deadLetter(body, {
    messageId,
    sessionId: sessionId(key),
    enqueuedTimeUtc: world.clock.now().toISOString(),
    applicationProperties: { deadLetterReason: 'MaxDeliveryCountExceeded', deadLetterErrorDescription: 'Ten times.' },
  });
  return referenceOf(messageId);
}

const listOf = ({ shared }: World) => createListDeadLetters(shared);
const settleOf = ({ shared }: World) => createSettleDeadLetters(shared);
const left = (world: World): string[] => world.deadLetters.recorded.letters().map(({ reference }) => reference);

async function listed(world: World, filter = {}) {
  return (await listOf(world).page(filter, { limit: 50 })).letters.map(({ letter }) => letter.reference);
}

describe('the list', () => {
  test('is newest first, page by page, and leaves none out', async () => {
    const world = createWorld();
    const references: string[] = [];
    for (let number = 0; number < 5; number += 1) {
      references.unshift(await dead(world, `hook/${number}`));
      // Two of them at the same time.
      if (number !== 2) world.clock.advance(1);
    }
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listOf(world).page({}, { after, limit: 2 });
      seen.push(...page.letters.map(({ letter }) => letter.reference));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect([...seen].sort()).toEqual([...references].sort());
    expect(seen.slice(0, 1)).toEqual(references.slice(0, 1));
    expect(seen.slice(-2)).toEqual(references.slice(-2));
  });

  test('is of a connection, of a pull request, of a time', async () => {
    const world = createWorld();
    world.connections.put(other);
    const first = await dead(world, 'hook/1');
    world.clock.advance(60);
    const between = world.clock.now();
    const second = await dead(world, 'hook/2', pullRequestMessage({ ...key, pullRequestId: 8 }, 'hook'));
    const theirs = await dead(world, 'hook/3', pullRequestMessage({ ...key, connectionId: other.id }, 'hook'));
    const sweep = await dead(world, 'sweep/1', sweepMessage(connection.id));
    expect((await listed(world)).sort()).toEqual([first, second, theirs, sweep].sort());
    expect(await listed(world, { connectionId: connection.id })).toEqual([second, first]);
    expect(await listed(world, { connectionId: connection.id, pullRequestId: 8 })).toEqual([second]);
    expect(await listed(world, { until: between })).toEqual([first]);
    expect(await listed(world, { connectionId: connection.id, since: between })).toEqual([second]);
    expect(await listOf(world).find(theirs, connection.id)).toBeUndefined();
    expect(await listOf(world).find(sweep)).toMatchObject({ kind: 'sweep', connection: null, judgedSince: null });
  });

  test('says whether the pull request was judged since', async () => {
    const world = createWorld();
    const judgedSince = async () => (await listOf(world).page({}, { limit: 9 })).letters[0]?.judgedSince;
    world.hook('hook/0');
    await world.drain();
    world.clock.advance(60);
    await dead(world, 'hook/1');
    expect(await judgedSince()).toBe(false);
    world.clock.advance(60);
    world.hook('hook/2');
    await world.drain();
    expect(await judgedSince()).toBe(true);
    // The same again: the record stays as it was, while the status says error once more.
    world.clock.advance(60);
    await dead(world, 'hook/1');
    expect(world.verdict()?.state).toBe('error');
    expect(await judgedSince()).toBe(false);
    world.wire.fail('ledger.read', 'before', down);
    expect(await judgedSince()).toBeNull();
  });
});

describe('replaying', () => {
  test('has the pull request judged again: the status with the reference goes, and so does the record', async () => {
    const world = createWorld();
    world.hook('hook/0');
    await world.drain();
    world.clock.advance(60);
    const reference = await dead(world, 'hook/1');
    expect(world.verdict()?.description).toContain(reference);
    expect(await settleOf(world).replay([reference, reference])).toEqual([{ reference, state: 'sent', message: null }]);
    expect(left(world)).toEqual([]);
    await world.drain();
    expect(world.verdict()).toMatchObject({ state: 'succeeded', description: '4 gates passed' });
  });

  test('by two people at once sends one message', async () => {
    const world = createWorld();
    const reference = await dead(world, 'hook/1');
    const both = await Promise.all([settleOf(world).replay([reference]), settleOf(world).replay([reference])]);
    expect(world.queue.recorded.sent).toHaveLength(1);
    expect(left(world)).toEqual([]);
    expect(both.flat().map(({ state }) => state)).toContain('sent');
  });

  test('after a crash between sending and removing sends no second one', async () => {
    const world = createWorld();
    const reference = await dead(world, 'hook/1');
    world.wire.crash('queue.send', 'after');
    await settleOf(world).replay([reference]);
    world.wire.restart();
    expect(left(world)).toEqual([reference]);
    expect(await settleOf(world).replay([reference])).toMatchObject([{ state: 'sent' }]);
    expect(world.queue.recorded.sent).toHaveLength(1);
    expect(world.queue.recorded.duplicates).toHaveLength(1);
    expect(left(world)).toEqual([]);
  });

  test('keeps the record of what could not be sent, and says so', async () => {
    const world = createWorld();
    const reference = await dead(world, 'hook/1');
    world.wire.fail('queue.send', 'before', down);
    expect(await settleOf(world).replay([reference])).toEqual([{ reference, state: 'failed', message: down.message }]);
    expect(left(world)).toEqual([reference]);
    world.wire.fail('deadLetters.remove', 'before', down);
    expect(await settleOf(world).replay([reference])).toMatchObject([
      { state: 'sent', message: expect.stringContaining('its record stays') },
    ]);
  });

  test('of what fails again leaves the new record', async () => {
    const world = createWorld();
    const reference = await dead(world, 'hook/1');
    // The message fails at once, before the slower of two removes what it read.
    world.wire.stall('deadLetters.remove', async () => {
      const found = await world.shared.deadLetters.find(reference);
      if (found) await world.shared.deadLetters.remove(found);
      await dead(world, 'hook/1');
    });
    await settleOf(world).replay([reference]);
    expect(left(world)).toEqual([reference]);
  });

  test('sends a message that the worker takes only after the record is gone', async () => {
    const world = createWorld();
    await settleOf(world).replay([await dead(world, 'hook/1')]);
    expect(world.queue.recorded.sent).toMatchObject([{ dueIn: 10 }]);
  });

  test.each<[string, unknown, object]>([
    [
      'a retry, without its place in the chain',
      { ...pullRequestMessage(key, 'retry'), attempt: 7, chain: 'hook/0' },
      { ...pullRequestMessage(key, 'sweep', true) },
    ],
    ['a sweep', sweepMessage(connection.id, true), sweepMessage(connection.id, true)],
    [
      'a slice of long work',
      operationMessage(connection.id, 'o-1', 3, 1),
      operationMessage(connection.id, 'o-1', 3, 1),
    ],
  ])('sends %s', async (_, body, message) => {
    const world = createWorld();
    await settleOf(world).replay([await dead(world, 'm/1', body)]);
    expect(world.queue.recorded.sent.map((each) => each.message)).toEqual([message]);
  });

  test.each<[string, unknown, string]>([
    ['no message', { hello: 'world' }, 'is no message of Portcullis'],
    ['cut', 'a text that is no JSON', 'is no message of Portcullis'],
    ['a message of a newer release', { ...pullRequestMessage(key, 'hook'), schemaVersion: 2 }, 'newer release'],
  ])('tells that a body is %s, and keeps it', async (_, body, text) => {
    const world = createWorld();
    const reference = await dead(world, 'm/1', body);
    expect(await settleOf(world).replay([reference])).toEqual([
      { reference, state: 'unreadable', message: expect.stringContaining(text) },
    ]);
    expect([left(world), world.queue.recorded.sent]).toEqual([[reference], []]);
  });

  test('does not send for one connection what is of another', async () => {
    const world = createWorld();
    world.connections.put(other);
    const theirs = await dead(world, 'hook/3', pullRequestMessage({ ...key, connectionId: other.id }, 'hook'));
    const nobodys = await dead(world, 'sweep/1', sweepMessage(connection.id));
    const forged = {
      ...{ reference: 'forged', reason: 'x', description: '', messageId: 'x', sessionId: 'x', enqueuedAt: null, key },
      body: JSON.stringify(pullRequestMessage({ ...key, connectionId: other.id }, 'hook')),
    };
    await world.shared.deadLetters.record(forged);
    const ours = settleOf(world);
    for (const act of [ours.replay, ours.drop])
      expect((await act([theirs, nobodys], connection.id)).map(({ state }) => state)).toEqual(['unknown', 'unknown']);
    expect(await ours.replay(['forged'], connection.id)).toMatchObject([{ state: 'unreadable' }]);
    expect(world.queue.recorded.sent).toEqual([]);
    expect(left(world)).toHaveLength(3);
  });

  test.each<[string, (world: World) => void]>([
    ['is gone', (world) => world.connections.remove(connection.id)],
    ['is leaving', (world) => world.connections.put({ ...connection, state: 'leaving' })],
  ])('tells that the connection %s', async (_, change) => {
    const world = createWorld();
    const reference = await dead(world, 'hook/1');
    change(world);
    expect(await settleOf(world).replay([reference])).toMatchObject([{ reference, state: 'gone' }]);
    expect([left(world), world.queue.recorded.sent]).toEqual([[reference], []]);
  });
});

test('dropping removes what is named, and nothing else', async () => {
  const world = createWorld();
  const [first, second] = [await dead(world, 'hook/1'), await dead(world, 'hook/2')];
  expect(await settleOf(world).drop([first, 'nothing'])).toMatchObject([
    { reference: first, state: 'dropped' },
    { reference: 'nothing', state: 'unknown' },
  ]);
  expect(left(world)).toEqual([second]);
});
