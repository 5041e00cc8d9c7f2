import { WebApi, getPersonalAccessTokenHandler } from 'azure-devops-node-api';
import { CoreApi } from 'azure-devops-node-api/CoreApi';
import { GitApi } from 'azure-devops-node-api/GitApi';
import * as Git from 'azure-devops-node-api/interfaces/GitInterfaces';
import { WorkItemExpand } from 'azure-devops-node-api/interfaces/WorkItemTrackingInterfaces';
import { WorkItemTrackingApi } from 'azure-devops-node-api/WorkItemTrackingApi';
import { unzipSync } from 'fflate';
import { readBytes } from './read-bytes';
import { listOf } from './testing/json';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

/** The genuine client library, through WebApi and with its parts constructed by hand. */
let sim: TestSimulator;
let id: number;

beforeAll(async () => {
  sim = await startTestSimulator();
  await sim.branch('client', { 'client.txt': 'hello\n', 'binary.dat': 'a\u0000b' });
  id = (await sim.open('client')).pullRequestId;
});
afterAll(() => sim.end());

const handlers = (pat = 'bot-pat') => [getPersonalAccessTokenHandler(pat, false)];
const gitApi = (pat?: string): GitApi => new GitApi(sim.simulator.url, handlers(pat), { allowRedirects: false });

test('WebApi finds its way by discovery', async () => {
  const web = new WebApi(sim.simulator.url, getPersonalAccessTokenHandler('bot-pat'));
  expect((await web.connect()).authenticatedUser?.providerDisplayName).toBe('Portcullis');
  const git = await web.getGitApi();
  expect((await git.getRepositories('Shop')).map((repository) => repository.name)).toEqual(['web']);
  const core = await web.getCoreApi();
  expect((await core.getProjects()).map((project) => project.name)).toEqual(['Shop']);
  expect((await (await web.getWorkItemTrackingApi()).getWorkItem(2)).fields?.['System.State']).toBe('New');
});

test('parts constructed directly need one discovery request each', async () => {
  await sim.control('DELETE', 'requests');
  expect((await gitApi().getPullRequestById(id)).title).toBe('Pull request from client');
  expect((await new CoreApi(sim.simulator.url, handlers()).getProject('Shop')).name).toBe('Shop');
  const wit = new WorkItemTrackingApi(sim.simulator.url, handlers());
  const [item] = await wit.getWorkItemsBatch({ ids: [1], $expand: WorkItemExpand.Relations });
  expect(item?.id).toBe(1);
  const log = listOf(await sim.control('GET', 'requests'));
  expect(log.filter((request) => request.method === 'OPTIONS')).toHaveLength(3);
});

test('enums become numbers, dates become dates', async () => {
  const pullRequest = await gitApi().getPullRequest('web', id, 'Shop');
  expect(pullRequest.status).toBe(Git.PullRequestStatus.Active);
  expect(pullRequest.mergeStatus).toBe(Git.PullRequestAsyncStatus.Succeeded);
  expect(pullRequest.creationDate).toBeInstanceOf(Date);
  const [iteration] = await gitApi().getPullRequestIterations('web', id, 'Shop');
  expect(iteration?.reason).toBe(Git.IterationReason.Create);
  const changes = await gitApi().getPullRequestIterationChanges('web', id, 1, 'Shop', 1);
  expect(changes).toMatchObject({ nextSkip: 1, nextTop: 1 });
  expect(changes.changeEntries?.[0]?.changeType).toBe(Git.VersionControlChangeType.Add);
});

test('statuses, threads and comments by the client', async () => {
  const git = gitApi();
  const status = await git.createPullRequestStatus(
    { state: Git.GitStatusState.Failed, description: 'no', context: { genre: 'g', name: 'n' }, iterationId: 1 },
    'web',
    id,
    'Shop',
  );
  expect(status).toMatchObject({ id: 1, state: Git.GitStatusState.Failed, iterationId: 1 });
  // The library types a patch as one operation; on the wire it is a list.
  const patch: object = [{ op: 'remove', path: '/1' }];
  await git.updatePullRequestStatuses({ 'Content-Type': 'application/json-patch+json' }, patch, 'web', id, 'Shop');
  expect(await git.getPullRequestStatuses('web', id, 'Shop')).toEqual([]);
  const thread = await git.createThread(
    { comments: [{ content: 'hi', commentType: Git.CommentType.Text }], status: Git.CommentThreadStatus.Closed },
    'web',
    id,
    'Shop',
  );
  expect(thread.status).toBe(Git.CommentThreadStatus.Closed);
  const edited = await git.updateComment({ content: 'hello' }, 'web', id, thread.id ?? 0, 1, 'Shop');
  expect(edited.content).toBe('hello');
  const threads = await git.getThreads('web', id, 'Shop');
  expect(threads.map((each) => each.comments?.[0]?.content)).toContain('hello');
});

test('contents: items, blobs, and a zip of several', async () => {
  const git = gitApi();
  const branch = { version: 'client', versionType: Git.GitVersionType.Branch };
  const item = await git.getItem('web', '/client.txt', 'Shop', undefined, undefined, true, false, false, branch, true);
  expect(item).toMatchObject({ path: '/client.txt', content: 'hello\n', gitObjectType: Git.GitObjectType.Blob });
  const text = await git.getItemText('web', '/client.txt', 'Shop', undefined, undefined, false, false, false, branch);
  expect((await readBytes(text, 1_000)).toString()).toBe('hello\n');
  const all = await git.getItems(
    'web',
    'Shop',
    '/src',
    Git.VersionControlRecursionType.Full,
    false,
    false,
    false,
    false,
    branch,
  );
  expect(all.map((each) => each.path)).toContain('/src/basket/basket.ts');
  const [[first] = []] = await git.getItemsBatch(
    { itemDescriptors: [{ path: '/binary.dat', ...branch }], includeContentMetadata: true },
    'web',
    'Shop',
  );
  expect(first).toMatchObject({ path: '/binary.dat', contentMetadata: { isBinary: true, fileName: 'binary.dat' } });
  const ids = [item.objectId ?? '', first?.objectId ?? ''];
  expect((await git.getBlob('web', ids[0] ?? '', 'Shop')).size).toBe(6);
  const zip = unzipSync(await readBytes(await git.getBlobsZip(ids, 'web', 'Shop'), 10_000));
  expect(Object.keys(zip).sort()).toEqual([...ids].sort());
  expect(Buffer.from(zip[ids[0] ?? ''] ?? []).toString()).toBe('hello\n');
});

test('what is not found is null, and so is a sign-in page to a warm client', async () => {
  const git = gitApi();
  expect(await git.getPullRequestById(999)).toBeNull();
  await sim.control('POST', 'faults', [{ path: 'pullRequests', times: 1, action: 'html203' }]);
  expect(await git.getPullRequestById(id)).toBeNull();
});

test('a refused PAT on a cold client', async () => {
  await expect(gitApi('expired-pat').getPullRequestById(id)).rejects.toMatchObject({ statusCode: 401 });
  await sim.control('POST', 'faults', [{ method: 'OPTIONS', times: 1, action: 'html203' }]);
  const web = new WebApi(sim.simulator.url, getPersonalAccessTokenHandler('bot-pat'));
  await expect(web.getGitApi()).rejects.toThrow('e81700f7-3be2-46de-8624-2eb35882fcaa');
});
