import { failureOf, key, wireList } from './testing/fixtures';
import { type ScriptedAnswer } from './testing/scripted-server';
import { setScene } from './testing/scene';

const scene = setScene();

describe('readWorkItems', () => {
  const item = (id: number, type = 'Bug'): unknown => ({
    id,
    rev: 1,
    fields: { 'System.Id': id, 'System.WorkItemType': type, 'System.State': 'New', 'System.Title': `Item ${id}` },
  });

  test('by id, without those that may not be seen', async () => {
    scene.answer({
      '/workitems': wireList({ id: '30', url: 'x' }, { id: '4', url: 'x' }, { id: '4' }, { id: '5' }),
      '/workitemsbatch': wireList(item(30), null, item(4, 'Task')),
    });
    await expect(scene.door.readWorkItems(key)).resolves.toEqual([
      { id: 4, type: 'Task', state: 'New', title: 'Item 4' },
      { id: 30, type: 'Bug', state: 'New', title: 'Item 30' },
    ]);
    const batch = JSON.parse(scene.server.requests[1]?.body ?? '{}');
    expect(batch).toMatchObject({ ids: [4, 5, 30], errorPolicy: 2 });
  });

  test('cold, the routes of work items are asked for while the links are read', async () => {
    let known = false;
    scene.script = ({ path }) => {
      if (path.endsWith('/workitems')) known = scene.server.options.some((request) => request.path === '/_apis/wit');
      return { json: path.endsWith('/workitems') ? wireList({ id: '4' }) : wireList(item(4)) };
    };
    await expect(scene.door.readWorkItems(key)).resolves.toHaveLength(1);
    expect(known).toBe(true);
    expect(scene.server.options).toHaveLength(2);
  });

  test('none is none', async () => {
    scene.answer({ '/workitems': wireList() });
    await expect(scene.door.readWorkItems(key)).resolves.toEqual([]);
    expect(scene.server.requests).toHaveLength(1);
  });

  test('more than a batch takes are read in batches', async () => {
    scene.script = ({ path, body }) => {
      if (path.endsWith('/workitems'))
        return { json: wireList(...Array.from({ length: 401 }, (_, i) => ({ id: `${i + 1}` }))) };
      const { ids } = JSON.parse(body) as { ids: number[] };
      return ids.length > 200 ? { status: 400 } : { json: wireList(...ids.map((id) => item(id))) };
    };
    await expect(scene.door.readWorkItems(key)).resolves.toHaveLength(401);
  });

  test.each<[string, ScriptedAnswer]>([
    ['all of them hidden', { json: { value: [null] } }],
    ['401', { status: 401 }],
    ['403', { status: 403, json: { message: 'no' } }],
    ['the sign-in page', { status: 203, raw: '<html>' }],
  ])('%s is a missing scope, not "none linked"', async (_, batch) => {
    scene.script = ({ path }) => (path.endsWith('/workitems') ? { json: wireList({ id: '4' }) } : batch);
    const failure = await failureOf(scene.door.readWorkItems(key));
    expect(failure.kind).toBe('permissionMissing');
    expect(failure.remedy).toBe('needs PAT scope Work Items (Read) and "View work items in this node"');
    expect(failure.message).toContain('Work Items (Read)');
  });

  test('a PAT that is refused as a whole is no missing scope', async () => {
    scene.script = () => ({ status: 401 });
    expect(await failureOf(scene.door.readWorkItems(key))).toMatchObject({ kind: 'credentialRefused' });
  });
});
