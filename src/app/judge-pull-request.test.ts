import { createWorld, type World } from './testing/world';
import { key, mallory } from './testing/samples';

const NO_WORK_ITEM = '1 of 3 blocking gates failed: work-items none linked';

/** A world in which the pull request fails for want of a work item, and was judged so. */
async function judgedWorld(): Promise<World> {
  const world = createWorld();
  world.pullRequest.change((state) => (state.workItems = []));
  world.hook();
  await world.drain();
  world.wire.clearCalls();
  return world;
}

describe('the first verdict', () => {
  test('an ordinary pull request gets one status on its iteration, and no thread', async () => {
    const world = createWorld();
    world.hook();
    await world.drain();
    expect(world.azureDevOps.recorded.writes()).toEqual(['postStatus']);
    expect(world.verdict()).toMatchObject({
      iterationId: 1,
      state: 'succeeded',
      description: '4 gates passed',
      targetUrl: world.pullRequest.seen(0).details.webUrl,
    });
    // One more look, when Azure DevOps cannot answer with what was before the hook any more.
    expect(world.queue.recorded.sent.map(({ messageId, dueIn }) => [messageId, dueIn])).toEqual([
      [`settle/${key.connectionId}/pr/${key.repositoryId}/7/2026-10-01T12:00:15.000Z`, 15],
    ]);
    expect(world.deadLetters.recorded.letters()).toEqual([]);
  });

  test('a failing one gets a summary first, and a status that leads to it', async () => {
    const world = createWorld();
    world.pullRequest.change((state) => (state.workItems = []));
    world.hook();
    await world.drain();
    expect(world.azureDevOps.recorded.writes()).toEqual(['createThread', 'postStatus']);
    const [summary, ...others] = world.azureDevOps.recorded.summaries();
    expect(others).toEqual([]);
    expect(summary?.status).toBe('active');
    expect(summary?.comments[0]?.content).toContain('### 1 gate blocks this pull request');
    expect(world.verdict()).toMatchObject({ state: 'failed', description: NO_WORK_ITEM });
    expect(world.verdict()?.targetUrl).toMatch(new RegExp(`\\?discussionId=${summary?.id ?? ''}$`));
  });

  test('the ledger keeps what was judged', async () => {
    const world = createWorld();
    world.pullRequest.change((state) => (state.workItems = []));
    world.hook();
    await world.drain(1);
    const { finished, newestIntent } = world.ledger.recorded.state(key);
    expect(finished).toMatchObject({
      evaluationId: 'evaluation-1',
      iterationId: 1,
      sourceCommit: world.pullRequest.seen(0).headCommit,
      state: 'failed',
      description: NO_WORK_ITEM,
      validUntil: null,
    });
    expect(finished?.outcomes).toContainEqual({ gate: 'work-items', state: 'failed' });
    expect(newestIntent).toEqual({ evaluationId: 'evaluation-1', beganAt: finished?.beganAt });
  });
});

describe('a message that brings nothing new', () => {
  test('costs the pull request, its iterations and its work items, and writes nothing', async () => {
    const world = await judgedWorld();
    world.hook('hook/late');
    world.clock.advance(60);
    await world.drain();
    const asked = world.wire.calls.filter((call) => /^(read|post|create|update|delete)/.test(call));
    expect(asked.sort()).toEqual(['readIterations', 'readPullRequest', 'readWorkItems']);
    expect(world.azureDevOps.recorded.statuses()).toHaveLength(1);
    expect(world.ledger.recorded.state(key).finished).toMatchObject({
      evaluationId: 'evaluation-3',
      state: 'failed',
      description: NO_WORK_ITEM,
    });
  });

  test('keeps its verdict in the ledger however often it comes', async () => {
    const world = await judgedWorld();
    for (let index = 0; index < 3; index += 1) {
      world.clock.advance(60);
      world.hook();
      await world.drain();
    }
    expect(world.azureDevOps.recorded.writes()).toEqual([]);
    // Each of the four hooks was looked after at once, and once more when it had settled.
    expect(world.ledger.recorded.state(key).finished).toMatchObject({ evaluationId: 'evaluation-8', state: 'failed' });
    expect(world.ledger.recorded.intents(key)).toEqual(['evaluation-8']);
  });
});

describe('what changes is judged anew', () => {
  test('a push: a status on the new iteration, the summary edited in place', async () => {
    const world = await judgedWorld();
    world.clock.advance(60);
    world.pullRequest.push([{ path: '/src/basket.ts', additions: 700, deletions: 0 }]);
    world.hook();
    await world.drain();
    expect(world.azureDevOps.recorded.writes()).toEqual(['updateComment', 'postStatus']);
    expect(world.verdict()).toMatchObject({ iterationId: 2, state: 'failed' });
    const [summary, ...others] = world.azureDevOps.recorded.summaries();
    expect(others).toEqual([]);
    expect(summary?.comments[0]?.content).toContain('700 lines are added or deleted');
    expect(summary?.comments[0]?.content).toContain('iteration 2');
  });

  test.each<[string, (world: World) => void, object]>([
    [
      'a title edit',
      (world) => world.pullRequest.change(({ details }) => (details.title = 'wip')),
      {
        state: 'failed',
        description: '2 of 3 blocking gates failed: title 3 characters < 10 (+1 more) · work-items none linked',
      },
    ],
    [
      'a work item',
      (world) =>
        world.pullRequest.change(
          ({ workItems }) => void workItems.push({ id: 8, type: 'Bug', state: 'New', title: 'Basket' }),
        ),
      { state: 'succeeded', description: '4 gates passed' },
    ],
    [
      'the settings',
      (world) => {
        world.configure({ gates: { 'work-items': { mode: 'advise' } } });
      },
      { state: 'succeeded', description: '3 gates passed · advice: work-items none linked' },
    ],
    [
      'another target branch that is not gated',
      (world) => {
        world.configure({ branches: { include: ['main'] } });
        world.pullRequest.change(({ details }) => (details.targetBranch = 'refs/heads/other'));
      },
      { state: 'notApplicable', description: 'pull requests into other are not gated' },
    ],
  ])('%s', async (_, act, verdict) => {
    const world = await judgedWorld();
    world.clock.advance(60);
    act(world);
    world.hook();
    await world.drain();
    expect(world.verdict()).toMatchObject(verdict);
    expect(world.azureDevOps.recorded.summaries()).toHaveLength(1);
    world.wire.clearCalls();
    world.clock.advance(60);
    world.hook();
    await world.drain();
    expect(world.azureDevOps.recorded.writes()).toEqual([]);
  });

  test('when all is well again the summary is closed and says so', async () => {
    const world = await judgedWorld();
    world.clock.advance(60);
    world.pullRequest.change((state) => (state.workItems = [{ id: 8, type: 'Bug', state: 'New', title: 'Basket' }]));
    world.hook();
    await world.drain();
    expect(world.azureDevOps.recorded.writes()).toEqual(['updateComment', 'updateThreadStatus', 'postStatus']);
    const [summary] = world.azureDevOps.recorded.summaries();
    expect(summary?.status).toBe('closed');
    expect(summary?.comments[0]?.content).toContain('### All gates passed');
  });
});

describe('statuses and threads of other people', () => {
  test('a forged status is answered by the next evaluation that compares', async () => {
    const world = createWorld();
    world.pullRequest.change((state) => (state.workItems = []));
    world.azureDevOps.postStatusAs(mallory, {
      iterationId: 1,
      genre: 'portcullis',
      name: 'verdict',
      state: 'succeeded',
      description: '4 gates passed',
      targetUrl: 'https://evil.example/',
    });
    world.hook();
    await world.drain();
    expect(world.verdict()).toMatchObject({ state: 'failed', description: NO_WORK_ITEM });
  });

  test('a planted summary is left alone, and ours begun beside it', async () => {
    const world = createWorld();
    world.pullRequest.change((state) => (state.workItems = []));
    const properties = { 'Portcullis.Kind': 'summary' };
    const planted = world.azureDevOps.createThreadAs(mallory, { content: 'All fine!', status: 'active', properties });
    world.hook();
    await world.drain();
    expect(world.azureDevOps.recorded.threads().find(({ id }) => id === planted.id)).toEqual(planted);
    expect(world.azureDevOps.recorded.summaries()).toHaveLength(2);
    expect(world.verdict()?.targetUrl).not.toContain(`=${planted.id}`);
  });
});
