import { failureOf, wireList } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();

const shop = { id: '11111111-1111-4111-8111-111111111111', name: 'Shop' };
const book = { id: '22222222-2222-4222-8222-222222222222', name: 'Books' };
const repository = (id: number, project: unknown): unknown => ({
  id: `${id}`.repeat(8) + '-0000-4000-8000-000000000000',
  name: `r${id}`,
  project,
});

/** Projects may be asked for, or the answer is a status; repositories the same. */
function answering(projects: unknown[] | number, repositories: unknown[] | number): void {
  const said = (given: unknown[] | number) =>
    typeof given === 'number' ? { status: given, json: { message: 'no' } } : { json: wireList(...given) };
  scene.script = ({ path, query }) => {
    if (path.endsWith('/repositories')) return said(repositories);
    return said(typeof projects === 'number' ? projects : projects.slice(Number(query.get('$skip') ?? 0)));
  };
}

test('by name', async () => {
  answering([shop, book], 401);
  await expect(scene.door.readProjects()).resolves.toEqual([book, shop]);
});

test.each([401, 403])('where their list is refused with %i, those that have repositories', async (status) => {
  answering(status, [repository(1, shop), repository(2, book), repository(3, shop)]);
  await expect(scene.door.readProjects()).resolves.toEqual([book, shop]);
});

test('a PAT that is refused everywhere is told so', async () => {
  answering(401, 401);
  expect(await failureOf(scene.door.readProjects())).toMatchObject({ kind: 'credentialRefused' });
});

test('trouble of the service is told as such', async () => {
  answering(404, [repository(1, shop)]);
  expect(await failureOf(scene.door.readProjects())).toMatchObject({ kind: 'notFound' });
});

describe('what a project keeps its code in', () => {
  test.each([
    [
      { sourceControlType: 'Git', gitEnabled: 'True', tfvcEnabled: 'False' },
      { git: true, tfvc: false },
    ],
    [
      { sourceControlType: 'Tfvc', gitEnabled: 'False', tfvcEnabled: 'True' },
      { git: false, tfvc: true },
    ],
    [
      { sourceControlType: 'Tfvc', gitEnabled: 'True', tfvcEnabled: 'True' },
      { git: true, tfvc: true },
    ],
    [{ sourceControlType: 'Tfvc' }, { git: false, tfvc: true }],
  ])('%j', async (versioncontrol, expected) => {
    scene.script = ({ path, query }) =>
      path.endsWith(`/_apis/projects/${shop.id}`) && query.get('includeCapabilities') === 'true'
        ? { json: { ...shop, capabilities: { versioncontrol } } }
        : undefined;
    await expect(scene.door.readVersionControl(shop.id)).resolves.toEqual(expected);
  });

  test('an answer without it is no answer', async () => {
    scene.script = () => ({ json: shop });
    expect(await failureOf(scene.door.readVersionControl(shop.id))).toMatchObject({ kind: 'unexpected' });
  });
});

test('to the end, whatever the service gives at most', async () => {
  const all = Array.from({ length: 250 }, (_, index) => ({
    id: `${String(index).padStart(8, '0')}-0000-4000-8000-000000000001`,
    name: `p${String(999 - index)}`,
    lastUpdateTime: 'nonsense',
  }));
  scene.script = ({ query }) => {
    const skip = Number(query.get('$skip') ?? 0);
    return { json: { value: all.slice(skip, skip + 100) } };
  };
  const projects = await scene.door.readProjects();
  expect(projects).toHaveLength(250);
  expect(projects[0]).toEqual({ id: all[249]?.id, name: 'p750' });
});

test('a service that does not page is not asked for ever', async () => {
  scene.script = () => ({ json: { value: [shop] } });
  await expect(scene.door.readProjects()).resolves.toEqual([shop]);
});
