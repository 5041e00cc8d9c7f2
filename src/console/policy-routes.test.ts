import { createBrokenConnections } from '../app/broken-connections';
import { createJudgeOperation, JUDGE_OPERATION, MOST_NAMED } from '../app/judge-operation';
import type { AnyOperationWork } from '../app/operation-work';
import { bot, connection, key } from '../app/testing/samples';
import { createWorld } from '../app/testing/world';

import { createManagementApi } from './management-api';
import { managementOf } from './testing/management';

function calling() {
  const kinds: AnyOperationWork[] = [];
  const world = createWorld({ kinds });
  kinds.push(createJudgeOperation({ ...world.shared, brokenConnections: createBrokenConnections(world.shared) }));
  const answer = createManagementApi(managementOf(world));
  const post = async (path: string, body: unknown) => {
    const response = await answer(
      new Request(`https://gate.example/api/management/connections/contoso/${path}`, {
        method: 'POST',
        headers: { authorization: 'Bearer secret' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>) };
  };
  return { ...world, post };
}

test('judging is asked for, done by the queue, and in the audit log', async () => {
  const world = calling();
  const { status, body } = await world.post('judgements', { repositoryId: key.repositoryId.toUpperCase() });
  expect(status).toBe(202);
  expect(body).toMatchObject({ operation: { kind: JUDGE_OPERATION, state: 'queued' } });
  await world.drain();
  expect(world.operations.recorded.all()).toMatchObject([
    { state: 'succeeded', request: { repositoryId: key.repositoryId }, result: { judged: 1, unjudged: [] } },
  ]);
  expect(world.audit.recorded.entries()).toMatchObject([
    {
      action: 'pull-requests.judge',
      connectionId: connection.id,
      subject: connection.name,
      details: { projectId: null, repositoryId: key.repositoryId, named: null, operation: 'operation-1' },
    },
  ]);
});

test('how many were named is in the audit log', async () => {
  const world = calling();
  const pullRequestIds = Array.from({ length: MOST_NAMED }, (_, index) => index + 1);
  expect((await world.post('judgements', { pullRequestIds })).status).toBe(202);
  expect(world.audit.recorded.entries()).toMatchObject([{ details: { named: MOST_NAMED } }]);
});

test.each<[string, unknown]>([
  ['no JSON', '{'],
  ['nothing', ''],
  ['a list', []],
  ['a project by name', { projectId: 'Shop' }],
  ['a number that is none', { pullRequestIds: ['7'] }],
  ['a number below one', { pullRequestIds: [0] }],
  ['too many numbers', { pullRequestIds: Array.from({ length: MOST_NAMED + 1 }, (_, index) => index + 1) }],
  ['too many branches', { refNames: Array.from({ length: 101 }, (_, index) => `refs/heads/${index}`) }],
  ['what it does not know', { projectId: bot.id, everything: true }],
])('nothing begins that is asked for wrongly: %s', async (_, request) => {
  const world = calling();
  const { status, body } = await world.post('judgements', request);
  expect(status).toBe(400);
  expect(body).toEqual({ message: expect.stringMatching(/^The request is not as it should be: \S/) });
  expect(world.operations.recorded.all()).toEqual([]);
  expect(world.audit.recorded.entries()).toEqual([]);
});

const note = { action: 'policy.suspend', subject: 'https://dev.azure.example/contoso', details: { changed: 2 } };

test('what was done past Portcullis is noted by the word of whoever says so, also while it leaves', async () => {
  const world = calling();
  world.connections.put({ ...connection, state: 'leaving' });
  expect(await world.post('audit-notes', note)).toEqual({ status: 204, body: undefined });
  expect(world.audit.recorded.entries()).toMatchObject([
    { action: 'policy.suspend', connectionId: connection.id, details: { changed: 2, told: true } },
  ]);
  expect((await world.post('judgements', {})).status).toBe(409);
});

test.each<[string, unknown]>([
  ['no JSON', 'policy.suspend'],
  ['an action of another kind, which would be forged', { ...note, action: 'settings.save' }],
  ['no subject', { ...note, subject: '' }],
  ['a long subject', { ...note, subject: 'x'.repeat(501) }],
  ['details in details', { ...note, details: { changed: { more: 1 } } }],
  ['a long detail', { ...note, details: { policies: 'x'.repeat(2_001) } }],
  ['what it does not know', { ...note, by: 'somebody else' }],
])('a note is refused: %s', async (_, wrong) => {
  const world = calling();
  expect((await world.post('audit-notes', wrong)).status).toBe(400);
  expect(world.audit.recorded.entries()).toEqual([]);
});

test('nobody makes a note say that it was not told', async () => {
  const world = calling();
  await world.post('audit-notes', { ...note, details: { told: false } });
  expect(world.audit.recorded.entries()).toMatchObject([{ details: { told: true } }]);
});
