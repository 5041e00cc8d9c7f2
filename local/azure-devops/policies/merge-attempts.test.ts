import { comment, identityOf, vote } from '../testing/hook-acts';
import {
  addPolicy,
  addStatusPolicy,
  complete,
  postVerdict,
  pushTo,
  removePolicies,
  verdictsOf,
} from '../testing/policy-acts';
import { startTestSimulator, type TestSimulator } from '../testing/start-test-simulator';
import { COMMENT_POLICY, REVIEWER_POLICY } from './policy-types';

/** Ways around a verdict that somebody might try: none of them opens a merge. */
let sim: TestSimulator;

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterEach(() => removePolicies(sim));
afterAll(() => sim.end());

const path = (id: number): string => `git/repositories/web/pullRequests/${id}`;
const REJECTED = { status: 403, body: { typeKey: 'GitPullRequestUpdateRejectedByPolicyException' } };

async function open(name: string, more: Record<string, unknown> = {}): Promise<number> {
  await sim.branch(name, { [`${name}.txt`]: '1\n' });
  return (await sim.open(name, more)).pullRequestId;
}

const patch = (id: number, body: Record<string, unknown>) => sim.rest('author', 'PATCH', path(id), body);

test('a green verdict does not come along from another target branch, nor back from it', async () => {
  await sim.branch('unguarded', { 'unguarded.txt': '1\n' });
  await addStatusPolicy(sim);
  const id = await open('retargeted', { targetRefName: 'refs/heads/unguarded' });
  await postVerdict(sim, id, 'succeeded', 1);
  await postVerdict(sim, id, 'succeeded', undefined);
  await patch(id, { targetRefName: 'refs/heads/main' });
  expect(await complete(sim, id)).toMatchObject(REJECTED);
  await postVerdict(sim, id, 'succeeded', 2);
  await patch(id, { targetRefName: 'refs/heads/unguarded' });
  await patch(id, { targetRefName: 'refs/heads/main' });
  expect(await verdictsOf(sim, id)).toEqual(['queued']);
  expect(await complete(sim, id)).toMatchObject(REJECTED);
});

test('a force push back to the commit that was green must be judged again', async () => {
  await addStatusPolicy(sim);
  const id = await open('forced');
  const clone = await sim.clone();
  await clone.git('checkout', '--quiet', 'forced');
  await postVerdict(sim, id, 'succeeded', 1);
  await clone.commit({ 'forced-more.txt': '2\n' });
  await clone.git('push', '--quiet', 'origin', 'forced');
  await clone.git('push', '--quiet', '--force', 'origin', 'HEAD~1:forced');
  expect(await complete(sim, id)).toMatchObject(REJECTED);
});

test('what is pushed while a pull request is abandoned must be judged when it is active again', async () => {
  await addStatusPolicy(sim);
  const id = await open('abandoned');
  await postVerdict(sim, id, 'succeeded', 1);
  await patch(id, { status: 'abandoned' });
  await pushTo(sim, 'abandoned', 'abandoned-more.txt', '2\n');
  await patch(id, { status: 'active' });
  expect(await verdictsOf(sim, id)).toEqual(['queued']);
  expect(await complete(sim, id)).toMatchObject(REJECTED);
});

test('a draft is not completed, however green, not even by who bypasses policies', async () => {
  await addStatusPolicy(sim);
  const id = await open('draft', { isDraft: true });
  await postVerdict(sim, id, 'succeeded', 1);
  const refused = { status: 403, body: { typeKey: 'GitPullRequestDraftCannotBeCompletedException' } };
  expect(await complete(sim, id)).toMatchObject(refused);
  const completionOptions = { bypassPolicy: true, bypassReason: 'The shop is down.' };
  expect(await complete(sim, id, { person: 'admin', completionOptions })).toMatchObject(refused);
  // Options that somebody with the right has set do not lend it to others.
  await patch(id, { isDraft: false });
  await postVerdict(sim, id, 'failed', 1);
  expect(await complete(sim, id)).toMatchObject(REJECTED);
});

test('auto-complete waits for required policies also when it was told to leave them out, and for the verdict on each push', async () => {
  const required = await addStatusPolicy(sim);
  await addPolicy(sim, COMMENT_POLICY, {});
  const id = await open('automatic');
  const thread = await comment(sim, id, 'Why?');
  await patch(id, {
    autoCompleteSetBy: { id: (await identityOf(sim, 'author')).id },
    completionOptions: { autoCompleteIgnoreConfigIds: [required] },
  });
  await postVerdict(sim, id, 'succeeded', 1);
  await pushTo(sim, 'automatic', 'automatic-more.txt', '2\n');
  await sim.until(id, (each) => each.mergeStatus !== 'queued');
  await sim.rest('author', 'PATCH', `${path(id)}/threads/${thread.id}`, { status: 'fixed' });
  await postVerdict(sim, id, 'failed', 2);
  await postVerdict(sim, id, 'succeeded', 1);
  // The background has had its turn once this one, which comes behind it, is done.
  const other = await open('behind');
  expect(await sim.rest('author', 'GET', path(id))).toMatchObject({ status: 'active', mergeStatus: 'succeeded' });
  await patch(other, { status: 'abandoned' });
  await postVerdict(sim, id, 'succeeded', 2);
  await sim.until(id, (each) => each.status === 'completed');
});

test('path filters see the changes of a pull request without iterations, and the former name of what was renamed', async () => {
  await addStatusPolicy(sim, { filenamePatterns: ['/filtered*'] });
  await sim.branch('filtered', { 'filtered.txt': '1\n' });
  const opened = await sim.rest('author', 'POST', 'git/repositories/web/pullrequests', {
    sourceRefName: 'refs/heads/filtered',
    targetRefName: 'refs/heads/main',
    title: 'Without iterations',
  });
  expect(opened['supportsIterations']).toBe(false);
  expect(await verdictsOf(sim, opened.pullRequestId)).toEqual(['queued']);
  expect(await complete(sim, opened.pullRequestId)).toMatchObject(REJECTED);

  await removePolicies(sim);
  const clone = await sim.clone();
  await clone.commit({ 'guarded/one.txt': 'the same content as before\n' });
  await clone.git('push', '--quiet', 'origin', 'main');
  await addStatusPolicy(sim, { filenamePatterns: ['/guarded/*'] });
  await clone.git('checkout', '--quiet', '-b', 'renamed');
  await clone.git('mv', 'guarded/one.txt', 'elsewhere.txt');
  await clone.commit({});
  await clone.git('push', '--quiet', 'origin', 'renamed');
  const { pullRequestId: renamed } = await sim.open('renamed');
  expect(await verdictsOf(sim, renamed)).toEqual(['queued']);
});

test('without iterations a push resets the verdict as well', async () => {
  await addStatusPolicy(sim);
  await sim.branch('unnumbered', { 'unnumbered.txt': '1\n' });
  const opened = await sim.rest('author', 'POST', 'git/repositories/web/pullrequests', {
    sourceRefName: 'refs/heads/unnumbered',
    targetRefName: 'refs/heads/main',
    title: 'Without iterations',
  });
  const id = opened.pullRequestId;
  await postVerdict(sim, id, 'succeeded', undefined);
  expect(await verdictsOf(sim, id)).toEqual(['approved']);
  await pushTo(sim, 'unnumbered', 'unnumbered-more.txt', '2\n');
  expect(await verdictsOf(sim, id)).toEqual(['queued']);
  expect(await complete(sim, id)).toMatchObject(REJECTED);
  await postVerdict(sim, id, 'succeeded', undefined);
  expect((await complete(sim, id)).status).toBe(200);
});

test('a vote that is given again counts for the last update; nobody gives it again for another', async () => {
  const id = await open('voted');
  await vote(sim, id, 'reviewer', 10);
  await addPolicy(sim, REVIEWER_POLICY, { minimumApproverCount: 1, requireVoteOnLastIteration: true });
  await pushTo(sim, 'voted', 'voted-more.txt', '2\n');
  expect(await verdictsOf(sim, id)).toEqual(['queued']);
  const { id: reviewer } = await identityOf(sim, 'reviewer');
  await sim.call('author', 'PUT', `Shop/_apis/${path(id)}/reviewers/${reviewer}`, { vote: 10 });
  expect(await verdictsOf(sim, id)).toEqual(['queued']);
  await vote(sim, id, 'reviewer', 10);
  expect(await verdictsOf(sim, id)).toEqual(['approved']);
});
