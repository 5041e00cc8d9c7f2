import { author, failureOf, key, pullRequestPath, wireList } from './testing/fixtures';
import { setScene } from './testing/scene';
import type { ScriptedAnswer } from './testing/scripted-server';

const scene = setScene();
const path = `${pullRequestPath}/reviewers`;

/** What is answered to writes; nobody is a reviewer yet, unless somebody is said to be. */
function answer(write: ScriptedAnswer, present: ScriptedAnswer = { status: 404, json: { message: 'TF401182' } }): void {
  scene.script = ({ method }) => (method === 'GET' ? present : write);
}

const sent = (): unknown =>
  scene.server.requests.map(({ method, path: to, body }) => [method, to, body === '' ? null : JSON.parse(body)]);

const ada = { id: author.id, isRequired: true };
const group = { id: '11111111-1111-4111-8111-111111111111', isRequired: false };

test('an optional one by the request that only adds: nothing is said of a vote', async () => {
  answer({ json: wireList({ ...author, vote: 0 }, { ...group, vote: 0 }) });
  await scene.door.addReviewer(key, group);
  expect(sent()).toEqual([['POST', path, [{ id: group.id }]]]);
});

test('a required one while there is none of that id', async () => {
  answer({ json: { ...author, vote: 0, isRequired: true } });
  await scene.door.addReviewer(key, ada);
  expect(sent()).toEqual([
    ['GET', `${path}/${author.id}`, null],
    ['PUT', `${path}/${author.id}`, { vote: 0, isRequired: true }],
  ]);
});

test('whoever has become a reviewer meanwhile keeps the vote', async () => {
  answer({}, { json: { ...author, vote: 10 } });
  await scene.door.addReviewer(key, ada);
  expect(sent()).toEqual([['GET', `${path}/${author.id}`, null]]);
});

test.each<[string, { id: string; isRequired: boolean }, unknown]>([
  ['nothing', group, null],
  ['no list', group, author],
  ['somebody else', group, wireList(author)],
  ['nothing, of a required one', ada, null],
  ['somebody else, of a required one', ada, { ...group, isRequired: true }],
  ['an optional one instead', ada, { ...author, isRequired: false }],
])('an answer with %s is not taken for a reviewer who was added', async (_, wanted, json) => {
  answer({ json });
  expect(await failureOf(scene.door.addReviewer(key, wanted))).toMatchObject({
    kind: 'unexpected',
    mayHaveApplied: true,
  });
});

const refusals: [string, ScriptedAnswer][] = [
  ['401', { status: 401, json: {} }],
  ['the sign-in page', { status: 203, headers: { 'content-type': 'text/html' }, raw: '<html>Sign in</html>' }],
  ['403', { status: 403, json: { message: 'TF401027: You need the Git PullRequestContribute permission.' } }],
];
test.each(refusals)(
  'a PAT that may not write code, %s, is missing a scope, and is not refused as a whole',
  async (_, refusal) => {
    answer(refusal);
    for (const wanted of [ada, group]) {
      expect(await failureOf(scene.door.addReviewer(key, wanted))).toMatchObject({
        kind: 'permissionMissing',
        message: expect.stringContaining('Code (Read & write)'),
      });
    }
  },
);

test.each(['', '..', 'ada@contoso.com'])('%j is no id, and never sent', async (id) => {
  expect(await failureOf(scene.door.addReviewer(key, { id, isRequired: false }))).toMatchObject({ kind: 'unexpected' });
  expect(sent()).toEqual([]);
});
