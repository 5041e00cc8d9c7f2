import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { pullRequestMessage, sessionId } from '../src/core/messages';
import { referenceOf } from '../src/app/record-unjudged';
import { connection, key } from '../src/app/testing/samples';
import { createWorld, type World } from '../src/app/testing/world';
import { createManagementApi } from '../src/console/management-api';
import { managementOf } from '../src/console/testing/management';

import { portcullis, type Ended } from './support/command';

/** The built command against the management API over the fakes; the token is the caller's name. */
const other = { ...connection, id: 'con-tailwind', name: 'tailwind' };
const tenantId = 'f0000000-0000-4000-8000-000000000001';
const ann = 'a1000000-0000-4000-8000-000000000001';

let world: World;
let server: Server;
let url: string;

const verify = (token: string) =>
  Promise.resolve({
    oid: token === 'ann' ? ann : 'a1000000-0000-4000-8000-000000000002',
    tid: tenantId,
    sub: 'pairwise',
    scp: 'user_impersonation',
    name: token,
    roles: token === 'olga' ? ['admin'] : [],
  });

beforeAll(async () => {
  server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const { method = 'GET', headers } = request;
      const answer = createManagementApi(
        managementOf(world, { kind: 'entra', tenantId, clientId: tenantId, isBehindPlatform: false, verify }),
      );
      const answered = await answer(
        new Request(`${url}${request.url}`, {
          method,
          headers: { authorization: headers.authorization ?? '' },
          ...(body === '' ? {} : { body }),
        }),
      );
      response.writeHead(answered.status, Object.fromEntries(answered.headers));
      response.end(await answered.text());
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  world = createWorld();
  world.connections.put(other);
  world.grants.put({ connectionId: connection.id, role: 'admin', subjectId: ann });
});

const call = (args: string[], token = 'olga'): Promise<Ended> =>
  portcullis(['dead-letters', ...args], { env: { PORTCULLIS_URL: url, PORTCULLIS_TOKEN: token } });

async function dead(messageId: string, over: Partial<typeof key> = {}): Promise<string> {
  const about = { ...key, ...over };
  await world.consumers.deadLetter(pullRequestMessage(about, 'hook'), {
    messageId,
    sessionId: sessionId(about),
    enqueuedTimeUtc: world.clock.now().toISOString(),
    applicationProperties: { deadLetterReason: 'Tired', deadLetterErrorDescription: 'Ten times.' },
  });
  return referenceOf(messageId);
}

const left = (): string[] => world.deadLetters.recorded.letters().map(({ reference }) => reference);

test('from the list to a verdict: what needs something is seen, shown and replayed', async () => {
  const reference = await dead('hook/1');
  const theirs = await dead('hook/2', { connectionId: other.id });
  const list = await call(['list']);
  expect(list).toMatchObject({ code: 0, stderr: '' });
  expect(list.stdout).toMatch(new RegExp(`^${reference} +\\S+Z +contoso +pull request 7 +Tired +no$`, 'm'));
  expect(list.stdout).toMatch(new RegExp(`^${theirs} +\\S+Z +tailwind `, 'm'));
  expect(list.stdout).toContain('portcullis dead-letters show <reference> tells why');
  const others = await call(['list', '--pull-request', '8']);
  expect(others.stdout).toBe('There are no such dead letters.\n');
  const shown = await call(['show', reference]);
  expect(shown.stdout).toContain('Ten times.');
  expect(shown.stdout).toContain(JSON.stringify(pullRequestMessage(key, 'hook')));

  expect(await call(['replay', reference])).toEqual({
    code: 0,
    stderr: '',
    stdout: '1 dead letter of 1 is sent again, and worked on within seconds.\n',
  });
  await world.drain();
  expect(world.verdict()).toMatchObject({ state: 'succeeded' });
  expect(left()).toEqual([theirs]);
  const again = await call(['replay', reference, '--json']);
  expect([again.code, JSON.parse(again.stdout)]).toMatchObject([1, { results: [{ reference, state: 'unknown' }] }]);
  expect(world.audit.recorded.entries()[1]).toMatchObject({
    action: 'dead-letters.replay',
    by: { name: expect.stringMatching(/^olga/) },
    details: { settled: 1, asked: 1, references: reference },
  });
});

test('in bulk: many batches, after asking; what needs nothing is dropped by itself', async () => {
  for (let number = 1; number <= 60; number += 1) await dead(`hook/${number}`, { pullRequestId: number + 100 });
  await dead('hook/judged');
  world.clock.advance(60);
  world.hook();
  await world.drain();

  const asked = await call(['replay', '--all']);
  expect([asked.code, asked.stdout]).toEqual([2, '']);
  expect(asked.stderr).toContain('61 dead letters will be worked on again.\nNothing was changed');
  const list = await call(['list', '--limit', '61']);
  expect(list.stdout).toContain('1 of 61 dead letters needs nothing');
  expect((await call(['drop', '--all', '--judged', '--yes'])).stdout).toBe('1 dead letter of 1 is dropped.\n');
  expect(left()).toHaveLength(60);
  const all = await call(['replay', '--all', '--yes']);
  expect(all).toMatchObject({ code: 0, stderr: '50 of 60\n60 of 60\n' });
  expect(left()).toEqual([]);
  expect(world.queue.recorded.sent.filter(({ messageId }) => messageId.startsWith('replay/'))).toHaveLength(60);
});

test('dropping asks, and takes what is old', async () => {
  const old = await dead('hook/1');
  world.clock.advance(60);
  const day = world.clock.now().toISOString();
  const young = await dead('hook/2', { pullRequestId: 8 });
  expect(await call(['drop', old])).toMatchObject({ code: 2, stderr: expect.stringContaining('add --yes') });
  expect(left()).toHaveLength(2);
  expect((await call(['drop', '--all', '--older-than', day, '--yes'])).code).toBe(0);
  expect(left()).toEqual([young]);
});

test('an administrator of a connection settles what is theirs, and sees nothing else', async () => {
  const mine = await dead('hook/1');
  const theirs = await dead('hook/2', { connectionId: other.id });
  const list = await call(['list', '--json'], 'ann');
  expect(JSON.parse(list.stdout).deadLetters.map(({ reference }: { reference: string }) => reference)).toEqual([mine]);
  expect(await call(['show', theirs], 'ann')).toMatchObject({ code: 2, stdout: '' });
  expect(await call(['list', '--connection', 'tailwind'], 'ann')).toMatchObject({ code: 2, stdout: '' });
  const { code, stdout } = await call(['drop', theirs, '--yes'], 'ann');
  expect([code, stdout]).toEqual([1, expect.stringContaining('There is no dead letter')]);
  expect((await call(['list'], 'nobody')).code).toBe(2);
  expect(left()).toEqual([mine, theirs]);
});

test.each([
  [['replay'], 'Name references, or give --all'],
  [['drop', 'x', '--all'], 'Name references, or give --all'],
  [['drop', 'x', '--judged'], 'go with --all'],
  [['list', '--since', 'yesterday'], 'like 30d'],
  [['list', '--limit', '0'], '--limit is a number'],
  [['list', '--pull-request', 'seven'], '--pull-request takes a number'],
])('%j is a mistake, and a sentence says which', async (args, text) => {
  expect(await call(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(text) });
});
