import { messageSchema } from '../core/messages';

import { createJudging, project } from './testing/judging';
import { askedFor, listedPullRequests, noteJudged } from './testing/listed-pull-requests';
import { connection, key } from './testing/samples';

test('every active pull request is judged, and one that was judged as it is now is not again', async () => {
  const others = listedPullRequests(3);
  const judging = createJudging(others);
  const [seen] = others;
  if (!seen) throw new Error('none');
  await noteJudged(judging.world, seen, 10);
  const [, pushed] = others;
  if (pushed) await noteJudged(judging.world, { ...pushed, headCommit: 'f'.repeat(40) }, 10);
  await judging.start();
  await judging.drain();
  expect(judging.operation()).toMatchObject({
    state: 'succeeded',
    result: { judged: 3, unjudged: [], moreUnjudged: 0, notSeen: [] },
    progress: { done: 3, total: 3 },
  });
  expect(askedFor(judging.world).toSorted((a, b) => a - b)).toEqual([7, 1_001, 1_002]);
  expect(judging.verdict()?.iterationId).toBe(1);
});

test('only those of a project, a repository and a branch', async () => {
  const others = listedPullRequests(4).map((each, index) => ({
    ...each,
    repositoryId: index === 0 ? project.id : key.repositoryId,
    targetBranch: index === 1 ? 'refs/heads/release/1' : 'refs/heads/main',
  }));
  const judging = createJudging(others);
  await judging.start({ projectId: project.id, repositoryId: key.repositoryId, refNames: ['refs/heads/main'] });
  await judging.drain();
  expect(askedFor(judging.world)).toEqual([1_002, 1_003]);
});

test('what is named is judged again whatever the ledger says, and what cannot be seen is told', async () => {
  const others = listedPullRequests(3);
  const judging = createJudging(others);
  for (const each of others) await noteJudged(judging.world, each, 0.1);
  await judging.start({ pullRequestIds: [1_001, 999_999] });
  await judging.drain();
  expect(askedFor(judging.world)).toEqual([1_001]);
  expect(judging.operation().result).toEqual({ judged: 1, unjudged: [], moreUnjudged: 0, notSeen: [999_999] });
  expect(judging.queue.recorded.sent.filter(({ message }) => message.kind === 'pullRequest')).toMatchObject([
    { message: { thorough: true } },
  ]);
  // Once more within minutes: the broker does not take it for the same.
  await judging.start({ pullRequestIds: [1_001, 999_999] });
  await judging.drain();
  expect(askedFor(judging.world)).toEqual([1_001, 1_001]);
});

test('one that cannot be judged is named with the reason, and the others are judged', async () => {
  const judging = createJudging(listedPullRequests(3), [1_001]);
  await judging.start({ projectId: project.id });
  await judging.drain();
  expect(judging.operation()).toMatchObject({
    state: 'succeeded',
    result: {
      judged: 2,
      unjudged: [{ pullRequestId: 1_001, repositoryId: key.repositoryId, reason: expect.stringContaining('TF401019') }],
    },
  });
  // It failed, and was not waited for as what nobody works on is.
  const { createdAt, changedAt } = judging.operation();
  expect(changedAt.getTime() - createdAt.getTime()).toBeLessThan(120_000);
});

test('of many, a hundred wait in the queue at most, and each is asked for once', async () => {
  const judging = createJudging(listedPullRequests(600));
  await judging.start({ projectId: project.id });
  await judging.drain();
  expect(judging.operation()).toMatchObject({ state: 'succeeded', result: { judged: 600, unjudged: [] } });
  expect(new Set(askedFor(judging.world)).size).toBe(600);
  expect(judging.mostInFlight()).toBeLessThanOrEqual(100);
  expect(judging.queue.recorded.duplicates).toEqual([]);
});

test('what is opened meanwhile is for the hooks, and what is closed meanwhile needs no verdict', async () => {
  const others = listedPullRequests(3);
  const judging = createJudging(others, [1_002]);
  await judging.start({ projectId: project.id });
  judging.wire.meanwhile('queue.send', () => {
    others.splice(2, 1);
    others.push(...listedPullRequests(1, 5_000));
    judging.azureDevOps.listElsewhere(project, others);
  });
  await judging.drain();
  expect(judging.operation()).toMatchObject({ state: 'succeeded', result: { judged: 3, unjudged: [] } });
  expect(askedFor(judging.world)).not.toContain(5_000);
});

test('nothing is waited for that nobody works on', async () => {
  const judging = createJudging(listedPullRequests(2));
  await judging.start({ projectId: project.id });
  const deaf: typeof judging.consumers.work = async (body, metadata) => {
    if (messageSchema.parse(body).kind !== 'pullRequest') await judging.consumers.work(body, metadata);
  };
  await judging.queue.drain({ ...judging.consumers, work: deaf });
  expect(judging.operation()).toMatchObject({ state: 'succeeded', result: { judged: 0 } });
  expect(judging.operation().result).toMatchObject({ unjudged: [{ pullRequestId: 1_000 }, { pullRequestId: 1_001 }] });
});

test('a broken connection ends it with its sentence', async () => {
  const judging = createJudging(listedPullRequests(2));
  judging.azureDevOps.accounts.clear();
  await judging.start();
  await judging.drain();
  expect(judging.operation()).toMatchObject({ state: 'failed', trouble: 'Azure DevOps refused the PAT.' });
  expect((await judging.connections.port.find(connection.id))?.broken).not.toBeNull();
  await judging.start();
  await judging.drain();
  expect(judging.operation()).toMatchObject({ state: 'failed', trouble: expect.stringContaining('is broken') });
  expect(askedFor(judging.world)).toEqual([]);
});

test('comes to the same end whatever call the process dies at', async () => {
  let calls = Infinity;
  for (let at = 1; at <= calls; at += 1) {
    const judging = createJudging(listedPullRequests(2));
    await judging.start({ projectId: project.id });
    judging.wire.clearCalls();
    judging.wire.crash(at, 'after');
    await judging.drain();
    expect(judging.operation()).toMatchObject({ state: 'succeeded', result: { unjudged: [] } });
    expect(askedFor(judging.world)).toEqual([1_000, 1_001]);
    calls = judging.wire.attempts.length;
  }
  expect(calls).toBeGreaterThan(8);
});
