import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';

import { startTestSimulator, type TestSimulator } from '../../local/azure-devops/testing/start-test-simulator';
import { portcullis, type Ended } from '../support/command';
import { productProblems } from '../support/command-exchanges';

const VERDICT_COLUMNS = /^ {2}state +gate +mode +description$/m;

let shop: TestSimulator;
let folder: string;

beforeAll(async () => {
  shop = await startTestSimulator();
  folder = await mkdtemp(join(tmpdir(), 'portcullis-evaluate-'));
});

afterAll(async () => {
  await shop.end();
  await rm(folder, { recursive: true, force: true });
});

/** The command as its callers have it: with a PAT or without. */
function evaluate(args: string[], { pat = 'author-pat', input = '' } = {}): Promise<Ended> {
  return portcullis(['evaluate', ...args], { input, env: pat === '' ? {} : { AZURE_DEVOPS_PAT: pat } });
}

let branches = 0;

async function open(more: Record<string, unknown> = {}): Promise<number> {
  const branch = `feature/evaluate-${(branches += 1)}`;
  await shop.branch(branch, { [`src/file-${branches}.ts`]: 'export const value = 1;\n' });
  return (await shop.open(branch, { title: 'wip', ...more })).pullRequestId;
}

const page = (id: number): string => `${shop.simulator.url}/Shop/_git/web/pullrequest/${id}`;

const statusList = z.object({
  value: z.array(z.object({ state: z.string(), context: z.object({ genre: z.string(), name: z.string() }) })),
});
const threadList = z.object({
  value: z.array(
    z.object({
      properties: z.record(z.string(), z.unknown()).nullish(),
      comments: z.array(z.object({ content: z.string().nullish() })),
    }),
  ),
});

/** What Portcullis wrote: statuses as `genre/name/state`, and the texts of its threads. */
async function written(id: number): Promise<{ statuses: string[]; threads: string[] }> {
  const path = `git/repositories/web/pullRequests/${id}`;
  const statuses = statusList.parse(await shop.rest('author', 'GET', `${path}/statuses`)).value;
  const threads = threadList.parse(await shop.rest('author', 'GET', `${path}/threads`)).value;
  return {
    statuses: statuses.map(({ state, context }) => [context.genre, context.name, state].join('/')),
    threads: threads
      .filter(({ properties }) => 'Portcullis.Kind' in (properties ?? {}))
      .map(({ comments }) => comments[0]?.content ?? ''),
  };
}

test('prints a verdict that reads well, writes nothing, and ends with 1 where a blocking gate failed', async () => {
  const id = await open();
  const { code, stdout, stderr } = await evaluate([`${page(id)}?_a=files`]);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^✗ failed: 3 of 3 blocking gates failed: /);
  expect(stdout).toContain(`Pull request ${id}: wip\n  Shop/web, feature/evaluate-1 into main, by `);
  expect(stdout).toContain(`  ${page(id)}\n`);
  expect(stdout).toMatch(
    /Judged on \d{4}-\d\d-\d\d \d\d:\d\d UTC: iteration 1, commit [0-9a-f]{8}, with the default settings\./,
  );
  expect(stdout).toMatch(VERDICT_COLUMNS);
  expect(stdout).toMatch(/^✗ failed {5}title {8}block {3}/m);
  expect(stdout).toContain(
    '\ntitle (blocks)\n  - The title has 3 characters; at least 10 are asked for.\n    Say in the title ',
  );
  expect(stdout).toMatch(/Nothing was written to Azure DevOps\.\n$/);
  expect(stdout.split('\n').filter((line) => line.length > 100 && !line.includes('http'))).toEqual([]);
  expect(code).toBe(1);
  expect(await written(id)).toEqual({ statuses: [], threads: [] });
});

test('ends with 0 where settings of a file are met, and says that they were used', async () => {
  const id = await open();
  const file = join(folder, 'gates.yaml');
  await writeFile(file, 'gates: { title: { mode: off }, description: { mode: off }, work-items: { mode: advise } }\n');
  const { code, stdout } = await evaluate([page(id), '--settings', file]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^✓ succeeded: 1 gate passed · advice: work-items/);
  expect(stdout.replace(/\s+/g, ' ')).toContain(`with the settings of ${file}.`);
  expect(stdout).not.toContain('title (blocks)');
});

test('takes settings from standard input, and a repository with a number', async () => {
  const id = await open({ isDraft: true });
  const remote = `${shop.simulator.url.replace('http://', 'http://author@')}/Shop/_git/web`;
  const args = [remote, '--pull-request', String(id), '--settings', '-'];
  expect(await evaluate(args, { input: '{"drafts":"skip"}' })).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/^… pending: draft: judged when published\n/),
  });
  expect(await evaluate(args, { input: '{"branches":{"include":["release"]}}' })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^– notApplicable: /),
  });
});

test('tells of each component of a monorepo, as text and for machines', async () => {
  const id = await open();
  const input = JSON.stringify({ components: { source: { paths: ['src/**'] }, docs: { paths: ['docs/**'] } } });
  const { stdout } = await evaluate([page(id), '--settings', '-'], { input });
  expect(stdout).toContain('  state          component  description\n');
  expect(stdout).toContain('– notApplicable  docs       none of its files changed\n');
  const json = await evaluate([page(id), '--settings', '-', '--json'], { input });
  expect(JSON.parse(json.stdout).components).toMatchObject({
    source: { state: 'succeeded' },
    docs: { state: 'notApplicable', description: 'none of its files changed' },
  });
});

test('--json says the same for machines', async () => {
  const id = await open();
  const { code, stdout } = await evaluate([page(id), '--json']);
  expect(code).toBe(1);
  const answer = JSON.parse(stdout);
  expect(answer).toMatchObject({
    schemaVersion: 1,
    pullRequest: { id, title: 'wip', status: 'active', url: page(id), repository: { name: 'web' } },
    iteration: { id: 1, sourceCommit: expect.stringMatching(/^[0-9a-f]{40}$/) },
    settings: 'defaults',
    verdict: { state: 'failed' },
    validUntil: null,
    published: null,
  });
  expect(answer.outcomes.find(({ gate }: { gate: string }) => gate === 'title')).toMatchObject({
    mode: 'block',
    state: 'failed',
    findings: [{ message: expect.any(String) }, { message: expect.any(String) }],
  });
});

test('--publish posts a status and a summary of its own, once', async () => {
  const id = await open();
  const first = await evaluate([page(id), '--publish'], { pat: 'bot-pat' });
  expect(first).toMatchObject({ code: 1, stderr: '' });
  expect(first.stdout).toContain('Posted as the status portcullis/evaluate (2 writes)');
  const after = await written(id);
  expect(after.statuses).toEqual(['portcullis/evaluate/failed']);
  expect(after.threads).toEqual([expect.stringContaining('`portcullis evaluate`; it is no verdict')]);
  const second = await evaluate([page(id), '--publish'], { pat: 'bot-pat' });
  expect(second.stdout).toContain('said so already');
  expect(await written(id)).toEqual(after);
});

test.each<[string, () => string[], string, RegExp]>([
  ['a wrong PAT', () => [page(1)], 'no-such-pat', /refused the PAT .*put it into AZURE_DEVOPS_PAT\.\n$/],
  ['an expired PAT', () => [page(1)], 'expired-pat', /refused the PAT /],
  ['no PAT', () => [page(1)], '', /^AZURE_DEVOPS_PAT is not set: put a PAT of localhost:\d+ with Code \(Read\)/],
  ['a pull request that is not there', () => [page(4711)], 'author-pat', /pull request 4711 .*it is not there/],
  [
    'a repository that is not there',
    () => [page(1).replace('/web/', '/wep/')],
    'author-pat',
    /repository wep of project Shop/,
  ],
  ['no pull request', () => [`${shop.simulator.url}/Shop/_git/web`], 'author-pat', /add --pull-request <number>/],
  ['a settings file that is not there', () => [page(1), '--settings', '/no/such/file'], 'author-pat', /cannot be read/],
  ['no address', () => [], 'author-pat', /missing required argument/],
])('ends with 2 and a sentence: %s', async (_, args, pat, expected) => {
  const { code, stdout, stderr } = await evaluate([...args()], { pat });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(expected);
  expect(stderr).not.toMatch(/\n\s+at /);
});

test('without a PAT the sign-in of az login is asked for Azure DevOps Services, and nobody may be signed in', async () => {
  const az = join(folder, 'az');
  const asked = join(folder, 'asked');
  await writeFile(az, `#!/bin/sh\necho "$@" >> ${asked}\necho "Please run 'az login'" >&2\nexit 1\n`, { mode: 0o755 });
  const { code, stderr } = await portcullis(['evaluate', 'https://dev.azure.com/contoso/Shop/_git/web/pullrequest/7'], {
    // The library asks nobody but az then: what else it knows would leave this machine.
    env: { PATH: `${folder}:/usr/bin:/bin`, AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential' },
  });
  expect(stderr).toMatch(/^AZURE_DEVOPS_PAT is not set, and nobody is signed in: .* az login\.\n$/);
  expect(code).toBe(2);
  expect(await readFile(asked, 'utf8')).toContain('499b84ac-1321-427f-aa17-267ca6975798');
});

test('wrong settings are refused before anything is asked', async () => {
  const { code, stderr } = await evaluate([page(1), '--settings', '-'], {
    input: 'gates: { titel: { mode: block } }\n',
    pat: '',
  });
  expect(code).toBe(2);
  expect(stderr).toContain('The settings of standard input are wrong');
  expect(stderr).toContain('gates.titel: unknown gate; did you mean "title"?');
});

test('a title cannot play with the terminal', async () => {
  const id = await open({ title: 'feat: \u001b[31mred\u001b[0m \u202eetad' });
  const { stdout } = await evaluate([page(id)]);
  expect(stdout).toContain('feat: ⟨U+001B⟩[31mred⟨U+001B⟩[0m ⟨U+202E⟩etad');
  expect(stdout).not.toMatch(/[^\P{C}\n]/u);
});

test('every request and answer was as the official documents say, where these stand beside the project', async () => {
  const { exchanges, problems } = await productProblems(shop.simulator.url);
  expect(exchanges).toBeGreaterThan(20);
  expect(problems).toEqual([]);
});
