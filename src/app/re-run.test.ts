import { Failure } from '../core/failures';
import { pullRequestMessage, sessionId } from '../core/messages';

import type { Thread } from './ports';
import { bot, connection, key, mallory } from './testing/samples';
import { BOT_PAT, createWorld, type World } from './testing/world';

const PASSED = '4 gates passed';
const TOO_SHORT = '1 of 3 blocking gates failed: title 3 characters < 10 (+1 more)';
const asked = { content: '/gate re-run', status: 'active' as const, properties: {} };

/** A pull request that was judged a while ago, whose title somebody has edited since: that fires no hook. */
async function editedWorld(): Promise<World> {
  const world = createWorld();
  world.hook();
  await world.drain();
  world.clock.advance(600);
  world.pullRequest.change(({ details }) => (details.title = 'wip'));
  world.wire.clearCalls();
  return world;
}

/** Somebody asks in a thread of its own, which fires a comment hook. */
function ask(world: World, content = asked.content): number {
  const { id } = world.azureDevOps.createThreadAs(mallory, { ...asked, content });
  world.commentHook();
  return id;
}

const threadOf = (world: World, id: number): Thread | undefined =>
  world.azureDevOps.recorded.threads().find((thread) => thread.id === id);
const saidIn = (world: World, id: number): [authorId: string, content: string][] =>
  threadOf(world, id)?.comments.map(({ author, content }) => [author.id, content]) ?? [];
const answer = `Judged again: iteration 1, commit \`00000001\` is **failed**: 1 of 3 blocking gates failed: title 3 characters &lt; 10 \\(+1 more\\)`;

describe('with only the comment’s hook delivered', () => {
  test('what changed is judged at once; the answer comes after it, once, and closes the thread', async () => {
    const world = await editedWorld();
    const id = ask(world);
    await world.drain(2);
    expect(world.verdict()).toMatchObject({ state: 'failed', description: TOO_SHORT });
    expect(saidIn(world, id)).toEqual([
      [mallory.id, '/gate re-run'],
      [bot.id, answer],
    ]);
    expect(threadOf(world, id)?.status).toBe('closed');
    expect(world.azureDevOps.recorded.writes()).toEqual(['createThread', 'postStatus', 'updateThreadStatus', 'reply']);
    await world.drain();
    expect(saidIn(world, id)).toHaveLength(2);
  });

  test('our own answer’s hook, and sweeps, answer nothing again', async () => {
    const world = await editedWorld();
    const id = ask(world);
    await world.drain();
    world.commentHook();
    await world.drain();
    await world.sweep(13);
    expect(saidIn(world, id)).toHaveLength(2);
  });

  test('nothing changed: it is answered all the same, and nothing else is written', async () => {
    const world = await editedWorld();
    world.pullRequest.change(({ details }) => (details.title = 'feat: a voucher field'));
    await world.sweep();
    world.wire.clearCalls();
    const id = ask(world);
    await world.drain();
    expect(world.azureDevOps.recorded.writes()).toEqual(['updateThreadStatus', 'reply']);
    expect(saidIn(world, id)[1]).toEqual([
      bot.id,
      `Judged again: iteration 1, commit \`00000001\` is **succeeded**: ${PASSED}`,
    ]);
  });

  test('asked again after the answer, it answers again, and the thread is not taken for a command alone', async () => {
    const world = await editedWorld();
    const id = ask(world);
    await world.drain();
    world.clock.advance(60);
    world.azureDevOps.replyAs(mallory, id, '/gate re-run');
    world.commentHook();
    await world.drain();
    expect(saidIn(world, id).map(([author]) => author)).toEqual([mallory.id, bot.id, mallory.id, bot.id]);
  });

  test('in a thread of people: answered there, and the thread stays as it is', async () => {
    const world = await editedWorld();
    const { id } = world.azureDevOps.createThreadAs(mallory, { ...asked, content: 'Why is this red?' });
    world.azureDevOps.replyAs(mallory, id, '/gate re-run');
    world.commentHook();
    await world.drain();
    expect(saidIn(world, id)).toHaveLength(3);
    expect(threadOf(world, id)?.status).toBe('active');
  });

  test('in our summary: answered there, and the summary stays one', async () => {
    const world = await editedWorld();
    world.hook();
    await world.drain();
    const [summary] = world.azureDevOps.recorded.summaries();
    world.azureDevOps.replyAs(mallory, summary?.id ?? 0, '/gate re-run');
    world.clock.advance(60);
    world.commentHook();
    await world.drain();
    const [after, ...others] = world.azureDevOps.recorded.summaries();
    expect(others).toEqual([]);
    expect(after?.status).toBe('active');
    expect(after?.comments.map(({ author }) => author.id)).toEqual([bot.id, mallory.id, bot.id]);
  });

  test('several threads are answered each; several times in one thread, once', async () => {
    const world = await editedWorld();
    const one = ask(world);
    const two = ask(world);
    world.azureDevOps.replyAs(mallory, two, '/gate re-run');
    await world.drain();
    expect(saidIn(world, one)).toHaveLength(2);
    expect(saidIn(world, two)).toHaveLength(3);
  });

  test('what is no command is not answered', async () => {
    const world = await editedWorld();
    const id = ask(world, 'Try `/gate re-run`.');
    await world.drain();
    expect(saidIn(world, id)).toHaveLength(1);
    expect(world.verdict()?.state).toBe('failed');
  });
});

describe('whenever threads are read, commands are found', () => {
  test('no hook came at all: a sweep answers within the hour', async () => {
    const world = createWorld();
    await world.sweep();
    const { id } = world.azureDevOps.createThreadAs(mallory, asked);
    await world.sweep(12);
    expect(saidIn(world, id)).toHaveLength(2);
  });

  test('a comment that is read too early is seen by the settling look', async () => {
    const world = await editedWorld();
    world.commentHook();
    await world.drain(1);
    const { id } = world.azureDevOps.createThreadAs(mallory, asked);
    await world.drain();
    expect(saidIn(world, id)).toHaveLength(2);
  });

  test('an evaluation that only looked at what changes often does not cover a comment', async () => {
    const world = await editedWorld();
    world.hook('hook/push', 1);
    await world.drain(2);
    const id = ask(world);
    await world.drain(40);
    expect(saidIn(world, id)).toHaveLength(2);
  });

  test('however long before such an evaluation the comment was queued', async () => {
    const world = createWorld();
    world.hook();
    await world.drain();
    world.clock.advance(60);
    const { id } = world.azureDevOps.createThreadAs(mallory, asked);
    const enqueuedTimeUtc = world.clock.now().toISOString();
    world.hook('hook/nothing new', 20);
    await world.drain(21);
    expect(saidIn(world, id)).toHaveLength(1);
    const metadata = { messageId: 'hook/late comment', sessionId: sessionId(key), enqueuedTimeUtc };
    world.clock.advance(5);
    await world.consumers.work(pullRequestMessage(key, 'hook', true), metadata);
    expect(saidIn(world, id)).toHaveLength(2);
  });

  test('in the middle of a burst of pushes', async () => {
    const world = await editedWorld();
    for (let second = 0; second < 10; second += 1) world.hook(`hook/push ${second}`, second);
    const id = ask(world);
    await world.drain();
    expect(saidIn(world, id)).toHaveLength(2);
  });

  test('a draft is answered with what its status says', async () => {
    const world = await editedWorld();
    world.pullRequest.change(({ details }) => (details.isDraft = true));
    const id = ask(world);
    await world.drain();
    expect(saidIn(world, id)[1]).toEqual([
      bot.id,
      'Judged again: iteration 1, commit `00000001` is **pending**: draft: judged when published',
    ]);
  });

  test('a pull request that is completed is not answered', async () => {
    const world = await editedWorld();
    world.pullRequest.change(({ details }) => (details.status = 'completed'));
    const id = ask(world);
    await world.drain();
    expect(saidIn(world, id)).toHaveLength(1);
  });

  test('what a former account answered is answered', async () => {
    const world = await editedWorld();
    const successor = { ...bot, id: 'b0700000-0000-4000-8000-000000000009' };
    const id = ask(world);
    await world.drain();
    world.azureDevOps.accounts.set(BOT_PAT, successor);
    world.connections.put({ ...connection, identities: [successor, bot] });
    world.clock.advance(60);
    world.commentHook();
    await world.drain();
    expect(saidIn(world, id)).toHaveLength(2);
  });
});

describe('an answer that cannot be given', () => {
  test('as the question is gone: the verdict stands', async () => {
    const world = await editedWorld();
    const id = ask(world);
    const gone = new Failure({ kind: 'notFound', message: `There is no thread ${id}.` });
    world.wire.fail('updateThreadStatus', 'before', gone);
    await world.drain(2);
    expect(world.verdict()).toMatchObject({ state: 'failed', description: TOO_SHORT });
    expect(world.deadLetters.recorded.letters()).toEqual([]);
  });

  test('as the account may not: the verdict stands, and others are answered still', async () => {
    const world = await editedWorld();
    const one = ask(world);
    const two = ask(world);
    const refused = new Failure({ kind: 'permissionMissing', message: 'The thread is locked.' });
    world.wire.fail('reply', 'before', refused);
    await world.drain(1);
    expect(world.verdict()).toMatchObject({ state: 'failed', description: TOO_SHORT });
    expect(saidIn(world, one)).toHaveLength(1);
    expect(saidIn(world, two)).toHaveLength(2);
    await world.drain();
    expect(saidIn(world, one)).toHaveLength(2);
  });

  test('as the service is down: the retry answers, once', async () => {
    const world = await editedWorld();
    const id = ask(world);
    const lost = new Failure({ kind: 'unavailable', message: 'No answer came.', mayHaveApplied: true });
    world.wire.fail('reply', 'after', lost);
    await world.drain();
    expect(saidIn(world, id)).toHaveLength(2);
    expect(world.ledger.recorded.state(key).retry).toBeUndefined();
  });
});
