import { failureOf, key } from './testing/fixtures';
import { filesScript } from './testing/repository-files';
import { setScene } from './testing/scene';

const scene = setScene();
const MAIN = 'refs/heads/main';

const repository = (files: Record<string, string>): void => {
  scene.script = filesScript(files);
};
const read = (branch = MAIN): Promise<string | undefined> =>
  scene.door.readTemplate(key, branch).then((template) => template?.path);

test.each<[string, string[], string, string | undefined]>([
  ['none', ['/README.md', '/docs/guide.md'], MAIN, undefined],
  ['in the root', ['/pull_request_template.md'], MAIN, '/pull_request_template.md'],
  ['as text', ['/docs/pull_request_template.txt'], MAIN, '/docs/pull_request_template.txt'],
  ['in another case', ['/Docs/PULL_REQUEST_TEMPLATE.MD'], MAIN, '/Docs/PULL_REQUEST_TEMPLATE.MD'],
  [
    'the first folder before the others',
    ['/pull_request_template.md', '/docs/pull_request_template.md', '/.vsts/pull_request_template.md'],
    MAIN,
    '/.vsts/pull_request_template.md',
  ],
  [
    'the first folder of all',
    ['/.azuredevops/pull_request_template.md', '/.vsts/pull_request_template.md'],
    MAIN,
    '/.azuredevops/pull_request_template.md',
  ],
  [
    'the one of the branch before the one for all',
    ['/.azuredevops/pull_request_template.md', '/pull_request_template/branches/main.md'],
    MAIN,
    '/pull_request_template/branches/main.md',
  ],
  [
    'by the first part of the name of the branch',
    ['/docs/pull_request_template/branches/Release.txt'],
    'refs/heads/release/2.0',
    '/docs/pull_request_template/branches/Release.txt',
  ],
  [
    'another branch',
    ['/.azuredevops/pull_request_template/branches/main.md', '/pull_request_template.md'],
    'refs/heads/develop',
    '/pull_request_template.md',
  ],
  ['one that authors choose', ['/.azuredevops/pull_request_template/hotfix.md'], MAIN, undefined],
  ['of another host', ['/.github/pull_request_template.md'], MAIN, undefined],
  ['a folder of that name', ['/pull_request_template.md/README.md'], MAIN, undefined],
])('%s', async (_, paths, branch, expected) => {
  repository(Object.fromEntries(paths.map((path) => [path, `of ${path}`])));
  await expect(read(branch)).resolves.toBe(expected);
});

test('a link to a file elsewhere is no template', async () => {
  repository({ '/pull_request_template.md': '-> docs/other.md' });
  await expect(read()).resolves.toBeUndefined();
});

test('the text, without a mark of its encoding', async () => {
  repository({ '/pull_request_template.md': '\uFEFF# Why\r\n' });
  await expect(scene.door.readTemplate(key, MAIN)).resolves.toEqual({
    path: '/pull_request_template.md',
    text: '# Why\r\n',
  });
});

test('the default branch, and then the one commit that it was at', async () => {
  repository({ '/docs/pull_request_template.md': '# Why' });
  await read('refs/heads/release/1');
  const versions = scene.server.requests
    .filter(({ path }) => path.endsWith('/items'))
    .map(({ query }) => [query.get('scopePath'), query.get('versionDescriptor.version')]);
  expect(versions).toEqual([
    ['/', null],
    ['/docs', 'c'.repeat(40)],
  ]);
});

test('while nobody changes the folders, one request tells so; what is new is read', async () => {
  const files = { '/.azuredevops/pull_request_template.md': '# Why', '/src/a.ts': 'a' };
  repository(files);
  await read();
  const before = scene.server.requests.length;
  repository({ ...files, '/src/a.ts': 'b' });
  await read();
  expect(scene.server.requests).toHaveLength(before + 1);
  await expect(read('refs/heads/release/1')).resolves.toBe('/.azuredevops/pull_request_template.md');
  expect(scene.server.requests).toHaveLength(before + 1 + before);
  repository({ ...files, '/.azuredevops/pull_request_template.md': '# How' });
  await expect(scene.door.readTemplate(key, MAIN)).resolves.toMatchObject({ text: '# How' });
});

test('a repository without a default branch has none; another refusal is told', async () => {
  scene.script = () => ({ status: 404, json: { message: 'TF401175: could not be resolved to a version' } });
  await expect(scene.door.readTemplate(key, MAIN)).resolves.toBeNull();
  scene.script = () => ({ status: 403, json: { message: 'no' } });
  expect(await failureOf(scene.door.readTemplate(key, MAIN))).toMatchObject({ kind: 'permissionMissing' });
});

test('a file of more than 100 KB is not read, and that is told', async () => {
  repository({ '/pull_request_template.md': 'x'.repeat(100 * 1024 + 1) });
  expect(await failureOf(scene.door.readTemplate(key, MAIN))).toMatchObject({
    kind: 'tooLarge',
    remedy: '/pull_request_template.md has more than 100 KiB',
  });
  repository({ '/pull_request_template.md': 'y'.repeat(100 * 1024) });
  await expect(read()).resolves.toBe('/pull_request_template.md');
});
