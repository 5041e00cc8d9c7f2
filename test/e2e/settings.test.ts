import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { settingsTable } from '../../src/azure/settings-table';
import { DIST, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';

let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;
let folder: string;

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
  folder = await mkdtemp(join(tmpdir(), 'portcullis-cli-'));
});

afterAll(async () => {
  await environment.end();
  await rm(folder, { recursive: true, force: true });
});

/** The built command, as an administrator calls it. */
async function portcullis(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [join(DIST, 'cli', 'portcullis.js'), ...args],
      { env: { PORTCULLIS_URL: environment.host.url, PORTCULLIS_TOKEN: environment.managementToken } },
      (_error, stdout, stderr) => {
        done({ code: child.exitCode ?? -1, stdout, stderr });
      },
    );
  });
}

async function settingsFile(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

test('settings set with another title pattern changes the next verdict', async () => {
  const clone = await environment.clone('author');
  await clone.push('feature/settings', { 'src/settings.ts': 'export const settings = 1;\n' });
  const id = await pulls.open('feature/settings', goodWords);
  await pulls.linkWorkItem(id);
  const file = await settingsFile('pattern.yaml', "gates:\n  title: { pattern: '(feat|fix): .+' }\n");
  expect(await portcullis('settings', 'set', '--repository', 'Shop/web', file)).toMatchObject({
    code: 0,
    stdout: 'Saved the settings of repository Shop/web. They count from the next evaluation of each pull request.\n',
  });
  await clone.push('feature/settings', { 'src/settings.ts': 'export const settings = 2;\n' });
  const row = await pulls.verdict(
    id,
    ({ iterationId, description }) => iterationId === 2 && description.includes('pattern'),
  );
  expect(row).toMatchObject({
    state: 'failed',
    description: '1 of 3 blocking gates failed: title does not match the pattern',
  });
  expect((await portcullis('settings', 'get', '--repository', 'Shop/web', '--json')).stdout).toContain(
    '(feat|fix): .+',
  );
});

test('a misspelt gate is refused with its path and the right spelling, and nothing is saved', async () => {
  const before = await portcullis('settings', 'get', '--repository', 'Shop/web');
  const file = await settingsFile('wrong.yaml', 'gates:\n  titel: { mode: block }\n');
  const refused = await portcullis('settings', 'set', '--repository', 'Shop/web', file);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('gates.titel');
  expect(refused.stderr).toContain('did you mean "title"?');
  expect(await portcullis('settings', 'get', '--repository', 'Shop/web')).toEqual(before);
});

test('an empty document is refused, and resets nothing', async () => {
  const before = await portcullis('settings', 'get');
  const file = await settingsFile('empty.yaml', '# nothing yet\n\n');
  const refused = await portcullis('settings', 'set', file);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('The document is empty; nothing was saved.');
  expect(await portcullis('settings', 'get')).toEqual(before);
});

test('a wrong document that got into the table is an error on the pull request, in its words', async () => {
  const { body: repository } = await environment.rest(
    'author',
    'GET',
    'Shop/_apis/git/repositories/web?api-version=7.1',
  );
  const store = settingsTable({ connectionString: environment.tables.connectionString });
  const scope = { kind: 'repository' as const, connectionId: environment.connectionId, repositoryId: repository.id };
  const present = await store.read(scope);
  const wrong = { gates: { titel: { mode: 'block' } } };
  expect(await store.save(scope, wrong, { savedBy: 'somebody' }, present?.etag ?? null)).toBe(true);
  const clone = await environment.clone('author');
  await clone.push('feature/wrong', { 'src/wrong.ts': 'export const wrong = 1;\n' });
  const id = await pulls.open('feature/wrong', goodWords);
  const row = await pulls.verdict(id);
  expect(row.state).toBe('error');
  expect(row.description).toContain('gates.titel: unknown gate; did you mean "title"?');
});

test('the management API is closed to everyone without the local token', async () => {
  const url = `${environment.host.url}/api/management/connections`;
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
  expect((await fetch(url, { headers: { authorization: `Bearer ${environment.managementToken}` } })).status).toBe(200);
});
