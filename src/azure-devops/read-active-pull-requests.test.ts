import { listedFingerprint } from '../core/listed';

import { failureOf, key, projectId, repositoryId, wireList, wirePullRequest } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();
const listPath = `/${projectId}/_apis/git/pullRequests`;

/** Answers pages of a list as long as `total`, at most `most` at once whatever is asked for. */
function listOf(total: number, most = Infinity, numberOf = (index: number): number => 1_000 - index): void {
  scene.script = ({ path, query }) => {
    if (path !== listPath) return undefined;
    const skip = Number(query.get('$skip'));
    const end = Math.min(total, skip + Math.min(most, Number(query.get('$top') ?? 100)));
    const indexes = Array.from({ length: Math.max(0, end - skip) }, (_, index) => skip + index);
    return { json: wireList(...indexes.map((index) => wirePullRequest({ pullRequestId: numberOf(index) }))) };
  };
}
const asked = (): (string | null)[][] =>
  scene.server.requests.map(({ query }) => [query.get('$skip'), query.get('$top')]);

describe('readActivePullRequests', () => {
  test('in our words, whatever the repository', async () => {
    const elsewhere = {
      id: 'AAAAAAAA-0079-421F-9101-BCF15D6DF041',
      name: 'api',
      project: { id: projectId, name: 'S' },
    };
    scene.answer({
      '/pullRequests': wireList(
        wirePullRequest({
          reviewers: [
            { id: 'B0700000-0000-4000-8000-000000000001', vote: -5, displayName: 'Bob' },
            { id: 'b0700000-0000-4000-8000-000000000002' },
          ],
        }),
        wirePullRequest({
          repository: elsewhere,
          pullRequestId: 8,
          description: undefined,
          isDraft: true,
          targetRefName: 'refs/heads/release/1',
          lastMergeSourceCommit: undefined,
        }),
      ),
    });
    await expect(scene.door.readActivePullRequests(projectId)).resolves.toEqual([
      {
        repositoryId,
        pullRequestId: 7,
        title: 'feat: a basket',
        description: 'Adds a basket.',
        isDraft: false,
        targetBranch: 'refs/heads/main',
        headCommit: 'a'.repeat(40),
        votes: [
          { id: 'b0700000-0000-4000-8000-000000000001', vote: -5 },
          { id: 'b0700000-0000-4000-8000-000000000002', vote: 0 },
        ],
      },
      {
        repositoryId: elsewhere.id.toLowerCase(),
        pullRequestId: 8,
        title: 'feat: a basket',
        description: '',
        isDraft: true,
        targetBranch: 'refs/heads/release/1',
        headCommit: null,
        votes: [],
      },
    ]);
  });

  test('asks for the active ones of the project, and for a page at a time', async () => {
    listOf(3);
    await expect(scene.door.readActivePullRequests(projectId)).resolves.toHaveLength(3);
    expect(scene.server.requests.map(({ path }) => path)).toEqual([listPath]);
    const [request] = scene.server.requests;
    expect(request?.query.get('searchCriteria.status')).toBe('1');
    expect(asked()).toEqual([['0', '200']]);
  });

  test('a project without any is one request', async () => {
    listOf(0);
    await expect(scene.door.readActivePullRequests(projectId)).resolves.toEqual([]);
    expect(scene.server.requests).toHaveLength(1);
  });

  test.each<[string, number, number, string[]]>([
    ['450', 450, Infinity, ['0', '200', '400']],
    ['two full pages', 400, Infinity, ['0', '200', '400']],
    ['a service that gives a hundred at most', 250, 100, ['0', '100', '200']],
    ['a service that gives a hundred and one at most', 250, 101, ['0', '101', '202']],
  ])('all of %s', async (_, total, most, skips) => {
    listOf(total, most);
    const read = await scene.door.readActivePullRequests(projectId);
    expect(new Set(read.map(({ pullRequestId }) => pullRequestId)).size).toBe(total);
    expect(asked().map(([skip]) => skip)).toEqual(skips);
  });

  test('one that moves to the next page while it is read is taken once', async () => {
    // A new pull request pushes the others down by one after the first page.
    listOf(250, Infinity, (index) => (index < 200 ? 1_000 - index : 1_001 - index));
    const read = await scene.door.readActivePullRequests(projectId);
    expect(read).toHaveLength(249);
  });

  test('a service that gives the same page for ever is not asked for ever', async () => {
    listOf(1_000_000, 150, (index) => (index % 150) + 1);
    await expect(scene.door.readActivePullRequests(projectId)).resolves.toHaveLength(150);
    expect(scene.server.requests).toHaveLength(2);
  });

  test('a page that cannot be read: no half list', async () => {
    listOf(300);
    const { script } = scene;
    scene.script = (request) => (request.query.get('$skip') === '200' ? { status: 403, json: {} } : script(request));
    expect(await failureOf(scene.door.readActivePullRequests(projectId))).toMatchObject({ kind: 'permissionMissing' });
  });

  test.each<[string, Record<string, unknown>]>([
    ['a repository', { repository: undefined }],
    ['a number', { pullRequestId: undefined }],
    ['a target', { targetRefName: undefined }],
  ])('an entry without %s is a failure, and no pull request less', async (_, change) => {
    scene.answer({ '/pullRequests': wireList(wirePullRequest(), wirePullRequest(change)) });
    const failure = await failureOf(scene.door.readActivePullRequests(projectId));
    expect(failure.kind).toBe('unexpected');
    expect(failure.message).toContain(projectId);
  });

  test('the list and the pull request itself have one fingerprint, though the list cuts descriptions', async () => {
    const whole = wirePullRequest({
      description: 'a line\r\n'.repeat(200),
      reviewers: [
        { id: 'B0700000-0000-4000-8000-000000000001', vote: 10 },
        { id: 'a0700000-0000-4000-8000-000000000001', vote: 0 },
      ],
    });
    const cut = {
      ...whole,
      description: 'a line\r\n'.repeat(50),
      reviewers: [...(whole['reviewers'] as [])].reverse(),
    };
    scene.answer({ '/pullRequests/7': whole, '/pullRequests': wireList(cut) });
    const { listed } = await scene.door.readPullRequest(key);
    const [entry] = await scene.door.readActivePullRequests(projectId);
    expect(entry && listedFingerprint(entry)).toBe(listed);
  });
});

describe('readProjects', () => {
  test('by name, paged until nothing new comes', async () => {
    const guid = (number: number): string => `1f1f3a2b-61a4-4c2b-8f1e-${`${number}`.padStart(12, '0')}`;
    scene.script = ({ path, query }) => {
      if (path !== '/_apis/projects') return undefined;
      const skip = Number(query.get('$skip') ?? 0);
      const numbers = Array.from({ length: Math.min(100, Math.max(0, 130 - skip)) }, (_, index) => skip + index);
      return { json: wireList(...numbers.map((number) => ({ id: guid(number), name: `P${999 - number}` }))) };
    };
    const projects = await scene.door.readProjects();
    expect(projects).toHaveLength(130);
    expect(projects[0]).toEqual({ id: guid(129), name: 'P870' });
  });

  test('of one repository', async () => {
    scene.answer({ '/pullRequests': wireList(wirePullRequest({})) });
    await expect(scene.door.readActivePullRequests(projectId, repositoryId)).resolves.toHaveLength(1);
    const [{ query } = { query: new URLSearchParams() }] = scene.server.requests;
    expect(query.get('searchCriteria.repositoryId')).toBe(repositoryId);
    expect(query.get('searchCriteria.status')).toBe('1');
  });
});
