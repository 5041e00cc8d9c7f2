import { Failure } from '../core/failures';

import { key, mallory } from './testing/samples';
import { BOT_PAT, createWorld, type World } from './testing/world';

/** No hook ever comes here: what is seen is seen by sweeps. */

const FAILED = '1 of 3 blocking gates failed: work-items none linked';
const PASSED = '4 gates passed';
const HOUR = 12;

const unlink = ({ pullRequest }: World): void => pullRequest.change((state) => (state.workItems = []));

/** A pull request that sweeps have judged. */
async function sweptWorld(before: (world: World) => void = () => undefined): Promise<World> {
  const world = createWorld();
  before(world);
  await world.sweep();
  await world.sweep();
  world.wire.clearCalls();
  return world;
}

const looks = (world: World): number => world.wire.calls.filter((call) => call === 'readPullRequest').length;

describe('what a list shows is judged within five minutes', () => {
  test('a new pull request', async () => {
    const world = createWorld();
    await world.sweep();
    expect(world.verdict()).toMatchObject({ state: 'succeeded', description: PASSED, iterationId: 1 });
  });

  test.each<[string, (world: World) => void, (world: World) => void, object]>([
    [
      'an edited title',
      () => undefined,
      ({ pullRequest }) => pullRequest.change(({ details }) => (details.title = 'wip')),
      { state: 'failed', description: '1 of 3 blocking gates failed: title 3 characters < 10 (+1 more)' },
    ],
    [
      'a mended title',
      ({ pullRequest }) => pullRequest.change(({ details }) => (details.title = 'wip')),
      ({ pullRequest }) => pullRequest.change(({ details }) => (details.title = 'feat: a voucher field')),
      { state: 'succeeded', description: PASSED },
    ],
    [
      'a description that went',
      () => undefined,
      ({ pullRequest }) => pullRequest.change(({ details }) => (details.description = '')),
      { state: 'failed' },
    ],
    [
      'a published draft',
      ({ pullRequest }) => pullRequest.change(({ details }) => (details.isDraft = true)),
      ({ pullRequest }) => pullRequest.change(({ details }) => (details.isDraft = false)),
      { state: 'succeeded', description: PASSED },
    ],
    [
      'a pull request that became a draft',
      () => undefined,
      ({ pullRequest }) => pullRequest.change(({ details }) => (details.isDraft = true)),
      { state: 'pending', description: 'draft: judged when published' },
    ],
    [
      'another target',
      ({ configure }) => {
        configure({ branches: { include: ['main'] } });
      },
      ({ pullRequest }) => pullRequest.change(({ details }) => (details.targetBranch = 'refs/heads/topic')),
      { state: 'notApplicable', description: 'pull requests into topic are not gated' },
    ],
    [
      'a push',
      unlink,
      ({ pullRequest }) => pullRequest.push([{ path: '/src/basket.ts', additions: 700, deletions: 0 }]),
      { state: 'failed', iterationId: 2 },
    ],
  ])('%s', async (_, before, act, verdict) => {
    const world = await sweptWorld(before);
    act(world);
    await world.sweep();
    expect(world.verdict()).toMatchObject(verdict);
    world.wire.clearCalls();
    await world.sweep(3);
    expect(looks(world)).toBe(0);
    expect(world.azureDevOps.recorded.writes()).toEqual([]);
  });

  test('a vote: it is looked at, and nothing is written when no gate minds', async () => {
    const world = await sweptWorld();
    world.pullRequest.change(({ reviewers }) =>
      reviewers.push({ identity: mallory, isGroup: false, isRequired: false, vote: 'approved' }),
    );
    await world.sweep();
    expect(looks(world)).toBe(1);
    await world.sweep();
    expect(looks(world)).toBe(1);
    expect(world.azureDevOps.recorded.writes()).toEqual([]);
  });

  test('a list that is behind: the look after it sees what there is, and no sweep looks for ever', async () => {
    const world = await sweptWorld();
    world.azureDevOps.answerLate(3);
    world.pullRequest.change(({ details }) => (details.title = 'wip'));
    world.hook();
    await world.sweep(2);
    expect(world.verdict()?.state).toBe('failed');
    world.wire.clearCalls();
    await world.sweep(3);
    expect(looks(world)).toBe(0);
  });

  test('a reactivated one, although it is what it was before', async () => {
    const world = await sweptWorld();
    world.pullRequest.change(({ details }) => (details.status = 'abandoned'));
    world.hook();
    await world.sweep();
    unlink(world);
    world.pullRequest.change(({ details }) => (details.status = 'active'));
    await world.sweep();
    expect(world.verdict()).toMatchObject({ state: 'failed', description: FAILED });
  });

  test.each(['completed', 'abandoned'] as const)('one that is %s costs nothing any more', async (status) => {
    const world = await sweptWorld();
    world.pullRequest.change(({ details }) => (details.status = status));
    await world.sweep(HOUR);
    expect(looks(world)).toBe(0);
  });
});

describe('what a list does not show is seen within the hour', () => {
  test.each<[string, (world: World) => void, (world: World) => void | Promise<void>]>([
    ['an unlinked work item', () => undefined, unlink],
    [
      'a status that somebody deleted',
      unlink,
      (world) => {
        world.azureDevOps.deleteStatus(world.verdict()?.id ?? 0);
      },
    ],
    [
      'a status that somebody forged',
      unlink,
      (world) => {
        world.azureDevOps.postStatusAs(mallory, {
          iterationId: 1,
          genre: 'portcullis',
          name: 'verdict',
          state: 'succeeded',
          description: PASSED,
          targetUrl: '',
        });
      },
    ],
    [
      'a rule that was made stricter',
      (world) => {
        unlink(world);
        world.configure({ gates: { 'work-items': { mode: 'advise' } } });
      },
      (world) => {
        world.configure({});
      },
    ],
  ])('%s', async (_, before, act) => {
    const world = await sweptWorld(before);
    await act(world);
    await world.sweep(HOUR);
    expect(world.verdict()).toMatchObject({ state: 'failed', description: FAILED, iterationId: 1 });
    expect(world.verdict()?.author.id).not.toBe(mallory.id);
  });

  test('a work item that was linked turns red to green', async () => {
    const world = await sweptWorld(unlink);
    world.pullRequest.change((state) => (state.workItems = [{ id: 8, type: 'Bug', state: 'New', title: 'Basket' }]));
    await world.sweep(HOUR);
    expect(world.verdict()).toMatchObject({ state: 'succeeded', description: PASSED });
    expect(world.azureDevOps.recorded.summaries().map(({ status }) => status)).toEqual(['closed']);
  });

  test('a summary that somebody edited, closed, or deleted', async () => {
    const world = await sweptWorld(unlink);
    const [summary] = world.azureDevOps.recorded.summaries();
    const id = summary?.id ?? 0;
    const content = summary?.comments[0]?.content;
    const bot = world.azureDevOps.connect({ url: '' }, BOT_PAT);

    await bot.updateComment(key, id, 1, 'All fine!');
    await bot.updateThreadStatus(key, id, 'closed');
    await world.sweep(HOUR);
    expect(world.azureDevOps.recorded.summaries()).toEqual([summary]);

    await bot.deleteComment(key, id, 1);
    await world.sweep(HOUR);
    const [fresh, ...others] = world.azureDevOps.recorded.summaries();
    expect(others).toEqual([]);
    expect(fresh?.comments[0]?.content).toBe(content);
    expect(world.verdict()?.targetUrl).toContain(`discussionId=${fresh?.id ?? ''}`);
  });

  test('a look an hour is all that a quiet pull request costs, and no write', async () => {
    const world = await sweptWorld(unlink);
    await world.sweep(3 * HOUR);
    expect(looks(world)).toBeGreaterThanOrEqual(2);
    expect(looks(world)).toBeLessThanOrEqual(4);
    expect(world.azureDevOps.recorded.writes()).toEqual([]);
    expect(world.azureDevOps.recorded.statuses()).toHaveLength(1);
  });

  test('hooks that change nothing do not put off the hourly look', async () => {
    const world = await sweptWorld();
    world.azureDevOps.deleteStatus(world.verdict()?.id ?? 0);
    for (let time = 0; time < HOUR; time += 1) {
      world.hook();
      await world.sweep();
    }
    expect(world.verdict()).toMatchObject({ state: 'succeeded', description: PASSED });
  });
});

test('sweeps that die or fail heal with the next one', async () => {
  const world = createWorld();
  unlink(world);
  for (const operation of ['connections.find', 'readActivePullRequests', 'ledger.list', 'queue.send']) {
    world.wire.crash(operation, 'before');
    await world.sweep().catch(() => undefined);
    world.wire.restart();
  }
  await world.sweep();
  expect(world.verdict()).toMatchObject({ state: 'failed', description: FAILED });
  expect(world.azureDevOps.recorded.statuses()).toHaveLength(1);
  expect(world.azureDevOps.recorded.summaries()).toHaveLength(1);
});

test('a pull request that is not judged for lack of a permission is tried with every sweep, and told once', async () => {
  const world = createWorld();
  unlink(world);
  const refused = new Failure({ kind: 'permissionMissing', message: 'The account lacks PullRequestContribute.' });
  world.wire.fail('createThread', 'before', refused, Infinity);
  await world.sweep(4);
  expect(world.wire.attempts.filter((attempt) => attempt === 'createThread')).toHaveLength(4);
  expect(world.azureDevOps.recorded.statuses()).toHaveLength(1);
  expect(world.verdict()?.state).toBe('error');
  expect(world.deadLetters.recorded.letters()).toHaveLength(1);
  expect(world.ledger.recorded.intents(key).length).toBeLessThanOrEqual(2);
  world.wire.heal();
  await world.sweep();
  expect(world.verdict()).toMatchObject({ state: 'failed', description: FAILED });
});
