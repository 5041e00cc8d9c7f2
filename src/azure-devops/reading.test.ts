import { connectAzureDevOps, type ConnectedAzureDevOps } from './connect';
import {
  author,
  collectLog,
  failureOf,
  key,
  projectId,
  pullRequestPath,
  repositoryId,
  wireIteration,
  wirePullRequest,
} from './testing/fixtures';
import {
  startScriptedServer,
  type ScriptedAnswer,
  type ScriptedServer,
  type SeenRequest,
} from './testing/scripted-server';

let server: ScriptedServer;
let door: ConnectedAzureDevOps;
let log = collectLog();
let script: (request: SeenRequest) => ScriptedAnswer | undefined;

beforeAll(async () => {
  server = await startScriptedServer((request) => script(request));
});

beforeEach(() => {
  server.requests.length = 0;
  log = collectLog();
  door = connectAzureDevOps({ url: `${server.url}/`, credential: { kind: 'pat', pat: 'a-pat' }, log });
});

afterEach(() => door.dispose());
afterAll(() => server.stop());

/** Answers by the end of the path. */
function answer(byEnd: Record<string, unknown>): void {
  script = ({ path }) => {
    const end = Object.keys(byEnd).find((candidate) => path.endsWith(candidate));
    return end === undefined ? undefined : { json: byEnd[end] };
  };
}

const list = (...value: unknown[]): unknown => ({ count: value.length, value });
const ada = { id: author.id.toLowerCase(), displayName: 'Ada', uniqueName: 'ada@contoso.com' };

describe('readPullRequest', () => {
  test('in our words, by repository id and number alone', async () => {
    answer({ '/pullRequests/7': wirePullRequest() });
    await expect(door.readPullRequest(key)).resolves.toEqual({
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
      webUrl: `${server.url}/Shop%20%26%20Co/_git/web%20app/pullrequest/7`,
      headCommit: 'a'.repeat(40),
      baseCommit: 'b'.repeat(40),
    });
    expect(server.requests.map(({ url }) => url)).toEqual([pullRequestPath]);
  });

  test('a draft from a fork without a description', async () => {
    const changes = { description: undefined, isDraft: true, forkSource: { name: 'refs/heads/x' }, status: 2 };
    answer({ '/pullRequests/7': wirePullRequest(changes) });
    await expect(door.readPullRequest(key)).resolves.toMatchObject({
      description: '',
      isDraft: true,
      isFork: true,
      status: 'abandoned',
    });
  });

  test.each(['notSet', 'all', 'frozen', undefined])('status %s is named in a failure, not guessed', async (status) => {
    answer({ '/pullRequests/7': wirePullRequest({ status }) });
    const failure = await failureOf(door.readPullRequest(key));
    expect(failure.kind).toBe('unexpected');
    expect(failure.message).toContain(`status: ${String(status)}`);
  });

  test('another pull request than the one asked for is not taken', async () => {
    answer({ '/pullRequests/7': wirePullRequest({ pullRequestId: 8 }) });
    expect(await failureOf(door.readPullRequest(key))).toMatchObject({ kind: 'unexpected' });
  });

  test('commits that are not known yet come from the newest iteration', async () => {
    answer({
      '/pullRequests/7': wirePullRequest({ lastMergeSourceCommit: undefined, lastMergeTargetCommit: undefined }),
      '/iterations': list(wireIteration(2), wireIteration(1)),
    });
    await expect(door.readPullRequest(key)).resolves.toMatchObject({
      headCommit: '2'.repeat(40),
      baseCommit: 'b'.repeat(40),
    });
  });

  test('without iterations they are the tips of the branches', async () => {
    answer({
      '/pullRequests/7': wirePullRequest({ supportsIterations: false, lastMergeSourceCommit: { url: 'x' } }),
      '/refs': list(
        { name: 'refs/heads/basket-2', objectId: '9'.repeat(40) },
        { name: 'refs/heads/basket', objectId: '1'.repeat(40) },
        { name: 'refs/heads/main', objectId: '2'.repeat(40) },
      ),
    });
    await expect(door.readPullRequest(key)).resolves.toMatchObject({
      headCommit: '1'.repeat(40),
      baseCommit: '2'.repeat(40),
    });
  });

  test("a fork's branch is not looked for in the target repository", async () => {
    const changes = { supportsIterations: false, forkSource: {}, lastMergeSourceCommit: null };
    answer({ '/pullRequests/7': wirePullRequest(changes) });
    expect(await failureOf(door.readPullRequest(key))).toMatchObject({ kind: 'unavailable' });
  });
});

describe('readRepository', () => {
  test('by names with spaces', async () => {
    answer({ '/repositories/web%20app': wirePullRequest()['repository'] });
    await expect(door.readRepository('Shop & Co', 'web app')).resolves.toEqual({
      id: repositoryId,
      name: 'web app',
      project: { id: projectId, name: 'Shop & Co' },
    });
    expect(server.requests[0]?.url).toBe('/Shop%20%26%20Co/_apis/git/repositories/web%20app');
  });

  test.each(['', ' ', '.', '..'])('a name that would leave the URL (%j) is not there', async (name) => {
    expect(await failureOf(door.readRepository(name, 'web'))).toMatchObject({ kind: 'notFound' });
    expect(await failureOf(door.readRepository('Shop', name))).toMatchObject({ kind: 'notFound' });
    expect(server.requests).toHaveLength(0);
  });
});

describe('readIterations', () => {
  test('ascending, and a date that is none does no harm', async () => {
    answer({ '/iterations': list(wireIteration(2, { hasMultipleMergeBases: true }), wireIteration(1)) });
    await expect(door.readIterations(key)).resolves.toEqual([
      {
        id: 1,
        sourceCommit: '1'.repeat(40),
        targetCommit: 'b'.repeat(40),
        commonCommit: 'c'.repeat(40),
        hasMultipleMergeBases: false,
      },
      expect.objectContaining({ id: 2, hasMultipleMergeBases: true }),
    ]);
  });

  test('an iteration without its source commit is not passed over', async () => {
    answer({
      '/iterations': list(wireIteration(1), wireIteration(2, { sourceRefCommit: undefined })),
      '/pullRequests/7': {},
    });
    expect(await failureOf(door.readIterations(key))).toMatchObject({ kind: 'unexpected' });
  });

  test.each([400, 404])(
    'none, when the service answers %i and the pull request does not support them',
    async (status) => {
      let supportsIterations = false;
      script = ({ path }) =>
        path.endsWith('/iterations')
          ? { status, json: { message: 'No.' } }
          : { json: wirePullRequest({ supportsIterations }) };
      await expect(door.readIterations(key)).resolves.toEqual([]);
      supportsIterations = true;
      expect((await failureOf(door.readIterations(key))).message).toContain('iterations');
    },
  );
});

describe('readWorkItems', () => {
  const item = (id: number, type = 'Bug'): unknown => ({
    id,
    rev: 1,
    fields: { 'System.Id': id, 'System.WorkItemType': type, 'System.State': 'New', 'System.Title': `Item ${id}` },
  });

  test('by id, without those that may not be seen', async () => {
    answer({
      '/workitems': list({ id: '30', url: 'x' }, { id: '4', url: 'x' }, { id: '4' }, { id: '5' }),
      '/workitemsbatch': list(item(30), null, item(4, 'Task')),
    });
    await expect(door.readWorkItems(key)).resolves.toEqual([
      { id: 4, type: 'Task', state: 'New', title: 'Item 4' },
      { id: 30, type: 'Bug', state: 'New', title: 'Item 30' },
    ]);
    const batch = JSON.parse(server.requests[1]?.body ?? '{}');
    expect(batch).toMatchObject({ ids: [4, 5, 30], errorPolicy: 2 });
  });

  test('none is none', async () => {
    answer({ '/workitems': list() });
    await expect(door.readWorkItems(key)).resolves.toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test('more than a batch takes are read in batches', async () => {
    script = ({ path, body }) => {
      if (path.endsWith('/workitems'))
        return { json: list(...Array.from({ length: 401 }, (_, i) => ({ id: `${i + 1}` }))) };
      const { ids } = JSON.parse(body) as { ids: number[] };
      return ids.length > 200 ? { status: 400 } : { json: list(...ids.map((id) => item(id))) };
    };
    await expect(door.readWorkItems(key)).resolves.toHaveLength(401);
  });

  test.each<[string, ScriptedAnswer]>([
    ['all of them hidden', { json: { value: [null] } }],
    ['401', { status: 401 }],
    ['403', { status: 403, json: { message: 'no' } }],
    ['the sign-in page', { status: 203, raw: '<html>' }],
  ])('%s is a missing scope, not "none linked"', async (_, batch) => {
    script = ({ path }) => (path.endsWith('/workitems') ? { json: list({ id: '4' }) } : batch);
    const failure = await failureOf(door.readWorkItems(key));
    expect(failure.kind).toBe('permissionMissing');
    expect(failure.message).toContain('Work Items (Read)');
  });

  test('a PAT that is refused as a whole is no missing scope', async () => {
    script = () => ({ status: 401 });
    expect(await failureOf(door.readWorkItems(key))).toMatchObject({ kind: 'credentialRefused' });
  });
});

describe('readStatuses', () => {
  test('oldest first, of iterations and of the whole', async () => {
    answer({
      '/statuses': list(
        {
          id: 3,
          iterationId: 2,
          state: 'succeeded',
          description: 'ok',
          context: { genre: 'portcullis', name: 'verdict' },
          createdBy: author,
          targetUrl: 'https://x/',
        },
        { id: 1, state: 'notApplicable', context: { name: 'lint' } },
        {
          id: 2,
          iterationId: 0,
          state: 1,
          description: null,
          context: { name: 'build', genre: null },
          createdBy: null,
        },
      ),
    });
    const nobody = { id: '', displayName: '', uniqueName: '' };
    await expect(door.readStatuses(key)).resolves.toEqual([
      {
        id: 1,
        iterationId: null,
        genre: '',
        name: 'lint',
        state: 'notApplicable',
        description: '',
        targetUrl: null,
        author: nobody,
      },
      {
        id: 2,
        iterationId: null,
        genre: '',
        name: 'build',
        state: 'pending',
        description: '',
        targetUrl: null,
        author: nobody,
      },
      {
        id: 3,
        iterationId: 2,
        genre: 'portcullis',
        name: 'verdict',
        state: 'succeeded',
        description: 'ok',
        targetUrl: 'https://x/',
        author: ada,
      },
    ]);
  });

  test("another tool's state that is not known succeeds for nobody and is logged once", async () => {
    const row = { id: 1, state: 'quantum', context: { name: 'x' } };
    answer({
      '/statuses': list(
        row,
        { ...row, id: 2, state: 'partiallySucceeded' },
        { ...row, id: 3 },
        { ...row, id: 4, state: undefined },
      ),
    });
    const states = (await door.readStatuses(key)).map(({ state }) => state);
    expect(states).toEqual(['notSet', 'failed', 'notSet', 'notSet']);
    expect(log.lines.map(({ fields }) => fields?.['value'])).toEqual(['quantum']);
  });
});

describe('readThreads', () => {
  test('wrapped properties, system threads, deleted comments', async () => {
    answer({
      '/threads': list(
        {
          id: 5,
          status: 'wontFix',
          properties: {
            'Portcullis.Role': { $type: 'System.String', $value: 'summary' },
            plain: 'also',
            number: { $type: 'System.Int32', $value: 1 },
            ['__proto__']: { $type: 'System.String', $value: 'x' },
          },
          comments: [
            { id: 2, author, commentType: 'text', isDeleted: true, content: 'still there' },
            { id: 1, author, commentType: 'text', content: 'Hello', publishedDate: 'nonsense' },
          ],
          isDeleted: false,
        },
        { id: 4, comments: [{ id: 1, author: null, commentType: 'system', content: 'Ada voted' }], properties: null },
        {
          id: 6,
          status: 'closed',
          isDeleted: true,
          comments: [{ id: 1, isDeleted: true, author, commentType: 'codeChange' }],
        },
      ),
    });
    const threads = await door.readThreads(key);
    expect(threads).toEqual([
      {
        id: 4,
        status: 'unknown',
        isDeleted: false,
        properties: {},
        comments: [
          {
            id: 1,
            author: { id: '', displayName: '', uniqueName: '' },
            content: 'Ada voted',
            isDeleted: false,
            isSystem: true,
          },
        ],
      },
      expect.objectContaining({
        id: 5,
        status: 'wontFix',
        comments: [
          { id: 1, author: ada, content: 'Hello', isDeleted: false, isSystem: false },
          { id: 2, author: ada, content: '', isDeleted: true, isSystem: false },
        ],
      }),
      expect.objectContaining({
        id: 6,
        status: 'closed',
        isDeleted: true,
        comments: [expect.objectContaining({ isSystem: true, content: '' })],
      }),
    ]);
    expect(Object.getPrototypeOf(threads[1]?.properties)).toBe(Object.prototype);
    expect(threads[1]?.properties).toMatchObject({ 'Portcullis.Role': 'summary', plain: 'also' });
    expect(threads[1]?.properties).not.toHaveProperty('number');
  });

  test('words that are not known command and waive nothing, and are logged once', async () => {
    answer({
      '/threads': list(...[1, 2].map((id) => ({ id, status: 'parked', comments: [{ id: 1, commentType: 'poll' }] }))),
    });
    const threads = await door.readThreads(key);
    expect(threads.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
    expect(threads[0]?.comments[0]?.isSystem).toBe(true);
    expect(log.lines).toHaveLength(2);
  });
});

describe('readMyself', () => {
  const data = {
    authenticatedUser: {
      id: author.id,
      providerDisplayName: 'Portcullis',
      properties: { Account: { $type: 'System.String', $value: 'gate@contoso.com' } },
      subjectDescriptor: 'aad.xyz',
    },
    instanceId: 'C04D9B7E-61F2-4C8D-8A35-E0B1F2D4A697',
    deploymentId: '11111111-61f2-4c8d-8a35-e0b1f2d4a697',
    deploymentType: 'hosted',
  };

  test('the account and the ids of the organization', async () => {
    answer({ '/connectionData': data });
    await expect(door.readMyself()).resolves.toEqual({
      identity: { id: ada.id, displayName: 'Portcullis', uniqueName: 'gate@contoso.com' },
      organizationIds: ['c04d9b7e-61f2-4c8d-8a35-e0b1f2d4a697', '11111111-61f2-4c8d-8a35-e0b1f2d4a697'],
    });
    expect(server.requests).toHaveLength(1);
  });

  test('without an account name, the descriptor', async () => {
    answer({ '/connectionData': { ...data, authenticatedUser: { ...data.authenticatedUser, properties: {} } } });
    await expect(door.readMyself()).resolves.toMatchObject({ identity: { uniqueName: 'aad.xyz' } });
  });

  test('the anonymous identity is a refused credential', async () => {
    const id = 'AAAAAAAA-aaaa-aaaa-aaaa-aaaaaaaaaaaa';
    answer({ '/connectionData': { ...data, authenticatedUser: { ...data.authenticatedUser, id } } });
    expect(await failureOf(door.readMyself())).toMatchObject({ kind: 'credentialRefused' });
  });
});
