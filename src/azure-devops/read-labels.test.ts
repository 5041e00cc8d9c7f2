import { failureOf, key, wireList } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();

const label = (name: string, active: boolean | null = true): unknown => ({ id: 'x', name, active, url: 'x' });

describe('readLabels', () => {
  test('by name, in one order whatever the order of the list', async () => {
    scene.answer({ '/labels': wireList(label('urgent'), label('Hotfix'), label('no review')) });
    await expect(scene.door.readLabels(key)).resolves.toEqual(['Hotfix', 'no review', 'urgent']);
    const [request] = scene.server.requests;
    expect(request?.path).toMatch(
      new RegExp(`/repositories/${key.repositoryId}/pullRequests/${key.pullRequestId}/labels$`, 'i'),
    );
    expect(scene.server.requests).toHaveLength(1);
  });

  test('those that were taken off are not among them; where nothing is said of it, they are', async () => {
    scene.answer({
      '/labels': wireList(label('gone', false), label('there'), label('unsaid', null), { name: 'bare' }),
    });
    await expect(scene.door.readLabels(key)).resolves.toEqual(['bare', 'there', 'unsaid']);
  });

  test('none is none', async () => {
    scene.answer({ '/labels': wireList() });
    await expect(scene.door.readLabels(key)).resolves.toEqual([]);
  });

  test.each([
    ['a sign-in page', { status: 203, raw: '<html>' }, 'credentialRefused'],
    ['not found', { status: 404, json: { message: 'TF401019' } }, 'notFound'],
    ['not allowed', { status: 403, json: { message: 'no' } }, 'permissionMissing'],
    ['a label without a name', { json: wireList({ id: 'x' }) }, 'unexpected'],
    ['half a list', { json: { count: 2, value: [label('one')] } }, 'unexpected'],
    ['no list', { json: {} }, 'unexpected'],
  ])('%s is no list without labels', async (_, answer, kind) => {
    scene.script = () => answer;
    expect((await failureOf(scene.door.readLabels(key))).kind).toBe(kind);
  });
});
