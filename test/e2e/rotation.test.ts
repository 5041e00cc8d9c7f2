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

beforeAll(async () => {
  environment = await startTestEnvironment({ sweeps: false });
});

afterAll(() => environment.end());

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

/** People push, and hooks come, until told to stop. */
function startLoad(pulls: Pull[], password: string): { told: Told; stop: () => Promise<void> } {
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
  const pulls: Pull[] = [];
  for (const branch of BRANCHES) {
    await clone.git('checkout', '--quiet', 'main');
    await clone.push(branch, { [`src/${branch}.ts`]: 'export {};\n' });
    const id = await pullRequests(environment).open(branch, goodWords);
    const hook = await pullRequestHook(environment, id);
    pulls.push({ id, branch, head: await clone.git('rev-parse', 'HEAD'), pushes: 0, hook });
  }
  for (const { id } of pulls) await pullRequests(environment).verdict(id);
  return pulls;
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

/** A new password: the subscriptions get it once every endpoint knows it, however much of the wait is over. */
async function rotateHooks(former: string): Promise<void> {
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

test('under load, PATs and the hook password are replaced: no hook is refused, and nothing is left unjudged', async () => {
  const pulls = await openAll();
  const former = await environment.hookPassword();
  await addPat('bot-pat-2');
  await addPat('bot-pat-3');
  await addPat('bot-pat-4');
  const load = startLoad(pulls, former);
  await delay(500);

  // In time: the former one is revoked as soon as the new one is there.
  await rotatePat('bot-pat-2');
  await refusePat('bot-pat');
  await rotateHooks(former);
  expect(logged('A connection is broken')).toBe(0);
  expect(await unjudged()).toEqual([]);
  // Too late: it was refused before there was another one.
  await refusePat('bot-pat-2');
  await eventually(isBroken, (broken) => broken);
  await rotatePat('bot-pat-3');
  await eventually(isBroken, (broken) => !broken);
  await delay(1_000);
  // Once more, and nobody pushes any more: what came meanwhile is judged because of the new one alone.
  await refusePat('bot-pat-3');
  await eventually(isBroken, (broken) => broken);
  await delay(1_000);
  await load.stop();
  await environment.settle();
  expect(await isBroken()).toBe(true);
  await rotatePat('bot-pat-4');
  await environment.settle();

  const { told } = load;
  expect(told.good.length).toBeGreaterThan(20);
  expect(new Set(told.good)).toEqual(new Set([202]));
  expect(new Set(told.bad)).toEqual(new Set([401]));
  const overview = (await environment.control('GET', 'hooks')).body.subscriptions;
  const failed = overview.map(({ notifications }: { notifications: { failed: number } }) => notifications.failed);
  expect(failed).toEqual([0, 0, 0, 0]);
  for (const { id, pushes } of pulls) {
    expect(pushes).toBeGreaterThan(5);
    expect((await pullRequests(environment).statuses(id)).at(-1)).toMatchObject({
      iterationId: pushes + 1,
      state: 'failed',
      description: expect.stringContaining('work-items'),
    });
  }
  expect(await isBroken()).toBe(false);
  expect(environment.broker.queue(WORK_QUEUE)).toMatchObject({ deadLettered: 0 });
  // What was being judged when it was refused is told, as somebody had to act.
  expect((await unjudged()).filter((reason) => reason !== 'credentialRefused')).toEqual([]);

  // Fifteen minutes after the rotation the former password has ended.
  environment.clock.advance(16 * 60_000);
  expect(await environment.deliver('{}', basic(former))).toBe(401);
  expect(await environment.deliver('{}', basic((await storedPasswords())[0] ?? ''))).toBe(200);
});
