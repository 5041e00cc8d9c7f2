import { keyVaultSecrets } from '../../src/azure/key-vault-secrets';
import { eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';

let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;

beforeAll(async () => {
  environment = await startTestEnvironment({ drivesProbation: true });
  pulls = pullRequests(environment);
});

afterAll(async () => {
  await environment.end();
});

interface HookOverview {
  status: string;
  probationRetries: number;
  notifications: { pending: number; succeeded: number; failed: number };
}

async function hooks(): Promise<HookOverview[]> {
  return (await environment.control('GET', 'hooks')).body.subscriptions;
}

const statusesOf = (all: HookOverview[]): string[] => [...new Set(all.map(({ status }) => status))];

/** The password in the vault is not the one that Azure DevOps sends any more; not even the former one is. */
async function rotateWithoutAzureDevOps(): Promise<() => Promise<void>> {
  const secrets = keyVaultSecrets({ vaultUrl: environment.vault.url, clock: { now: () => new Date() } });
  const known = await environment.hookPassword();
  await secrets.saveHookSecret(environment.connectionId, 'first-rotation');
  await secrets.saveHookSecret(environment.connectionId, 'second-rotation');
  // Receivers keep what they read for five minutes.
  environment.clock.advance(6 * 60_000);
  return () => secrets.saveHookSecret(environment.connectionId, known);
}

/** The clock leaps; a sweep follows, and what it brings is worked on. */
async function hours(count: number): Promise<void> {
  environment.clock.advance((count * 60 - 5) * 60_000);
  await environment.sweep();
}

test('with every subscription on probation for a day, everything is judged all the same, and hooks flow again afterwards', async () => {
  const clone = await environment.clone('author');
  const open = async (name: string, body: Record<string, unknown> = goodWords): Promise<number> => {
    await clone.git('checkout', '--quiet', 'main');
    await clone.push(`probation/${name}`, { [`src/${name}.ts`]: 'export const value = 1;\n' });
    return pulls.open(`probation/${name}`, body);
  };
  const early = await open('early');
  await pulls.verdict(early);
  await environment.settle();
  const restore = await rotateWithoutAzureDevOps();

  // An act for each of the subscriptions (the preview merge comes with the first): each is answered 401 and goes on probation at once.
  const first = await open('first', {});
  await pulls.vote(first, 'reviewer', 5);
  await pulls.comment(first, 'Could this be shorter?', 'reviewer');
  await eventually(hooks, (all) => statusesOf(all).every((status) => status === 'onProbation'));
  expect(await pulls.statuses(first)).toEqual([]);
  const sent = (await hooks()).map(({ notifications }) => notifications.succeeded + notifications.failed);

  await hours(1);
  expect(await pulls.verdict(first)).toMatchObject({ state: 'failed', iterationId: 1 });

  await pulls.update(first, goodWords);
  await hours(3);
  expect(await pulls.verdict(first)).toMatchObject({
    description: '1 of 3 blocking gates failed: work-items none linked',
  });

  await clone.git('checkout', '--quiet', 'probation/first');
  await clone.push('probation/first', { 'src/first.ts': 'export const value = 2;\n' });
  const second = await open('second', { isDraft: true });
  await hours(4);
  expect(await pulls.verdict(first)).toMatchObject({ state: 'failed', iterationId: 2 });
  expect(await pulls.verdict(second)).toMatchObject({ state: 'pending' });

  await pulls.linkWorkItem(first, 2);
  await pulls.update(second, { isDraft: false, ...goodWords });
  await hours(4);
  expect(await pulls.verdict(first)).toMatchObject({ state: 'succeeded', iterationId: 2 });
  expect(await pulls.verdict(second)).toMatchObject({ state: 'failed', iterationId: 1 });

  const asked = await pulls.comment(second, '/gate re-run');
  await hours(12);
  expect((await pulls.thread(second, asked)).comments).toHaveLength(2);

  // Retried after 20, 60, 140, 300, 620 and 1260 minutes; nothing that happened meanwhile became a delivery.
  const afterADay = await hooks();
  expect(statusesOf(afterADay)).toEqual(['onProbation']);
  expect(afterADay.map(({ probationRetries }) => probationRetries)).toEqual(afterADay.map(() => 6));
  expect(afterADay.map(({ notifications }) => notifications.succeeded + notifications.failed)).toEqual(sent);

  await restore();
  environment.clock.advance(12 * 3_600_000);
  await eventually(hooks, (all) => statusesOf(all).every((status) => status === 'enabled'));
  await environment.settle();
  // No clock moves, hence no sweep: a hook brings it.
  const after = await open('after');
  expect(await pulls.verdict(after, () => true, 10)).toMatchObject({ state: 'failed', iterationId: 1 });

  await environment.settle();
  for (const [id, written] of [
    [early, 1],
    [first, 4],
    [second, 2],
    [after, 1],
  ] as const) {
    expect([id, (await pulls.statuses(id)).length, (await pulls.summaries(id)).length]).toEqual([id, written, 1]);
  }
});
