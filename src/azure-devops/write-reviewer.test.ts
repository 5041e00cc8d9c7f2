import { connectAzureDevOps, type ConnectedAzureDevOps } from './connect';
import { author, collectLog, failureOf, key, pullRequestPath, wireList } from './testing/fixtures';
import { startScriptedServer, type ScriptedAnswer, type ScriptedServer } from './testing/scripted-server';

let server: ScriptedServer;
let door: ConnectedAzureDevOps;
let answer: ScriptedAnswer;

beforeAll(async () => {
  server = await startScriptedServer(() => answer);
});

beforeEach(() => {
  server.requests.length = 0;
  door = connectAzureDevOps({ url: server.url, credential: { kind: 'pat', pat: 'a-pat' }, log: collectLog() });
});

afterEach(() => door.dispose());
afterAll(() => server.stop());

const ada = { id: author.id, isRequired: true };
const group = { id: '11111111-1111-4111-8111-111111111111', isRequired: false };

test.each([ada, group])('is posted in a list of one, and nothing is said of a vote: %j', async (reviewer) => {
  answer = { json: wireList({ ...group, vote: 0 }, { ...author, vote: 0, isRequired: true }) };
  await door.addReviewer(key, reviewer);
  expect(server.requests.map(({ method, path, body }) => [method, path, JSON.parse(body)])).toEqual([
    ['POST', `${pullRequestPath}/reviewers`, [reviewer]],
  ]);
});

test.each<[string, unknown]>([
  ['nothing', null],
  ['no list', author],
  ['somebody else', wireList(group)],
  ['somebody who is not required', wireList({ ...author, isRequired: false })],
])('an answer with %s is not taken for a reviewer who was added', async (_, json) => {
  answer = { json };
  expect(await failureOf(door.addReviewer(key, ada))).toMatchObject({ kind: 'unexpected', mayHaveApplied: true });
});

test.each<[string, ScriptedAnswer]>([
  ['401', { status: 401, json: {} }],
  ['the sign-in page', { status: 203, headers: { 'content-type': 'text/html' }, raw: '<html>Sign in</html>' }],
  ['403', { status: 403, json: { message: 'TF401027: You need the Git PullRequestContribute permission.' } }],
])('a PAT that may not write code, %s, is missing a scope, and is not refused as a whole', async (_, refusal) => {
  answer = refusal;
  expect(await failureOf(door.addReviewer(key, ada))).toMatchObject({
    kind: 'permissionMissing',
    message: expect.stringContaining('Code (Read & write)'),
  });
});

test.each(['', '..', 'ada@contoso.com'])('%j is no id, and never sent', async (id) => {
  expect(await failureOf(door.addReviewer(key, { id, isRequired: false }))).toMatchObject({ kind: 'unexpected' });
  expect(server.requests).toEqual([]);
});
