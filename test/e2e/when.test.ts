import { judging } from '../support/judged';
import { startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';

/** The gate `work-items`, which every pull request here fails, on a condition; the others are content. */
let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;
let gate: ReturnType<typeof judging>;
let author: { id: string; uniqueName: string };

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
  gate = judging(environment);
  const { body } = await environment.rest('author', 'GET', '_apis/connectionData');
  author = { id: body.authenticatedUser.id, uniqueName: body.authenticatedUser.properties.Account.$value };
});

afterAll(async () => {
  await environment.end();
});

const RED = '1 of 3 blocking gates failed: work-items none linked';
const GREEN = '3 gates passed';
const labels = (id: number, name = '') =>
  `Shop/_apis/git/repositories/web/pullRequests/${id}/labels${name}?api-version=7.1`;

async function when(condition: object): Promise<void> {
  await gate.save('repository', { gates: { 'work-items': { when: condition } } });
}

async function open(branch: string): Promise<number> {
  const clone = await environment.clone('author');
  await clone.push(branch, { [`src/${branch}.ts`]: 'export const one = 1;\nexport const two = 2;\n' });
  return pulls.open(branch, goodWords);
}

/** Judges the pull request under a condition, and returns what the verdict says once it is `expected`. */
async function under(id: number, condition: object, expected: string): Promise<void> {
  await when(condition);
  await pulls.comment(id, '/gate re-run');
  expect((await pulls.verdict(id, ({ description }) => description === expected)).description).toBe(expected);
}

/** What the summary says of gates that do not apply. */
async function skipped(id: number): Promise<string | undefined> {
  const [summary] = await pulls.summaries(id);
  return /^Not applicable: (.*)$/m.exec(summary?.comments[0]?.content ?? '')?.[1];
}

test('by branch, path, author and size, and the summary says why not', async () => {
  await when({});
  const id = await open('when');
  await pulls.verdict(id, ({ description }) => description === RED);
  const conditions: [meant: object, not: object, why: string][] = [
    [{ targetBranch: ['main'] }, { targetBranch: ['release/*'] }, 'not into release/\\*'],
    [{ sourceBranch: ['wh?n'] }, { sourceBranch: ['hotfix/*'] }, 'not from hotfix/\\*'],
    [{ paths: ['src/**'] }, { paths: ['docs/**'] }, 'no changed file in docs/\\*\\*'],
    [{ authors: [author.uniqueName] }, { authors: ['somebody@contoso.example'] }, 'not for this author'],
    [{ authors: [author.id] }, { authors: ['Ada Author'] }, 'not for this author'],
    [{ size: { minimumLines: 2 } }, { size: { minimumLines: 3 } }, '2 lines &lt; 3'],
    [{ size: { maximumFiles: 1 } }, { size: { minimumFiles: 2 } }, '1 file &lt; 2'],
  ];
  for (const [meant, not, why] of conditions) {
    await under(id, not, GREEN);
    expect([why, await skipped(id)]).toEqual([why, `**work-items** (${why}).`]);
    await under(id, meant, RED);
  }
}, 180_000);

test('a label that is put on or taken off changes the verdict with the next look, though no hook tells of it', async () => {
  await when({ labels: ['needs-ticket'] });
  const id = await open('labelled');
  await pulls.verdict(id, ({ description }) => description === GREEN);

  expect((await environment.rest('author', 'POST', labels(id), { name: 'Needs-Ticket' })).status).toBe(200);
  await pulls.comment(id, '/gate re-run');
  await pulls.verdict(id, ({ description }) => description === RED);
  expect(await skipped(id)).toBeUndefined();

  expect((await environment.rest('author', 'DELETE', labels(id, '/needs-ticket'))).status).toBe(200);
  // Nobody asks: a vote fires a hook, and whatever is looked at then counts.
  await pulls.vote(id, 'reviewer', 5);
  await pulls.verdict(id, ({ description }) => description === GREEN, 40);
  expect(await skipped(id)).toBe('**work-items** (no label needs-ticket).');
});

test('nobody says anything: the sweep has looked within the hour', async () => {
  await when({ labels: ['silent'] });
  const id = await open('silent');
  await pulls.verdict(id, ({ description }) => description === GREEN);
  await environment.settle();
  await environment.rest('author', 'POST', labels(id), { name: 'silent' });
  for (let looks = 0; looks < 13; looks += 1) await environment.sweep();
  await pulls.verdict(id, ({ description }) => description === RED);
});
