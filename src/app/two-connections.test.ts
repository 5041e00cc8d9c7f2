import { Failure } from '../core/failures';
import { pullRequestMessage, sessionId } from '../core/messages';

import { connection, key, mallory, organizationId } from './testing/samples';
import { pullRequestHook, createReceiver, SECRET } from './testing/receiver';
import { createWorld, type World } from './testing/world';

const other = { ...connection, id: 'con-copy', name: 'copy', identities: [mallory] };
const otherKey = { ...key, connectionId: other.id };

/** One organization that is connected twice, or two whose repositories have equal ids, as copied collections have. */
async function connectTwice(): Promise<World> {
  const world = createWorld();
  world.connections.put(other);
  world.azureDevOps.accounts.set('other-pat', mallory);
  world.secrets.rotatePat(other.id, 'other-pat');
  world.wire.clearCalls();
  return world;
}

const hooks = (world: World): void => {
  for (const { connectionId } of [key, otherKey]) {
    const message = pullRequestMessage({ ...key, connectionId }, 'hook');
    world.queue.put(message, { messageId: `hook/${connectionId}`, session: sessionId(key) });
  }
};
const pendingOf = (world: World, prefix: string): string[] =>
  world.queue.recorded
    .pending()
    .map(({ messageId }) => messageId)
    .filter((messageId) => messageId.startsWith(prefix));

describe('two connections that see the same pull request, at the same time', () => {
  test('each leaves its own settling message, and each looks again', async () => {
    const world = await connectTwice();
    hooks(world);
    await world.drain(1);
    expect(pendingOf(world, 'settle/')).toHaveLength(2);
    expect(world.queue.recorded.duplicates).toEqual([]);
    world.pullRequest.change((state) => (state.workItems = []));
    await world.drain();
    expect(world.ledger.recorded.state(key).finished?.state).toBe('failed');
    expect(world.ledger.recorded.state(otherKey).finished?.state).toBe('failed');
  });

  test('each has its own retry, also of messages with equal ids', async () => {
    const world = await connectTwice();
    world.wire.fail('readPullRequest', 'before', new Failure({ kind: 'unavailable', message: 'Down.' }), 2);
    for (const { connectionId } of [key, otherKey]) {
      const message = { ...pullRequestMessage({ ...key, connectionId }, 'retry'), attempt: 1, chain: 'hook/1' };
      world.queue.put(message, { messageId: `begin/${connectionId}`, session: sessionId(key) });
    }
    await world.drain(1);
    expect(pendingOf(world, 'retry/')).toHaveLength(2);
    await world.drain();
    expect(world.ledger.recorded.state(otherKey).finished?.state).toBe('succeeded');
  });

  test('each is told when its evaluation ends to hold, and when it may begin the next', async () => {
    const world = await connectTwice();
    for (const { connectionId } of [key, otherKey]) {
      await world.ledger.port.begin({ ...key, connectionId }, 'evaluation-of-both');
    }
    hooks(world);
    await world.drain(0.5);
    expect(pendingOf(world, 'next/')).toHaveLength(2);
  });

  test('a hook that both get under one id is queued for both', async () => {
    const receiver = createReceiver();
    receiver.connections.put({ ...other, organizationIds: [organizationId] });
    receiver.secrets.rotateHookSecrets(other.id, [SECRET]);
    const parsed = { ...pullRequestHook, subscriptionId: null };
    expect(await receiver.deliver({ parsed })).toBe(202);
    expect(await receiver.deliver({ parsed, connectionId: other.id })).toBe(202);
    const connectionIds = receiver.queue.recorded.sent.map(({ message }) => message.connectionId);
    expect(connectionIds).toEqual([connection.id, other.id]);
  });
});
