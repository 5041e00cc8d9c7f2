import { connect } from 'node:net';
import {
  HTTP_FUNCTIONS,
  removeTestWorker,
  startTestHost,
  writeFixtureApp,
  type FixtureApp,
  type TestHost,
} from './fixture-app';

let app: FixtureApp;
let host: TestHost;
beforeAll(async () => {
  app = writeFixtureApp(HTTP_FUNCTIONS);
  host = await startTestHost({ appDirectory: app.directory, settings: { MySetting: 'mine' } });
});
afterAll(async () => {
  await host.stop();
  app.remove();
  await removeTestWorker();
});

const answerOf = async (
  path: string,
  init?: RequestInit,
): Promise<{ status: number; text: string; headers: Headers }> => {
  const response = await fetch(`${host.url}${path}`, init);
  return { status: response.status, text: await response.text(), headers: response.headers };
};

test('a function gets the whole request, and its answer comes back', async () => {
  const { status, text, headers } = await answerOf('/api/echo/42/a%20b?x=1&y=two%20words&x=3', {
    method: 'POST',
    headers: { 'X-Custom': 'value', 'X-Empty': '' },
    body: '{"größe":1}',
  });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toContain('application/json');
  const seen = JSON.parse(text);
  expect(seen).toMatchObject({
    method: 'POST',
    url: `${host.url}/api/echo/42/a%20b?x=1&y=two%20words&x=3`,
    params: { id: '42', name: 'a b' },
    query: [
      ['x', '1,3'],
      ['y', 'two words'],
    ],
    body: '{"größe":1}',
  });
  expect(seen.headers).toMatchObject({ 'x-custom': 'value', 'x-empty': '', host: new URL(host.url).host });
});

test('an optional parameter may be missing; a constraint, another method or another path is 404 without a body', async () => {
  const { text } = await answerOf('/api/echo/7');
  expect(JSON.parse(text).params).toEqual({ id: '7' });
  for (const [path, method] of [
    ['/api/echo/seven', 'GET'],
    ['/api/echo/7', 'PUT'],
    ['/api/fail', 'POST'],
    ['/api/unknown', 'GET'],
    ['/', 'GET'],
  ]) {
    const answer = await answerOf(path ?? '', { method: method ?? '' });
    expect([path, answer.status, answer.text]).toEqual([path, 404, '']);
  }
});

test('a catch-all takes the rest of the path', async () => {
  expect((await answerOf('/console/a/b%2Fc')).text).toBe('a/b/c');
  expect((await answerOf('/console')).text).toBe('none');
});

test('a thrown error is 500 without a body and logged; no result is 204', async () => {
  expect(await answerOf('/api/fail')).toMatchObject({ status: 500, text: '' });
  const { message } = await host.entry(({ functionName, level }) => functionName === 'fail' && level === 'error');
  expect(message).toContain('it is broken');
  expect(await answerOf('/api/nothing')).toMatchObject({ status: 204, text: '' });
});

test('status, headers and cookies are the function’s', async () => {
  const { status, text, headers } = await answerOf('/api/cookies');
  expect([status, text, headers.get('x-one'), headers.get('location')]).toEqual([201, 'text', '1', '/there']);
  expect(headers.getSetCookie()).toEqual([
    'a=b%20c; max-age=60; path=/; secure; samesite=strict; httponly',
    'd=e; path=/',
  ]);
});

test('large bodies pass whole; more than 100 MB is 413, said or found while reading', async () => {
  const body = Buffer.alloc(20 * 1024 * 1024, 'x');
  expect((await answerOf('/api/length', { method: 'POST', body })).text).toBe(String(body.length));

  const { port } = new URL(host.url);
  const rawAnswer = (headers: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(`POST /api/length HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n`);
      });
      let text = '';
      socket.setEncoding('utf8');
      socket.on('data', (chunk: string) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
  expect(await rawAnswer(`Content-Length: ${101 * 1024 * 1024}`)).toMatch(/^HTTP\/1\.1 413 /);

  let sent = 0;
  const chunk = Buffer.alloc(4 * 1024 * 1024);
  const stream = new ReadableStream({
    pull(controller) {
      sent += chunk.length;
      if (sent > 120 * 1024 * 1024) controller.close();
      else controller.enqueue(chunk);
    },
  });
  const tooMuch = fetch(`${host.url}/api/length`, { method: 'POST', body: stream, duplex: 'half' });
  // The connection is closed while the client still writes: it sees the answer or the end of the connection.
  const outcome = await tooMuch.then(
    ({ status }) => status,
    () => 'closed',
  );
  expect([413, 'closed']).toContain(outcome);
  expect((await answerOf('/api/length', { method: 'POST', body: 'abc' })).text).toBe('3');
});

test('what functions and the app write is told by level, function and worker', async () => {
  await answerOf('/api/speak');
  const find = (message: string): ReturnType<TestHost['entry']> =>
    host.entry((entry) => entry.message.includes(message));
  expect(await find('from context')).toEqual({
    functionName: 'speak',
    level: 'information',
    message: 'from context { a: 1 }',
    worker: 'http',
  });
  expect(await find('an error')).toMatchObject({ functionName: 'speak', level: 'error' });
  expect(await find('from console')).toEqual({ level: 'information', message: 'from console', worker: 'http' });
  expect(await find('from stderr')).toMatchObject({ level: 'error' });
  expect(host.entries.some(({ message }) => message.includes('too quiet'))).toBe(false);
});

test('the worker’s environment is the app’s settings and little else, and its time follows the clock', async () => {
  const before = JSON.parse((await answerOf('/api/echo/1')).text);
  expect(before.environment).toContain('MySetting');
  expect(before.environment).not.toContain('JEST_WORKER_ID');
  expect(Math.abs(before.now - Date.now())).toBeLessThan(60_000);

  host.clock.advance(3_600_000);
  const after = JSON.parse((await answerOf('/api/echo/1')).text);
  expect(after.now - before.now).toBeGreaterThanOrEqual(3_600_000);
  expect(after.made - after.now).toBeGreaterThanOrEqual(0);
  expect(after.isDate).toBe(true);
});

test('the host tells its functions and its state', async () => {
  expect(host.functions.find(({ name }) => name === 'echo')).toMatchObject({
    route: 'api/echo/{id:int}/{name?}',
    methods: ['GET', 'POST'],
    trigger: { type: 'httpTrigger' },
  });
  expect(host.workers).toEqual([
    { name: 'http', pid: expect.any(Number), functions: host.functions.map(({ name }) => name) },
  ]);
  expect(await answerOf('/admin/host/status')).toMatchObject({ status: 200, text: '{"state":"Running"}' });
});

test('a function whose client goes away runs to its end, and the next request is answered', async () => {
  const given = new AbortController();
  const slow = fetch(`${host.url}/api/slow/200`, { signal: given.signal });
  await host.entry(({ message }) => message === 'slow begins');
  given.abort();
  await expect(slow).rejects.toThrow('aborted');
  await host.entry(({ message }) => message === 'slow ends');
  expect((await answerOf('/api/cookies')).status).toBe(201);
});

test('an error that nobody catches ends the worker, is told, and another one takes over', async () => {
  const [worker] = host.workers;
  expect((await answerOf('/api/crash')).status).toBe(200);
  const { message } = await host.entry((entry) => entry.message.startsWith('Worker uncaught exception'));
  expect(message).toContain('nobody catches this');
  await host.entry((entry) => entry.message.includes('started again'));
  expect(JSON.parse((await answerOf('/api/echo/1')).text).pid).not.toBe(worker?.pid);
});

test('a request under way when the worker dies is 500; the next one waits for the new worker', async () => {
  const [worker] = host.workers;
  host.entries.length = 0;
  const slow = answerOf('/api/slow/30000');
  await host.entry(({ message }) => message === 'slow begins');
  await host.killWorker('http');
  expect(await slow).toMatchObject({ status: 500, text: '' });
  const seen = JSON.parse((await answerOf('/api/echo/1', { method: 'POST', body: 'waited' })).text);
  expect(seen.body).toBe('waited');
  expect(seen.pid).not.toBe(worker?.pid);
  // The new worker starts with the clock as it is by then.
  expect(seen.now - Date.now()).toBeGreaterThan(3_500_000);
});
