import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

/** Completing a pull request really merges it. */
let sim: TestSimulator;
const one = 'git/repositories/web/pullRequests';

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterAll(() => sim.end());

test.each(['noFastForward', 'squash', 'rebase', 'rebaseMerge'])(
  'completing with %s merges in git',
  async (mergeStrategy) => {
    const branch = `complete-${mergeStrategy}`;
    const head = await sim.branch(branch, { [`${branch}.txt`]: 'done\n' });
    // The target moves on, so that each strategy has something to do.
    const clone = await sim.clone();
    await clone.commit({ [`before-${branch}.txt`]: 'main\n' });
    await clone.git('push', '--quiet', 'origin', 'main');
    const target = await clone.git('rev-parse', 'main');
    const { pullRequestId: id } = await sim.open(branch);
    const answer = await sim.rest('author', 'PATCH', `${one}/${id}`, {
      status: 'completed',
      lastMergeSourceCommit: { commitId: head },
      completionOptions: { mergeStrategy, deleteSourceBranch: true },
    });
    expect(answer).toMatchObject({ status: 'active', mergeStatus: 'queued' });
    const completed = await sim.until(id, (each) => each.status === 'completed');
    expect(completed).toMatchObject({ mergeStatus: 'succeeded', closedBy: { displayName: 'Ada Author' } });

    await clone.git('pull', '--quiet', '--prune');
    expect(await clone.git('show', `HEAD:${branch}.txt`)).toBe('done');
    expect(await clone.git('rev-parse', 'HEAD')).toBe(completed.lastMergeCommit.commitId);
    const parents = (await clone.git('log', '-1', '--format=%P')).split(' ');
    expect(parents[0]).toBe(target);
    expect(parents).toHaveLength(mergeStrategy === 'squash' || mergeStrategy === 'rebase' ? 1 : 2);
    expect(await clone.git('branch', '--remotes')).not.toContain(branch);
  },
);

test('completing needs the commit that was seen, and no draft', async () => {
  const head = await sim.branch('unready', { 'unready.txt': '1\n' });
  const { pullRequestId: id } = await sim.open('unready', { isDraft: true });
  const complete = (commitId: string): Promise<{ status: number }> =>
    sim.call('author', 'PATCH', `Shop/_apis/${one}/${id}`, {
      status: 'completed',
      lastMergeSourceCommit: { commitId },
    });
  expect((await complete('1'.repeat(40))).status).toBe(409);
  expect((await complete(head)).status).toBe(403);
  await sim.rest('author', 'PATCH', `${one}/${id}`, { isDraft: false });
  expect((await complete(head)).status).toBe(200);
  await sim.until(id, (each) => each.status === 'completed');
});

test('a completion that meets a conflict leaves the pull request active', async () => {
  const head = await sim.branch('late', { 'late.txt': 'mine\n' });
  const { pullRequestId: id } = await sim.open('late');
  const clone = await sim.clone();
  await clone.commit({ 'late.txt': 'theirs\n' });
  await clone.git('push', '--quiet', 'origin', 'main');
  await sim.rest('author', 'PATCH', `${one}/${id}`, { status: 'completed', lastMergeSourceCommit: { commitId: head } });
  const after = await sim.until(id, (each) => each.mergeStatus === 'conflicts');
  expect(after).toMatchObject({ status: 'active' });
  expect(after).not.toHaveProperty('completionQueueTime');
});
