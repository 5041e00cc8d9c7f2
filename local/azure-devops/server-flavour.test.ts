import { comment, COMMENT_EVENT, deliveryOf, subscribeTo, vote } from './testing/hook-acts';
import { startHookReceiver } from './testing/hook-receiver';
import { listOf, present, type Json } from './testing/json';
import { checkAnswer, findOperation, hasOpenApi, readOperations } from './testing/openapi';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

/** What a collection of Azure DevOps Server answers otherwise than an organization of Services. */
let sim: TestSimulator;
let pullRequest: number;
const withDocuments = hasOpenApi ? test : test.skip;

beforeAll(async () => {
  sim = await startTestSimulator('server');
  await sim.branch('topic', { 'topic.txt': '1\n' });
  pullRequest = (await sim.open('topic')).pullRequestId;
});
afterAll(() => sim.end());

test('it stands below a virtual directory, and nothing else does', async () => {
  const { origin, pathname } = new URL(sim.simulator.url);
  expect([pathname, sim.simulator.flavour]).toEqual(['/tfs/DefaultCollection', 'server']);
  expect((await sim.call('bot', 'GET', 'shop/_APIS/git/repositories/web')).status).toBe(200);
  for (const path of ['/DefaultCollection/_apis/projects', '/tfs/_apis/projects', '/tfs/Other/_apis/projects']) {
    expect((await fetch(`${origin}${path}`)).status).toBe(404);
  }
  const repository = await sim.rest('bot', 'GET', 'git/repositories/web');
  expect(repository).toMatchObject({
    remoteUrl: `${sim.simulator.url}/Shop/_git/web`,
    sshUrl: 'ssh://localhost:22/tfs/DefaultCollection/Shop/_git/web',
  });
  const clone = await sim.clone('author');
  const pushed = await clone.commit({ 'by-git.txt': 'x\n' });
  await clone.git('push', '--quiet', 'origin', 'HEAD:by-git');
  expect((await sim.rest('bot', 'GET', 'git/repositories/web/refs?filter=heads/by-git')).value[0]).toMatchObject({
    objectId: pushed,
  });
});

test('its pages and their forms are there, too', async () => {
  const { origin } = new URL(sim.simulator.url);
  const overview = await (await fetch(origin)).text();
  const path = `/tfs/DefaultCollection/Shop/_git/web/pullrequest/${pullRequest}`;
  expect(overview).toContain(`href="${path}"`);
  const page = await (await fetch(`${origin}${path}`)).text();
  expect(page).toContain(`action="${path}/act"`);
  expect(page).toContain('href="/tfs/DefaultCollection"');
});

test('it knows no resource areas, nothing newer than 7.1, and says what it is', async () => {
  expect((await sim.call('bot', 'GET', '_apis/ResourceAreas')).text).toBe('{"count":0,"value":null}');
  const git = (await sim.call('bot', 'OPTIONS', '_apis/git')).body.value;
  expect(git.every((each) => each['maxVersion'] === '7.1')).toBe(true);
  expect((await sim.call('bot', 'GET', 'Shop/_apis/git/repositories?api-version=7.2-preview')).status).toBe(400);
  await sim.control('POST', 'service', { newestVersion: '6.0' });
  expect((await sim.call('bot', 'GET', 'Shop/_apis/git/repositories')).status).toBe(400);
  expect(await sim.control('POST', 'service', {})).toMatchObject({ newestVersion: '7.1' });
  const me = (await sim.call('bot', 'GET', '_apis/connectionData?api-version=7.1-preview')).body;
  expect(me).toMatchObject({
    deploymentType: 'onPremises',
    authenticatedUser: {
      descriptor: expect.stringMatching(/^System\.Security\.Principal\.WindowsIdentity;S-1-5-21-/),
      subjectDescriptor: expect.stringMatching(/^win\./),
      properties: { Account: { $value: String.raw`CONTOSO\portcullis` } },
    },
  });
});

test.each(['expired', 'unknown', ''])(
  'a credential that is no good (%j) is refused by the web server',
  async (person) => {
    for (const method of ['GET', 'PATCH']) {
      const answer = await sim.call(person, method, '_apis/projects', method === 'PATCH' ? {} : undefined);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([401, 'text/html; charset=utf-8']);
      expect(answer.headers.get('www-authenticate')).toMatch(/Negotiate/);
    }
    const bearer = { authorization: 'Bearer a.b.c' };
    expect((await sim.call('', 'GET', '_apis/projects', undefined, bearer)).status).toBe(401);
  },
);

test('people are accounts of a domain; those added later, too', async () => {
  const mia = await sim.control('POST', 'people', { key: 'mia', displayName: 'Mia Maintainer' });
  const [found] = (await sim.call('bot', 'GET', `_apis/identities?identityIds=${String(mia.id)}`)).body.value;
  expect(found).toMatchObject({
    properties: { Account: { $value: String.raw`CONTOSO\mia` }, Mail: { $value: 'mia@contoso.example' } },
  });
  const { value: commits } = await sim.rest('author', 'GET', 'git/repositories/web/commits');
  expect(present(commits[0]).author).toMatchObject({ email: 'admin@contoso.example' });
});

test('a hook names the server, and no account; votes are told of by ids', async () => {
  const receiver = await startHookReceiver();
  await subscribeTo(sim, receiver.url, { eventType: COMMENT_EVENT, resourceVersion: '2.0' });
  await comment(sim, pullRequest, 'Hello');
  const { body } = await receiver.next(deliveryOf(COMMENT_EVENT, pullRequest));
  await receiver.stop();
  const { origin } = new URL(sim.simulator.url);
  const baseUrl = `${sim.simulator.url}/`;
  expect(body.resourceContainers).toEqual({
    collection: { id: expect.any(String), baseUrl },
    server: { id: expect.any(String), baseUrl: `${origin}/tfs/` },
    project: { id: expect.any(String), baseUrl },
  });
  await vote(sim, pullRequest, 'reviewer', 10);
  const { value: threads } = await sim.rest('bot', 'GET', `git/repositories/web/pullRequests/${pullRequest}/threads`);
  const voted = present(threads.find(({ properties }) => 'CodeReviewVoteResult' in properties));
  expect(voted.properties).toHaveProperty('CodeReviewVotedByTfId');
});

withDocuments('its answers fit the documents', async () => {
  const operations = readOperations(
    ['git', 'core', 'serviceHooks', 'identities', 'policy', 'security'].map((area) => `${area}-onprem`),
    'azure-devops-server-7.1',
  );
  const log = listOf(await sim.control('GET', 'requests')).filter(
    ({ method, status, url }) =>
      method !== 'OPTIONS' && Number(status) < 300 && !/connectionData|ResourceAreas/i.test(url),
  );
  const problems = log.flatMap(({ method, url, status, responseBody }: Json) => {
    const operation = findOperation(operations, method, url);
    if (!operation) return [`${method} ${url} is in no document`];
    return checkAnswer(operation, Number(status), responseBody).map((problem) => `${method} ${url}: ${problem}`);
  });
  expect([...new Set(problems)]).toEqual([]);
  expect(log.length).toBeGreaterThan(10);
});
