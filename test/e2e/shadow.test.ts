import { judging } from '../support/judged';
import { startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';

let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;
let gate: ReturnType<typeof judging>;

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
  gate = judging(environment);
});

afterAll(async () => {
  await environment.control('DELETE', 'faults');
  await environment.end();
});

async function open(branch: string): Promise<number> {
  const clone = await environment.clone('author');
  await clone.push(branch, { [`src/${branch}.ts`]: 'export const value = 1;\n' });
  return pulls.open(branch, goodWords);
}

test('the same pull request: green with what would have failed, red once it is enforced, and back', async () => {
  await gate.save('repository', { phase: 'shadow' });
  const release = await gate.require('verdict');
  try {
    const id = await open('tried');
    const first = await pulls.verdict(id);
    expect(first).toMatchObject({
      state: 'succeeded',
      description: 'shadow: would have failed: 1 of 3 blocking gates failed: work-items none linked',
    });
    const [summary] = await pulls.summaries(id);
    expect(summary?.status).toBe('closed');
    expect(summary?.comments[0]?.content).toMatch(/^### Nothing blocks this pull request yet; 1 gate would\n/);

    await gate.save('repository', { phase: 'enforce' });
    await pulls.comment(id, '/gate re-run');
    const second = await pulls.verdict(id, ({ state }) => state === 'failed');
    expect(second.description).toBe('1 of 3 blocking gates failed: work-items none linked');
    expect((await pulls.summaries(id)).map(({ status }) => status)).toEqual(['active']);
    expect(await gate.complete(id)).toBeGreaterThanOrEqual(400);

    await gate.save('repository', { phase: 'shadow' });
    await pulls.comment(id, '/gate re-run');
    await pulls.verdict(id, ({ state }) => state === 'succeeded');
    expect(await gate.complete(id)).toBe(200);
  } finally {
    await release();
  }
});

test('what could not be judged is never succeeded, tried out or not', async () => {
  await gate.save('repository', { phase: 'shadow' });
  // As a PAT without the scope Work Items (Read).
  await environment.control('POST', 'faults', [{ method: 'POST', path: '/workitemsbatch', times: 1_000, status: 401 }]);
  const id = await open('unread');
  await pulls.linkWorkItem(id);
  await pulls.comment(id, '/gate re-run');
  const row = await pulls.verdict(id, ({ description }) => !description.includes('none linked'));
  expect(row.state).toBe('notApplicable');
  expect(row.description).toMatch(/^shadow: could not judge: work-items needs PAT scope Work Items \(Read\)/);

  await gate.save('repository', { phase: 'enforce' });
  await pulls.comment(id, '/gate re-run');
  const enforced = await pulls.verdict(id, ({ state }) => state !== 'notApplicable');
  expect(enforced.state).toBe('error');
  await environment.control('DELETE', 'faults');
  await pulls.comment(id, '/gate re-run');
  await pulls.verdict(id, ({ state }) => state === 'succeeded');
});

test('a gate that the connection locks is enforced although the repository only tries out', async () => {
  await gate.save('connection', { phase: 'enforce', lock: ['gates.work-items'] });
  await gate.save('repository', { phase: 'shadow', gates: { title: { minimumLength: 70 } } });
  const id = await open('locked');
  expect(await pulls.verdict(id)).toMatchObject({
    state: 'failed',
    description: '1 of 1 gate failed: work-items none linked',
  });
  await pulls.linkWorkItem(id);
  await pulls.comment(id, '/gate re-run');
  const row = await pulls.verdict(id, ({ state }) => state !== 'failed');
  expect(row).toMatchObject({ state: 'succeeded' });
  expect(row.description).toMatch(/^1 gate passed · shadow: would have failed: 1 of 2 blocking gates failed: title /);
  const [summary] = await pulls.summaries(id);
  expect(summary?.comments[0]?.content).toContain('Nothing blocks this pull request yet; 1 gate would');
});
