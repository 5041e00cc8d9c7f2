import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stateSchema } from '../state-model';
import { comment, identityOf } from '../testing/hook-acts';
import { present } from '../testing/json';
import { addPolicy, addStatusPolicy, complete, postVerdict, removePolicies, verdictsOf } from '../testing/policy-acts';
import { startTestSimulator, type TestSimulator } from '../testing/start-test-simulator';
import { COMMENT_POLICY } from './policy-types';

/** Completions that go on after their answer, or by themselves. */
let sim: TestSimulator;

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterEach(() => removePolicies(sim));
afterAll(() => sim.end());

async function open(name: string): Promise<number> {
  await sim.branch(name, { [`${name}.txt`]: '1\n' });
  return (await sim.open(name)).pullRequestId;
}

test('auto-complete waits for required and optional policies, but not for those that it was told to leave out', async () => {
  const { id: authorId } = await identityOf(sim, 'author');
  const path = (id: number): string => `git/repositories/web/pullRequests/${id}`;
  await addStatusPolicy(sim);
  const optional = await addPolicy(sim, COMMENT_POLICY, {}, { isBlocking: false });
  const id = await open('automatic');
  const thread = await comment(sim, id, 'Why?');
  const foreign = await sim.call('reviewer', 'PATCH', `Shop/_apis/${path(id)}`, {
    autoCompleteSetBy: { id: authorId },
  });
  expect(foreign.status).toBe(400);
  const set = await sim.rest('author', 'PATCH', path(id), { autoCompleteSetBy: { id: authorId } });
  expect(set).toMatchObject({ status: 'active', autoCompleteSetBy: { displayName: 'Ada Author' } });
  await postVerdict(sim, id, 'succeeded', 1);
  expect(await verdictsOf(sim, id)).toEqual(['approved', 'rejected']);
  expect(await sim.rest('author', 'GET', path(id))).toMatchObject({ status: 'active', mergeStatus: 'succeeded' });
  await sim.rest('author', 'PATCH', `${path(id)}/threads/${thread.id}`, { status: 'fixed' });
  expect(await sim.until(id, (each) => each.status === 'completed')).toMatchObject({
    closedBy: { displayName: 'Ada Author' },
  });

  const other = await open('automatic-too');
  await comment(sim, other, 'Why?');
  await sim.rest('author', 'PATCH', path(other), {
    autoCompleteSetBy: { id: authorId },
    completionOptions: { autoCompleteIgnoreConfigIds: [optional] },
  });
  await postVerdict(sim, other, 'succeeded', 1);
  await sim.until(other, (each) => each.status === 'completed');
});

test('a push that comes with the completion is never merged unjudged', async () => {
  await addStatusPolicy(sim);
  const id = await open('meanwhile');
  await postVerdict(sim, id, 'succeeded', 1);
  const clone = await sim.clone();
  await clone.git('checkout', '--quiet', 'meanwhile');
  const next = await clone.commit({ 'meanwhile-more.txt': '2\n' });
  await Promise.all([clone.git('push', '--quiet', 'origin', 'meanwhile'), complete(sim, id)]);
  // Either may have come first.
  await sim.until(id, (each) => each.status === 'completed' || each.mergeStatus === 'succeeded');
  await clone.git('fetch', '--quiet');
  expect(await clone.git('log', '--format=%H', 'origin/main')).not.toContain(next);
});

test('a verdict that turned red before the merge went on stops it', async () => {
  await addStatusPolicy(sim);
  const id = await open('turned');
  await postVerdict(sim, id, 'failed', 1, { description: '1 of 2 gates failed' });
  // As the state is when the process ends between the answer to a completion and its merge.
  await sim.simulator.stop();
  const file = join(sim.dataDirectory, 'state.json');
  const state = stateSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const pullRequest = present(state.pullRequests.find((each) => each.id === id));
  pullRequest.mergeStatus = 'queued';
  pullRequest.completionRequestedById = pullRequest.createdById;
  await writeFile(file, JSON.stringify(state));
  await sim.restart();
  expect(await sim.until(id, (each) => each.mergeStatus !== 'queued')).toMatchObject({
    status: 'active',
    mergeStatus: 'rejectedByPolicy',
    mergeFailureMessage: 'gate/verdict: 1 of 2 gates failed.',
  });
  await postVerdict(sim, id, 'succeeded', 1);
  expect((await complete(sim, id)).status).toBe(200);
  await sim.until(id, (each) => each.status === 'completed');
});
