import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createExchange } from './exchange';
import { failureOf, key, repositoryId, status, wirePullRequest } from './testing/fixtures';
import { type ScriptedAnswer } from './testing/scripted-server';
import { PAT, setScene } from './testing/scene';

const scene = setScene();

const html = { headers: { 'content-type': 'text/html; charset=utf-8' }, raw: '<html>Sign in</html>' };

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
    scene.script = () => answer;
    const failure = await failureOf(scene.door.readPullRequest(key));
    expect(failure.kind).toBe('credentialRefused');
    expect(failure.message).toContain(`pull request 7 of repository ${repositoryId} in ${scene.server.url}`);
    expect(failure.message).toContain('make a new one');
    expect(scene.server.requests).toHaveLength(1);
  });

  test('cold: 203 to OPTIONS', async () => {
    scene.answerOptions = () => ({ status: 203, ...html });
    expect(await failureOf(scene.door.readPullRequest(key))).toMatchObject({ kind: 'credentialRefused' });
    expect(scene.server.requests).toHaveLength(0);
  });

  test('a write that gets the sign-in page throws', async () => {
    scene.script = () => ({ status: 203, ...html });
    expect(await failureOf(scene.door.postStatus(key, status))).toMatchObject({
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
  scene.script = () => ({ status: 307, headers: { location: `http://localhost:${port}/contoso` } });
  expect(await failureOf(scene.door.postStatus(key, status))).toMatchObject({ kind: 'credentialRefused' });
  expect(await failureOf(scene.door.readThreads(key))).toMatchObject({ kind: 'credentialRefused' });
  await new Promise((resolve) => elsewhere.close(resolve));
  expect(heard).toEqual([]);
});

test('a request for another host is refused before a byte is sent', async () => {
  const exchange = createExchange({
    base: scene.server.url,
    credential: { kind: 'pat', pat: PAT },
    log: scene.log,
    now: () => new Date(),
  });
  const { port } = new URL(scene.server.url);
  for (const url of [
    `http://localhost:${port}/contoso`,
    `https://127.0.0.1:${port}/contoso`,
    'https://attacker.example',
  ]) {
    expect(await failureOf(exchange.client.get(url))).toMatchObject({ kind: 'unexpected' });
  }
  exchange.dispose();
  expect(scene.server.requests).toHaveLength(0);
});
