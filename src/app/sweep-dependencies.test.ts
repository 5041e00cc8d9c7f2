import type { PullRequestDetails } from '../core/snapshot';

import { listedPullRequests, noteJudged } from './testing/listed-pull-requests';
import { key } from './testing/samples';
import { createWorld, type World } from './testing/world';

/** No hook ever comes here: that another pull request is done with is seen in the list of the active ones. */

const gates = ['title', 'description', 'work-items', 'size'];
const off = Object.fromEntries(gates.map((name) => [name, { mode: 'off' }]));
const WAITING = 'waiting for depends-on !2000 open';

const shop = (world: World): PullRequestDetails => world.pullRequest.seen(0).details;

/** Number 7 waits for those numbers, which sweeps have seen to be open. */
async function waitingWorld(numbers: readonly number[], description = ''): Promise<World> {
  const world = createWorld();
  world.configure({ gates: { ...off, 'depends-on': { mode: 'block' } } });
  const text = `${description}\n\nDepends-On: ${numbers.map((number) => `!${number}`).join(', ')}`;
  world.pullRequest.change(({ details }) => (details.description = text));
  for (const number of numbers) become(world, number, 'active');
  await list(world, numbers);
  await world.sweep(2);
  world.wire.clearCalls();
  return world;
}

function become(world: World, id: number, status: PullRequestDetails['status'], description = ''): void {
  world.azureDevOps.others.set(id, { ...shop(world), id, description, status, title: 'Voucher API' });
}

/** What the list shows beside number 7; all of it judged, as far as the ledger knows. */
async function list(world: World, numbers: readonly number[]): Promise<void> {
  const listed = numbers.flatMap((number) => listedPullRequests(1, number));
  for (const each of listed) await noteJudged(world, each, 0);
  world.azureDevOps.listElsewhere(shop(world).project, listed);
}

const looks = (world: World): number => world.wire.calls.filter((call) => call === 'readPullRequest').length;

test('what it waited for is completed: judged within five minutes, wherever the description says it, and then no more', async () => {
  const world = await waitingWorld([2000], 'x'.repeat(600));
  expect(world.verdict()).toMatchObject({ state: 'pending', description: WAITING });
  await world.sweep(2);
  expect(looks(world)).toBe(0);

  become(world, 2000, 'completed');
  await list(world, []);
  await world.sweep();
  expect(world.verdict()).toMatchObject({ state: 'succeeded', description: '1 gate passed' });
  expect(looks(world)).toBe(1);
  await world.sweep(2);
  expect(looks(world)).toBe(1);
});

test('what it waited for is abandoned, while another is open', async () => {
  const world = await waitingWorld([2000, 2001]);
  become(world, 2001, 'abandoned');
  await list(world, [2000]);
  await world.sweep();
  expect(world.verdict()).toMatchObject({
    state: 'failed',
    description: '1 of 1 gate failed: depends-on !2001 abandoned',
  });
  await world.sweep(2);
  expect(looks(world)).toBe(1);
});

test('what is waited for by what it waits for counts as well: a circle is broken', async () => {
  const world = await waitingWorld([2000]);
  become(world, 2000, 'active', 'Depends-On: !2001');
  become(world, 2001, 'active', 'Depends-On: !2000');
  await list(world, [2000, 2001]);
  world.hook();
  await world.drain();
  expect(world.verdict()?.state).toBe('failed');
  world.wire.clearCalls();

  become(world, 2001, 'completed');
  await list(world, [2000]);
  await world.sweep();
  expect(world.verdict()).toMatchObject({ state: 'pending', description: WAITING });
  expect(looks(world)).toBe(1);
});

test('a list of one repository does not tell what is open elsewhere', async () => {
  const world = await waitingWorld([2000]);
  world.azureDevOps.listElsewhere(shop(world).project, []);
  const part = { connectionId: key.connectionId, repositoryId: key.repositoryId };
  world.queue.put(
    { schemaVersion: 1, kind: 'sweep', full: false, ...part },
    { messageId: 'part', session: `sweep/${key.connectionId}` },
  );
  await world.drain(60);
  expect(looks(world)).toBe(0);
});
