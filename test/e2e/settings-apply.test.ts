import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { settingsTable } from '../../src/azure/settings-table';
import { portcullis as command, type Ended } from '../support/command';
import { startTestEnvironment, type TestEnvironment } from '../support/local-environment';

let environment: TestEnvironment;
let root: string;

beforeAll(async () => {
  environment = await startTestEnvironment();
  root = await mkdtemp(join(tmpdir(), 'portcullis-apply-'));
  const repositories = 'Shop/_apis/git/repositories?api-version=7.1';
  expect((await environment.rest('admin', 'POST', repositories, { name: 'api' })).status).toBe(201);
});

afterAll(async () => {
  await environment.end();
  await rm(root, { recursive: true, force: true });
});

const portcullis = (...args: string[]): Promise<Ended> =>
  command(args, {
    env: {
      PORTCULLIS_URL: environment.host.url,
      PORTCULLIS_TOKEN: environment.managementToken,
      PATH: process.env['PATH'] ?? '',
    },
  });

/** A new folder with these files. */
async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(root, 'folder-'));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  return folder;
}

const good = {
  'README.md': 'Settings of the organization.\n',
  'connection.yaml': 'phase: enforce\ngates:\n  size: { mode: advise, maximumLines: 400 }\n',
  'projects/Shop.yaml': 'gates:\n  title: { mode: block }\nlock: [gates.title]\n',
  'repositories/Shop/web.yaml': 'drafts: judge\n',
  'repositories/shop/API.json': '{ "gates": { "size": { "mode": "off" } } }\n',
};
const versions = async (...scope: string[]): Promise<{ version: number; note: string; isDeleted: boolean }[]> =>
  JSON.parse((await portcullis('settings', 'history', '--json', ...scope)).stdout);

test('a folder of a checkout is shown and written, and the history names its commit', async () => {
  const folder = await folderOf(good);
  const git = (...args: string[]) => promisify(execFile)('git', ['-C', folder, ...args]);
  await git('init', '--quiet');
  await git('add', '--all');
  await git(
    '-c',
    'user.name=Ada',
    '-c',
    'user.email=ada@contoso.example',
    'commit',
    '--quiet',
    '--message',
    'settings',
  );
  const commit = (await git('rev-parse', '--short=12', 'HEAD')).stdout.trim();

  const asked = await portcullis('settings', 'apply', folder);
  expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining('so add --yes to agree to this.') });
  expect(await versions('--project', 'Shop')).toEqual([]);

  const applied = await portcullis('settings', 'apply', '--yes', folder);
  expect(applied).toMatchObject({
    code: 0,
    stdout: '4 documents are written. Active pull requests there are judged again now.\n',
  });
  expect(applied.stderr.match(/^\S.*$/gm)).toEqual([
    'connection contoso',
    'project Shop',
    'repository Shop/web',
    'repository Shop/api',
  ]);
  expect(applied.stderr).toContain('  @@ -1,1 +1,5 @@\n   phase: enforce\n  +gates:\n');
  expect(await versions('--repository', 'Shop/web')).toMatchObject([{ version: 1, note: `commit ${commit}` }]);

  expect((await portcullis('settings', 'apply', '--yes', folder)).stdout).toBe(
    'Nothing to change: 4 documents are as the folder has them.\n',
  );
  await writeFile(join(folder, 'repositories/Shop/web.yaml'), 'drafts: skip\n');
  expect((await portcullis('settings', 'apply', '--yes', folder)).stdout).toContain('1 document is written.');
  expect(await versions('--repository', 'Shop/web')).toMatchObject([
    { version: 2, note: `commit ${commit}, with uncommitted changes` },
    { version: 1 },
  ]);
  expect(await versions('--project', 'Shop')).toHaveLength(1);
});

describe('nothing is written when anything is refused', () => {
  test.each<[string, Record<string, string>, string[]]>([
    [
      'a wrong value',
      { 'projects/Shop.yaml': 'drafts: jugde\n' },
      ['projects/Shop.yaml: drafts: ', 'did you mean "judge"?'],
    ],
    ['no YAML', { 'repositories/Shop/web.yaml': 'a: [\n' }, ['repositories/Shop/web.yaml: line 2, column 1: ']],
    ['an empty document', { 'connection.yaml': '# later\n' }, ['connection.yaml: The document is empty']],
    [
      'an unknown name',
      { 'repositories/Shop/wbe.yaml': '{}\n' },
      ['repositories/Shop/wbe.yaml: Portcullis sees no repository'],
    ],
    [
      'two of one scope',
      { 'projects/shop.yml': '{}\n' },
      ['projects/shop.yml: projects/Shop.yaml is about the same project.'],
    ],
    ['a stray file', { 'settings.yaml': '{}\n' }, ['settings.yaml: nothing is looked for here; connection.yaml, ']],
    [
      'what loosens a lock of the same folder',
      {
        'connection.yaml': 'gates:\n  size: { mode: block }\nlock: [gates.size]\n',
        'projects/Shop.yaml': '{}\n',
        'repositories/Shop/web.yaml': 'gates:\n  size: { mode: off }\n',
      },
      ['repositories/Shop/web.yaml: gates.size.mode: found "off"; the connection settings lock this'],
    ],
  ])('%s', async (_, files, sentences) => {
    const before = await Promise.all([versions(), versions('--project', 'Shop'), versions('--repository', 'Shop/web')]);
    const folder = await folderOf({ ...good, 'connection.yaml': 'phase: shadow\n', ...files });
    const refused = await portcullis('settings', 'apply', '--yes', folder);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    for (const sentence of ['Nothing was saved.', ...sentences]) expect(refused.stderr).toContain(sentence);
    expect(
      await Promise.all([versions(), versions('--project', 'Shop'), versions('--repository', 'Shop/web')]),
    ).toEqual(before);
  });

  test('a folder without any settings, with --prune least of all', async () => {
    const refused = await portcullis('settings', 'apply', '--yes', '--prune', await folderOf({ 'README.md': 'x' }));
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^There are no settings in /) });
    expect((await portcullis('settings', 'apply', '--yes', join(root, 'nowhere'))).stderr).toContain('cannot be read');
  });
});

test('--prune deletes what the folder says nothing of, shown first; it can be restored', async () => {
  const store = settingsTable({ connectionString: environment.tables.connectionString });
  const gone = { kind: 'repository', connectionId: environment.connectionId, repositoryId: randomUUID() } as const;
  expect(await store.save(gone, { enabled: false }, { savedBy: 'somebody' }, null)).toBe(true);

  const folder = await folderOf({
    'connection.yaml': good['connection.yaml'],
    'projects/Shop.yaml': good['projects/Shop.yaml'],
    'repositories/Shop/web.yaml': good['repositories/Shop/web.yaml'],
  });
  await portcullis('settings', 'apply', '--yes', folder);
  expect((await portcullis('settings', 'apply', '--yes', folder)).stdout).toMatch(/^Nothing to change/);
  const tried = await portcullis('settings', 'apply', '--prune', '--dry-run', folder);
  expect(tried).toMatchObject({
    code: 0,
    stdout: 'Nothing was saved: this was a dry run. 2 documents are to be deleted.\n',
  });
  expect(tried.stderr.match(/^\S.*$/gm)?.sort()).toEqual([
    'Note: repository (gone, or not to be seen): enabled: gating is switched on.',
    'repository (gone, or not to be seen) (deleted)',
    'repository Shop/api (deleted)',
  ]);
  expect(tried.stderr).toContain('-enabled: false');
  expect((await versions('--repository', 'Shop/api'))[0]).toMatchObject({ isDeleted: false });

  expect((await portcullis('settings', 'apply', '--prune', '--yes', folder)).code).toBe(0);
  expect((await versions('--repository', 'Shop/api'))[0]).toMatchObject({ version: 2, isDeleted: true });
  expect((await portcullis('settings', 'apply', '--prune', '--yes', folder)).stdout).toBe(
    'Nothing to change: 3 documents are as the folder has them.\n',
  );
  expect((await portcullis('settings', 'restore', '--repository', 'Shop/api', '1')).code).toBe(0);
  expect((await portcullis('settings', 'get', '--repository', 'Shop/api')).stdout).toBe(
    'gates:\n  size:\n    mode: off\n',
  );
});
