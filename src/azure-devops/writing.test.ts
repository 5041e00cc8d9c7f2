import type { StatusToPost } from '../app/ports';

import { connectAzureDevOps, type ConnectedAzureDevOps } from './connect';
import { author, collectLog, failureOf, key, pullRequestPath } from './testing/fixtures';
import { startScriptedServer, type ScriptedServer, type SeenRequest } from './testing/scripted-server';

let server: ScriptedServer;
let door: ConnectedAzureDevOps;
let answer: unknown;

beforeAll(async () => {
  server = await startScriptedServer(() => ({ json: answer }));
});

beforeEach(() => {
  server.requests.length = 0;
  door = connectAzureDevOps({ url: server.url, credential: { kind: 'pat', pat: 'a-pat' }, log: collectLog() });
});

afterEach(() => door.dispose());
afterAll(() => server.stop());

function sent(): { method: string; path: string; body: unknown } {
  const [request, ...more] = server.requests as [SeenRequest, ...SeenRequest[]];
  expect(more).toEqual([]);
  return { method: request.method, path: request.path, body: request.body === '' ? '' : JSON.parse(request.body) };
}

describe('postStatus', () => {
  const status: StatusToPost = {
    iterationId: 3,
    genre: 'portcullis',
    name: 'verdict',
    state: 'notApplicable',
    description: 'no gate applies: drafts',
    targetUrl: 'https://example.com/?discussionId=4',
  };
  const row = {
    id: 12,
    iterationId: 3,
    state: 'notApplicable',
    description: 'no gate applies: drafts',
    context: { name: 'verdict', genre: 'portcullis' },
    targetUrl: status.targetUrl,
    createdBy: author,
  };

  test('on the iteration', async () => {
    answer = row;
    await expect(door.postStatus(key, status)).resolves.toMatchObject({ ...status, id: 12 });
    expect(sent()).toEqual({
      method: 'POST',
      path: `${pullRequestPath}/statuses`,
      body: {
        iterationId: 3,
        state: 5,
        description: 'no gate applies: drafts',
        context: { genre: 'portcullis', name: 'verdict' },
        targetUrl: status.targetUrl,
      },
    });
  });

  test('on the pull request as a whole, without naming an iteration', async () => {
    answer = { ...row, iterationId: undefined };
    await expect(door.postStatus(key, { ...status, iterationId: null })).resolves.toMatchObject({ iterationId: null });
    expect(sent().body).not.toHaveProperty('iterationId');
  });

  test.each([
    ['no id', { id: undefined }],
    ['another iteration', { iterationId: 2 }],
    ['no iteration', { iterationId: null }],
    ['another state', { state: 'succeeded' }],
    ['an unknown state', { state: 'quantum' }],
    ['another context', { context: { name: 'verdict', genre: 'other' } }],
  ])('an answer with %s is not taken for a verdict that was written', async (_, changes) => {
    answer = { ...row, ...changes };
    expect(await failureOf(door.postStatus(key, status))).toMatchObject({ kind: 'unexpected', mayHaveApplied: true });
  });
});

describe('threads', () => {
  const thread = {
    id: 9,
    status: 'closed',
    properties: { 'Portcullis.Role': { $type: 'System.String', $value: 'summary' } },
    comments: [{ id: 1, author, content: 'Hello', commentType: 'text' }],
  };
  const toCreate = { content: 'Hello', status: 'closed' as const, properties: { 'Portcullis.Role': 'summary' } };

  test('created with one text comment and no place in a file', async () => {
    answer = thread;
    await expect(door.createThread(key, toCreate)).resolves.toMatchObject({
      id: 9,
      status: 'closed',
      properties: { 'Portcullis.Role': 'summary' },
      comments: [{ id: 1, content: 'Hello' }],
    });
    expect(sent()).toEqual({
      method: 'POST',
      path: `${pullRequestPath}/threads`,
      body: {
        comments: [{ parentCommentId: 0, content: 'Hello', commentType: 1 }],
        status: 4,
        properties: { 'Portcullis.Role': 'summary' },
      },
    });
  });

  test.each([
    ['our mark', { properties: {} }],
    ['its comment', { comments: [] }],
    ['its status', { status: 'active' }],
  ])('a thread without %s is not taken for the one that was written', async (_, changes) => {
    answer = { ...thread, ...changes };
    expect(await failureOf(door.createThread(key, toCreate))).toMatchObject({
      kind: 'unexpected',
      mayHaveApplied: true,
    });
  });

  test('a status is set, and seen to be set', async () => {
    answer = { ...thread, status: 'active' };
    await door.updateThreadStatus(key, 9, 'active');
    expect(sent()).toEqual({ method: 'PATCH', path: `${pullRequestPath}/threads/9`, body: { status: 1 } });
    expect(await failureOf(door.updateThreadStatus(key, 9, 'closed'))).toMatchObject({ kind: 'unexpected' });
  });

  test('a comment is changed without naming its author', async () => {
    answer = { id: 2, content: 'New' };
    await door.updateComment(key, 9, 2, 'New');
    expect(sent()).toEqual({
      method: 'PATCH',
      path: `${pullRequestPath}/threads/9/comments/2`,
      body: { content: 'New' },
    });
    expect(await failureOf(door.updateComment(key, 9, 3, 'New'))).toMatchObject({ kind: 'unexpected' });
  });

  test('a reply is one more text comment of the thread', async () => {
    answer = { id: 3, content: 'Judged again.' };
    await door.reply(key, 9, 'Judged again.');
    expect(sent()).toEqual({
      method: 'POST',
      path: `${pullRequestPath}/threads/9/comments`,
      body: { parentCommentId: 1, content: 'Judged again.', commentType: 1 },
    });
  });

  test.each([
    ['nothing', null],
    ['no id', { content: 'Judged again.' }],
    ['id 0', { id: 0 }],
  ])('an answer with %s is not taken for a reply that was written', async (_, wrong) => {
    answer = wrong;
    expect(await failureOf(door.reply(key, 9, 'Judged again.'))).toMatchObject({
      kind: 'unexpected',
      mayHaveApplied: true,
    });
  });

  test('a comment is deleted; there is no answer to read', async () => {
    answer = undefined;
    await door.deleteComment(key, 9, 2);
    expect(sent()).toMatchObject({ method: 'DELETE', path: `${pullRequestPath}/threads/9/comments/2` });
  });

  test.each([0, -1, Number.NaN, 1.5])('id %d never leaves a hole in the URL', async (id) => {
    for (const call of [
      door.deleteComment(key, 9, id),
      door.deleteComment(key, id, 2),
      door.updateComment(key, id, 2, 'x'),
      door.updateThreadStatus(key, id, 'closed'),
      door.reply(key, id, 'x'),
    ]) {
      expect(await failureOf(call)).toMatchObject({ kind: 'unexpected', mayHaveApplied: false });
    }
    expect(server.requests).toHaveLength(0);
  });
});
