import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';

import { TableClient } from '@azure/data-tables';

import { settingsTable } from '../../src/azure/settings-table';
import { portcullis as command } from '../support/command';
import { startTestEnvironment, type TestEnvironment } from '../support/local-environment';
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
const portcullis = (...args: string[]) => portcullisAt(environment.host.url, ...args);
const portcullisAt = (url: string, ...args: string[]) =>
  command(args, { env: { PORTCULLIS_URL: url, PORTCULLIS_TOKEN: environment.managementToken } });

async function settingsFile(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

test('on a clean start, what holds is told: the wider settings, and every value with its scope', async () => {
  expect(await portcullis('settings', 'get', '--repository', 'Shop/web')).toEqual({
    code: 0,
    stdout:
      '# repository Shop/web has no settings of its own; those of connection contoso and the deployment defaults apply.\n',
    stderr: '',
  });
  expect((await portcullis('settings', 'get')).stdout).toBe('phase: enforce\n');
  const { code, stdout, stderr } = await portcullis('settings', 'effective', '--repository', 'shop/WEB');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^path +value +from +locked by\n/);
  expect(stdout).toMatch(/^phase +enforce +connection$/m);
  expect(stdout).toMatch(/^gates\.title\.mode +block +deployment$/m);
  expect((await portcullis('settings', 'history', '--project', 'Shop')).stdout).toBe(
    'project Shop never had settings of its own.\n',
  );
});

test('settings set with another title pattern changes the verdict within seconds', async () => {
  const clone = await environment.clone('author');
  await clone.push('feature/settings', { 'src/settings.ts': 'export const settings = 1;\n' });
  const id = await pulls.open('feature/settings', goodWords);
  await pulls.linkWorkItem(id);
  const file = await settingsFile('pattern.yaml', "gates:\n  title: { pattern: '(feat|fix): .+' }\n");
  expect(await portcullis('settings', 'set', '--repository', 'Shop/web', file)).toMatchObject({
    code: 0,
    stdout: 'Saved version 1 of the settings of repository Shop/web. Its active pull requests are judged again now.\n',
    stderr: expect.stringContaining('+    pattern: "(feat|fix): .+"\n'),
  });
  // Without a push, and without a hook.
  const row = await pulls.verdict(id, ({ description }) => description.includes('pattern'));
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
  expect(refused.stderr).toContain('The document is empty.');
  expect(await portcullis('settings', 'get')).toEqual(before);
});

test('two admins edit at once: the second is told what the first did, and nothing is lost', async () => {
  const theirs = await settingsFile('theirs.yaml', 'drafts: judge\n');
  const mine = await settingsFile('mine.yaml', 'drafts: skip\n');
  expect((await portcullis('settings', 'set', '--project', 'Shop', '--note', 'theirs', theirs)).code).toBe(0);
  const saved = await portcullis('settings', 'history', '--project', 'Shop', '--json');
  const [{ version }] = JSON.parse(saved.stdout);
  expect((await portcullis('settings', 'set', '--project', 'Shop', theirs)).stdout).toBe(
    'Nothing to change: project Shop has these settings already.\n',
  );
  const other = await settingsFile('other.yaml', 'drafts: judge\nenabled: true\n');
  const args = ['settings', 'set', '--project', 'Shop', '--if-version', String(version)];
  expect((await portcullis(...args, other)).code).toBe(0);
  const late = await portcullis(...args, mine);
  expect(late.code).toBe(1);
  expect(late.stderr).toMatch(
    /^local administrator saved version 2 \(.* UTC\) since version 1 of project Shop; nothing was saved\. Look again\.\n$/,
  );
  expect((await portcullis('settings', 'get', '--project', 'Shop')).stdout).toBe('drafts: judge\nenabled: true\n');
});

test('between looking and writing, too: both versions are shown', async () => {
  let isOvertaken = false;
  // Stands before Portcullis; somebody else is faster by one request.
  const before = createServer((incoming, outgoing) => {
    void (async () => {
      const headers = { authorization: `Bearer ${environment.managementToken}`, 'content-type': 'application/json' };
      const url = `${environment.host.url}${incoming.url ?? ''}`;
      if (incoming.method === 'PUT' && !isOvertaken) {
        isOvertaken = true;
        const condition = { 'if-match': String(incoming.headers['if-match']) };
        await fetch(`${url}?note=faster`, {
          method: 'PUT',
          headers: { ...headers, ...condition },
          body: '{"enabled":false}',
        });
      }
      const condition = incoming.headers['if-match'];
      const answer = await fetch(url, {
        method: incoming.method ?? 'GET',
        headers: { ...headers, ...(condition === undefined ? {} : { 'if-match': condition }) },
        ...(incoming.method === 'GET' ? {} : { body: await readAll(incoming) }),
      });
      outgoing.writeHead(answer.status, { etag: answer.headers.get('etag') ?? '' });
      outgoing.end(await answer.text());
    })();
  });
  await new Promise<void>((listening) => before.listen(0, '127.0.0.1', listening));
  const file = await settingsFile('mine.yaml', 'drafts: skip\n');
  const url = `http://127.0.0.1:${(before.address() as AddressInfo).port}`;
  const refused = await portcullisAt(url, 'settings', 'set', '--project', 'Shop', file);
  before.close();
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/local administrator saved version 3 \(.* UTC, faster\) meanwhile in project Shop\./);
  expect(refused.stderr).toContain('Nothing of yours was saved. From that version to yours:');
  expect(refused.stderr).toMatch(/ {2}-enabled: false\n {2}\+drafts: skip\n/);
});

test('a version is restored as a new one, with its diff; deleted, the wider settings apply', async () => {
  const restored = await portcullis('settings', 'restore', '--project', 'Shop', '2');
  expect(restored).toMatchObject({ code: 0, stderr: expect.stringContaining('-enabled: false') });
  expect((await portcullis('settings', 'get', '--project', 'Shop')).stdout).toBe('drafts: judge\nenabled: true\n');
  expect((await portcullis('settings', 'history', '--project', 'Shop')).stdout).toMatch(
    /^version +when +who +note\n4 +\S+ \S+ UTC +local administrator +version 2 restored\n3 .* faster\n2 .*\n1 .* theirs\n$/,
  );
  expect((await portcullis('settings', 'restore', '--project', 'Shop', '9')).stderr).toBe(
    'The history has no version 9.\n',
  );
  expect(await portcullis('settings', 'history', '--project', 'Shop', '2')).toEqual({
    code: 0,
    stdout: 'drafts: judge\nenabled: true\n',
    stderr: '',
  });
  // Without a terminal nobody can be asked, and one option that is left out means the whole connection.
  expect(await portcullis('settings', 'delete', '--project', 'Shop')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/there is no terminal to ask in, so add --yes to agree to this\.\n$/),
  });
  expect((await portcullis('settings', 'get', '--project', 'Shop')).stdout).toBe('drafts: judge\nenabled: true\n');
  expect((await portcullis('settings', 'delete', '--project', 'Shop', '--yes')).code).toBe(0);
  expect((await portcullis('settings', 'history', '--project', 'Shop', '5')).stdout).toBe(
    '# Version 5 deleted the settings.\n',
  );
  expect((await portcullis('settings', 'get', '--project', 'Shop')).stdout).toMatch(/^# project Shop has no settings/);
});

test('what a deletion or an older version turns is told before, and what stands against it', async () => {
  const shadow = await settingsFile('shadow.yaml', 'phase: shadow\nrepositoryFile: tighten\n');
  const judge = await settingsFile('judge.yaml', 'drafts: judge\nlock: [drafts]\n');
  expect((await portcullis('settings', 'set', '--repository', 'Shop/web', shadow)).code).toBe(0);
  const told = await portcullis('settings', 'delete', '--repository', 'Shop/web', '--dry-run');
  expect(told).toMatchObject({ code: 0, stdout: 'Nothing was saved: this was a dry run.\n' });
  expect(told.stderr).toContain('Note: phase: goes from shadow to enforce');
  expect((await portcullis('settings', 'effective', '--repository', 'Shop/web')).stderr).toMatch(
    /^Note: repositoryFile: a \.portcullis\.yaml on the target branch/,
  );
  const skip = await settingsFile('skip.yaml', 'drafts: skip\n');
  expect((await portcullis('settings', 'set', '--repository', 'Shop/web', skip)).code).toBe(0);
  expect((await portcullis('settings', 'set', '--repository', 'Shop/web', shadow)).code).toBe(0);
  expect((await portcullis('settings', 'set', '--project', 'Shop', judge)).code).toBe(0);
  expect(await portcullis('settings', 'restore', '--repository', 'Shop/web', '3', '--dry-run')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('drafts: found "skip"; the project settings lock this'),
  });
  expect((await portcullis('settings', 'delete', '--project', 'Shop', '--yes')).code).toBe(0);
  expect((await portcullis('settings', 'restore', '--repository', 'Shop/web', '1')).code).toBe(0);
});

test('no version is asked for by --version, and what cannot be read is told in words', async () => {
  expect(await portcullis('settings', 'get', '--version', '2')).toMatchObject({ code: 2, stdout: '' });
  expect((await portcullis('settings', 'validate', '/no/such.yaml')).stderr).toBe(
    '/no/such.yaml cannot be read: it is not there.\n',
  );
  const empty = await settingsFile('empty.yaml', '# nothing\n');
  expect((await portcullis('settings', 'validate', empty)).stderr).toBe(
    'The settings would be refused.\n  The document is empty. To say nothing in this scope, write {}.\n',
  );
});

test('a dry run says what would be and what to know, and changes nothing', async () => {
  const off = ['title', 'description', 'work-items', 'size'].map((gate) => `  ${gate}: { mode: off }\n`);
  const nothing = await settingsFile('nothing.yaml', `gates:\n${off.join('')}`);
  expect((await portcullis('settings', 'set', '--dry-run', nothing)).stderr).toMatch(/^Note: gates: no gate is on/m);
  const file = await settingsFile('dry.yaml', 'enabled: false\n');
  const before = await portcullis('settings', 'history');
  expect(await portcullis('settings', 'set', '--dry-run', file)).toMatchObject({
    code: 0,
    stdout: 'Nothing was saved: this was a dry run.\n',
    stderr: expect.stringContaining('+enabled: false'),
  });
  expect(await portcullis('settings', 'validate', file)).toMatchObject({
    code: 0,
    stdout: 'These settings of connection contoso are right.\n',
  });
  expect(await portcullis('settings', 'history')).toEqual(before);
});

test('a gate that needs a scope which the PAT lacks is refused, and the scope named', async () => {
  const named = await settingsFile('named.yaml', 'gates:\n  work-items: { mode: block }\n');
  const fault = { method: 'POST', path: '/_apis/wit/workitemsbatch', times: 2, status: 401 };
  await environment.control('POST', 'faults', [fault]);
  const refused = await portcullis('settings', 'set', '--project', 'Shop', named);
  await environment.control('DELETE', 'faults');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /^The settings were not saved\.\n {2}gates\.work-items: The PAT of this connection lacks the scope Work Items \(Read\)/,
  );
  expect((await portcullis('settings', 'validate', '--project', 'Shop', named)).code).toBe(0);
});

describe('what got into the table past Portcullis', () => {
  let scope: { kind: 'repository'; connectionId: string; repositoryId: string };

  beforeAll(async () => {
    const { body } = await environment.rest('author', 'GET', 'Shop/_apis/git/repositories/web?api-version=7.1');
    scope = { kind: 'repository', connectionId: environment.connectionId, repositoryId: body.id };
  });

  test('a wrong document is an error on the pull request, in its words', async () => {
    const store = settingsTable({ connectionString: environment.tables.connectionString });
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

  test('a damaged row is an error on the pull request; restored, it is judged within seconds', async () => {
    const table = TableClient.fromConnectionString(environment.tables.connectionString, 'Settings', {
      allowInsecureConnection: true,
    });
    const rowKey = `repository_${scope.repositoryId}`;
    await table.updateEntity({ partitionKey: scope.connectionId, rowKey, document: '{' }, 'Merge');
    const clone = await environment.clone('author');
    await clone.push('feature/damaged', { 'src/damaged.ts': 'export const damaged = 1;\n' });
    const id = await pulls.open('feature/damaged', goodWords);
    const row = await pulls.verdict(id);
    expect(row).toMatchObject({
      state: 'error',
      description: expect.stringMatching(/^settings: the repository’s document is damaged; restore a version with /),
    });
    const told = await portcullis('settings', 'get', '--repository', 'Shop/web');
    expect(told).toMatchObject({ code: 1, stderr: expect.stringMatching(/^The document of .* is damaged; restore/) });
    expect((await portcullis('settings', 'restore', '--repository', 'Shop/web', '1')).code).toBe(0);
    await pulls.verdict(id, ({ description }) => description.includes('pattern'));
  });
});

test('the management API is closed to everyone without the local token', async () => {
  const url = `${environment.host.url}/api/management/connections`;
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
  expect((await fetch(url, { headers: { authorization: `Bearer ${environment.managementToken}` } })).status).toBe(200);
});
