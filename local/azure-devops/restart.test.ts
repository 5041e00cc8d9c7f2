import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { present } from './testing/json';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

let sim: TestSimulator;

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterAll(() => sim.end());

test('state and repositories survive a restart, and new things get new numbers', async () => {
  await sim.branch('kept', { 'kept.txt': '1\n' });
  const { pullRequestId: id } = await sim.open('kept');
  const path = `git/repositories/web/pullRequests/${id}`;
  await sim.rest('bot', 'POST', `${path}/statuses`, { state: 'failed', context: { name: 'x' }, iterationId: 1 });
  const { id: thread } = await sim.rest('bot', 'POST', `${path}/threads`, { comments: [{ content: 'kept' }] });
  const before = await sim.rest('author', 'GET', path);
  await sim.restart();

  const after = await sim.rest('author', 'GET', path);
  expect(after.lastMergeCommit.commitId).toBe(before.lastMergeCommit.commitId);
  expect((await sim.rest('author', 'GET', `${path}/statuses`)).value).toMatchObject([{ id: 1, state: 'failed' }]);
  const { value: threads } = await sim.rest('author', 'GET', `${path}/threads`);
  expect(present(threads.find((each) => each.id === thread)).comments).toMatchObject([{ content: 'kept' }]);
  const changes = await sim.rest('author', 'GET', `${path}/iterations/1/changes`);
  expect(changes.changeEntries.map((each) => each.item.path)).toEqual(['/kept.txt']);
  await sim.branch('next', { 'next.txt': '1\n' });
  expect((await sim.open('next')).pullRequestId).toBe(id + 1);
});

test('commits that reached the repository while the simulator was down become an iteration', async () => {
  const clone = await sim.clone();
  await clone.git('checkout', '--quiet', '-b', 'offline');
  await clone.commit({ 'offline.txt': '1\n' });
  await clone.git('push', '--quiet', 'origin', 'offline');
  const { pullRequestId: id, repository } = await sim.open('offline');
  const head = await clone.commit({ 'offline.txt': '2\n' });
  const directory = `${sim.dataDirectory}/repositories/${repository.id}.git`;
  await sim.simulator.stop();
  await clone.git('push', '--quiet', directory, 'offline');
  await sim.restart();
  const { value } = await sim.rest('author', 'GET', `git/repositories/web/pullRequests/${id}/iterations`);
  expect(value.map((each) => each.sourceRefCommit.commitId).at(-1)).toBe(head);
  await sim.until(id, (each) => each.mergeStatus === 'succeeded');
});

test('a state that was kept before there were groups and shapes of threads is read', async () => {
  await sim.simulator.stop();
  const file = join(sim.dataDirectory, 'state.json');
  const { systemThreads, ...former } = z.looseObject({}).parse(JSON.parse(await readFile(file, 'utf8')));
  expect(systemThreads).toBe('identities');
  await writeFile(file, JSON.stringify(former));
  await sim.restart();
  await sim.control('POST', 'groups', { name: String.raw`[Shop]\New`, members: ['author'] });
  const found = await sim.call('bot', 'GET', '_apis/identities?searchFilter=General&filterValue=New');
  expect(found.body.count).toBe(1);
});
