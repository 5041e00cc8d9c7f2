import { Failure } from '../core/failures';

import { judgeResultSchema } from './judge-result';
import { by, createJudging, project } from './testing/judging';
import { askedFor, listedPullRequests, noteJudged } from './testing/listed-pull-requests';
import { connection, key } from './testing/samples';

type Judging = ReturnType<typeof createJudging>;

/** The slice that finds that nothing has moved for so many seconds, after everything was asked for. */
function sliceAfter(judging: Judging, seconds: number, judged = 0, total = 1) {
  const movedAt = new Date(judging.clock.now().getTime() - seconds * 1_000).toISOString();
  const cursor = { beganAt: movedAt, sentThrough: 100_000, last: 100_000, total, judged, movedAt };
  const deadline = judging.clock.now();
  return judging.slice({ connection, request: {}, cursor, operationId: 'operation-1', by, deadline });
}

test('what comes of it fits into a row, whatever could not be judged and for whatever reason', async () => {
  const judging = createJudging(listedPullRequests(2_100));
  const long = new Failure({ kind: 'notFound', message: 'ä'.repeat(10_000) });
  judging.wire.fail('readPullRequest', 'before', long, 50);
  const slice = await sliceAfter(judging, 301, 0, 2_101);
  if (slice.state !== 'done') throw new Error('it goes on');
  const { judged, unjudged, moreUnjudged } = judgeResultSchema.parse(slice.result);
  expect({ judged, told: unjudged.length, moreUnjudged }).toEqual({ judged: 0, told: 2_000, moreUnjudged: 101 });
  expect(unjudged.filter(({ reason }) => reason === 'Its evaluation did not finish.')).toHaveLength(1_950);
  expect(Buffer.byteLength(JSON.stringify(slice.result))).toBeLessThan(512 * 1_024);
});

test('as long as something is judged, the rest is waited for', async () => {
  const judging = createJudging();
  const movedAt = judging.clock.now().toISOString();
  expect(await sliceAfter(judging, 301, 3, 5)).toMatchObject({
    state: 'more',
    cursor: { judged: 4, movedAt },
  });
  expect(await sliceAfter(judging, 299)).toMatchObject({ state: 'more', cursor: { judged: 0 } });
  expect(await sliceAfter(judging, 301)).toMatchObject({ state: 'done' });
});

test('when it is tried again is told', async () => {
  const judging = createJudging();
  const dueAt = new Date('2026-10-01T12:30:00Z');
  await judging.ledger.port.begin(key, 'failed-1');
  await judging.ledger.port.postpone(key, { dueAt, attempt: 1, chain: 'hook/1' });
  expect(await sliceAfter(judging, 301)).toMatchObject({
    result: { unjudged: [{ reason: 'Its evaluation is tried again at 2026-10-01T12:30:00.000Z.' }] },
  });
});

test('those that cannot be judged keep no others from it', async () => {
  const others = listedPullRequests(130);
  const impossible = others.slice(0, 120).map(({ pullRequestId }) => pullRequestId);
  const judging = createJudging(others, impossible);
  await judging.start({ projectId: project.id });
  await judging.drain();
  expect(new Set(askedFor(judging.world)).size).toBe(130);
  const { judged, unjudged } = judgeResultSchema.parse(judging.operation().result);
  expect(judged).toBe(10);
  expect(unjudged.map(({ pullRequestId }) => pullRequestId)).toEqual(impossible);
});

test('an evaluation that failed before is no reason to give up on the one that was asked for', async () => {
  const [listed] = listedPullRequests(1);
  if (!listed) throw new Error('none');
  const judging = createJudging([listed]);
  const place = { ...key, pullRequestId: listed.pullRequestId };
  await judging.ledger.port.begin(place, 'died');
  judging.clock.advance(3_600);
  await judging.start({ projectId: project.id });
  let isFirst = true;
  const slow: typeof judging.work = async (body, metadata) => {
    const isOurs = metadata['sessionId'] !== `operation/${connection.id}`;
    if (isOurs && isFirst) {
      isFirst = false;
      const session = String(metadata['sessionId']);
      judging.queue.put(body, { messageId: 'later', session, dueIn: 20 });
    } else await judging.work(body, metadata);
  };
  await judging.queue.drain({ ...judging.consumers, work: slow });
  expect(judging.operation()).toMatchObject({ state: 'succeeded', result: { judged: 1, unjudged: [] } });
});

test('a project with a PAT of its own is read with that one', async () => {
  const others = listedPullRequests(1);
  const judging = createJudging(others);
  const expiresOn = new Date('2027-09-01T00:00:00Z');
  judging.connections.put({
    ...connection,
    projectPats: [{ projectId: project.id, projectName: 'Depot', expiresOn, accountId: null }],
  });
  judging.secrets.rotatePat(`${connection.id}/${project.id}`, 'bot-pat');
  for (const each of others) await noteJudged(judging.world, each, 0);
  await judging.start({ projectId: project.id });
  await judging.drain();
  expect(judging.operation()).toMatchObject({ state: 'succeeded', result: { judged: 0, unjudged: [] } });
  expect(judging.secrets.recorded.reads).toEqual([`pat ${connection.id}/${project.id}`]);
});
