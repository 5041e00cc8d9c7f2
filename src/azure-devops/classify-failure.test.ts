import { connectAzureDevOps, type ConnectedAzureDevOps } from './connect';
import { failureOf, key, status } from './testing/fixtures';
import { PAT, setScene } from './testing/scene';

const scene = setScene();
const encodedPat = Buffer.from(`PAT:${PAT}`).toString('base64');

describe('what the service says is sorted by who must act', () => {
  test('404 is never null: neither for a read nor for a write', async () => {
    scene.script = () => ({
      status: 404,
      json: {
        message: 'TF401019: The Git repository does not exist or you do not have permissions.',
        typeKey: 'GitRepositoryNotFoundException',
      },
    });
    for (const call of [
      scene.door.readPullRequest(key),
      scene.door.readThreads(key),
      scene.door.postStatus(key, status),
      scene.door.createThread(key, { content: 'Hello', status: 'closed', properties: {} }),
      scene.door.updateThreadStatus(key, 1, 'closed'),
      scene.door.updateComment(key, 1, 1, 'Hello'),
    ]) {
      const failure = await failureOf(call);
      expect(failure).toMatchObject({ kind: 'notFound', mayHaveApplied: false });
      expect(failure.message).toMatch(/TF401019.*licence Basic.*permission Read/);
      expect(failure.message).toContain('or this account may not see it');
    }
  });

  test.each([
    [
      'TF401027: You need the Git PullRequestContribute permission',
      'x',
      /"Contribute to pull requests".*Code \(Status\)/,
    ],
    [
      'Pull request status rejected by status policy.',
      'GitPullRequestStatusRejectedByPolicyException',
      /statuses of iterations only.*Reset status/,
    ],
    [
      'Pull request status rejected by status policy. Status Author should match status policy configuration settings',
      'GitPullRequestStatusRejectedByPolicyException',
      /from another account.*Set its authorized identity to this account/,
    ],
    ['Access denied.', 'AccessDeniedException', /Access denied.*"Contribute to pull requests"/],
  ])('403: %s', async (message, typeKey, expected) => {
    scene.script = () => ({ status: 403, json: { message, typeKey } });
    const failure = await failureOf(scene.door.postStatus(key, status));
    expect(failure.kind).toBe('permissionMissing');
    expect(failure.message).toMatch(expected);
  });

  test("400 is unexpected, and quotes no more than the service's own sentence", async () => {
    scene.script = () => ({
      status: 400,
      json: {
        message: `bad\u0000 \u202e\nrequest ${'x'.repeat(400)}`,
        stackTrace: 'at Microsoft.TeamFoundation',
        value: 'private',
      },
    });
    const { kind, message } = await failureOf(scene.door.postStatus(key, status));
    expect(kind).toBe('unexpected');
    expect(message).toMatch(/400: bad request x+…\.$/);
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(message.length).toBeLessThan(500);
    expect(message).not.toContain('private');
  });

  test("a proxy's page is not quoted", async () => {
    scene.script = () => ({ status: 502, headers: { 'content-type': 'text/html' }, raw: '<h1>private</h1>' });
    const failure = await failureOf(scene.door.postStatus(key, status));
    expect(failure).toMatchObject({ kind: 'unavailable', mayHaveApplied: true });
    expect(failure.message).not.toContain('private');
  });

  test('the PAT stands in no failure and no line of the log, whatever the service echoes', async () => {
    const echo = `No: ${PAT} Basic ${encodedPat} ${Buffer.from(`:${PAT}`).toString('base64')}`;
    for (const code of [400, 401, 403, 404, 409, 429, 500]) {
      scene.script = () => ({ status: code, json: { message: echo } });
      const failure = await failureOf(scene.door.postStatus(key, status));
      expect(`${failure.message}${failure.stack ?? ''}`).not.toContain(PAT);
      expect(failure.message).not.toContain(encodedPat);
      expect(failure.message).toContain('***');
    }
    expect(JSON.stringify(scene.log.lines)).not.toContain(PAT);
  });
});

test('an address that is none is refused, a password in it is dropped', async () => {
  const connect = (url: string): ConnectedAzureDevOps =>
    connectAzureDevOps({ url, credential: { kind: 'pat', pat: PAT }, log: scene.log });
  expect(() => connect('file:///etc')).toThrow('no address');
  expect(() => connect('contoso')).toThrow('no address');
  scene.script = () => ({ status: 404 });
  const door = connect(scene.server.url.replace('//', '//somebody:secret@'));
  const { message } = await failureOf(door.readThreads(key));
  door.dispose();
  expect(message).toContain(scene.server.url);
  expect(message).not.toContain('secret');
});
