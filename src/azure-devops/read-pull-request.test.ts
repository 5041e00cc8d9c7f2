import { listedFingerprint } from '../core/listed';

import {
  ada,
  failureOf,
  key,
  projectId,
  pullRequestPath,
  repositoryId,
  wireIteration,
  wireList,
  wirePullRequest,
} from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();

describe('readPullRequest', () => {
  test('in our words, by repository id and number alone', async () => {
    scene.answer({ '/pullRequests/7': wirePullRequest() });
    await expect(scene.door.readPullRequest(key)).resolves.toEqual({
      id: 7,
      title: 'feat: a basket',
      description: 'Adds a basket.',
      status: 'active',
      isDraft: false,
      sourceBranch: 'refs/heads/basket',
      targetBranch: 'refs/heads/main',
      author: ada,
      supportsIterations: true,
      isFork: false,
      project: { id: projectId, name: 'Shop & Co' },
      repository: { id: repositoryId, name: 'web app' },
      webUrl: `${scene.server.url}/Shop%20%26%20Co/_git/web%20app/pullrequest/7`,
      headCommit: 'a'.repeat(40),
      baseCommit: 'b'.repeat(40),
      merge: { ok: true, value: { status: 'succeeded' } },
      reviewers: { ok: true, value: [] },
      listed: listedFingerprint({
        title: 'feat: a basket',
        description: 'Adds a basket.',
        isDraft: false,
        targetBranch: 'refs/heads/main',
        headCommit: 'a'.repeat(40),
        votes: [],
      }),
    });
    expect(scene.server.requests.map(({ url }) => url)).toEqual([pullRequestPath]);
  });

  test('its reviewers, people and groups, with their votes in words', async () => {
    const reviewer = {
      id: 'AAAAAAAA-0000-4000-8000-00000000000B',
      displayName: 'Rita',
      uniqueName: 'rita@contoso.com',
    };
    const votes = [10, 5, 0, -5, -10, undefined];
    const reviewers = votes.map((vote) => ({ ...reviewer, vote, isRequired: vote === 10, isContainer: vote === 5 }));
    scene.answer({ '/pullRequests/7': wirePullRequest({ reviewers }) });
    const { reviewers: read } = await scene.door.readPullRequest(key);
    expect(read).toMatchObject({
      ok: true,
      value: [
        {
          identity: { ...reviewer, id: reviewer.id.toLowerCase() },
          isGroup: false,
          isRequired: true,
          vote: 'approved',
        },
        { isGroup: true, isRequired: false, vote: 'approvedWithSuggestions' },
        { vote: 'none' },
        { vote: 'waitingForAuthor' },
        { vote: 'rejected' },
        { vote: 'none' },
      ],
    });
  });

  test('a vote that nobody knows is for those to mind who count votes', async () => {
    scene.answer({ '/pullRequests/7': wirePullRequest({ reviewers: [{ id: key.repositoryId, vote: 7 }] }) });
    const { title, reviewers } = await scene.door.readPullRequest(key);
    expect(title).toBe('feat: a basket');
    expect(reviewers).toMatchObject({ ok: false, failure: { kind: 'unexpected', remedy: 'update Portcullis' } });
  });

  test.each<[unknown, string]>([
    ['queued', 'queued'],
    ['Conflicts', 'conflicts'],
    [3, 'succeeded'],
    [undefined, 'notSet'],
    [null, 'notSet'],
    ['rejectedByPolicy', 'rejectedByPolicy'],
  ])('its merge is %j: %s', async (wire, status) => {
    scene.answer({ '/pullRequests/7': wirePullRequest({ mergeStatus: wire }) });
    expect((await scene.door.readPullRequest(key)).merge).toEqual({ ok: true, value: { status } });
  });

  test('a merge of which nobody knows how it stands is left to who needs it, and logged', async () => {
    scene.answer({ '/pullRequests/7': wirePullRequest({ mergeStatus: 'rebasing' }) });
    const { title, merge } = await scene.door.readPullRequest(key);
    expect(title).toBe('feat: a basket');
    expect(merge).toMatchObject({
      ok: false,
      failure: {
        kind: 'unexpected',
        remedy: 'update Portcullis',
        message: expect.stringContaining('something that this release does not know ("rebasing"). Update Portcullis.'),
      },
    });
    expect(scene.log.lines).toHaveLength(1);
  });

  test('a draft from a fork without a description', async () => {
    const changes = { description: undefined, isDraft: true, forkSource: { name: 'refs/heads/x' }, status: 2 };
    scene.answer({ '/pullRequests/7': wirePullRequest(changes) });
    await expect(scene.door.readPullRequest(key)).resolves.toMatchObject({
      description: '',
      isDraft: true,
      isFork: true,
      status: 'abandoned',
    });
  });

  test.each(['notSet', 'all', 'frozen', undefined])('status %s is named in a failure, not guessed', async (status) => {
    scene.answer({ '/pullRequests/7': wirePullRequest({ status }) });
    const failure = await failureOf(scene.door.readPullRequest(key));
    expect(failure.kind).toBe('unexpected');
    expect(failure.message).toContain(`status: ${String(status)}`);
  });

  test('another pull request than the one asked for is not taken', async () => {
    scene.answer({ '/pullRequests/7': wirePullRequest({ pullRequestId: 8 }) });
    expect(await failureOf(scene.door.readPullRequest(key))).toMatchObject({ kind: 'unexpected' });
  });

  test('commits that are not known yet come from the newest iteration', async () => {
    scene.answer({
      '/pullRequests/7': wirePullRequest({ lastMergeSourceCommit: undefined, lastMergeTargetCommit: undefined }),
      '/iterations': wireList(wireIteration(2), wireIteration(1)),
    });
    await expect(scene.door.readPullRequest(key)).resolves.toMatchObject({
      headCommit: '2'.repeat(40),
      baseCommit: 'b'.repeat(40),
    });
  });

  test('without iterations they are the tips of the branches', async () => {
    scene.answer({
      '/pullRequests/7': wirePullRequest({ supportsIterations: false, lastMergeSourceCommit: { url: 'x' } }),
      '/refs': wireList(
        { name: 'refs/heads/basket-2', objectId: '9'.repeat(40) },
        { name: 'refs/heads/basket', objectId: '1'.repeat(40) },
        { name: 'refs/heads/main', objectId: '2'.repeat(40) },
      ),
    });
    await expect(scene.door.readPullRequest(key)).resolves.toMatchObject({
      headCommit: '1'.repeat(40),
      baseCommit: '2'.repeat(40),
    });
  });

  test("a fork's branch is not looked for in the target repository", async () => {
    const changes = { supportsIterations: false, forkSource: {}, lastMergeSourceCommit: null };
    scene.answer({ '/pullRequests/7': wirePullRequest(changes) });
    expect(await failureOf(scene.door.readPullRequest(key))).toMatchObject({ kind: 'unavailable' });
  });
});

describe('findPullRequest', () => {
  test('by its number alone, wherever it is', async () => {
    scene.answer({ '/_apis/git/pullRequests/7': wirePullRequest({ status: 'completed', isDraft: true }) });
    await expect(scene.door.findPullRequest(7)).resolves.toMatchObject({
      id: 7,
      title: 'feat: a basket',
      description: 'Adds a basket.',
      status: 'completed',
      isDraft: true,
      project: { id: projectId, name: 'Shop & Co' },
      repository: { id: repositoryId, name: 'web app' },
    });
    expect(scene.server.requests.map(({ url }) => url)).toEqual(['/_apis/git/pullRequests/7']);
  });

  test('another one than the one asked for is not taken, nor a status that is not known', async () => {
    scene.answer({ '/pullRequests/7': wirePullRequest({ pullRequestId: 8 }) });
    expect(await failureOf(scene.door.findPullRequest(7))).toMatchObject({ kind: 'unexpected' });
    scene.answer({ '/pullRequests/7': wirePullRequest({ status: 'frozen' }) });
    expect(await failureOf(scene.door.findPullRequest(7))).toMatchObject({
      message: expect.stringContaining('status: frozen'),
    });
  });
});

describe('readRepository', () => {
  test('by names with spaces', async () => {
    scene.answer({ '/repositories/web%20app': wirePullRequest()['repository'] });
    await expect(scene.door.readRepository('Shop & Co', 'web app')).resolves.toEqual({
      id: repositoryId,
      name: 'web app',
      project: { id: projectId, name: 'Shop & Co' },
    });
    expect(scene.server.requests[0]?.url).toBe('/Shop%20%26%20Co/_apis/git/repositories/web%20app');
  });

  test.each(['', ' ', '.', '..'])('a name that would leave the URL (%j) is not there', async (name) => {
    expect(await failureOf(scene.door.readRepository(name, 'web'))).toMatchObject({ kind: 'notFound' });
    expect(await failureOf(scene.door.readRepository('Shop', name))).toMatchObject({ kind: 'notFound' });
    expect(scene.server.requests).toHaveLength(0);
  });
});
