import { pullRequestMessage, sessionId } from '../core/messages';

import type { Connection } from './ports';
import { createReceiver } from './testing/receiver';
import { connection, key } from './testing/samples';
import { createWorld, type World } from './testing/world';

const leaving: Connection = { ...connection, state: 'leaving' };

/** Every way in which Azure DevOps would have been asked or told something, or something kept. */
function doings({ wire, deadLetters }: World): string[] {
  const reads = ['connections.', 'operations.list', 'queue.', 'queueHealth.look'];
  const calls = wire.attempts.filter((call) => !reads.some((read) => call.startsWith(read)));
  return [...calls, ...deadLetters.recorded.letters().map(({ reason }) => reason)];
}

test('a hook with the right password is answered 200 and dropped, whatever it says; a wrong one is refused as ever', async () => {
  const receiver = createReceiver();
  receiver.connections.put(leaving);
  expect(await receiver.deliver()).toBe(200);
  expect(await receiver.deliver({ body: null })).toBe(200);
  expect(await receiver.deliver({ authorization: 'Basic bm86bm8=' })).toBe(401);
  expect(receiver.queue.recorded.sent).toEqual([]);
});

test('once its row is gone, its hook address is as unknown as any other', async () => {
  const receiver = createReceiver();
  receiver.connections.remove(connection.id);
  expect(await receiver.deliver()).toBe(401);
});

describe.each<[string, (world: World) => unknown]>([
  ['is being disconnected', (world) => world.connections.put(leaving)],
  ['was disconnected', (world) => world.connections.remove(connection.id)],
])('of a connection that %s', (_, leave) => {
  test('messages are done with: nothing is asked, told or kept', async () => {
    const world = createWorld();
    leave(world);
    world.hook();
    world.commentHook('hook/late', 3_600);
    await world.drain();
    await world.sweep(3);
    expect(doings(world)).toEqual([]);
    expect(world.queue.recorded.pending()).toEqual([]);
  });

  test('a dead letter is dropped, but not while the row cannot be read', async () => {
    const world = createWorld();
    leave(world);
    const metadata = {
      messageId: 'hook/1',
      sessionId: sessionId(key),
      enqueuedTimeUtc: world.clock.now().toISOString(),
    };
    await world.consumers.deadLetter(pullRequestMessage(key, 'hook'), metadata);
    expect(world.deadLetters.recorded.letters()).toEqual([]);
    world.wire.fail('connections.find', 'before', new Error('down'), 2);
    await world.consumers.deadLetter(pullRequestMessage(key, 'hook'), metadata);
    expect(world.deadLetters.recorded.letters()).toHaveLength(1);
  });
});
