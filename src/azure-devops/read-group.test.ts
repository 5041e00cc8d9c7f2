import { ClientApiBase } from 'azure-devops-node-api/ClientApiBases';

import { observe, openDoor } from './door';
import { createExchange, type Exchange } from './exchange';
import { readGroup } from './read-group';
import { failureOf, wireList } from './testing/fixtures';
import { PAT, setScene } from './testing/scene';
import { startScriptedServer, type ScriptedAnswer, type ScriptedServer } from './testing/scripted-server';

const scene = setScene();
const NAME = String.raw`[Shop]\Reviewers`;
const ID = 'a0700000-0000-4000-8000-00000000000A';
const [ADA, REX] = ['b0700000-0000-4000-8000-00000000000B', 'c0700000-0000-4000-8000-00000000000C'];

/** A group as the service answers it. */
const group = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: ID,
  descriptor: 'Microsoft.TeamFoundation.Identity;S-1-9-1551374245-1-2-3-4',
  subjectDescriptor: 'vssgp.Uy0x',
  providerDisplayName: NAME,
  isActive: true,
  isContainer: true,
  members: [
    'Microsoft.IdentityModel.Claims.ClaimsIdentity;t\\ada',
    'Microsoft.IdentityModel.Claims.ClaimsIdentity;t\\rex',
  ],
  memberOf: [],
  memberIds: [REX, ADA, REX],
  properties: { SchemaClassName: { $type: 'System.String', $value: 'Group' } },
  resourceVersion: 2,
  metaTypeId: 255,
  ...changes,
});
const read = { id: ID.toLowerCase(), name: NAME, memberIds: [ADA, REX].map((id) => id.toLowerCase()) };
const person = group({ providerDisplayName: NAME, isContainer: false });

const myself = { authenticatedUser: { id: ADA, providerDisplayName: 'Portcullis' }, instanceId: ID };

/** Scripts the answers to identities, one after the other, the last one again and again; and the account. */
function answer(...answers: ScriptedAnswer[]): void {
  const left = [...answers];
  scene.script = ({ path }) => {
    if (path.toLowerCase().endsWith('/connectiondata')) return { json: myself };
    return left.length > 1 ? left.shift() : left[0];
  };
}

test('by name in any case: one request, cold, for the members of all levels', async () => {
  answer({ json: wireList(person, group({ providerDisplayName: String.raw`[Shop]\Reviewers 2` }), group()) });
  await expect(scene.door.readGroup(String.raw` [shop]\REVIEWERS `)).resolves.toEqual(read);
  expect(scene.server.options).toEqual([]);
  const [request] = scene.server.requests;
  expect(scene.server.requests).toHaveLength(1);
  expect(request).toMatchObject({ method: 'GET', path: '/_apis/identities' });
  expect(Object.fromEntries(request?.query ?? [])).toEqual({
    searchFilter: 'General',
    filterValue: String.raw`[shop]\REVIEWERS`,
    queryMembership: 'expandedDown',
  });
  expect(request?.headers.accept).toBe('application/json;api-version=5.0');
});

test('by id', async () => {
  answer({ json: wireList(group()) });
  await expect(scene.door.readGroup(ID)).resolves.toEqual(read);
  expect(Object.fromEntries(scene.server.requests[0]?.query ?? [])).toEqual({
    identityIds: ID,
    queryMembership: 'expandedDown',
  });
});

test('where the whole name finds nothing, the name without its scope is searched for, as the service documents it', async () => {
  answer(
    { json: wireList() },
    { json: wireList(group({ providerDisplayName: String.raw`[Web]\Reviewers` }), group()) },
  );
  await expect(scene.door.readGroup(NAME)).resolves.toEqual(read);
  expect(scene.server.requests.map(({ query }) => query.get('filterValue'))).toEqual([NAME, 'Reviewers']);
});

test('a group that nobody is in has no members', async () => {
  answer({ json: wireList(group({ members: [], memberIds: [] })) });
  await expect(scene.door.readGroup(NAME)).resolves.toMatchObject({ memberIds: [] });
});

test.each<[string, string, unknown[]]>([
  ['nothing', NAME, []],
  ['a name that is only near', NAME, [group({ providerDisplayName: String.raw`[Shop]\Reviewers of all` })]],
  ['a name with letters that only look alike', NAME, [group({ providerDisplayName: '[Shop]\\Revi\u0435wers' })]],
  ['the sign of Kelvin', '[Shop]\\Kernel', [group({ providerDisplayName: '[Shop]\\\u212Aernel' })]],
  ['the same name in another project', NAME, [group({ providerDisplayName: String.raw`[Web]\Reviewers` })]],
  ['a person who is called so', NAME, [person]],
  ['a name without its scope', 'Reviewers', [group()]],
  ['an id that is nobody\u2019s', ID, [null]],
  ['the id of a person', ID, [person]],
  ['no name at all', '  ', [group()]],
])('%s is not the group', async (_, name, found) => {
  answer({ json: wireList(...found) });
  const failure = await failureOf(scene.door.readGroup(name));
  expect(failure.kind).toBe('notFound');
  expect(failure.message).toMatch(
    /^There is no group "[^"]*" in http:\S+\/contoso, or this account may not see it: correct its name\./,
  );
  expect(failure.message).toContain(String.raw`Azure DevOps writes groups as [Project]\Name or [Organization]\Name`);
});

test('groups of near names are named', async () => {
  answer({
    json: wireList(...['A', 'B', 'C', 'D'].map((end) => group({ providerDisplayName: `[Shop]\\Revs ${end}` }))),
  });
  const failure = await failureOf(scene.door.readGroup(String.raw`[Shop]\Revs`));
  expect(failure.message).toMatch(/There is "\[Shop\]\\Revs A", "\[Shop\]\\Revs B", "\[Shop\]\\Revs C"\.$/);
  expect(failure.remedy).toBe(String.raw`needs group "[Shop]\Revs", which is not there`);
});

test('of two groups of one name the one that was deleted is not meant; two that stand are not guessed between', async () => {
  const other = { id: ADA };
  answer({ json: wireList(group({ ...other, isActive: false, memberIds: [] }), group()) });
  await expect(scene.door.readGroup(NAME)).resolves.toEqual(read);
  answer({ json: wireList(group(other), group()) });
  const failure = await failureOf(scene.door.readGroup(NAME));
  expect(failure).toMatchObject({ kind: 'notFound', message: expect.stringContaining('There are several groups') });
  expect(failure.message).toContain(`${ADA.toLowerCase()} or ${ID.toLowerCase()}`);
});

test.each<[string, Record<string, unknown>]>([
  ['ids are missing', { memberIds: undefined }],
  ['ids are missing where members are counted', { memberIds: [] }],
  ['neither is there', { members: undefined, memberIds: null }],
])('an answer without membership is no empty group: %s', async (_, changes) => {
  answer({ json: wireList(group(changes)) });
  const failure = await failureOf(scene.door.readGroup(NAME));
  expect(failure.kind).toBe('unexpected');
  expect(failure.message).toContain('memberIds');
});

test('a list that was cut on the way is no answer', async () => {
  answer({ json: { count: 2, value: [group()] } });
  expect(await failureOf(scene.door.readGroup(NAME))).toMatchObject({ kind: 'unexpected' });
});

test.each<[string, ScriptedAnswer]>([
  ['401', { status: 401 }],
  ['403', { status: 403, json: { message: 'no' } }],
  ['the sign-in page', { status: 203, raw: '<html>' }],
])('%s, where the PAT is good otherwise, is the missing scope', async (_, refusal) => {
  answer(refusal);
  const failure = await failureOf(scene.door.readGroup(NAME));
  expect(failure).toMatchObject({ kind: 'permissionMissing', remedy: 'needs PAT scope Identity (Read)' });
  expect(failure.message).toMatch(
    /could not read the members of group "\[Shop\]\\Reviewers" in .*Identity \(Read\)\.$/,
  );
});

test('a PAT that is refused as a whole is no missing scope; a busy service is none either', async () => {
  scene.script = () => ({ status: 401 });
  expect(await failureOf(scene.door.readGroup(NAME))).toMatchObject({ kind: 'credentialRefused' });
  answer({ status: 429 });
  expect(await failureOf(scene.door.readGroup(NAME))).toMatchObject({ kind: 'rateLimited' });
});

let identities: ScriptedServer | undefined;
let exchange: Exchange | undefined;
afterEach(async () => {
  exchange?.dispose();
  await identities?.stop();
});

test('at an address of its own the group is read there, with the credential, and everything else where it was', async () => {
  identities = await startScriptedServer(() => ({ json: wireList(group()) }));
  // The handler of a credential tells hosts apart by their names alone.
  const elsewhere = identities.url.replace('127.0.0.1', 'localhost');
  const options = { url: scene.server.url, credential: { kind: 'pat', pat: PAT }, log: scene.log } as const;
  exchange = createExchange({ ...options, base: options.url, second: elsewhere, now: () => new Date() });
  const door = { ...openDoor(options), exchange, identities: observe(new ClientApiBase(elsewhere, []), exchange) };
  answer({ status: 500 });
  // The first host that a credential is sent to is not the only one.
  await exchange.client.get(`${scene.server.url}/_apis/connectionData`);
  await expect(readGroup(door, NAME)).resolves.toEqual(read);
  const authorization = `Basic ${Buffer.from(`PAT:${PAT}`).toString('base64')}`;
  expect(
    [scene.server, identities].map(({ requests }) => requests.map(({ headers }) => headers.authorization)),
  ).toEqual([[authorization], [authorization]]);
  const { port } = new URL(identities.url);
  expect(await failureOf(exchange.client.get(`http://127.0.0.1:${port}/contoso`))).toMatchObject({
    kind: 'unexpected',
  });
});
