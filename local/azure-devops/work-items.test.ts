import { present, type Json } from './testing/json';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

let sim: TestSimulator;

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterAll(() => sim.end());

const set = (field: string, value: unknown) => ({ op: 'add', path: `/fields/${field}`, value });
const patch = (id: number, ...operations: unknown[]): Promise<Json> =>
  sim.rest('author', 'PATCH', `wit/workitems/${id}`, operations);
const refused = (id: number, ...operations: unknown[]): Promise<{ status: number; body: Json }> =>
  sim.call('author', 'PATCH', `Shop/_apis/wit/workitems/${id}`, operations);
const batch = async (ids: number[], fields: string[]): Promise<Json[]> =>
  (await sim.rest('bot', 'POST', 'wit/workitemsbatch', { ids, fields, errorPolicy: 'omit' })).value;
const hierarchy = (rel: 'Forward' | 'Reverse', id: number) => ({
  op: 'add',
  path: '/relations/-',
  value: { rel: `System.LinkTypes.Hierarchy-${rel}`, url: `${sim.simulator.url}/_apis/wit/workItems/${id}` },
});

test('fields come by their reference names in any case; what is empty does not come', async () => {
  await patch(1, set('microsoft.vsts.scheduling.storypoints', 0), set('Custom.CustomerVisible', false));
  await patch(1, set('System.Description', ''), set('System.Tags', 'web; Basket ;WEB,basket'));
  const [item] = await batch([1], ['System.TAGS', 'Microsoft.VSTS.Scheduling.StoryPoints', 'System.Description']);
  expect(present(item).fields).toEqual({ 'System.Tags': 'Basket; web', 'Microsoft.VSTS.Scheduling.StoryPoints': 0 });
  const [other] = await batch([1], ['Custom.CustomerVisible']);
  expect(present(other).fields).toEqual({ 'Custom.CustomerVisible': false });
});

test('a field that the organization does not have spoils the whole request, and cannot be set', async () => {
  const answer = await sim.call('bot', 'POST', '_apis/wit/workitemsbatch', {
    ids: [1, 2],
    fields: ['System.Id', 'Custom.Risk'],
    errorPolicy: 'omit',
  });
  expect(answer).toMatchObject({ status: 400, body: { message: 'TF51535: Cannot find field Custom.Risk.' } });
  expect(await refused(1, set('Custom.Risk', 'high'))).toMatchObject({ status: 400 });
  expect(await refused(1, set('System.Parent', 2))).toMatchObject({ status: 400 });
  expect(await refused(1, set('System.AreaPath', 'Elsewhere\\Web'))).toMatchObject({ status: 400 });
});

test('a link to a parent stands on both, and gives a work item one parent at most', async () => {
  await patch(3, hierarchy('Reverse', 4));
  expect(present((await batch([3], ['System.Parent']))[0]).fields).toEqual({ 'System.Parent': 4 });
  const { relations } = await sim.rest('bot', 'GET', 'wit/workitems/4?$expand=relations');
  expect(relations).toMatchObject([{ rel: 'System.LinkTypes.Hierarchy-Forward' }]);
  expect(await refused(3, hierarchy('Reverse', 2))).toMatchObject({ status: 400 });
  expect(await refused(2, hierarchy('Forward', 3))).toMatchObject({ status: 400 });
  expect(await refused(5, hierarchy('Reverse', 99))).toMatchObject({ status: 404 });
  await patch(4, { op: 'remove', path: '/relations/0' });
  expect(present((await batch([3], ['System.Parent']))[0]).fields).toEqual({});
});

test('HTML and Markdown are kept as they were written', async () => {
  const html = '<ul><li>[ ] a &lt; b</li></ul>';
  const field = 'Microsoft.VSTS.Common.AcceptanceCriteria';
  await patch(2, set(field, html));
  expect(present((await batch([2], [field]))[0]).fields).toEqual({ [field]: html });
  const changed = await patch(2, set(field, '- [ ] a < b'), {
    op: 'add',
    path: `/multilineFieldsFormat/${field}`,
    value: 'Markdown',
  });
  expect(changed).toMatchObject({ fields: { [field]: '- [ ] a < b' } });
});

test('a change of state is told with its time', async () => {
  const { fields } = await patch(5, set('System.State', 'Active'));
  expect(fields).toMatchObject({
    'System.State': 'Active',
    'Microsoft.VSTS.Common.StateChangeDate': expect.any(String),
  });
});
