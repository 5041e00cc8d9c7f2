import { deflateSync, gzipSync } from 'node:zlib';

import { areas } from './testing/areas';
import {
  failureOf,
  key,
  pullRequestPath,
  status,
  wireIteration,
  wirePullRequest,
  wireStatus,
} from './testing/fixtures';
import { type ScriptedAnswer } from './testing/scripted-server';
import { PAT, setScene } from './testing/scene';

const MEGABYTE = 1024 * 1024;
const json = { 'content-type': 'application/json' };

const scene = setScene();
const encodedPat = Buffer.from(`PAT:${PAT}`).toString('base64');

describe('round trips', () => {
  test('a cold first read asks for the routes of git once, and nothing of Location or ResourceAreas', async () => {
    scene.script = () => ({ json: wirePullRequest() });
    await Promise.all([
      scene.door.readPullRequest(key),
      scene.door.readPullRequest(key),
      scene.door.readPullRequest(key),
    ]);
    expect(scene.server.options.map(({ path }) => path)).toEqual(['/_apis/git']);
    expect(scene.server.requests).toHaveLength(3);
    await scene.door.readPullRequest(key);
    expect(scene.server.options).toHaveLength(1);
    expect(scene.server.requests[3]).toMatchObject({
      method: 'GET',
      url: pullRequestPath,
      headers: { authorization: `Basic ${encodedPat}`, 'user-agent': expect.stringMatching(/^Portcullis\/\d/) },
    });
  });

  test('a first read that could not learn the routes leaves no trace', async () => {
    let failing = true;
    scene.answerOptions = () => (failing ? { status: 401 } : undefined);
    scene.script = () => ({ json: wirePullRequest() });
    expect(await failureOf(scene.door.readPullRequest(key))).toMatchObject({ kind: 'credentialRefused' });
    failing = false;
    await expect(scene.door.readPullRequest(key)).resolves.toMatchObject({ id: 7 });
  });

  test('one socket carries one read after the other', async () => {
    const sockets = new Set<unknown>();
    scene.script = () => (response) => {
      sockets.add(response.socket);
      response.setHeader('content-type', 'application/json').end(JSON.stringify(wirePullRequest()));
    };
    for (let i = 0; i < 3; i++) await scene.door.readPullRequest(key);
    expect(sockets.size).toBe(1);
  });
});

describe('an answer that cannot be read', () => {
  test.each<[string, ScriptedAnswer]>([
    ['no JSON', { headers: { 'content-type': 'application/json' }, raw: '{"value": [' }],
    ['nothing', { raw: '' }],
    ['another shape', { json: { value: [{ id: 'one' }] } }],
    ['null', { json: null }],
  ])('%s is unexpected, never an empty list', async (_, answer) => {
    scene.script = () => answer;
    expect(await failureOf(scene.door.readThreads(key))).toMatchObject({ kind: 'unexpected' });
  });

  test('half an answer is asked for again', async () => {
    let first = true;
    scene.script = () => {
      if (!first) return { json: { value: [wireIteration(1)] } };
      first = false;
      return (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"value": [');
        setImmediate(() => response.destroy());
      };
    };
    await expect(scene.door.readIterations(key)).resolves.toMatchObject([{ id: 1 }]);
    expect(scene.server.requests).toHaveLength(2);
  });

  test.each<[string, () => ScriptedAnswer]>([
    ['as it is', () => ({ raw: Buffer.alloc(34 * MEGABYTE, ' '), headers: json })],
    [
      'compressed',
      () => ({ raw: gzipSync(Buffer.alloc(34 * MEGABYTE, ' ')), headers: { ...json, 'content-encoding': 'gzip' } }),
    ],
  ])('an answer that is larger than is read is one clear failure, not asked for again: %s', async (_, answer) => {
    scene.script = answer;
    expect(await failureOf(scene.door.readStatuses(key))).toMatchObject({
      kind: 'tooLarge',
      message: expect.stringMatching(/^Portcullis could not read .*: there is more than the 32 MB that it reads\.$/),
    });
    expect(scene.server.requests).toHaveLength(1);
  });

  test('an encoding that nobody asked for is one clear failure as well', async () => {
    const raw = deflateSync(JSON.stringify({ value: [] }));
    scene.script = () => ({ raw, headers: { ...json, 'content-encoding': 'deflate' } });
    expect(await failureOf(scene.door.readStatuses(key))).toMatchObject({ kind: 'unexpected' });
    expect(scene.server.requests).toHaveLength(1);
  });

  test('a compressed answer that is none does not bring the process down', async () => {
    scene.script = () => ({
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      raw: 'no gzip',
    });
    const failure = await failureOf(scene.door.postStatus(key, status));
    expect(failure).toMatchObject({ kind: 'unavailable', mayHaveApplied: true });
  });
});

describe('repeating', () => {
  test('a read is repeated until the service is back', async () => {
    let left = 2;
    scene.script = () => (left-- > 0 ? { status: 503 } : { json: wirePullRequest() });
    await expect(scene.door.readPullRequest(key)).resolves.toMatchObject({ id: 7 });
    expect(scene.server.requests).toHaveLength(3);
  });

  test('a POST that only reads is repeated', async () => {
    let left = 1;
    scene.script = ({ path }) => {
      if (path.endsWith('/workitems')) return { json: { value: [{ id: '5' }] } };
      return left-- > 0
        ? (response) => response.destroy()
        : {
            json: {
              value: [{ id: 5, fields: { 'System.WorkItemType': 'Bug', 'System.State': 'New', 'System.Title': 't' } }],
            },
          };
    };
    await expect(scene.door.readWorkItems(key)).resolves.toHaveLength(1);
  });

  test('a write whose answer was lost is not repeated, and says that it may have been carried out', async () => {
    scene.script = () => (response) => response.destroy();
    for (const call of [
      () => scene.door.postStatus(key, status),
      () => scene.door.createThread(key, { content: 'Hello', status: 'closed', properties: {} }),
      () => scene.door.updateComment(key, 1, 1, 'Hello'),
      () => scene.door.deleteComment(key, 1, 1),
    ]) {
      scene.server.requests.length = 0;
      expect(await failureOf(call())).toMatchObject({ kind: 'unavailable', mayHaveApplied: true });
      expect(scene.server.requests).toHaveLength(1);
    }
  });

  test('a write that could not be sent was certainly not carried out', async () => {
    scene.answerOptions = () => ({ headers: { connection: 'close' }, json: { value: areas['git'] } });
    scene.script = () => ({ headers: { connection: 'close' }, json: wirePullRequest() });
    await scene.door.readPullRequest(key);
    await scene.server.stop();
    const failure = await failureOf(scene.door.postStatus(key, status));
    expect(failure).toMatchObject({ kind: 'unavailable', mayHaveApplied: false });
    expect(failure.message).toContain('ECONNREFUSED');
  });

  test('a refusal is not repeated', async () => {
    for (const code of [400, 401, 403, 404, 429]) {
      scene.server.requests.length = 0;
      scene.script = () => ({ status: code });
      await failureOf(scene.door.readThreads(key));
      expect(scene.server.requests).toHaveLength(1);
    }
  });

  test('a connection that was disposed of sends nothing', async () => {
    scene.script = () => ({ json: wireStatus });
    await scene.door.postStatus(key, status);
    scene.door.dispose();
    expect(await failureOf(scene.door.postStatus(key, status))).toMatchObject({
      kind: 'unavailable',
      mayHaveApplied: false,
    });
    expect(scene.server.requests).toHaveLength(1);
  });
});
