import { SUMMARY, THREAD_KIND } from '../core/plan-threads';

import type { Thread } from './ports';
import { bot, mallory } from './testing/samples';
import { createWorld, type World } from './testing/world';

/** Red, with a summary, a while ago. */
async function judgedWorld(): Promise<World> {
  const world = createWorld();
  world.pullRequest.change((state) => (state.workItems = []));
  world.hook();
  await world.drain();
  world.clock.advance(600);
  world.wire.clearCalls();
  return world;
}

async function reRun(world: World): Promise<void> {
  world.azureDevOps.createThreadAs(mallory, { content: '/gate re-run', status: 'active', properties: {} });
  world.commentHook();
  await world.drain(2);
}

const green = (world: World) => ({
  iterationId: 1,
  genre: 'portcullis',
  name: 'verdict',
  state: 'succeeded' as const,
  description: '4 gates passed',
  targetUrl: world.verdict()?.targetUrl ?? '',
});
const summaryOf = (world: World): Thread => {
  const [summary, ...doubles] = world.azureDevOps.recorded.threads().filter(({ comments: [first] }) => {
    return first?.author.id === bot.id && !first.isDeleted;
  });
  if (!summary || doubles.length > 0) throw new Error(`There are ${doubles.length} doubles.`);
  return summary;
};

describe('by /gate re-run, what somebody did to the verdict is undone at once', () => {
  test('deleted', async () => {
    const world = await judgedWorld();
    const before = world.verdict();
    world.azureDevOps.deleteStatus(before?.id ?? 0);
    await reRun(world);
    expect(world.verdict()).toMatchObject({ state: 'failed', author: bot, description: before?.description });
  });

  test('written over by somebody else, in the same words', async () => {
    const world = await judgedWorld();
    world.azureDevOps.postStatusAs(mallory, green(world));
    await reRun(world);
    expect(world.verdict()).toMatchObject({ state: 'failed', author: bot });
    world.pullRequest.change((state) => (state.workItems = [{ id: 1, type: 'Bug', state: 'New', title: 'voucher' }]));
    world.azureDevOps.postStatusAs(mallory, green(world));
    world.clock.advance(60);
    await reRun(world);
    expect(world.verdict()).toMatchObject({ state: 'succeeded', author: bot });
  });
});

describe('the summary', () => {
  test.each<[string, Record<string, string>]>([
    ['taken off', {}],
    ['changed', { [THREAD_KIND]: 'evaluate' }],
  ])('whose mark was %s is still found, by the status that leads to it', async (_, properties) => {
    const world = await judgedWorld();
    const { id } = summaryOf(world);
    world.azureDevOps.markThread(id, properties);
    world.pullRequest.change(({ details }) => (details.title = 'wip'));
    await reRun(world);
    expect(summaryOf(world).id).toBe(id);
    expect(summaryOf(world).comments[0]?.content).toContain('title');
    expect(world.verdict()?.targetUrl).toContain(`discussionId=${id}`);
    expect(world.azureDevOps.recorded.writes()).not.toContain('createThread');
  });

  test('that somebody planted is not ours: it is neither changed nor closed, and nothing leads to it', async () => {
    const world = createWorld();
    world.pullRequest.change((state) => (state.workItems = []));
    const planted = world.azureDevOps.createThreadAs(mallory, {
      content: '### All gates passed',
      status: 'active',
      properties: { [THREAD_KIND]: SUMMARY },
    });
    world.azureDevOps.postStatusAs(mallory, { ...green(world), targetUrl: `https://x/?discussionId=${planted.id}` });
    world.hook();
    await world.drain();
    const standing = world.azureDevOps.recorded.threads().find(({ id }) => id === planted.id);
    expect(standing).toEqual(planted);
    expect(world.verdict()).toMatchObject({ state: 'failed', author: bot });
    expect(world.verdict()?.targetUrl).toContain(`discussionId=${summaryOf(world).id}`);
  });

  test('to which only a planted status leads is not ours, whoever wrote the thread', async () => {
    const world = await judgedWorld();
    const { id } = summaryOf(world);
    const note = world.azureDevOps.createThreadAs(bot, {
      content: 'of another tool',
      status: 'active',
      properties: {},
    });
    world.azureDevOps.postStatusAs(mallory, { ...green(world), targetUrl: `https://x/?discussionId=${note.id}` });
    await reRun(world);
    expect(world.azureDevOps.recorded.threads().find((thread) => thread.id === note.id)).toEqual(note);
    expect(world.verdict()?.targetUrl).toContain(`discussionId=${id}`);
  });
});
