import { messageSchema, newerVersion, pullRequestMessage, sessionId, sessionOf, sweepMessage } from './messages';

const key = { connectionId: 'con-1', repositoryId: '3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f', pullRequestId: 7 };

test('a message carries ids and nothing else, and reads back as it was written', () => {
  const message = pullRequestMessage(key, 'hook');
  expect(message).toEqual({
    schemaVersion: 1,
    kind: 'pullRequest',
    cause: 'hook',
    ...key,
    thorough: false,
    attempt: 0,
  });
  expect(messageSchema.parse(JSON.parse(JSON.stringify(message)))).toEqual(message);
});

test('nothing but the ids of a key gets into a message, not even from another message', () => {
  const earlier = { ...pullRequestMessage(key, 'hook'), chain: 'hook/1', attempt: 3, title: 'private' };
  expect(pullRequestMessage(earlier, 'next')).toEqual(pullRequestMessage(key, 'next'));
});

test('a session is one pull request, however its repository id is written', () => {
  expect(sessionId(key)).toBe(`pr/${key.repositoryId}/7`);
  expect(sessionId({ ...key, repositoryId: key.repositoryId.toUpperCase() })).toBe(sessionId(key));
  expect(
    messageSchema.parse({ ...pullRequestMessage(key, 'hook'), repositoryId: key.repositoryId.toUpperCase() }),
  ).toEqual(pullRequestMessage(key, 'hook'));
});

describe('a sweep', () => {
  test('is of one connection, in a session of its own, and reads back as it was written', () => {
    const message = sweepMessage('con-1');
    expect(message).toEqual({ schemaVersion: 1, kind: 'sweep', connectionId: 'con-1', full: false });
    expect(messageSchema.parse(JSON.parse(JSON.stringify(message)))).toEqual(message);
    expect(messageSchema.parse({ ...message, full: undefined })).toEqual(message);
    expect(sessionOf(message)).toBe('sweep/con-1');
    expect(sweepMessage('con-1', true)).toEqual({ ...message, full: true });
  });

  test('may be of a part of the connection', () => {
    const projectId = '7f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f';
    const message = sweepMessage('con-1', true, { projectId, repositoryId: key.repositoryId });
    expect(messageSchema.parse(JSON.parse(JSON.stringify(message)))).toEqual({
      ...sweepMessage('con-1', true),
      projectId,
      repositoryId: key.repositoryId,
    });
    expect(messageSchema.safeParse({ ...message, repositoryId: 'web' }).success).toBe(false);
  });

  test.each<[string, unknown]>([
    ['without a connection', { schemaVersion: 1, kind: 'sweep' }],
    ['of a newer version', { ...sweepMessage('con-1'), schemaVersion: 2 }],
    ['that is full of something', { ...sweepMessage('con-1'), full: 'yes' }],
  ])('%s is refused', (_, body) => {
    expect(messageSchema.safeParse(body).success).toBe(false);
  });
});

test.each<[unknown, number | undefined]>([
  [{ schemaVersion: 2 }, 2],
  [{ schemaVersion: 3, kind: 'sweep', what: 'ever' }, 3],
  [sweepMessage('con-1'), undefined],
  [{ schemaVersion: 0 }, undefined],
  [{ schemaVersion: '2' }, undefined],
  [{ schemaVersion: 1.5 }, undefined],
  [null, undefined],
  ['hello', undefined],
])('of a newer release: %j is %p', (body, version) => {
  expect(newerVersion(body)).toBe(version);
});

test('a pull request has one session, whatever its message is for', () => {
  for (const cause of ['hook', 'settle', 'next', 'retry', 'sweep', 'until'] as const) {
    expect(sessionOf(pullRequestMessage(key, cause, true))).toBe(sessionId(key));
  }
});

test('a message of before there were thorough ones is an ordinary one', () => {
  const { thorough: _, ...before } = pullRequestMessage(key, 'hook');
  expect(messageSchema.parse(before)).toEqual(pullRequestMessage(key, 'hook'));
});

describe('what is not ours is refused', () => {
  const message: Record<string, unknown> = { ...pullRequestMessage(key, 'hook') };
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['text', 'hello'],
    ['a newer version', { ...message, schemaVersion: 2 }],
    ['another kind', { ...message, kind: 'release' }],
    ['half thorough', { ...message, thorough: 1 }],
    ['another cause', { ...message, cause: 'curiosity' }],
    ['no connection', { ...message, connectionId: '' }],
    ['a repository that is no GUID', { ...message, repositoryId: '../../secrets' }],
    ['a pull request that is no number', { ...message, pullRequestId: '7' }],
    ['pull request 0', { ...message, pullRequestId: 0 }],
    ['half a pull request', { ...message, pullRequestId: 1.5 }],
    ['a negative attempt', { ...message, attempt: -1 }],
  ])('%s', (_, body) => {
    expect(messageSchema.safeParse(body).success).toBe(false);
  });
});
