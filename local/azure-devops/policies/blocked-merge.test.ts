import { comment, vote } from '../testing/hook-acts';
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

/** Policies stand between a pull request and its merge. */
let sim: TestSimulator;

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterEach(() => removePolicies(sim));
afterAll(() => sim.end());

const REJECTED = { status: 403, body: { typeKey: 'GitPullRequestUpdateRejectedByPolicyException' } };

async function open(name: string, more: Record<string, unknown> = {}): Promise<number> {
  await sim.branch(name, { [`${name}.txt`]: '1\n' });
  return (await sim.open(name, more)).pullRequestId;
}

test('no merge before the verdict, while it is red, nor after a push; a green one of the newest iteration opens it', async () => {
  await addStatusPolicy(sim, { defaultDisplayName: 'Portcullis' });
  const id = await open('gated');
  const before = await complete(sim, id);
  expect(before).toMatchObject(REJECTED);
  expect(before.text).toContain('Portcullis: Waiting for gate/verdict.');
  for (const state of ['failed', 'error', 'pending', 'notSet']) {
    expect((await postVerdict(sim, id, state, 1, { description: 'not so' })).status).toBe(200);
    expect(await complete(sim, id)).toMatchObject(REJECTED);
  }
  await postVerdict(sim, id, 'succeeded', 1);
  expect(await verdictsOf(sim, id)).toEqual(['approved']);
  await pushTo(sim, 'gated', 'gated-more.txt', '2\n');
  expect(await verdictsOf(sim, id)).toEqual(['queued']);
  expect(await complete(sim, id)).toMatchObject(REJECTED);
  // Late news of the former iteration opens nothing.
  await postVerdict(sim, id, 'succeeded', 1);
  expect(await complete(sim, id)).toMatchObject(REJECTED);
  await postVerdict(sim, id, 'failed', 2);
  await postVerdict(sim, id, 'succeeded', 2);
  expect((await complete(sim, id)).status).toBe(200);
  await sim.until(id, (each) => each.status === 'completed');
});

test('who is not the authorized identity posts nothing, and what was posted before does not count', async () => {
  const id = await open('authorized');
  await postVerdict(sim, id, 'succeeded', 1, { person: 'author' });
  await addStatusPolicy(sim);
  const foreign = await postVerdict(sim, id, 'succeeded', 1, { person: 'reviewer' });
  expect(foreign).toMatchObject({
    status: 403,
    body: {
      typeKey: 'GitPullRequestStatusRejectedByPolicyException',
      message:
        'Pull request status rejected by status policy. Status Author should match status policy configuration settings',
    },
  });
  const unbound = await postVerdict(sim, id, 'succeeded', undefined);
  expect(unbound).toMatchObject({
    status: 403,
    body: {
      typeKey: 'GitPullRequestStatusRejectedByPolicyException',
      message:
        'Pull request status rejected by status policy. Policy configuration requires status to be posted on iteration',
    },
  });
  expect(await complete(sim, id)).toMatchObject(REJECTED);
  // Another context is nobody's business.
  const other = { person: 'author', context: { genre: 'gate', name: 'evaluate' } };
  expect((await postVerdict(sim, id, 'succeeded', undefined, other)).status).toBe(200);
  await sim.call('bot', 'POST', `Shop/_apis/git/repositories/web/pullRequests/${id}/iterations/1/statuses`, {
    context: { genre: 'gate', name: 'verdict' },
    state: 'notApplicable',
  });
  expect(await verdictsOf(sim, id)).toEqual(['notApplicable']);
  expect((await complete(sim, id)).status).toBe(200);
});

test('without reset a status of the whole pull request outlives a push, one of an iteration does not', async () => {
  await addStatusPolicy(sim, { invalidateOnSourceUpdate: false, authorId: null });
  const id = await open('unreset');
  await postVerdict(sim, id, 'succeeded', undefined, { person: 'author' });
  await pushTo(sim, 'unreset', 'unreset-more.txt', '2\n');
  expect(await verdictsOf(sim, id)).toEqual(['approved']);
  const bound = await open('unreset-bound');
  await postVerdict(sim, bound, 'succeeded', 1);
  await pushTo(sim, 'unreset-bound', 'unreset-bound-more.txt', '2\n');
  expect(await verdictsOf(sim, bound)).toEqual(['queued']);
});

test('a conditional policy applies once a status was posted; path filters and branches keep it from others', async () => {
  const conditional = await addStatusPolicy(sim, { policyApplicability: 1 });
  const id = await open('conditional');
  expect(await verdictsOf(sim, id)).toEqual(['notApplicable']);
  await postVerdict(sim, id, 'failed', 1);
  expect(await verdictsOf(sim, id)).toEqual(['rejected']);
  await pushTo(sim, 'conditional', 'docs/conditional.md', '2\n');
  expect(await verdictsOf(sim, id)).toEqual(['queued']);
  await sim.call('admin', 'DELETE', `Shop/_apis/policy/configurations/${conditional}`);

  await addStatusPolicy(sim, { filenamePatterns: ['/docs/*', '!*.md'] });
  expect(await verdictsOf(sim, id)).toEqual(['notApplicable']);
  await pushTo(sim, 'conditional', 'docs/deep/picture.svg', '<svg/>\n');
  expect(await verdictsOf(sim, id)).toEqual(['queued']);

  await sim.branch('elsewhere', { 'elsewhere.txt': '1\n' });
  await sim.rest('author', 'PATCH', `git/repositories/web/pullRequests/${id}`, {
    targetRefName: 'refs/heads/elsewhere',
  });
  expect(await verdictsOf(sim, id)).toEqual([]);
});

test('comments and reviewers: what is missing is named, every policy by itself', async () => {
  await addPolicy(sim, COMMENT_POLICY, {});
  await addPolicy(sim, REVIEWER_POLICY, { minimumApproverCount: 1, creatorVoteCounts: false, resetOnSourcePush: true });
  const id = await open('people');
  const thread = await comment(sim, id, 'Why?');
  await vote(sim, id, 'author', 10);
  expect(await verdictsOf(sim, id)).toEqual(['rejected', 'queued']);
  const refused = await complete(sim, id);
  expect(refused).toMatchObject(REJECTED);
  expect(refused.text).toContain('Comment requirements: 1 comment thread is not resolved.');
  expect(refused.text).toContain('Minimum number of reviewers: 0 of 1 required reviewers approved.');
  const talk = `git/repositories/web/pullRequests/${id}/threads/${thread.id}`;
  await sim.rest('author', 'PATCH', talk, { status: 'closed' });
  await vote(sim, id, 'reviewer', 5);
  expect(await verdictsOf(sim, id)).toEqual(['approved', 'approved']);
  await pushTo(sim, 'people', 'people-more.txt', '2\n');
  expect(await verdictsOf(sim, id)).toEqual(['approved', 'queued']);
  await vote(sim, id, 'reviewer', -10);
  expect(await verdictsOf(sim, id)).toEqual(['approved', 'rejected']);
  await vote(sim, id, 'reviewer', 10);
  expect((await complete(sim, id)).status).toBe(200);
});

test('the pusher of the last update and former updates do not approve where the policy says so', async () => {
  const id = await open('pusher');
  await vote(sim, id, 'reviewer', 10);
  const last = await addPolicy(sim, REVIEWER_POLICY, { minimumApproverCount: 1, requireVoteOnLastIteration: true });
  expect(await verdictsOf(sim, id)).toEqual(['approved']);
  await pushTo(sim, 'pusher', 'pusher-more.txt', '2\n');
  expect(await verdictsOf(sim, id)).toEqual(['queued']);
  await sim.call('admin', 'DELETE', `Shop/_apis/policy/configurations/${last}`);
  await addPolicy(sim, REVIEWER_POLICY, {
    minimumApproverCount: 1,
    creatorVoteCounts: true,
    blockLastPusherVote: true,
  });
  expect(await verdictsOf(sim, id)).toEqual(['approved']);
  await vote(sim, id, 'reviewer', 0);
  await vote(sim, id, 'author', 10);
  expect(await verdictsOf(sim, id)).toEqual(['queued']);
});

test('only who may bypasses policies, and optional ones stop nobody', async () => {
  await addStatusPolicy(sim);
  const id = await open('bypassed');
  const completionOptions = { bypassPolicy: true, bypassReason: 'The shop is down.' };
  const refused = await complete(sim, id, { completionOptions });
  expect(refused).toMatchObject({ status: 403, body: { typeKey: 'GitNeedsPermissionException' } });
  expect(refused.text).toContain('PullRequestBypassPolicy');
  expect(await complete(sim, id, { person: 'admin' })).toMatchObject(REJECTED);
  expect((await complete(sim, id, { person: 'admin', completionOptions })).status).toBe(200);
  expect(await sim.until(id, (each) => each.status === 'completed')).toMatchObject({ completionOptions });

  await removePolicies(sim);
  await addStatusPolicy(sim, {}, { isBlocking: false });
  const optional = await open('optional');
  expect(await verdictsOf(sim, optional)).toEqual(['queued']);
  expect((await complete(sim, optional)).status).toBe(200);
});
