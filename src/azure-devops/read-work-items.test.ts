import { z } from 'zod';

import { PARENT, PARENT_TYPE } from '../core/work-item-fields';

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

  describe('fields beside type, state and title', () => {
    /** Answers batches with the fields of each work item that are asked for; one that it does not know is refused. */
    const organization = (items: Record<number, Record<string, unknown>>, known: readonly string[]): void => {
      scene.script = ({ path, body }) => {
        if (path.endsWith('/workitems')) return { json: wireList(...linked.map((id) => ({ id: String(id) }))) };
        const asked = z.object({ ids: z.array(z.number()), fields: z.array(z.string()) }).parse(JSON.parse(body));
        const wrong = asked.fields.find((name) => !name.startsWith('System.') && !known.includes(name));
        if (wrong !== undefined) return { status: 400, json: { message: `TF51535: Cannot find field ${wrong}.` } };
        const told = asked.ids.map((id) =>
          items[id] === undefined
            ? null
            : {
                id,
                fields: Object.fromEntries(Object.entries(items[id]).filter(([name]) => asked.fields.includes(name))),
              },
        );
        return { json: wireList(...told) };
      };
    };
    const linked = [4, 5];
    const bug = { 'System.WorkItemType': 'Bug', 'System.State': 'New', 'System.Title': 'Prices' };
    const points = 'Microsoft.VSTS.Scheduling.StoryPoints';

    test('by lower-cased name, as they are; people as there; what holds nothing is missing', async () => {
      organization(
        { 4: { ...bug, [points]: 0, 'System.AssignedTo': { displayName: 'Ada' }, 'System.Tags': null }, 5: bug },
        [points],
      );
      const found = await scene.door.readWorkItems(key, [points, 'System.AssignedTo', 'System.Tags', points]);
      expect(found).toEqual([
        {
          id: 4,
          type: 'Bug',
          state: 'New',
          title: 'Prices',
          fields: { 'microsoft.vsts.scheduling.storypoints': 0, 'system.assignedto': true },
        },
        { id: 5, type: 'Bug', state: 'New', title: 'Prices', fields: {} },
      ]);
      expect(scene.server.requests).toHaveLength(2);
    });

    test('those that the organization does not have are told, and cost nothing else', async () => {
      organization({ 4: { ...bug, [points]: 3 }, 5: bug }, [points]);
      const found = await scene.door.readWorkItems(key, ['Custom.Risk', points, 'Custom.RiskOwner']);
      expect(found[0]).toMatchObject({
        fields: { 'microsoft.vsts.scheduling.storypoints': 3 },
        unknownFields: ['Custom.Risk', 'Custom.RiskOwner'],
      });
    });

    test('a name that begins with another one is that one alone', async () => {
      organization({ 4: { ...bug, 'Custom.Risk': 'low' }, 5: bug }, ['Custom.Risk']);
      const found = await scene.door.readWorkItems(key, ['Custom.Risk', 'Custom.RiskOwner']);
      expect(found[0]).toMatchObject({ fields: { 'custom.risk': 'low' }, unknownFields: ['Custom.RiskOwner'] });
    });

    test('another refusal is none of a field', async () => {
      scene.script = ({ path }) =>
        path.endsWith('/workitems')
          ? { json: wireList({ id: '4' }) }
          : { status: 400, json: { message: 'TF51535: Cannot find field System.Title.' } };
      expect(await failureOf(scene.door.readWorkItems(key, ['Custom.Risk']))).toMatchObject({ kind: 'unexpected' });
      expect(scene.server.requests).toHaveLength(2);
    });

    test('types of parents, in a request of their own; null for one that may not be seen', async () => {
      const story = { ...bug, 'System.WorkItemType': 'User Story' };
      organization({ 4: { ...bug, 'System.Parent': 8 }, 5: { ...bug, 'System.Parent': 9 }, 8: story }, []);
      const found = await scene.door.readWorkItems(key, [PARENT, PARENT_TYPE]);
      expect(found).toMatchObject([
        { id: 4, fields: { 'system.parent': 8 }, parentType: 'User Story' },
        { id: 5, fields: { 'system.parent': 9 }, parentType: null },
      ]);
      expect(scene.server.requests).toHaveLength(3);
    });

    test('without parents nobody asks for their types', async () => {
      organization({ 4: bug, 5: bug }, []);
      const found = await scene.door.readWorkItems(key, [PARENT_TYPE]);
      expect(found[0]).not.toHaveProperty('parentType');
      expect(scene.server.requests).toHaveLength(2);
    });
  });

  test('a PAT that is refused as a whole is no missing scope', async () => {
    scene.script = () => ({ status: 401 });
    expect(await failureOf(scene.door.readWorkItems(key))).toMatchObject({ kind: 'credentialRefused' });
  });
});
