import { Failure } from '../core/failures';

import { bot, connection, key } from './testing/samples';
import { createWorld, type World } from './testing/world';

const rita = { id: 'aaaa1111-1111-4111-8111-111111111111', displayName: 'Rita', uniqueName: 'rita@contoso.com' };

/** A pull request judged by `comments` and `mergeable` alone, some time ago. */
async function judgedWorld(prepare: (world: World) => void | Promise<void> = () => undefined): Promise<World> {
  const world = createWorld();
  world.configure({
    gates: {
      title: { mode: 'off' },
      description: { mode: 'off' },
      'work-items': { mode: 'off' },
      size: { mode: 'off' },
      comments: { mode: 'block' },
      mergeable: { mode: 'block', maximumCommitsBehind: 5 },
    },
  });
  await prepare(world);
  world.hook();
  await world.drain();
  world.clock.advance(60);
  world.wire.clearCalls();
  return world;
}

/** Any look at the pull request, such as the sweep's. */
async function look(world: World): Promise<void> {
  world.hook();
  // So late that it needs no settling.
  world.clock.advance(60);
  await world.drain();
}

const saying = (world: World): unknown => [world.verdict()?.state, world.verdict()?.description];
const reads = (world: World): string[] => world.wire.calls.filter((call) => call.startsWith('read')).toSorted();
const ask = (world: World, status: 'active' | 'closed' = 'active', content = 'Why?') =>
  world.azureDevOps.createThreadAs(rita, { content, status, properties: {} });

describe('threads of people', () => {
  test('a discussion blocks while it is open, and what closes it fires no hook', async () => {
    const world = await judgedWorld();
    expect(saying(world)).toEqual(['succeeded', '2 gates passed']);
    const { id } = ask(world);
    await look(world);
    expect(saying(world)).toEqual(['failed', '1 of 2 gates failed: comments 1 open']);

    await world.azureDevOps
      .connect({ url: 'https://dev.azure.example' }, 'bot-pat')
      .updateThreadStatus(key, id, 'closed');
    world.clock.advance(60);
    await look(world);
    expect(saying(world)).toEqual(['succeeded', '2 gates passed']);
  });

  test('our own summary is active then, and is not counted itself; not even that of a former account', async () => {
    const former = { ...bot, id: 'bbbb1111-1111-4111-8111-111111111111' };
    const world = await judgedWorld(async (fresh) => {
      fresh.pullRequest.change((state) => (state.merge = { status: 'conflicts' }));
      fresh.connections.put({ ...connection, identities: [bot, former] });
      fresh.azureDevOps.createThreadAs(former, { content: 'old', status: 'active', properties: {} });
    });
    expect(world.azureDevOps.recorded.summaries().map(({ status }) => status)).toEqual(['active']);
    await look(world);
    expect(saying(world)).toEqual(['failed', '1 of 2 gates failed: mergeable conflicts with the target branch']);
    expect(world.azureDevOps.recorded.writes()).toEqual([]);
  });

  test('a command is no discussion', async () => {
    const world = await judgedWorld();
    ask(world, 'active', '/gate re-run');
    world.commentHook();
    await world.drain();
    expect(world.azureDevOps.recorded.statuses().map(({ state }) => state)).toEqual(['succeeded']);
  });

  test('are read once for the gate and for what stands', async () => {
    const world = await judgedWorld();
    ask(world);
    await look(world);
    expect(reads(world).filter((call) => call === 'readThreads')).toHaveLength(1);
  });

  test('another closed one brings nothing new: no write, and one read for each slice', async () => {
    const world = await judgedWorld();
    ask(world, 'closed');
    await look(world);
    expect(reads(world)).toEqual(['readBehind', 'readIterations', 'readPullRequest', 'readThreads']);
    expect(world.azureDevOps.recorded.statuses()).toHaveLength(1);
  });
});

describe('the merge', () => {
  test('is waited for, and looked at again when no event tells how it ended', async () => {
    const world = createWorld();
    world.configure({ gates: { mergeable: { mode: 'block' } } });
    world.pullRequest.change((state) => (state.merge = { status: 'queued' }));
    world.hook();
    await world.drain(60);
    expect(saying(world)).toEqual(['pending', 'waiting for mergeable not known yet']);
    world.pullRequest.change((state) => (state.merge = { status: 'succeeded' }));
    await world.drain();
    expect(saying(world)).toEqual(['succeeded', '5 gates passed']);
  });

  test('a target branch that moves on is noticed without a push', async () => {
    const world = await judgedWorld();
    world.pullRequest.change((state) => (state.behind = { commits: 6, sharedAt: '2026-09-01T00:00:00Z' }));
    await look(world);
    expect(saying(world)).toEqual(['failed', '1 of 2 gates failed: mergeable 6 > 5 commits behind']);
  });

  test('is nobody’s concern where no gate asks: nothing is judged again', async () => {
    const world = createWorld();
    world.hook();
    await world.drain();
    world.clock.advance(60);
    world.wire.clearCalls();
    world.pullRequest.change((state) => {
      state.merge = { status: 'conflicts' };
      state.behind = { commits: 99, sharedAt: null };
    });
    await look(world);
    expect(reads(world)).toEqual(['readIterations', 'readPullRequest', 'readWorkItems']);
  });
});

describe('what cannot be known is the error of the gate that asked, and of no other', () => {
  test('a comparison that is not allowed names the scope', async () => {
    const world = await judgedWorld();
    const forbidden = new Failure({
      kind: 'permissionMissing',
      message: 'Azure DevOps did not let the PAT compare the branches: it needs the scope Code (Read).',
      remedy: 'needs PAT scope Code (Read)',
    });
    world.wire.fail('readBehind', 'before', forbidden, Infinity);
    await look(world);
    expect(saying(world)).toEqual(['error', '1 of 2 gates could not judge: mergeable needs PAT scope Code (Read)']);
    ask(world);
    await look(world);
    expect(saying(world)).toEqual([
      'failed',
      '1 of 2 gates failed: comments 1 open · mergeable could not judge: needs PAT scope Code (Read)',
    ]);
  });

  test('a thread in words that this release does not know', async () => {
    const world = await judgedWorld();
    ask(world).isUnclear = true;
    await look(world);
    expect(saying(world)).toEqual(['error', '1 of 2 gates could not judge: comments update Portcullis']);
  });

  test('a branch that is gone', async () => {
    const world = await judgedWorld();
    const gone = new Failure({ kind: 'notFound', message: 'There is no branch main any more.' });
    world.wire.fail('readBehind', 'before', gone, Infinity);
    await look(world);
    expect(world.verdict()?.state).toBe('error');
    world.wire.heal();
    await look(world);
    expect(saying(world)).toEqual(['succeeded', '2 gates passed']);
  });
});
