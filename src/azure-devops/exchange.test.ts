import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { connectAzureDevOps, type ConnectedAzureDevOps } from './connect';
import { createExchange } from './exchange';
import {
  collectLog,
  failureOf,
  key,
  pullRequestPath,
  repositoryId,
  wireIteration,
  wirePullRequest,
} from './testing/fixtures';
import { areas } from './testing/areas';
import {
  startScriptedServer,
  type ScriptedAnswer,
  type ScriptedServer,
  type SeenRequest,
} from './testing/scripted-server';

const pat = 'f6dxvh3rhk-a-pat-that-nobody-may-ever-see';
const encodedPat = Buffer.from(`PAT:${pat}`).toString('base64');

let server: ScriptedServer;
let door: ConnectedAzureDevOps;
let log = collectLog();
let script: (request: SeenRequest) => ScriptedAnswer | undefined;
let answerOptions: (request: SeenRequest) => ScriptedAnswer | undefined;
let time: number | undefined;

beforeEach(async () => {
  script = () => undefined;
  answerOptions = () => undefined;
  time = undefined;
  log = collectLog();
  server = await startScriptedServer(
    (request) => script(request),
    (request) => answerOptions(request),
  );
  door = connectAzureDevOps({
    url: server.url,
    credential: { kind: 'pat', pat },
    log,
    now: () => new Date(time ?? Date.now()),
  });
});

afterEach(async () => {
  door.dispose();
  await server.stop();
});

const html = { headers: { 'content-type': 'text/html; charset=utf-8' }, raw: '<html>Sign in</html>' };
const status = {
  iterationId: 3,
  genre: 'portcullis',
  name: 'verdict',
  state: 'failed' as const,
  description: '1 of 4 gates failed',
  targetUrl: 'https://example.com/',
};
const postedStatus = { id: 12, iterationId: 3, state: 'failed', context: { genre: 'portcullis', name: 'verdict' } };

describe('round trips', () => {
  test('a cold first read asks for the routes of git once, and nothing of Location or ResourceAreas', async () => {
    script = () => ({ json: wirePullRequest() });
    await Promise.all([door.readPullRequest(key), door.readPullRequest(key), door.readPullRequest(key)]);
    expect(server.options.map(({ path }) => path)).toEqual(['/_apis/git']);
    expect(server.requests).toHaveLength(3);
    await door.readPullRequest(key);
    expect(server.options).toHaveLength(1);
    expect(server.requests[3]).toMatchObject({
      method: 'GET',
      url: pullRequestPath,
      headers: { authorization: `Basic ${encodedPat}`, 'user-agent': expect.stringMatching(/^Portcullis\/\d/) },
    });
  });

  test('a first read that could not learn the routes leaves no trace', async () => {
    let failing = true;
    answerOptions = () => (failing ? { status: 401 } : undefined);
    script = () => ({ json: wirePullRequest() });
    expect(await failureOf(door.readPullRequest(key))).toMatchObject({ kind: 'credentialRefused' });
    failing = false;
    await expect(door.readPullRequest(key)).resolves.toMatchObject({ id: 7 });
  });

  test('one socket carries one read after the other', async () => {
    const sockets = new Set<unknown>();
    script = () => (response) => {
      sockets.add(response.socket);
      response.setHeader('content-type', 'application/json').end(JSON.stringify(wirePullRequest()));
    };
    for (let i = 0; i < 3; i++) await door.readPullRequest(key);
    expect(sockets.size).toBe(1);
  });
});

describe('a credential that is refused, in all its disguises', () => {
  test.each<[string, ScriptedAnswer]>([
    ['203 with the sign-in page', { status: 203, ...html }],
    ['203 with JSON', { status: 203, json: wirePullRequest() }],
    ['200 with HTML', html],
    ['302 to the sign-in page', { status: 302, headers: { location: '/_signin' } }],
    ['401 without a body', { status: 401 }],
    ['401 with a body', { status: 401, json: { message: 'TF400813: The user is not authorized.' } }],
    [
      'the anonymous identity',
      { headers: { 'x-vss-userdata': 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa:Anonymous' }, json: wirePullRequest() },
    ],
  ])('warm: %s', async (_, answer) => {
    script = () => answer;
    const failure = await failureOf(door.readPullRequest(key));
    expect(failure.kind).toBe('credentialRefused');
    expect(failure.message).toContain(`pull request 7 of repository ${repositoryId} in ${server.url}`);
    expect(failure.message).toContain('make a new one');
    expect(server.requests).toHaveLength(1);
  });

  test('cold: 203 to OPTIONS', async () => {
    answerOptions = () => ({ status: 203, ...html });
    expect(await failureOf(door.readPullRequest(key))).toMatchObject({ kind: 'credentialRefused' });
    expect(server.requests).toHaveLength(0);
  });

  test('a write that gets the sign-in page throws', async () => {
    script = () => ({ status: 203, ...html });
    expect(await failureOf(door.postStatus(key, status))).toMatchObject({
      kind: 'credentialRefused',
      mayHaveApplied: false,
    });
  });
});

test('a redirect to another host is not followed, and that host never hears of the PAT', async () => {
  const heard: string[] = [];
  const elsewhere = createServer((request, response) => {
    heard.push(JSON.stringify(request.headers));
    response.end('{}');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const { port } = elsewhere.address() as AddressInfo;
  script = () => ({ status: 307, headers: { location: `http://localhost:${port}/contoso` } });
  expect(await failureOf(door.postStatus(key, status))).toMatchObject({ kind: 'credentialRefused' });
  expect(await failureOf(door.readThreads(key))).toMatchObject({ kind: 'credentialRefused' });
  await new Promise((resolve) => elsewhere.close(resolve));
  expect(heard).toEqual([]);
});

test('a request for another host is refused before a byte is sent', async () => {
  const exchange = createExchange({ base: server.url, pat, log, now: () => new Date() });
  const { port } = new URL(server.url);
  for (const url of [
    `http://localhost:${port}/contoso`,
    `https://127.0.0.1:${port}/contoso`,
    'https://attacker.example',
  ]) {
    expect(await failureOf(exchange.client.get(url))).toMatchObject({ kind: 'unexpected' });
  }
  exchange.dispose();
  expect(server.requests).toHaveLength(0);
});

describe('what the service says is sorted by who must act', () => {
  test('404 is never null: neither for a read nor for a write', async () => {
    script = () => ({
      status: 404,
      json: {
        message: 'TF401019: The Git repository does not exist or you do not have permissions.',
        typeKey: 'GitRepositoryNotFoundException',
      },
    });
    for (const call of [
      door.readPullRequest(key),
      door.readThreads(key),
      door.postStatus(key, status),
      door.createThread(key, { content: 'Hello', status: 'closed', properties: {} }),
      door.updateThreadStatus(key, 1, 'closed'),
      door.updateComment(key, 1, 1, 'Hello'),
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
    ['Access denied.', 'AccessDeniedException', /Access denied.*"Contribute to pull requests"/],
  ])('403: %s', async (message, typeKey, expected) => {
    script = () => ({ status: 403, json: { message, typeKey } });
    const failure = await failureOf(door.postStatus(key, status));
    expect(failure.kind).toBe('permissionMissing');
    expect(failure.message).toMatch(expected);
  });

  test("400 is unexpected, and quotes no more than the service's own sentence", async () => {
    script = () => ({
      status: 400,
      json: {
        message: `bad\u0000 \u202e\nrequest ${'x'.repeat(400)}`,
        stackTrace: 'at Microsoft.TeamFoundation',
        value: 'private',
      },
    });
    const { kind, message } = await failureOf(door.postStatus(key, status));
    expect(kind).toBe('unexpected');
    expect(message).toMatch(/400: bad request x+…\.$/);
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(message.length).toBeLessThan(500);
    expect(message).not.toContain('private');
  });

  test("a proxy's page is not quoted", async () => {
    script = () => ({ status: 502, headers: { 'content-type': 'text/html' }, raw: '<h1>private</h1>' });
    const failure = await failureOf(door.postStatus(key, status));
    expect(failure).toMatchObject({ kind: 'unavailable', mayHaveApplied: true });
    expect(failure.message).not.toContain('private');
  });

  test('the PAT stands in no failure and no line of the log, whatever the service echoes', async () => {
    const echo = `No: ${pat} Basic ${encodedPat} ${Buffer.from(`:${pat}`).toString('base64')}`;
    for (const code of [400, 401, 403, 404, 409, 429, 500]) {
      script = () => ({ status: code, json: { message: echo } });
      const failure = await failureOf(door.postStatus(key, status));
      expect(`${failure.message}${failure.stack ?? ''}`).not.toContain(pat);
      expect(failure.message).not.toContain(encodedPat);
      expect(failure.message).toContain('***');
    }
    expect(JSON.stringify(log.lines)).not.toContain(pat);
  });
});

describe('an answer that cannot be read', () => {
  test.each<[string, ScriptedAnswer]>([
    ['no JSON', { headers: { 'content-type': 'application/json' }, raw: '{"value": [' }],
    ['nothing', { raw: '' }],
    ['another shape', { json: { value: [{ id: 'one' }] } }],
    ['null', { json: null }],
  ])('%s is unexpected, never an empty list', async (_, answer) => {
    script = () => answer;
    expect(await failureOf(door.readThreads(key))).toMatchObject({ kind: 'unexpected' });
  });

  test('half an answer is asked for again', async () => {
    let first = true;
    script = () => {
      if (!first) return { json: { value: [wireIteration(1)] } };
      first = false;
      return (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"value": [');
        setImmediate(() => response.destroy());
      };
    };
    await expect(door.readIterations(key)).resolves.toMatchObject([{ id: 1 }]);
    expect(server.requests).toHaveLength(2);
  });

  test('a compressed answer that is none does not bring the process down', async () => {
    script = () => ({ headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, raw: 'no gzip' });
    const failure = await failureOf(door.postStatus(key, status));
    expect(failure).toMatchObject({ kind: 'unavailable', mayHaveApplied: true });
  });
});

describe('repeating', () => {
  test('a read is repeated until the service is back', async () => {
    let left = 2;
    script = () => (left-- > 0 ? { status: 503 } : { json: wirePullRequest() });
    await expect(door.readPullRequest(key)).resolves.toMatchObject({ id: 7 });
    expect(server.requests).toHaveLength(3);
  });

  test('a POST that only reads is repeated', async () => {
    let left = 1;
    script = ({ path }) => {
      if (path.endsWith('/workitems')) return { json: { value: [{ id: '5' }] } };
      return left-- > 0
        ? (response) => response.destroy()
        : {
            json: {
              value: [{ id: 5, fields: { 'System.WorkItemType': 'Bug', 'System.State': 'New', 'System.Title': 't' } }],
            },
          };
    };
    await expect(door.readWorkItems(key)).resolves.toHaveLength(1);
  });

  test('a write whose answer was lost is not repeated, and says that it may have been carried out', async () => {
    script = () => (response) => response.destroy();
    for (const call of [
      () => door.postStatus(key, status),
      () => door.createThread(key, { content: 'Hello', status: 'closed', properties: {} }),
      () => door.updateComment(key, 1, 1, 'Hello'),
      () => door.deleteComment(key, 1, 1),
    ]) {
      server.requests.length = 0;
      expect(await failureOf(call())).toMatchObject({ kind: 'unavailable', mayHaveApplied: true });
      expect(server.requests).toHaveLength(1);
    }
  });

  test('a write that could not be sent was certainly not carried out', async () => {
    answerOptions = () => ({ headers: { connection: 'close' }, json: { value: areas['git'] } });
    script = () => ({ headers: { connection: 'close' }, json: wirePullRequest() });
    await door.readPullRequest(key);
    await server.stop();
    const failure = await failureOf(door.postStatus(key, status));
    expect(failure).toMatchObject({ kind: 'unavailable', mayHaveApplied: false });
    expect(failure.message).toContain('ECONNREFUSED');
  });

  test('a refusal is not repeated', async () => {
    for (const code of [400, 401, 403, 404, 429]) {
      server.requests.length = 0;
      script = () => ({ status: code });
      await failureOf(door.readThreads(key));
      expect(server.requests).toHaveLength(1);
    }
  });

  test('a connection that was disposed of sends nothing', async () => {
    script = () => ({ json: postedStatus });
    await door.postStatus(key, status);
    door.dispose();
    expect(await failureOf(door.postStatus(key, status))).toMatchObject({ kind: 'unavailable', mayHaveApplied: false });
    expect(server.requests).toHaveLength(1);
  });
});

describe('when the service asks to slow down', () => {
  test('429 is rateLimited, with its seconds, and holds every request of the connection', async () => {
    script = () => ({ status: 429, headers: { 'retry-after': '30' }, json: { message: 'TF400733: canceled' } });
    expect(await failureOf(door.readThreads(key))).toMatchObject({ kind: 'rateLimited', retryAfterSeconds: 30 });
    script = () => ({ json: postedStatus });
    expect(await failureOf(door.postStatus(key, status))).toMatchObject({ kind: 'rateLimited', mayHaveApplied: false });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['Retry-After', { 'retry-after': '20' }],
    ['X-RateLimit-Delay', { 'x-ratelimit-delay': '19.5' }],
    [
      'Retry-After as a date',
      { 'retry-after': 'Wed, 01 Jan 2025 00:00:20 GMT', date: 'Wed, 01 Jan 2025 00:00:00 GMT' },
    ],
  ])('%s on 200 gives the answer and holds what comes next, until then', async (_, headers) => {
    time = Date.now();
    script = () => ({ headers, json: wirePullRequest() });
    await expect(door.readPullRequest(key)).resolves.toMatchObject({ id: 7 });
    expect(await failureOf(door.readPullRequest(key))).toMatchObject({ kind: 'rateLimited', retryAfterSeconds: 20 });
    time += 20_001;
    await expect(door.readPullRequest(key)).resolves.toMatchObject({ id: 7 });
  });

  test('a short pause is waited for', async () => {
    let first = true;
    script = () => {
      const headers: Record<string, string> = first ? { 'retry-after': '0.3' } : {};
      first = false;
      return { headers, json: wirePullRequest() };
    };
    await door.readPullRequest(key);
    const before = performance.now();
    await door.readPullRequest(key);
    expect(performance.now() - before).toBeGreaterThan(200);
  });

  test("the service's own limits do not leak into what is read", async () => {
    script = () => ({
      headers: { 'x-ratelimit-limit': '200', 'x-ratelimit-remaining': '3' },
      json: { value: [wireIteration(1)] },
    });
    const iterations = await door.readIterations(key);
    expect(JSON.stringify(Object.entries(iterations))).not.toContain('rateLimit');
    expect('rateLimit' in iterations).toBe(false);
  });

  test('503 with a long Retry-After is not waited for', async () => {
    script = () => ({ status: 503, headers: { 'retry-after': '60' } });
    expect(await failureOf(door.readThreads(key))).toMatchObject({ kind: 'unavailable', retryAfterSeconds: 60 });
    expect(server.requests).toHaveLength(1);
  });
});

test('an address that is none, or carries a password, is not used as it is', () => {
  const credential = { kind: 'pat' as const, pat };
  expect(() => connectAzureDevOps({ url: 'file:///etc', credential, log })).toThrow('no address');
  expect(() => connectAzureDevOps({ url: 'contoso', credential, log })).toThrow('no address');
});
