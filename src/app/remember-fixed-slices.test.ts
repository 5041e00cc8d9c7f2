import { Failure } from '../core/failures';
import type { Iteration } from '../core/snapshot';

import { rememberFixedSlices } from './remember-fixed-slices';
import { connection, key } from './testing/samples';
import { BOT_PAT, createWorld } from './testing/world';

const down = new Failure({ kind: 'unavailable', message: 'Azure DevOps does not answer.' });

function createRemembering() {
  const world = createWorld();
  const door = rememberFixedSlices(world.azureDevOps.connect(connection, BOT_PAT));
  const [first] = world.pullRequest.seen(0).iterations;
  if (!first) throw new Error('There is an iteration.');
  const calls = (operation: string): number => world.wire.attempts.filter((attempt) => attempt === operation).length;
  return { ...world, door, first, calls };
}

test('changes and their line counts are read once', async () => {
  const { door, first, calls } = createRemembering();
  const changes = await door.readChanges(key, first);
  expect(changes).toHaveLength(1);
  const lineCounts = await door.readLineCounts(key, changes);
  expect(lineCounts).toEqual([{ path: '/src/basket.ts', additions: 12, deletions: 3 }]);
  const again = await door.readChanges({ ...key }, { ...first });
  expect(again).toBe(changes);
  expect(await door.readLineCounts(key, again)).toBe(lineCounts);
  expect([calls('readChanges'), calls('readLineCounts')]).toEqual([1, 1]);
});

test('two that ask at once share one read', async () => {
  const { door, first, calls } = createRemembering();
  const [one, other] = await Promise.all([door.readChanges(key, first), door.readChanges(key, first)]);
  await Promise.all([door.readLineCounts(key, one), door.readLineCounts(key, other)]);
  expect([calls('readChanges'), calls('readLineCounts')]).toEqual([1, 1]);
});

test.each<[string, Partial<Iteration>]>([
  ['a push', { id: 2 }],
  ['another source', { sourceCommit: 'f'.repeat(40) }],
  ['another merge base: the target was merged', { commonCommit: 'e'.repeat(40) }],
])('%s is read anew', async (_, change) => {
  const { door, first, calls } = createRemembering();
  await door.readChanges(key, first);
  await door.readChanges(key, { ...first, ...change });
  expect(calls('readChanges')).toBe(2);
});

test('another pull request with the same commits is read by itself', async () => {
  const { door, first, calls } = createRemembering();
  await door.readChanges(key, first);
  await expect(door.readChanges({ ...key, pullRequestId: 8 }, first)).rejects.toThrow('does not exist');
  expect(calls('readChanges')).toBe(2);
});

test('commits are read once for an iteration, and again when that failed', async () => {
  const { door, first, calls, wire } = createRemembering();
  wire.fail('readCommits', 'before', down);
  await expect(door.readCommits(key, first)).rejects.toThrow(down);
  const commits = await door.readCommits(key, first);
  expect(await door.readCommits({ ...key }, { ...first })).toBe(commits);
  expect(calls('readCommits')).toBe(2);
  await door.readCommits(key, { ...first, id: 2 });
  expect(calls('readCommits')).toBe(3);
});

test('failures are not kept', async () => {
  const { door, first, calls, wire } = createRemembering();
  wire.fail('readChanges', 'before', down);
  wire.fail('readLineCounts', 'before', down);
  await expect(door.readChanges(key, first)).rejects.toThrow(down);
  const changes = await door.readChanges(key, first);
  await expect(door.readLineCounts(key, changes)).rejects.toThrow(down);
  expect(await door.readLineCounts(key, changes)).toHaveLength(1);
  expect([calls('readChanges'), calls('readLineCounts')]).toEqual([2, 2]);
});

test('what may change is read each time', async () => {
  const { door, calls } = createRemembering();
  for (let time = 0; time < 2; time += 1) {
    await door.readPullRequest(key);
    await door.readIterations(key);
    await door.readWorkItems(key);
    await door.readThreads(key);
    await door.readStatuses(key);
  }
  for (const read of ['readPullRequest', 'readIterations', 'readWorkItems', 'readThreads', 'readStatuses']) {
    expect([read, calls(read)]).toEqual([read, 2]);
  }
});

test('of 300 iterations the last 200 are kept', async () => {
  const { door, first, calls } = createRemembering();
  for (let id = 1; id <= 300; id += 1) await door.readChanges(key, { ...first, id });
  await door.readChanges(key, { ...first, id: 101 });
  expect(calls('readChanges')).toBe(300);
  await door.readChanges(key, { ...first, id: 1 });
  expect(calls('readChanges')).toBe(301);
});
