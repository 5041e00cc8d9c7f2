import { failureOf, key } from './testing/fixtures';
import { filesScript } from './testing/repository-files';
import { setScene } from './testing/scene';

const scene = setScene();

const PLACES = ['CODEOWNERS', '.azuredevops/CODEOWNERS', 'docs/CODEOWNERS'];
const read = (branch = 'refs/heads/release/1') => scene.door.readFirstFile(key, PLACES, branch);
const asked = (): number => scene.server.requests.length;

test.each<[string, Record<string, string>, string | undefined]>([
  ['none', { '/README.md': 'x', '/docs/guide.md': 'x' }, undefined],
  ['the one in the root', { '/CODEOWNERS': '* @a', '/docs/CODEOWNERS': '* @b' }, 'CODEOWNERS: * @a'],
  [
    'the first of two folders',
    { '/docs/CODEOWNERS': '* @b', '/.azuredevops/CODEOWNERS': '* @c' },
    '.azuredevops/CODEOWNERS: * @c',
  ],
  ['none in another case', { '/codeowners': '* @a', '/Docs/CODEOWNERS': '* @b' }, undefined],
  ['no folder of that name', { '/CODEOWNERS/a': 'x', '/docs/CODEOWNERS': '* @b' }, 'docs/CODEOWNERS: * @b'],
  ['no symbolic link', { '/CODEOWNERS': '-> README.md', '/docs/CODEOWNERS': '* @b' }, 'docs/CODEOWNERS: * @b'],
  ['an empty one, too', { '/CODEOWNERS': '', '/docs/CODEOWNERS': '* @b' }, 'CODEOWNERS: '],
  ['without its byte order mark', { '/CODEOWNERS': '\uFEFF* @a' }, 'CODEOWNERS: * @a'],
])('%s', async (_, files, expected) => {
  scene.script = filesScript(files);
  const found = await read();
  expect(found && `${found.path}: ${found.text}`).toBe(expected);
});

test('of the branch that is asked for, each read of the same commit', async () => {
  scene.script = filesScript({ '/docs/CODEOWNERS': '* @b' });
  await read();
  const versions = scene.server.requests.flatMap(({ query }) => query.get('versionDescriptor.version') ?? []);
  expect(versions).toEqual(['release/1', 'c'.repeat(40)]);
});

test('while the root holds the same, one request tells so', async () => {
  scene.script = filesScript({ '/CODEOWNERS': '* @a', '/docs/guide.md': 'x' });
  await read();
  const before = asked();
  await expect(read()).resolves.toEqual({ path: 'CODEOWNERS', text: '* @a' });
  expect(asked()).toBe(before + 1);
  scene.script = filesScript({ '/CODEOWNERS': '* @b', '/docs/guide.md': 'x' });
  await expect(read()).resolves.toEqual({ path: 'CODEOWNERS', text: '* @b' });
});

test('of long ones only some are remembered', async () => {
  const long = (index: number) => filesScript({ '/CODEOWNERS': `* @team-${index} #`.padEnd(1_048_576, '#') });
  const readsOf = async (index: number): Promise<number> => {
    const before = asked();
    scene.script = long(index);
    await read();
    return asked() - before;
  };
  for (let index = 10; index < 30; index++) await readsOf(index);
  expect(await readsOf(29)).toBe(1);
  expect(await readsOf(10)).toBe(2);
});

test('more than 1 MB is not read', async () => {
  scene.script = filesScript({ '/CODEOWNERS': '#'.repeat(1_048_577) });
  expect(await failureOf(read())).toMatchObject({
    kind: 'tooLarge',
    remedy: 'needs a CODEOWNERS of at most 1 MB',
    message: expect.stringContaining('shorten it'),
  });
});

test('a branch that is gone has none; what may not be read is told', async () => {
  scene.script = () => ({ status: 404, json: { message: 'gone', typeKey: 'GitUnresolvableToCommitException' } });
  await expect(read()).resolves.toBeUndefined();
  scene.script = () => ({ status: 403, json: { message: 'TF401027', typeKey: 'GitNeedsPermissionException' } });
  expect(await failureOf(read())).toMatchObject({ kind: 'permissionMissing' });
});
