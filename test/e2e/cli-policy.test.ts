import { createServer } from 'node:http';

import { z } from 'zod';

import { startTestSimulator, type TestSimulator } from '../../local/azure-devops/testing/start-test-simulator';
import { portcullis, type Ended } from '../support/command';
import { productProblems } from '../support/command-exchanges';

const STATUS_POLICY = 'cbdc66da-9728-4af8-aada-9a5a32e4a226';

let shop: TestSimulator;
let repository: string;
let gate: string;

beforeAll(async () => {
  shop = await startTestSimulator();
  repository = `${shop.simulator.url}/Shop/_git/web`;
  const who = z.object({ authenticatedUser: z.object({ id: z.string() }) });
  const answer = await shop.call('bot', 'GET', '_apis/connectionData?api-version=7.1-preview.1');
  gate = who.parse(answer.body).authenticatedUser.id;
});

afterAll(() => shop.end());

const policyList = z.object({
  value: z.array(
    z.looseObject({ id: z.number(), type: z.object({ id: z.string() }), settings: z.record(z.string(), z.unknown()) }),
  ),
});

async function policies() {
  const { value } = policyList.parse(await shop.rest('admin', 'GET', 'policy/configurations'));
  return value.filter(({ type }) => type.id === STATUS_POLICY);
}

function policy(args: string[], { pat = 'admin-pat', env = {} } = {}): Promise<Ended> {
  return portcullis(['policy', ...args], { env: { AZURE_DEVOPS_PAT: pat, ...env } });
}

test('the policy is missing, is installed once somebody agrees, and is then fine', async () => {
  const missing = await policy(['status', repository]);
  expect(missing).toMatchObject({ code: 1, stderr: '' });
  expect(missing.stdout.replace(/\s+/g, ' ')).toBe(
    'Nothing requires portcullis/verdict for pull requests into main of repository Shop/web: they are completed without ' +
      `a verdict. portcullis policy install ${repository} mends it. `,
  );

  const unasked = await policy(['install', repository, '--identity', gate]);
  expect(unasked).toMatchObject({ code: 2, stdout: '' });
  expect(unasked.stderr).toContain('A policy for main of repository Shop/web will be created:\n  + isEnabled: true\n');
  expect(unasked.stderr).toMatch(/Nothing was changed: .* add --yes to agree to this\.\n$/);
  expect(await policies()).toEqual([]);

  const installed = await policy(['install', repository, '--identity', gate.toUpperCase(), '--yes']);
  expect(installed).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^Pull requests into main of repository Shop\/web need portcullis\/verdict \(policy \d+\)\.\n$/,
    ),
  });
  expect(await policy(['status', repository, '--identity', gate])).toEqual({ ...installed, stderr: '' });
  const again = await policy(['install', repository, '--identity', gate]);
  expect(again).toEqual({ ...installed, stderr: '' });
  expect(await policies()).toHaveLength(1);
});

test('what somebody changed in the portal is told and mended, and the rest stays', async () => {
  const [standing] = await policies();
  if (!standing) throw new Error('The policy is not there.');
  const settings = { ...standing.settings, policyApplicability: 1, authorId: null, somethingElse: 'kept' };
  await shop.rest('admin', 'PUT', `policy/configurations/${standing.id}`, {
    isEnabled: true,
    isBlocking: false,
    type: { id: STATUS_POLICY },
    settings,
  });
  const told = await policy(['status', repository]);
  expect(told.code).toBe(1);
  expect(told.stdout).toContain(`Policy ${standing.id} is optional`);
  expect(told.stdout).toContain(`Policy ${standing.id} applies only once a status is posted (conditional)`);
  expect(told.stdout).toContain(`Policy ${standing.id} takes the status from anybody`);

  const mended = await policy(['install', repository, '--identity', gate, '--yes']);
  expect(mended.code).toBe(0);
  expect(mended.stderr).toBe(
    // Whose verdicts count from now on is said by name, and the name is Azure DevOps' own.
    `Verdicts will count from Portcullis (portcullis@contoso.example),\n${gate}, alone.\n` +
      `Policy ${standing.id}, for main of web, will be changed:\n` +
      '  - isBlocking: false\n  + isBlocking: true\n' +
      `  - settings.authorId: null\n  + settings.authorId: "${gate}"\n` +
      '  - settings.policyApplicability: 1\n  + settings.policyApplicability: null\n',
  );
  expect((await policies()).map((each) => each.settings)).toEqual([{ ...standing.settings, somethingElse: 'kept' }]);
});

test('it keeps a pull request from being completed', async () => {
  await shop.branch('feature/policy', { 'src/policy.ts': 'export const policy = 1;\n' });
  const opened = await shop.open('feature/policy');
  const completed = await shop.call(
    'author',
    'PATCH',
    `Shop/_apis/git/repositories/web/pullRequests/${opened.pullRequestId}`,
    {
      status: 'completed',
      lastMergeSourceCommit: opened.lastMergeSourceCommit,
    },
  );
  expect(completed.status).toBeGreaterThanOrEqual(400);
  expect(completed.text).toContain('portcullis/verdict');
});

test('a whole project is told and required for by its address', async () => {
  const project = `${shop.simulator.url}/Shop`;
  expect(await policy(['status', project])).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/the default branch of every repository of\s+project Shop/),
  });
  expect((await policy(['install', project, '--identity', gate, '--yes'])).code).toBe(0);
  expect((await policies()).at(-1)?.settings['scope']).toEqual([
    expect.objectContaining({ matchKind: 'DefaultBranch' }),
  ]);
});

test('the running Portcullis is asked for the account that it posts as', async () => {
  const asked: (string | undefined)[] = [];
  const running = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify([
        { id: 'a', name: 'other', url: 'https://dev.azure.com/other', identities: [] },
        { id: 'b', name: 'contoso', url: shop.simulator.url, identities: [{ id: gate, displayName: 'Portcullis' }] },
      ]),
    );
  });
  await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve));
  const address = z.object({ port: z.number() }).parse(running.address());
  const env = { PORTCULLIS_URL: `http://127.0.0.1:${address.port}`, PORTCULLIS_TOKEN: 'a-token' };
  try {
    const args = ['--branch', 'release/1'];
    expect((await policy(['install', repository, ...args, '--yes'], { env })).code).toBe(0);
    expect(await policy(['status', repository, ...args], { env })).toMatchObject({
      code: 0,
      stdout: expect.not.stringContaining('was not checked'),
    });
  } finally {
    await new Promise((resolve) => running.close(resolve));
  }
  // Who it posts as, and, once it is written, that it was: never anything of the administrator's own credential.
  const list = '/api/management/connections Bearer a-token';
  expect(asked).toEqual([list, list, '/api/management/connections/b/audit-notes Bearer a-token', list]);
  expect((await policies()).at(-1)?.settings).toMatchObject({ authorId: gate });
});

test.each<[string, () => string[], string, RegExp]>([
  [
    'an account without the permission',
    () => ['install', repository, '--branch', 'other', '--identity', gate, '--yes'],
    'author-pat',
    /"Edit policies".*Code \(Read & write\)/,
  ],
  ['no identity', () => ['install', repository], 'admin-pat', /^Say with --identity which account/],
  ['an identity that is none', () => ['install', repository, '--identity', 'bot'], 'admin-pat', /It is an id like/],
  ['no PAT', () => ['status', repository], '', /^AZURE_DEVOPS_PAT is not set/],
  ['a refused PAT', () => ['status', repository], 'expired-pat', /refused the PAT/],
  ['an organization', () => ['status', shop.simulator.url], 'admin-pat', /names no project/],
  [
    'a repository that is not there',
    () => ['status', `${repository}-2`],
    'admin-pat',
    /repository web-2 of project Shop/,
  ],
  ['a project that is not there', () => ['status', `${shop.simulator.url}/Shpo`], 'admin-pat', /is not there/],
  ['a branch without a name', () => ['status', repository, '--branch', ' '], 'admin-pat', /a name like main/],
])('ends with 2 and a sentence: %s', async (_, args, pat, expected) => {
  const before = await policies();
  const { code, stdout, stderr } = await policy(args(), { pat });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(expected);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(await policies()).toEqual(before);
});

test('in an emergency our policies become optional by Azure DevOps alone, and are restored exactly', async () => {
  const organization = shop.simulator.url;
  const sonar = await shop.rest('admin', 'POST', 'policy/configurations', {
    isEnabled: true,
    isBlocking: true,
    type: { id: STATUS_POLICY },
    settings: { statusGenre: 'sonar', statusName: 'quality', scope: [{ repositoryId: null, refName: null }] },
  });
  const stateOf = async () =>
    (await policies()).map(({ id, isBlocking, isEnabled, settings }) => ({ id, isBlocking, isEnabled, settings }));
  const before = await stateOf();

  const dry = await policy(['suspend', '--all', organization, '--dry-run']);
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toContain('  + settings.defaultDisplayName: "Portcullis (suspended by portcullis)"\n');
  expect(dry.stdout).toMatch(/Nothing was written\.\n$/);
  expect(await policy(['suspend', '--all', organization])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('add --yes to agree to this'),
  });
  expect(await policy(['suspend', organization])).toMatchObject({ code: 2, stderr: expect.stringContaining('--all') });
  expect(await stateOf()).toEqual(before);

  const suspended = await policy(['suspend', '--all', repository, '--yes', '--json']);
  expect(suspended.code).toBe(0);
  expect(JSON.parse(suspended.stdout)).toMatchObject({
    schemaVersion: 1,
    action: 'suspend',
    url: organization,
    isFine: true,
    policies: before.filter(({ id }) => id !== sonar.id).map(({ id }) => ({ policyId: id, state: 'changed' })),
    refused: [],
    audit: { isRecorded: false, reason: expect.any(String) },
  });
  expect((await stateOf()).map(({ isBlocking }) => isBlocking)).toEqual(before.map(({ id }) => id === sonar.id));
  await shop.call('admin', 'DELETE', `Shop/_apis/policy/configurations/${sonar.id}`);

  await shop.branch('feature/emergency', { 'src/emergency.ts': 'export const emergency = 1;\n' });
  const { pullRequestId, lastMergeSourceCommit } = await shop.open('feature/emergency');
  const path = `Shop/_apis/git/repositories/web/pullRequests/${pullRequestId}`;
  const completed = await shop.call('author', 'PATCH', path, { status: 'completed', lastMergeSourceCommit });
  expect(completed.status).toBe(200);

  const told = await policy(['status', repository, '--identity', gate]);
  expect(told.code).toBe(1);
  expect(told.stdout.replace(/\s+/g, ' ')).toMatch(/Policy \d+ is suspended: .* Policy \d+ was suspended by .* at 20/);
  expect((await policy(['install', repository, '--identity', gate, '--yes'])).code).toBe(1);

  const restored = await policy(['restore', '--all', organization, '--yes']);
  expect(restored).toMatchObject({ code: 0 });
  expect(restored.stdout).toContain('restored: pull requests need the verdict again.');
  expect(restored.stdout.replace(/\s+/g, ' ')).toContain("Portcullis' audit log does not have it: ");
  expect(await stateOf()).toEqual(before.filter(({ id }) => id !== sonar.id));
  expect(await policy(['restore', '--all', organization])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('There is nothing to do: no branch policy is suspended'),
  });
});

test('whoever may not edit policies is told so for each, and nothing is marked', async () => {
  const refused = await policy(['suspend', '--all', shop.simulator.url, '--yes'], { pat: 'author-pat' });
  expect(refused.code).toBe(1);
  expect(refused.stdout.replace(/\s+/g, ' ')).toMatch(/was not changed: .*"Edit policies"/);
  expect((await policies()).every((each) => each['isBlocking'] === true)).toBe(true);
});

test('every request and answer was as the official documents say, where these stand beside the project', async () => {
  const { exchanges, problems } = await productProblems(shop.simulator.url);
  expect(exchanges).toBeGreaterThan(20);
  expect(problems).toEqual([]);
});
