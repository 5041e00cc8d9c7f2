import { z } from 'zod';

import { requireVerdict } from '../../local/environment';
import { portcullis as command, type Ended } from '../support/command';
import { startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { management } from '../support/management';
import { goodWords, pullRequests, type StatusRow } from '../support/pull-requests';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** `portcullis repositories`, through the management API and the queue of a running Portcullis. */
let environment: TestEnvironment;

beforeAll(async () => {
  environment = await startTestEnvironment();
  const { body } = await environment.rest('bot', 'GET', '_apis/connectionData');
  await requireVerdict(environment, body.authenticatedUser.id, silent);
  const small = { gitProjects: 2, tfvcProjects: 1, repositories: 8, disabledRepositories: 1, forks: 1 };
  await environment.control('POST', 'organization', { ...small, pullRequests: 0 });
  await environment.control('POST', 'clock', { advanceSeconds: 300 });
  await environment.settle();
});

afterAll(() => environment.end());

const portcullis = (...args: string[]): Promise<Ended> =>
  command(['repositories', ...args], {
    env: { PORTCULLIS_URL: environment.host.url, PORTCULLIS_TOKEN: environment.managementToken },
  });
const listed = async (...args: string[]) => lines((await portcullis('list', ...args)).stdout);
const lines = (text: string): string[] => text.split('\n').map((line) => line.trim());

const POLICY = 'Policy 1 of project Shop (main of web) still requires portcullis/verdict.';

test('the list tells what there is, and what is left out', async () => {
  const { code, stdout, stderr } = await portcullis('list');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^repository +gated +default branch\n/);
  expect(stdout).toMatch(/^Shop\/web +on, by default +main$/m);
  expect(stdout).toMatch(/^Payments\/service-\d+\.fork-\d+ .* fork$|^Shop\/service-\d+\.fork-\d+ .* fork$/m);
  expect(stdout).toMatch(/ disabled in Azure DevOps$/m);
  expect(stdout).toMatch(/^Ledger: Its code is in TFVC alone/m);
  expect(stdout).toContain('8 of 8 repositories gated. Projects that are created later: on, by default.');
  const json = await portcullis('list', 'contoso', '--project', 'shop', '--json');
  const { schemaVersion, repositories } = z
    .object({ schemaVersion: z.int(), repositories: z.array(z.object({ project: z.object({ name: z.string() }) })) })
    .parse(JSON.parse(json.stdout));
  expect(schemaVersion).toBe(1);
  expect(new Set(repositories.map(({ project }) => project.name))).toEqual(new Set(['Shop']));
});

test('what is called wrongly is an error, and changes nothing', async () => {
  const calls: [string[], string][] = [
    [['disable', 'Shop/nope', '--yes'], 'Portcullis sees no repository Shop/nope in contoso'],
    [['disable', '--yes'], 'Say which: repositories, projects, a glob to match, or all.'],
    [['enable', '--all', 'Shop/web', '--yes'], 'Everything is everything: name nothing else.'],
    [['enable', '--match', 'Nope/*', '--yes'], 'No name of the form project/repository matches Nope/*'],
    [['disable', 'Shop/web', '--connection', 'fabrikam'], 'There is no connection fabrikam; there is contoso.'],
    [['disable', 'Shop/web'], 'there is no terminal to ask in, so add --yes'],
    [['list', '--project', 'Nope'], 'Portcullis sees no project Nope in contoso.'],
    [['list', 'fabrikam'], 'There is no connection fabrikam; there is contoso.'],
    [['defaults', 'maybe'], 'It is on or off, not maybe.'],
  ];
  const ended = await Promise.all(calls.map(([args]) => portcullis(...args)));
  expect(ended.map(({ code, stdout }) => ({ code, stdout }))).toEqual(calls.map(() => ({ code: 2, stdout: '' })));
  for (const [index, [, message]] of calls.entries()) expect(ended[index]?.stderr).toContain(message);
  expect(await listed()).toContainEqual(expect.stringMatching(/^Shop\/web +on, by default/));
});

test('a repository that is switched off: the administrator hears of its policy, the author gets one notApplicable', async () => {
  const shop = pullRequests(environment);
  const clone = await environment.clone('author');
  await clone.push('greet', { 'greet.txt': 'hello\n' });
  const id = await shop.open('greet', goodWords);
  await shop.verdict(id, ({ state }) => state === 'failed');

  const dry = await portcullis('disable', 'Shop/web', '--dry-run');
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toMatch(
    /^1 settings document will be saved: 1 repository will not be gated any more\.\n {2}Shop\/web: off\n/,
  );
  expect(dry.stdout).toContain(POLICY);
  expect(dry.stdout).toContain('Nothing was changed: this was a dry run.');
  expect(await listed()).toContainEqual(expect.stringMatching(/^Shop\/web +on, by default/));

  const disabled = await portcullis('disable', 'shop/WEB', '--yes', '--note', 'frozen');
  expect(disabled).toMatchObject({ code: 0, stdout: '1 settings document saved.\n' });
  expect(disabled.stderr).toContain(POLICY);
  expect(await listed()).toContainEqual(expect.stringMatching(/^Shop\/web +off, by the repository/));
  const again = await portcullis('disable', 'Shop/web', '--yes', '--json');
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({
    schemaVersion: 1,
    preview: { documents: { count: 0 }, already: 1 },
    result: null,
  });

  await shop.verdict(id, ({ state }) => state === 'notApplicable');
  await clone.push('greet', { 'greet.txt': 'hello again\n' });
  await shop.verdict(id, ({ state, iterationId }) => state === 'notApplicable' && iterationId === 2);
  await environment.sweep();
  const passes = (rows: StatusRow[]) =>
    rows.filter(({ state }) => state === 'notApplicable').map((row) => row.iterationId);
  expect(passes(await shop.statuses(id))).toEqual([1, 2]);
  await shop.complete(id);
});

test('in bulk, and for what is created later', async () => {
  const off = await portcullis('disable', '--match', 'Shop/service-*', '--project', 'Payments', '--yes');
  expect(off.code).toBe(2);
  expect(off.stderr).toContain('matches Shop/service-*');
  expect(await portcullis('disable', '--project', 'Payments', '--yes')).toMatchObject({
    code: 0,
    stdout: '1 settings document saved.\n',
  });
  const defaults = await portcullis('defaults', 'off', '--project', 'Shop', '--yes');
  expect(defaults.code).toBe(0);
  expect(defaults.stderr).toMatch(/: what is there keeps what it has, and what is created later is not\.$/m);
  const after = await listed('contoso', '--project', 'Shop');
  expect(after.filter((line) => /^Shop\/\S+ +on, by the repository/.test(line)).length).toBeGreaterThan(1);
  expect(await listed('--project', 'Payments')).toContainEqual(expect.stringMatching(/off, by the project/));
});

test('under a lock of the connection, switching off is refused, with the sentence', async () => {
  await portcullis('enable', '--all', '--yes');
  const api = management(environment);
  expect((await api.save('', { phase: 'enforce', enabled: true, lock: ['enabled'] })).status).toBe(200);
  const refused = await portcullis('disable', 'Shop/web', '--yes', '--json');
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    preview: {
      refused: [{ reason: 'the connection settings lock `enabled`: it stays on.', count: 1, names: ['Shop/web'] }],
    },
    result: null,
  });
  expect(await listed()).toContainEqual(expect.stringMatching(/^Shop\/web +on, by .*locked by the connection$/));
});

test('a project that is created later is found, judged, and listed with the command that mends it', async () => {
  const capabilities = {
    versioncontrol: { sourceControlType: 'Git' },
    processTemplate: { templateTypeId: '6b724908-ef14-45cf-84f8-768b5384da45' },
  };
  const body = { name: 'Bank of Contoso', capabilities };
  expect((await environment.rest('admin', 'POST', '_apis/projects?api-version=7.1', body)).status).toBe(202);
  await environment.sweep();
  const { stdout } = await portcullis('list');
  expect(stdout).toMatch(
    /^Project Bank of Contoso is new since \d{4}-\d\d-\d\d: no branch policy requires portcullis\/verdict in it\.\n {2}portcullis policy install \S+\/contoso\/Bank%20of%20Contoso$/m,
  );
  const told = environment.logs.filter((line) => line.includes('is new lacks') && line.includes('Bank'));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('policy install');
});
