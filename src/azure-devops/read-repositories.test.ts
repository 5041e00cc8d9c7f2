import { failureOf, wireList } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();

const shop = { id: 'D0700000-0000-4000-8000-000000000001', name: 'Shop' };
const repository = (id: number, name: string) => ({
  id: `A0700000-0000-4000-8000-00000000000${id}`,
  name,
  project: shop,
  url: 'x',
});
const read = (id: number, name: string) => ({
  id: `a0700000-0000-4000-8000-00000000000${id}`,
  name,
  project: { ...shop, id: shop.id.toLowerCase() },
});
const listed = (id: number, name: string) => ({
  ...read(id, name),
  defaultBranch: null,
  size: null,
  isDisabled: false,
  fork: null,
});

test('all repositories, by name, in one request', async () => {
  scene.answer({ '/repositories': wireList(repository(2, 'web'), repository(1, 'api')) });
  await expect(scene.door.readRepositories()).resolves.toEqual([listed(1, 'api'), listed(2, 'web')]);
  expect(scene.server.requests).toHaveLength(1);
});

test('with what the list tells of each', async () => {
  const parentRepository = { id: 'a0700000-0000-4000-8000-000000000009', name: 'web', project: shop };
  scene.answer({
    '/repositories': wireList(
      { ...repository(1, 'api'), defaultBranch: 'refs/heads/main', size: 4_711, isDisabled: true },
      { ...repository(2, 'fork'), size: 'unknown', isFork: true },
      { ...repository(3, 'other'), isFork: true, parentRepository },
    ),
  });
  await expect(scene.door.readRepositories()).resolves.toEqual([
    { ...listed(1, 'api'), defaultBranch: 'refs/heads/main', size: 4_711, isDisabled: true },
    { ...listed(2, 'fork'), fork: { of: null } },
    { ...listed(3, 'other'), fork: { of: 'Shop/web' } },
  ]);
});

test('one by its id, without its project', async () => {
  scene.answer({ '/_apis/git/repositories/a0700000-0000-4000-8000-000000000002': repository(2, 'web') });
  await expect(scene.door.findRepository('a0700000-0000-4000-8000-000000000002')).resolves.toEqual(read(2, 'web'));
});

test('one that is not there, or may not be seen', async () => {
  scene.script = () => ({ status: 404, json: { message: 'TF401019: it does not exist.' } });
  expect(await failureOf(scene.door.findRepository('a0700000-0000-4000-8000-000000000002'))).toMatchObject({
    kind: 'notFound',
  });
});
