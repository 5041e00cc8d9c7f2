import { judging, type Said } from '../support/judged';
import { startTestEnvironment, type Clone, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';

/** A monorepo of five services, of which pull requests touch some. */
const names = ['orders', 'payments', 'search', 'shipping', 'web'] as const;
const shop = {
  gates: { size: { mode: 'block', maximumLines: 50 } },
  components: Object.fromEntries(names.map((name) => [name, { paths: [`services/${name}/**`] }])),
};

const lines = (count: number, word = 'value'): string =>
  Array.from({ length: count }, (_, index) => `export const ${word}${index} = ${index};\n`).join('');
const ledger = 'services/payments/ledger.ts';
const index = 'services/search/index.ts';

let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;
let gate: ReturnType<typeof judging>;
let clone: Clone;

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
  gate = judging(environment);
  clone = await environment.clone('author');
  await clone.push('main', Object.fromEntries(names.map((name) => [`services/${name}/main.ts`, lines(40, name)])));
  await gate.save('repository', shop);
});

afterAll(async () => {
  await environment.end();
});

async function open(branch: string, files: Record<string, string>): Promise<number> {
  await clone.git('checkout', '--quiet', 'main');
  await clone.push(branch, files);
  const id = await pulls.open(branch, goodWords);
  await pulls.linkWorkItem(id);
  return id;
}

/** Once the verdict on an iteration stands, what all statuses on it say: the verdict is written last. */
async function judged(id: number, iteration: number): Promise<Record<string, string>> {
  const all = await gate.saying(id, ({ verdict }: Said) => {
    return verdict?.iterationId === iteration && !verdict.description.includes('work-items');
  });
  expect(Object.values(all).map(({ iterationId }) => iterationId)).toEqual(Object.keys(all).map(() => iteration));
  return Object.fromEntries(Object.entries(all).map(([name, { state }]) => [name, state]));
}

const rest = { orders: 'notApplicable', shipping: 'notApplicable', web: 'notApplicable' };

test('two of five components: each is judged by itself, and the verdict is red when either is', async () => {
  const id = await open('two-of-five', { [ledger]: lines(80), [index]: lines(5) });
  expect(await judged(id, 1)).toEqual({ ...rest, payments: 'failed', search: 'succeeded', verdict: 'failed' });
  const { verdict, payments, orders } = await gate.said(id);
  expect(verdict?.description).toBe('1 of 5 gates failed: payments/size 80 > 50 lines');
  expect(payments?.description).toBe('1 of 1 gate failed: size 80 > 50 lines');
  expect(orders?.description).toBe('none of its files changed');

  await clone.push('two-of-five', { [ledger]: lines(20), [index]: lines(90) });
  expect(await judged(id, 2)).toEqual({ ...rest, payments: 'succeeded', search: 'failed', verdict: 'failed' });

  await clone.push('two-of-five', { [index]: lines(30) });
  expect(await judged(id, 3)).toEqual({ ...rest, payments: 'succeeded', search: 'succeeded', verdict: 'succeeded' });
});

test('a file that is moved from one component to another is judged on both sides', async () => {
  await clone.git('checkout', '--quiet', '-B', 'moved', 'origin/main');
  await clone.git('mv', 'services/payments/main.ts', 'services/orders/payments.ts');
  await clone.push('moved', {});
  const id = await pulls.open('moved', goodWords);
  await pulls.linkWorkItem(id);
  expect(await judged(id, 1)).toEqual({
    orders: 'succeeded',
    payments: 'succeeded',
    search: 'notApplicable',
    shipping: 'notApplicable',
    web: 'notApplicable',
    verdict: 'succeeded',
  });
});

test('a branch policy on one component holds up what touches it, until it is green, and nothing else', async () => {
  const release = await gate.require('payments');
  try {
    const id = await open('required', { [ledger]: lines(80, 'required') });
    await judged(id, 1);
    expect(await gate.complete(id)).toBeGreaterThanOrEqual(400);
    await clone.push('required', { [ledger]: lines(20, 'required') });
    await judged(id, 2);
    expect(await gate.complete(id)).toBe(200);

    // Another component's trouble is not held up by it: whoever wants that requires the verdict.
    const other = await open('not-required', { [index]: lines(80, 'other') });
    expect(await judged(other, 1)).toMatchObject({ payments: 'notApplicable', search: 'failed', verdict: 'failed' });
    expect(await gate.complete(other)).toBe(200);
  } finally {
    await release();
  }
});

test('a component that is no component any more holds nothing up', async () => {
  const id = await open('retired', { 'services/web/page.ts': lines(80) });
  expect(await judged(id, 1)).toMatchObject({ web: 'failed', verdict: 'failed' });
  const { web: _, ...others } = shop.components;
  await gate.save('repository', { ...shop, components: others });
  await pulls.comment(id, '/gate re-run');
  const all = await gate.saying(id, ({ web }) => web?.state === 'notApplicable');
  expect(all['web']?.description).toBe('not a component any more');
  const { verdict } = await gate.saying(id, (now) => now['verdict']?.description.includes(': size') === true);
  expect(verdict?.description).toBe('1 of 4 gates failed: size 80 > 50 lines');
  await gate.save('repository', shop);
});
