import { setTimeout } from 'node:timers/promises';

import { z } from 'zod';

import { portcullis as command, type CommandOptions, type Ended } from '../support/command';
import { basic, startTestEnvironment, type TestEnvironment } from '../support/local-environment';

/** `portcullis hooks`, through the management API and the queue of a running Portcullis. */
let environment: TestEnvironment;

const CANARY = 'canary+admin/7f3a91c4==';

beforeAll(async () => {
  environment = await startTestEnvironment();
  await environment.control('POST', 'pats', { token: CANARY, identity: 'admin' });
});

afterAll(() => environment.end());

const portcullis = (args: string[], { env = {}, ...options }: CommandOptions = {}): Promise<Ended> =>
  command(['hooks', ...args], {
    ...options,
    env: { PORTCULLIS_URL: environment.host.url, PORTCULLIS_TOKEN: environment.managementToken, ...env },
  });

/** The same, with the clock moved on whenever nothing but waiting is left. */
async function withoutWaiting(args: string[]): Promise<Ended> {
  const call = portcullis(args);
  for (;;) {
    await environment.settle();
    const ended = await Promise.race([call, setTimeout(100)]);
    if (ended) return ended;
  }
}

const listed = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      eventType: z.string(),
      createdBy: z.object({ displayName: z.string() }),
      consumerInputs: z.record(z.string(), z.string()),
      publisherInputs: z.record(z.string(), z.string()),
    }),
  ),
});
const PATH = '_apis/hooks/subscriptions';
const subscriptions = async () =>
  listed.parse((await environment.rest('admin', 'GET', `${PATH}?api-version=7.1`)).body).value;

test('after connecting they are in place, and belong to Portcullis; a sync writes nothing', async () => {
  const { code, stdout, stderr } = await portcullis(['status']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe('all projects: 4 of 4 in place\nAll are in place and belong to Portcullis.\n');
  expect((await subscriptions()).map(({ createdBy }) => createdBy.displayName)).toEqual(Array(4).fill('Portcullis'));
  await environment.control('DELETE', 'requests');
  const sync = await portcullis(['sync', '--json']);
  expect(sync.code).toBe(0);
  expect(JSON.parse(sync.stdout)).toMatchObject({
    schemaVersion: 1,
    changes: { created: 0, repaired: 0, removed: 0 },
    refused: [],
  });
  expect(sync.stderr).toContain('comparing service hooks');
  const requests = z
    .array(z.object({ method: z.string(), url: z.string() }))
    .parse((await environment.control('GET', 'requests')).body);
  expect(requests.filter(({ method, url }) => method !== 'GET' && url.includes('/hooks/'))).toEqual([]);
});

test('deleted and changed by somebody: status says so, sync mends it', async () => {
  const [deleted, moved] = await subscriptions();
  if (!deleted || !moved) throw new Error('there are four');
  await environment.rest('admin', 'DELETE', `${PATH}/${deleted.id}?api-version=7.1`);
  await environment.rest('admin', 'PUT', `${PATH}/${moved.id}?api-version=7.1`, {
    ...moved,
    publisherId: 'tfs',
    consumerId: 'webHooks',
    consumerActionId: 'httpRequest',
    status: 'disabledByUser',
  });
  const status = await portcullis(['status']);
  expect(status.code).toBe(1);
  expect(status.stdout).toMatch(/missing/);
  expect(status.stdout).toContain('was disabled by Olga Admin');
  expect(status.stdout).toContain('portcullis hooks sync mends it.');
  const sync = await portcullis(['sync']);
  expect(sync.stdout).toBe('4 service hook subscriptions, one set for all projects: 1 created, 1 repaired.\n');
  expect((await portcullis(['status'])).code).toBe(0);
});

test('a rotation gives every subscription a new password, which hooks then come with', async () => {
  const before = new Set((await subscriptions()).map(({ consumerInputs }) => consumerInputs['basicAuthUsername']));
  const password = await environment.hookPassword();
  const { code, stdout } = await withoutWaiting(['rotate']);
  expect(code).toBe(0);
  expect(stdout).toContain('4 repaired');
  expect(stdout).toContain('The former password ends at');
  const after = (await subscriptions()).map(({ consumerInputs }) => consumerInputs['basicAuthUsername'] ?? '');
  expect(new Set(after).size).toBe(1);
  expect(after.filter((name) => before.has(name))).toEqual([]);
  // What is under way still comes with the former one.
  expect(await environment.deliver('{}', basic(password))).toBe(200);
});

test('what the account may no more is told with the command; with it, it may again', async () => {
  await environment.control('POST', 'permissions', {
    identity: 'bot',
    editSubscriptions: false,
    viewSubscriptions: false,
  });
  const sync = await withoutWaiting(['sync']);
  expect(sync.code).toBe(1);
  expect(sync.stdout).toContain(
    '✗ Shop: Portcullis may not view and edit subscriptions there: run portcullis hooks grant.',
  );
  const nobody = await portcullis(['grant']);
  expect(nobody.code).toBe(2);
  expect(nobody.stderr).toContain('AZURE_DEVOPS_PAT is not set');
  // Who gets the rights is said by Azure DevOps' own word, before: nobody grants them to an id.
  const unasked = await portcullis(['grant'], { env: { AZURE_DEVOPS_PAT: CANARY } });
  expect(unasked).toMatchObject({ code: 2, stdout: '' });
  expect(unasked.stderr).toMatch(
    /^Portcullis \(\S+\), [0-9a-f-]{36}, as which .*:\n {2}\+ view, edit and delete .* of all projects\nNothing was changed/,
  );
  const grant = await portcullis(['grant', '--yes'], { env: { AZURE_DEVOPS_PAT: CANARY } });
  expect(grant).toMatchObject({
    code: 0,
    stdout: 'Portcullis may now view and edit service hook subscriptions of all projects.\n',
  });
  const again = await portcullis(['grant', '--project', 'Shop', '--json'], { env: { AZURE_DEVOPS_PAT: CANARY } });
  expect(JSON.parse(again.stdout)).toMatchObject({ project: 'Shop', changed: false, account: 'Portcullis' });
  expect((await portcullis(['sync'])).code).toBe(0);
});

test('help has examples and the exit status', async () => {
  const { stdout } = await portcullis(['rotate', '--help']);
  expect(stdout).toMatch(/Example:[^]*Exit status: 0/);
});
