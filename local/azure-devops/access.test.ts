import { listOf, parseJson, present } from './testing/json';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

/** What a client meets whose credential, permission, address or api-version is not right, and faults on demand. */
let sim: TestSimulator;
const suppress = { 'x-tfs-fedauthredirect': 'Suppress' };
const repositories = 'Shop/_apis/git/repositories';

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterAll(() => sim.end());
afterEach(async () => {
  await sim.control('DELETE', 'faults');
});

describe.each(['', 'expired', 'unknown'])('a PAT that is no good (%p)', (person) => {
  test('gets the sign-in page with 203 for GET and POST, 401 for PATCH', async () => {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const answer = await sim.call(person, method, repositories, method === 'POST' ? { name: 'x' } : undefined);
      expect(answer.status).toBe(203);
      expect(answer.headers.get('content-type')).toContain('text/html');
      expect(answer.text).toContain('Sign In');
    }
    expect((await sim.call(person, 'PATCH', `${repositories}/web`, {})).status).toBe(401);
  });

  test('gets 401 with TF400813 when redirects are suppressed', async () => {
    const answer = await sim.call(person, 'GET', repositories, undefined, suppress);
    expect(answer).toMatchObject({ status: 401, body: { typeKey: 'UnauthorizedRequestException' } });
    expect(answer.body.message).toContain('TF400813');
    expect(answer.headers.get('www-authenticate')).toContain('Basic');
  });
});

test('a PAT can be refused from now on, and be good again', async () => {
  await sim.control('POST', 'pats', { token: 'reviewer-pat', refused: true });
  expect((await sim.call('reviewer', 'GET', repositories)).status).toBe(203);
  await sim.control('POST', 'pats', { token: 'reviewer-pat', refused: false });
  expect((await sim.call('reviewer', 'GET', repositories)).status).toBe(200);
});

test('not there, or not allowed: the same 404', async () => {
  const missing = await sim.call('bot', 'GET', `${repositories}/nothing`);
  expect(missing).toMatchObject({ status: 404, body: { typeKey: 'GitRepositoryNotFoundException', errorCode: 0 } });
  expect(missing.body.message).toMatch(/^TF401019: .*nothing does not exist or you do not have permissions/);
  await sim.control('POST', 'permissions', { identity: 'bot', repository: 'web', read: false });
  const hidden = await sim.call('bot', 'GET', `${repositories}/web`);
  expect(hidden).toMatchObject({ status: 404, body: { typeKey: 'GitRepositoryNotFoundException' } });
  expect((await sim.call('bot', 'GET', repositories)).body.count).toBe(0);
  await sim.control('POST', 'permissions', { identity: 'bot', repository: 'web', read: true });
  const project = await sim.call('bot', 'GET', 'Nowhere/_apis/git/repositories');
  expect(project).toMatchObject({ status: 404, body: { message: expect.stringContaining('TF200016') } });
  const pullRequest = await sim.call('bot', 'GET', `${repositories}/web/pullRequests/999`);
  expect(pullRequest).toMatchObject({ status: 404, body: { message: expect.stringContaining('TF401180') } });
});

test('without PullRequestContribute statuses and threads are refused with TF401027', async () => {
  await sim.branch('guarded', { 'guarded.txt': '1\n' });
  const { pullRequestId: id } = await sim.open('guarded');
  await sim.control('POST', 'permissions', { identity: 'bot', repository: 'web', pullRequestContribute: false });
  const path = `${repositories}/web/pullRequests/${id}`;
  for (const [at, body] of [
    ['statuses', { state: 'failed', context: { name: 'x' } }],
    ['threads', { comments: [{ content: 'x' }] }],
  ] as const) {
    const refused = await sim.call('bot', 'POST', `${path}/${at}`, body);
    expect(refused).toMatchObject({ status: 403, body: { typeKey: 'GitNeedsPermissionException' } });
    expect(refused.body.message).toMatch(/^TF401027: You need the Git 'PullRequestContribute' permission/);
  }
  expect((await sim.call('bot', 'GET', `${path}/statuses`)).status).toBe(200);
});

test('names and ids, with and without a project, in any case', async () => {
  const { id, project } = await sim.rest('bot', 'GET', 'git/repositories/web');
  for (const path of [
    `${project.id}/_apis/git/repositories/${id}`,
    `_apis/git/repositories/${id}`,
    'SHOP/_APIS/Git/Repositories/WEB',
    `shop/_apis/git/repositories/${String(id).toUpperCase()}`,
  ]) {
    expect((await sim.call('bot', 'GET', path)).body.id).toBe(id);
  }
  expect((await sim.call('bot', 'GET', '_apis/git/repositories/web')).status).toBe(400);
});

test('writes need an api-version; previews must be named, and nothing is newer than 7.2', async () => {
  const send = async (method: string, path: string): Promise<[number, string]> => {
    const response = await fetch(`${sim.simulator.url}/${path}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from('x:bot-pat').toString('base64')}`, accept: 'application/json' },
      ...(method === 'GET' ? {} : { body: '{}' }),
    });
    return [response.status, parseJson(await response.text()).typeKey];
  };
  expect(await send('POST', repositories)).toEqual([400, 'VssVersionNotSpecifiedException']);
  expect(await send('GET', repositories)).toEqual([200, undefined]);
  expect(await send('GET', `${repositories}?api-version=9.1`)).toEqual([400, 'VssVersionOutOfRangeException']);
  expect(await send('GET', `${repositories}?api-version=7.2`)).toEqual([400, 'VssInvalidPreviewVersionException']);
  expect(await send('GET', `${repositories}?api-version=7.2-preview.1`)).toEqual([200, undefined]);
  expect(await send('GET', '_apis/connectionData?api-version=7.1')).toEqual([400, 'VssInvalidPreviewVersionException']);
});

test('discovery lists every location, of one area or of all', async () => {
  const all = await sim.call('bot', 'OPTIONS', '_apis');
  const git = await sim.call('bot', 'OPTIONS', '_apis/GIT');
  expect(git.body.count).toBeGreaterThan(30);
  expect(all.body.count).toBeGreaterThan(git.body.count);
  expect(git.body.value).toContainEqual({
    id: 'ab6e2e5d-a0b7-4153-b64a-a4efe0d49449',
    area: 'git',
    resourceName: 'pullRequestThreads',
    routeTemplate: '{project}/_apis/git/repositories/{repositoryId}/pullRequests/{pullRequestId}/threads/{threadId}',
    resourceVersion: 1,
    minVersion: '1.0',
    maxVersion: '7.2',
    releasedVersion: '7.1',
  });
  const areas = (await sim.call('bot', 'GET', '_apis/ResourceAreas')).body;
  expect(areas.value.find((area) => area.name === 'git')).toMatchObject({ locationUrl: `${sim.simulator.url}/` });
});

test('what is not simulated says so, and bodies that do not fit are 400', async () => {
  const missing = await sim.call('bot', 'GET', 'Shop/_apis/build/builds');
  expect(missing).toMatchObject({ status: 501, body: { message: expect.stringContaining('/_apis/build/builds') } });
  expect((await sim.call('author', 'POST', `${repositories}/web/pullrequests`, { title: 1 })).status).toBe(400);
});

test('requests are logged with who sent them, what was answered, and no credential', async () => {
  await sim.control('DELETE', 'requests');
  await sim.call('bot', 'GET', `${repositories}/web/refs?filter=heads/`);
  await sim.call('expired', 'PATCH', `${repositories}/web`, { name: 'y' });
  await sim.control('POST', 'permissions', { identity: 'bot' });
  const log = listOf(await sim.control('GET', 'requests'));
  expect(log).toHaveLength(2);
  const first = present(log[0]);
  expect(first).toMatchObject({
    method: 'GET',
    url: '/contoso/Shop/_apis/git/repositories/web/refs?filter=heads%2F&api-version=7.1',
    identity: 'bot',
    status: 200,
    body: null,
    responseBody: { count: expect.any(Number) },
  });
  expect(first['headers']).toHaveProperty('accept');
  expect(first['headers']).not.toHaveProperty('authorization');
  expect(first.end).toBeGreaterThanOrEqual(first.start);
  expect(log[1]).toMatchObject({ status: 401, identity: null, body: { name: 'y' } });
});

describe('faults', () => {
  const main = `${repositories}/web/refs?filter=heads/main`;
  const refs = `${repositories}/web/refs`;
  const zero = '0'.repeat(40);

  test('a status counts down, with headers, and applies nothing', async () => {
    await sim.control('POST', 'faults', [
      { method: 'GET', path: '**/refs', times: 2, status: 429, headers: { 'Retry-After': '7' } },
    ]);
    const answer = await sim.call('bot', 'GET', main);
    expect(answer).toMatchObject({ status: 429, body: { message: expect.any(String) } });
    expect(answer.headers.get('retry-after')).toBe('7');
    expect((await sim.call('bot', 'GET', main)).status).toBe(429);
    expect((await sim.call('bot', 'GET', main)).status).toBe(200);
  });

  test('drop applies before it cuts the connection, reset does not', async () => {
    const { objectId } = present((await sim.call('author', 'GET', main)).body.value[0]);
    const create = (name: string): Promise<unknown> =>
      sim.call('author', 'POST', refs, [{ name: `refs/heads/${name}`, oldObjectId: zero, newObjectId: objectId }]);
    const exists = async (name: string): Promise<boolean> =>
      (await sim.call('author', 'GET', `${refs}?filter=heads/${name}`)).body.count === 1;
    await sim.control('POST', 'faults', [{ method: 'POST', path: '/refs', times: 1, action: 'drop' }]);
    await expect(create('dropped')).rejects.toThrow('fetch failed');
    expect(await exists('dropped')).toBe(true);
    await sim.control('POST', 'faults', { method: 'POST', path: '/refs', action: 'reset' });
    await expect(create('unmade')).rejects.toThrow('fetch failed');
    expect(await exists('unmade')).toBe(false);
  });

  test('html203, garbage and hang', async () => {
    await sim.control('POST', 'faults', [
      { path: 'refs', times: 1, action: 'html203' },
      { path: 'refs', times: 1, action: 'garbage' },
      { path: 'refs', times: 1, action: 'hang' },
    ]);
    expect(await sim.call('bot', 'GET', main)).toMatchObject({ status: 203, text: expect.stringContaining('<html') });
    expect(await sim.call('bot', 'GET', main)).toMatchObject({ status: 200, text: '{"count":2,"value":[{"id":1,' });
    const url = `${sim.simulator.url}/${main}`;
    const hanging = fetch(url, { signal: AbortSignal.timeout(200) });
    await expect(hanging).rejects.toThrow(/timeout|aborted/i);
  });

  test('latency holds every request back', async () => {
    await sim.control('POST', 'latency', { ms: 80 });
    const start = performance.now();
    await sim.call('bot', 'GET', main);
    expect(performance.now() - start).toBeGreaterThanOrEqual(79);
    await sim.control('POST', 'latency', { ms: 0 });
  });
});

test('git asks for a credential, and takes a PAT as the password', async () => {
  const advertisement = `${sim.simulator.url}/Shop/_git/web/info/refs?service=git-upload-pack`;
  const refused = await fetch(advertisement);
  expect(refused.status).toBe(401);
  expect(refused.headers.get('www-authenticate')).toContain('Basic');
  await refused.text();
  await expect(sim.clone('expired')).rejects.toThrow();
  await expect(sim.clone('bot', 'Shop/_git/nothing')).rejects.toThrow(/404|not found/);
  await sim.control('POST', 'permissions', { identity: 'reviewer', contribute: false });
  const clone = await sim.clone('reviewer');
  await clone.commit({ 'x.txt': 'x\n' });
  await expect(clone.git('push', '--quiet', 'origin', 'main')).rejects.toThrow(/403/);
});
