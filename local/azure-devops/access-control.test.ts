import { identityOf } from './testing/hook-acts';
import { present, type Json } from './testing/json';
import { startTestSimulator, type Answer, type TestSimulator } from './testing/start-test-simulator';

/** Who may see and change service hooks, as the security namespace says it. */
let sim: TestSimulator;
let shop: string;
let other: string;

const HOOKS = 'cb594ebe-87dd-4fc9-ac2c-6a10a4c92046';
const ROOT = 'PublisherSecurity';
const [VIEW, EDIT] = [1, 2];
const descriptors: Record<string, string> = {};

const grant = (
  person: string,
  token: string,
  allow: number,
  more: { deny?: number; merge?: boolean; as?: string } = {},
): Promise<Answer> =>
  sim.call(more.as ?? 'admin', 'POST', `_apis/accesscontrolentries/${HOOKS}`, {
    token,
    merge: more.merge ?? false,
    accessControlEntries: [{ descriptor: descriptors[person], allow, deny: more.deny ?? 0, extendedInfo: {} }],
  });
const may = async (person: string, bits: number, ...tokens: string[]): Promise<unknown> =>
  (await sim.call(person, 'GET', `_apis/permissions/${HOOKS}/${bits}?tokens=${tokens.join(',')}`)).body.value;
const subscription = (projectId: string): Record<string, unknown> => ({
  publisherId: 'tfs',
  eventType: 'git.pullrequest.created',
  resourceVersion: '1.0',
  consumerId: 'webHooks',
  consumerActionId: 'httpRequest',
  publisherInputs: { projectId },
  consumerInputs: { url: 'http://localhost:1/nobody' },
});
const subscribe = (person: string, projectId: string): Promise<Answer> =>
  sim.call(person, 'POST', '_apis/hooks/subscriptions', subscription(projectId));
const projectsSeen = async (person: string): Promise<(string | undefined)[]> =>
  (await sim.call(person, 'GET', '_apis/hooks/subscriptions')).body.value
    .map((each) => (each['publisherInputs'] as Record<string, string>)['projectId'])
    .sort();

beforeAll(async () => {
  sim = await startTestSimulator();
  await sim.control('POST', 'forks', { repository: 'web', project: 'Other' });
  const projects = (await sim.call('admin', 'GET', '_apis/projects')).body.value;
  const idOf = (name: string): string => String(present(projects.find((each) => each.name === name)).id);
  [shop, other] = [idOf('Shop'), idOf('Other')];
  for (const person of ['bot', 'author', 'reviewer', 'admin']) {
    const { id } = await identityOf(sim, person);
    const [found] = (await sim.call('admin', 'GET', `_apis/identities?identityIds=${String(id)}`)).body.value;
    descriptors[person] = String(present(found)['descriptor']);
  }
  for (const projectId of [shop, other, '']) expect((await subscribe('admin', projectId)).status).toBe(200);
});
afterAll(() => sim.end());
beforeEach(async () => {
  for (const token of [ROOT, `${ROOT}/${shop}`, `${ROOT}/${other}`]) {
    for (const person of ['bot', 'author']) await grant(person, token, 0);
  }
});

test('the namespace says what its bits are, as the command line of Azure DevOps prints it', async () => {
  const { body } = await sim.call('bot', 'GET', `_apis/securitynamespaces/${HOOKS}`);
  expect(body.value).toMatchObject([{ name: 'ServiceHooks', readPermission: 1, writePermission: 7 }]);
  const actions = present(body.value[0])['actions'] as Json[];
  expect(actions.map(({ name, ...action }) => [name, action['bit']])).toEqual([
    ['ViewSubscriptions', 1],
    ['EditSubscriptions', 2],
    ['DeleteSubscriptions', 4],
    ['PublishEvents', 8],
  ]);
  expect((await sim.call('bot', 'GET', `_apis/securitynamespaces/${shop}`)).status).toBe(404);
});

test('a listing shows the subscriptions of the projects that one may view, and is empty without a word otherwise', async () => {
  expect(await projectsSeen('bot')).toEqual([]);
  await grant('bot', `${ROOT}/${shop}`, VIEW);
  expect(await projectsSeen('bot')).toEqual([shop]);
  await grant('bot', ROOT, VIEW);
  expect(await projectsSeen('bot')).toEqual(['', shop, other].sort());
  await grant('bot', `${ROOT}/${other}`, 0, { deny: VIEW });
  expect(await projectsSeen('bot')).toEqual(['', shop].sort());
});

test('creating takes Edit in that project, at the root for every project; deleting and changing as well', async () => {
  await grant('bot', `${ROOT}/${shop}`, VIEW | EDIT);
  const made = await subscribe('bot', shop);
  expect(made.status).toBe(200);
  for (const projectId of [other, '']) {
    const refused = await subscribe('bot', projectId);
    expect(refused).toMatchObject({ status: 403, body: { typeKey: 'AccessCheckException' } });
    expect(refused.body.message).toContain(projectId === '' ? `${ROOT} to` : `${ROOT}/${other}`);
  }
  const at = `_apis/hooks/subscriptions/${String(made.body.id)}`;
  // It cannot be moved to where one may not edit.
  expect((await sim.call('bot', 'PUT', at, subscription(other))).status).toBe(403);
  expect((await sim.call('bot', 'PUT', at, subscription(shop))).status).toBe(200);
  await grant('bot', `${ROOT}/${shop}`, VIEW | 4);
  expect((await sim.call('bot', 'DELETE', at)).status).toBe(403);
  await grant('bot', `${ROOT}/${shop}`, EDIT);
  expect((await sim.call('bot', 'DELETE', at)).status).toBe(404);
  await grant('bot', `${ROOT}/${shop}`, VIEW | EDIT);
  expect((await sim.call('bot', 'DELETE', at)).status).toBe(204);
  await grant('bot', ROOT, VIEW | EDIT);
  const everywhere = await subscribe('bot', '');
  expect(everywhere.status).toBe(200);
  await sim.call('bot', 'DELETE', `_apis/hooks/subscriptions/${String(everywhere.body.id)}`);
});

test('rights are inherited from the root and from groups; nearer goes first, a denial goes first beside an allowance', async () => {
  const [root, project] = [ROOT, `${ROOT}/${shop}`];
  await sim.control('POST', 'groups', { name: String.raw`[Shop]\Gates`, members: ['bot'] });
  const gates = await identityOf(sim, String.raw`[shop]\gates`);
  const [found] = (await sim.call('admin', 'GET', `_apis/identities?identityIds=${String(gates.id)}`)).body.value;
  descriptors['gates'] = String(present(found)['descriptor']);
  await grant('gates', root, VIEW | EDIT);
  expect(await may('bot', VIEW | EDIT, root, project)).toEqual([true, true]);
  await grant('bot', root, 0, { deny: EDIT });
  expect([await may('bot', EDIT, root, project), await may('bot', VIEW, root)]).toEqual([[false, false], [true]]);
  await grant('bot', project, EDIT);
  expect(await may('bot', EDIT, root, project, project.toUpperCase())).toEqual([false, true, true]);
  const at = `_apis/accesscontrollists/${HOOKS}?token=${root}&recurse=true&includeExtendedInfo=true`;
  const lists = (await sim.call('admin', 'GET', `${at}&descriptors=${String(descriptors['bot'])}`)).body.value;
  const own = lists.find((each) => each['token'] === project)?.['acesDictionary'];
  expect(own).toEqual({
    [String(descriptors['bot'])]: {
      descriptor: descriptors['bot'],
      allow: EDIT,
      deny: 0,
      extendedInfo: { effectiveAllow: VIEW | EDIT, inheritedAllow: VIEW },
    },
  });
  await grant('gates', root, 0);
});

test('merged, an entry keeps what the new one says nothing of; unmerged, it is displaced; removed, it is gone', async () => {
  await grant('bot', ROOT, VIEW);
  const merged = await grant('bot', ROOT, EDIT, { merge: true });
  expect(merged.body.value).toMatchObject([{ descriptor: descriptors['bot'], allow: VIEW | EDIT, deny: 0 }]);
  await grant('bot', ROOT, 0, { deny: VIEW, merge: true });
  expect([await may('bot', EDIT, ROOT), await may('bot', VIEW, ROOT)]).toEqual([[true], [false]]);
  await grant('bot', ROOT, VIEW);
  expect(await may('bot', EDIT, ROOT)).toEqual([false]);
  const entries = `_apis/accesscontrolentries/${HOOKS}?token=${ROOT}&descriptors=${String(descriptors['bot'])}`;
  expect((await sim.call('admin', 'DELETE', entries)).text).toBe('true');
  expect((await sim.call('admin', 'DELETE', entries)).text).toBe('false');
  expect(await may('bot', VIEW, ROOT)).toEqual([false]);
});

test('who may what is said by administrators, with a PAT that may, and survives a restart', async () => {
  await grant('author', ROOT, VIEW | EDIT);
  expect((await grant('bot', ROOT, VIEW, { as: 'author' })).status).toBe(403);
  await sim.control('POST', 'pats', { token: 'admin-pat', scopes: ['vso.code', 'vso.identity'] });
  expect((await grant('bot', ROOT, VIEW)).status).toBe(401);
  expect((await sim.call('admin', 'GET', `_apis/accesscontrollists/${HOOKS}`)).status).toBe(200);
  await sim.control('POST', 'pats', { token: 'admin-pat', scopes: ['vso.security_manage'] });
  expect((await grant('bot', ROOT, VIEW)).status).toBe(200);
  await sim.control('POST', 'pats', { token: 'admin-pat', scopes: null });
  await sim.restart();
  expect(await may('bot', VIEW, ROOT)).toEqual([true]);
});

test('edit rights over service hooks make nobody an administrator', async () => {
  await sim.control('POST', 'permissions', { identity: 'author', editSubscriptions: true, viewSubscriptions: true });
  expect((await subscribe('author', other)).status).toBe(200);
  expect(await may('author', 7, ROOT)).toEqual([false]);
  expect((await sim.call('author', 'POST', '_apis/projects', project('Mine'))).status).toBe(403);
  await sim.control('POST', 'permissions', { identity: 'author', administrator: true });
  expect((await sim.call('author', 'POST', '_apis/projects', project('Mine'))).status).toBe(202);
});

const project = (name: string): Record<string, unknown> => ({
  name,
  capabilities: {
    versioncontrol: { sourceControlType: 'Git' },
    processTemplate: { templateTypeId: 'adcc42ab-9882-485e-a3ed-7678f01f66bc' },
  },
});

test.each(['nobody', ''])('an entry for %j is refused', async (name) => {
  descriptors['nobody'] = name === '' ? '' : 'Microsoft.IdentityModel.Claims.ClaimsIdentity;nobody';
  expect(await grant('nobody', ROOT, VIEW)).toMatchObject({
    status: 400,
    body: { typeKey: 'IdentityNotFoundException' },
  });
});
