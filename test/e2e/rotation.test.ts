import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { TableClient } from '@azure/data-tables';
import { z } from 'zod';

import { keyVaultSecrets } from '../../src/azure/key-vault-secrets';
import { WORK_QUEUE } from '../../src/core/work-queue-name';
import { portcullis as command, type Ended } from '../support/command';
import { basic, eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { pullRequestHook } from '../support/pull-request-hook';
import { goodWords, pullRequests } from '../support/pull-requests';

/**
 * PATs and the hook password are replaced while people push and hooks come, with HTTP and queue functions in processes of
 * their own, and no sweep to mend what was lost.
 */
let environment: TestEnvironment;
let pulls: Pull[];
let former: string;
let load: Load;

beforeAll(async () => {
  environment = await startTestEnvironment({ sweeps: false });
  pulls = await openAll();
  former = await environment.hookPassword();
  for (const token of ['bot-pat-2', 'bot-pat-3', 'bot-pat-4']) await addPat(token);
  load = startLoad(former);
});

afterAll(async () => {
  await load.stop();
  await environment.end();
});

const REPOSITORY = 'Shop/_apis/git/repositories/web';
const BRANCHES = ['load/one', 'load/two', 'load/three'];
const SUBSCRIPTIONS = '_apis/hooks/subscriptions?api-version=7.1';

const portcullis = (args: string[], env: Record<string, string> = {}): Promise<Ended> =>
  command(args, {
    env: { PORTCULLIS_URL: environment.host.url, PORTCULLIS_TOKEN: environment.managementToken, ...env },
  });

interface Pull {
  id: number;
  branch: string;
  head: string;
  pushes: number;
  hook: string;
}

/** The answers to what came beside the service's own deliveries. */
interface Told {
  /** With a password that counts: that of the beginning, as a delivery that was under way. */
  good: number[];
  /** With one that never did: it has every endpoint ask the vault as often as it does at all. */
  bad: number[];
}

interface Load {
  told: Told;
  stop(): Promise<void>;
}

/** People push, and hooks come, until told to stop. */
function startLoad(password: string): Load {
  const told: Told = { good: [], bad: [] };
  let isOn = true;
  const pushing = async (): Promise<void> => {
    for (let turn = 0; isOn; turn += 1) {
      const pull = pulls[turn % pulls.length];
      if (pull) await push(pull);
      await delay(200);
    }
  };
  const delivering = async (): Promise<void> => {
    for (let turn = 0; isOn; turn += 1) {
      const pull = pulls[turn % pulls.length];
      if (!pull) throw new Error('there are pull requests');
      const event = { ...JSON.parse(pull.hook), id: randomUUID(), notificationId: 1_000 + turn };
      const body = JSON.stringify(event);
      const [good, bad] = await Promise.all([
        environment.deliver(body, basic(password)),
        environment.deliver(body, basic(`${password}-mistyped`)),
      ]);
      told.good.push(good);
      told.bad.push(bad);
      await delay(100);
    }
  };
  const all = Promise.all([pushing(), delivering()]);
  all.catch(() => (isOn = false));
  return {
    told,
    stop: async () => {
      isOn = false;
      await all;
    },
  };
}

async function push(pull: Pull): Promise<void> {
  const content = `export const change = ${pull.pushes};\n`;
  const item = { path: `/src/${pull.branch}.ts` };
  const answer = await environment.rest('author', 'POST', `${REPOSITORY}/pushes?api-version=7.1`, {
    refUpdates: [{ name: `refs/heads/${pull.branch}`, oldObjectId: pull.head }],
    commits: [
      { comment: 'change', changes: [{ changeType: 'edit', item, newContent: { content, contentType: 'rawtext' } }] },
    ],
  });
  if (answer.status !== 201) throw new Error(`pushing: ${answer.status} ${JSON.stringify(answer.body)}`);
  pull.head = answer.body.commits[0].commitId;
  pull.pushes += 1;
}

async function openAll(): Promise<Pull[]> {
  const clone = await environment.clone('author');
  const opened: Pull[] = [];
  for (const branch of BRANCHES) {
    await clone.git('checkout', '--quiet', 'main');
    await clone.push(branch, { [`src/${branch}.ts`]: 'export {};\n' });
    const id = await pullRequests(environment).open(branch, goodWords);
    const hook = await pullRequestHook(environment, id);
    opened.push({ id, branch, head: await clone.git('rev-parse', 'HEAD'), pushes: 0, hook });
  }
  for (const { id } of opened) await pullRequests(environment).verdict(id);
  return opened;
}

const table = (name: string): TableClient =>
  TableClient.fromConnectionString(environment.tables.connectionString, name, { allowInsecureConnection: true });

/** Why pull requests were recorded as not judged. */
async function unjudged(): Promise<string[]> {
  const reasons: string[] = [];
  try {
    for await (const { reason } of table('DeadLetters').listEntities<{ reason: string }>()) reasons.push(reason);
  } catch (error) {
    // The table is made with its first row.
    if (!String(error).includes('TableNotFound')) throw error;
  }
  return reasons;
}

async function isBroken(): Promise<boolean> {
  const row = await table('Connections').getEntity<{ brokenSince?: string }>('connection', environment.connectionId);
  return row.brokenSince !== undefined;
}

/** What the vault has by now. */
async function storedPasswords(): Promise<string[]> {
  const secrets = keyVaultSecrets({ vaultUrl: environment.vault.url, clock: { now: () => new Date() } });
  return secrets.readHookSecrets(environment.connectionId);
}

async function userNames(): Promise<Set<string>> {
  const { body } = await environment.rest('admin', 'GET', SUBSCRIPTIONS);
  const listed = z.array(z.object({ consumerInputs: z.object({ basicAuthUsername: z.string() }) })).parse(body.value);
  return new Set(listed.map(({ consumerInputs }) => consumerInputs.basicAuthUsername));
}

const addPat = (token: string) => environment.control('POST', 'pats', { token, identity: 'bot' });
const refusePat = (token: string) => environment.control('POST', 'pats', { token, refused: true });

const rotatePat = async (pat: string): Promise<void> => {
  const { code, stderr } = await portcullis(['pat', 'rotate', '--json'], { PORTCULLIS_PAT: pat });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
};

const logged = (text: string): number => environment.logs.filter((line) => line.includes(text)).length;

/** A new password, which the subscriptions get when the wait is over, and not before. */
async function rotateHooks(): Promise<void> {
  // The mistyped password has the endpoint ask the vault now, and then not for ten seconds.
  environment.clock.advance(10_000);
  await delay(500);
  const before = await userNames();
  const rotating = portcullis(['hooks', 'rotate', '--json']);
  await eventually(storedPasswords, ([present]) => present !== former);
  for (let waited = 0; waited < 20; waited += 5) {
    await delay(700);
    expect(await userNames()).toEqual(before);
    environment.clock.advance(5_000);
  }
  const { code, stdout } = await rotating;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ changes: { created: 0, repaired: 4, removed: 0 }, refused: [] });
  const after = await userNames();
  expect(after.size).toBe(1);
  expect([...after].filter((name) => before.has(name))).toEqual([]);
}

test('a PAT is replaced in time, and the former one revoked at once: nothing breaks', async () => {
  await rotatePat('bot-pat-2');
  await refusePat('bot-pat');
  await delay(2_000);
  expect(logged('A connection is broken')).toBe(0);
  expect(await unjudged()).toEqual([]);
});

test('the hook password is replaced: no hook is refused, with the former one or the new one', async () => {
  await rotateHooks();
  await delay(1_000);
  expect(logged('A connection is broken')).toBe(0);
  await expectAllDelivered();
});

test('a PAT is replaced too late: what was pushed while it was refused is judged because of the new one', async () => {
  await refusePat('bot-pat-2');
  await eventually(isBroken, (broken) => broken);
  await rotatePat('bot-pat-3');
  await eventually(isBroken, (broken) => !broken);
  await refusePat('bot-pat-3');
  await eventually(isBroken, (broken) => broken);
  await delay(1_000);
  // Nobody pushes any more: no hook helps.
  await load.stop();
  await environment.settle();
  expect(await isBroken()).toBe(true);
  await rotatePat('bot-pat-4');
  await environment.settle();
  expect(await isBroken()).toBe(false);
});

test('no hook was refused, no evaluation is lost, no message is left for dead; the former password has ended', async () => {
  await expectAllDelivered();
  for (const { id, pushes } of pulls) {
    expect(pushes).toBeGreaterThan(5);
    expect((await pullRequests(environment).statuses(id)).at(-1)).toMatchObject({
      iterationId: pushes + 1,
      state: 'failed',
      description: expect.stringContaining('work-items'),
    });
  }
  expect(environment.broker.queue(WORK_QUEUE)).toMatchObject({ deadLettered: 0 });
  // What was being judged when a PAT was refused is told, as somebody had to act.
  expect((await unjudged()).filter((reason) => reason !== 'credentialRefused')).toEqual([]);

  environment.clock.advance(16 * 60_000);
  expect(await environment.deliver('{}', basic(former))).toBe(401);
  expect(await environment.deliver('{}', basic((await storedPasswords())[0] ?? ''))).toBe(200);
});

/** What came beside the service's own deliveries, and these. */
async function expectAllDelivered(): Promise<void> {
  const { good, bad } = load.told;
  expect(good.length).toBeGreaterThan(20);
  expect(new Set(good)).toEqual(new Set([202]));
  expect(new Set(bad)).toEqual(new Set([401]));
  const { subscriptions } = (await environment.control('GET', 'hooks')).body;
  const failed = subscriptions.map(({ notifications }: { notifications: { failed: number } }) => notifications.failed);
  expect(failed).toEqual([0, 0, 0, 0]);
}
