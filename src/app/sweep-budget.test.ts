import type { ListedPullRequest } from '../core/listed';
import { pullRequestMessage } from '../core/messages';

import { MOST_CHANGED, MOST_LOOKS, MOST_TRIES } from './choose-looks';
import { listedPullRequests, noteJudged } from './testing/listed-pull-requests';
import { connection, key } from './testing/samples';
import { createSweeping } from './testing/sweeping';
import { createWorld, type World } from './testing/world';

const shop = (world: World) => world.pullRequest.seen(0).details.project;
const numbers = (listed: { pullRequestId: number }[]): number[] => listed.map(({ pullRequestId }) => pullRequestId);
const keyOf = ({ repositoryId, pullRequestId }: ListedPullRequest) => ({ ...key, repositoryId, pullRequestId });

/** An evaluation of each begins, and finds that it cannot judge: a right is missing. */
async function tryAll(world: World, pullRequestIds: readonly number[], listed: readonly ListedPullRequest[]) {
  for (const one of listed.filter(({ pullRequestId }) => pullRequestIds.includes(pullRequestId))) {
    world.clock.advance(0.1);
    await world.ledger.port.begin(keyOf(one), `try-${world.clock.now().getTime()}`);
  }
}

describe('500 pull requests that nobody can judge', () => {
  test('are tried in rotation, and keep neither a new one, nor a changed one, nor the rotation waiting', async () => {
    const { world, sweep, azureDevOps, clock } = createSweeping();
    const unjudgeable = listedPullRequests(500);
    const judged = listedPullRequests(60, 5_000);
    azureDevOps.listElsewhere(shop(world), [...unjudgeable, ...judged]);
    for (const one of judged) await noteJudged(world, one, 55);
    await tryAll(world, numbers(unjudgeable), unjudgeable);

    const tried = new Map<number, number>();
    for (let time = 0; time < 10; time += 1) {
      const retitled = listedPullRequests(1, 9_000 + time);
      azureDevOps.listElsewhere(shop(world), [...unjudgeable, ...judged, ...retitled]);
      const asked = await sweep();
      const again = asked.filter((number) => number < 5_000);
      expect(again).toHaveLength(MOST_TRIES);
      expect(asked.filter((number) => number >= 9_000)).toEqual(numbers(retitled));
      expect(asked.filter((number) => number >= 5_000 && number < 9_000)).toHaveLength(60);
      for (const number of again) tried.set(number, (tried.get(number) ?? 0) + 1);
      await tryAll(world, again, unjudgeable);
      clock.advance(300);
    }
    // Ten sweeps of a hundred: each of the 500 twice, whichever they are.
    expect([...tried.values()]).toEqual(Array.from({ length: 500 }, () => 2));
  });

  test('really leave what the sweep goes by: a right is missing, and the next sweeps know', async () => {
    const world = createWorld();
    world.azureDevOps.listElsewhere(shop(world), listedPullRequests(3));
    await world.sweep();
    const entries = await world.ledger.port.list(connection.id);
    const unfinished = entries.filter(({ unfinishedSince }) => unfinishedSince !== null);
    expect(numbers(unfinished).sort()).toEqual([1_000, 1_001, 1_002]);
    expect(numbers(entries)).toContain(key.pullRequestId);
  });
});

describe('budgets', () => {
  test('of what changed: the rest is asked for by the next sweep, those never judged first', async () => {
    const { world, sweep, azureDevOps } = createSweeping();
    const listed = listedPullRequests(MOST_CHANGED + 20);
    azureDevOps.listElsewhere(shop(world), listed);
    const [retitled] = listed;
    if (!retitled) throw new Error('There are many.');
    await noteJudged(world, { ...retitled, title: 'before' }, 1);
    const first = await sweep();
    expect(first).toEqual(numbers(listed.slice(1, MOST_CHANGED + 1)));
    for (const one of listed.slice(1, MOST_CHANGED + 1)) await noteJudged(world, one, 0);
    expect((await sweep()).sort((a, b) => a - b)).toEqual([1_000, ...numbers(listed.slice(MOST_CHANGED + 1))]);
  });

  test('of a full sweep there is none, also for those that could not be judged', async () => {
    const { world, sweep, azureDevOps } = createSweeping();
    const listed = listedPullRequests(MOST_TRIES + MOST_LOOKS);
    azureDevOps.listElsewhere(shop(world), listed);
    await tryAll(world, numbers(listed), listed);
    expect(await sweep({ full: true })).toEqual(numbers(listed));
  });

  test('one that was judged, then failed, and is as it was, waits for its turn in the rotation', async () => {
    const { world, sweep, azureDevOps, clock } = createSweeping();
    const listed = listedPullRequests(1);
    azureDevOps.listElsewhere(shop(world), listed);
    for (const one of listed) await noteJudged(world, one, 10);
    clock.advance(1);
    await tryAll(world, numbers(listed), listed);
    expect(await sweep()).toEqual([]);
    clock.advance(41 * 60);
    expect(await sweep()).toEqual(numbers(listed));
  });
});

describe('what stands about pull requests that ended', () => {
  const DAYS = 86_400;

  test('is forgotten after a week, fifty at a time, the longest untouched first; what is active stays', async () => {
    const { world, sweep, azureDevOps, clock, ledger } = createSweeping();
    const ended = listedPullRequests(70);
    const active = listedPullRequests(2, 5_000);
    azureDevOps.listElsewhere(shop(world), active);
    for (const one of [...active, ...ended]) {
      clock.advance(1);
      await noteJudged(world, one, 0);
    }
    const kept = async (): Promise<number[]> => numbers(await ledger.port.list(connection.id)).sort((a, b) => a - b);
    clock.advance(7 * DAYS - 200);
    await sweep();
    expect(await kept()).toHaveLength(72);
    clock.advance(400);
    await sweep();
    expect(await kept()).toEqual([...numbers(ended.slice(50)), ...numbers(active)]);
    await sweep();
    expect(await kept()).toEqual(numbers(active));
  });

  test('stays when the list is not whole', async () => {
    const { world, sweep, clock, wire, ledger } = createSweeping();
    const [ended] = listedPullRequests(1);
    if (!ended) throw new Error('There is one.');
    await noteJudged(world, ended, 0);
    clock.advance(8 * DAYS);
    wire.fail('readActivePullRequests', 'before', new Error('Half a list.'));
    await sweep();
    expect(await ledger.port.list(connection.id)).toHaveLength(1);
  });

  test('is judged anew when somebody opens it again', async () => {
    const world = createWorld();
    world.hook();
    await world.drain();
    world.pullRequest.change(({ details }) => (details.status = 'abandoned'));
    world.hook();
    await world.drain();
    world.clock.advance(8 * DAYS);
    await world.sweep();
    expect(world.ledger.recorded.state(key).finished).toBeUndefined();
    world.pullRequest.change(({ details, iterations }) => {
      details.status = 'active';
      iterations.length = 1;
    });
    world.queue.put(pullRequestMessage(key, 'hook'), { messageId: 'hook/reopened', session: 'pr/7' });
    await world.drain();
    expect(world.ledger.recorded.state(key).finished?.state).toBe('succeeded');
    expect(world.azureDevOps.recorded.statuses()).toHaveLength(1);
  });
});
