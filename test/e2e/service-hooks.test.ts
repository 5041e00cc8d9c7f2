import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { basic, startTestEnvironment, type TestEnvironment } from '../support/local-environment';

/** Microsoft's own samples, which are also what the Test button sends; beside the project where CI and developers have them. */
const SAMPLES = resolve(__dirname, '../../../shared/service-hook-payloads');
const samples = existsSync(SAMPLES) ? readdirSync(SAMPLES).filter((name) => name.endsWith('.json')) : [];

let environment: TestEnvironment;
let authorization: string;

beforeAll(async () => {
  environment = await startTestEnvironment();
  authorization = basic(await environment.hookPassword());
});

afterAll(async () => {
  await environment.end();
});

(samples.length > 0 ? test : test.skip)(
  `the official samples (${SAMPLES}${samples.length > 0 ? '' : ', absent here'}) are answered 200 or 202`,
  async () => {
    expect(samples.length).toBeGreaterThan(10);
    for (const sample of samples) {
      const status = await environment.deliver(readFileSync(join(SAMPLES, sample)), authorization);
      expect([sample, [200, 202].includes(status)]).toEqual([sample, true]);
    }
  },
);

test.each([
  ['no credentials', undefined],
  ['an empty password', basic('')],
  ['a wrong password', basic('wrong')],
  ['another scheme', 'Bearer token'],
  ['what is not base64', 'Basic §§§'],
  ['a NUL in the password', basic('a\u0000b')],
])('%s are refused with 401', async (_name, header) => {
  expect(await environment.deliver('{}', header)).toBe(401);
});

test('a refusal says how to authenticate, and nothing else', async () => {
  const response = await fetch(`${environment.host.url}/api/service-hooks/any`, { method: 'POST' });
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Basic realm="Portcullis"');
  expect(await response.text()).toBe('');
});

test('an unknown connection is refused like a bad password', async () => {
  expect(await environment.deliver('{}', authorization, 'connection-000000000000')).toBe(401);
  expect(await environment.deliver('{}', authorization, '..%2F..')).toBe(401);
});

test('what is authentic but no use is dropped with 200', async () => {
  const foreign = {
    subscriptionId: '11111111-2222-3333-4444-555555555555',
    notificationId: 1,
    id: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
    eventType: 'git.pullrequest.created',
    resource: { pullRequestId: 1, repository: { id: '99999999-2222-4333-8444-555555555555' } },
    resourceContainers: { collection: { id: '99999999-aaaa-4bbb-8ccc-555555555555' } },
  };
  const bodies = [
    '',
    'not json',
    '[]',
    'null',
    '{"eventType":"git.push"}',
    '{'.repeat(10_000),
    JSON.stringify(foreign),
  ];
  for (const body of bodies) expect(await environment.deliver(body, authorization)).toBe(200);
  expect(await environment.deliver(new Uint8Array(3 * 1024 * 1024).fill(0x20), authorization)).toBe(200);
  expect(environment.broker.queue('work')).toMatchObject({ active: 0 });
});

test('a broker that is down or silent is answered 503 within four seconds, and hooks flow again afterwards', async () => {
  const hook = JSON.stringify({
    subscriptionId: '11111111-2222-3333-4444-555555555555',
    notificationId: 2,
    id: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
    eventType: 'git.pullrequest.created',
    resource: { pullRequestId: 999, repository: { id: '99999999-2222-4333-8444-555555555555' } },
  });
  for (const mode of ['down', 'silent'] as const) {
    await environment.broker.setMode(mode);
    const begun = performance.now();
    expect(await environment.deliver(hook, authorization)).toBe(503);
    expect(performance.now() - begun).toBeLessThan(4_000);
    await environment.broker.setMode('up');
    expect(await environment.deliver(hook, authorization)).toBe(202);
  }
});
