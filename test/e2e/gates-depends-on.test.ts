import { eventually, startTestEnvironment, type Clone, type TestEnvironment } from '../support/local-environment';
import { management } from '../support/management';
import { organization } from '../support/organization';
import { pullRequests } from '../support/pull-requests';

/** Pull requests that wait for others, in this project and in another one, and for a time. */

const off = Object.fromEntries(['title', 'description', 'work-items', 'size'].map((name) => [name, { mode: 'off' }]));
const WEB = 'Shop/_apis/git/repositories/web';

interface Shop {
  environment: TestEnvironment;
  pulls: ReturnType<typeof pullRequests>;
  clone: Clone;
}

/** A shop whose only gate is this one. */
async function startShop(options: { sweeps: boolean }): Promise<Shop> {
  const environment = await startTestEnvironment(options);
  const { body } = await environment.rest('author', 'GET', `${WEB}?api-version=7.1`);
  const gates = { ...off, 'depends-on': { mode: 'block' } };
  const { status } = await management(environment).save(`/repositories/${body.id}`, { gates });
  expect([200, 201]).toContain(status);
  return { environment, pulls: pullRequests(environment), clone: await environment.clone('author') };
}

async function open({ clone, pulls }: Shop, branch: string, description = ''): Promise<number> {
  await clone.git('checkout', '--quiet', '-B', branch, 'origin/main');
  await clone.push(branch, { [`src/${branch}.ts`]: 'export const one = 1;\n' });
  return pulls.open(branch, { title: `About ${branch}`, description });
}

/** What the verdict says, once it is as it should be. */
async function says({ pulls }: Shop, id: number, state: string, description: string): Promise<void> {
  const row = await pulls.verdict(id, (each) => each.state === state && each.description === description, 40);
  expect([row.state, row.description]).toEqual([state, description]);
}

async function looks(shop: Shop, id: number, state: string, description: string): Promise<void> {
  await shop.pulls.comment(id, '/gate re-run');
  await says(shop, id, state, description);
}

const summaryOf = async ({ pulls }: Shop, id: number): Promise<string> =>
  (await pulls.summaries(id))[0]?.comments[0]?.content ?? '';

async function complete({ environment }: Shop, id: number, repository = WEB): Promise<void> {
  const path = `${repository}/pullRequests/${id}?api-version=7.1`;
  const { lastMergeSourceCommit } = (await environment.rest('author', 'GET', path)).body;
  const answer = await environment.rest('author', 'PATCH', path, { status: 'completed', lastMergeSourceCommit });
  expect(answer.status).toBe(200);
  await eventually(
    async () => (await environment.rest('author', 'GET', path)).body,
    ({ status }) => status === 'completed',
  );
}

describe('pull requests', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await startShop({ sweeps: true });
  });

  afterAll(() => shop.environment.end());

  test('one that is open is waited for, and one that is abandoned is told, until the line is taken out', async () => {
    const api = await open(shop, 'api');
    const id = await open(shop, 'basket', `Needs the API.\n\nDepends-On: !${api}`);
    await says(shop, id, 'pending', `waiting for depends-on !${api} open`);
    expect(await summaryOf(shop, id)).toContain(`&excl;${api} "About api" in Shop/web is open.`);

    await shop.pulls.update(api, { status: 'abandoned' });
    await looks(shop, id, 'failed', `1 of 1 gate failed: depends-on !${api} abandoned`);
    await shop.pulls.update(id, { description: 'Goes without the API.' });
    await looks(shop, id, 'succeeded', '1 gate passed');
  }, 120_000);

  test('what cannot be read is told with what to write, and what is in code is left alone', async () => {
    const api = await open(shop, 'reader');
    const id = await open(shop, 'unread', `Depends-On: #${api}`);
    await says(shop, id, 'failed', `1 of 1 gate failed: depends-on cannot read "#${api}"`);
    expect(await summaryOf(shop, id)).toContain('Write "Depends-On: &excl;123"');
    await shop.pulls.update(id, { description: `\`\`\`\nDepends-On: #${api}\n\`\`\`` });
    await looks(shop, id, 'succeeded', '1 gate passed');
    await shop.pulls.update(id, { description: 'Depends-On: !2147483647' });
    await looks(shop, id, 'failed', '1 of 1 gate failed: depends-on no !2147483647 in this project');
  }, 120_000);

  test('two that wait for each other are told on both, until one of them gives way', async () => {
    const one = await open(shop, 'hen');
    const two = await open(shop, 'egg', `Depends-On: web!${one}`);
    await says(shop, two, 'pending', `waiting for depends-on !${one} open`);
    await shop.pulls.update(one, {
      description: `Depends-On: ${shop.environment.simulator.url}/Shop/_git/web/pullrequest/${two}`,
    });
    await looks(shop, one, 'failed', `1 of 1 gate failed: depends-on circle !${one} → !${two} → !${one}`);
    await looks(shop, two, 'failed', `1 of 1 gate failed: depends-on circle !${two} → !${one} → !${two}`);

    await shop.pulls.update(one, { description: '' });
    await looks(shop, one, 'succeeded', '1 gate passed');
    await looks(shop, two, 'pending', `waiting for depends-on !${one} open`);
    await complete(shop, one);
    await looks(shop, two, 'succeeded', '1 gate passed');
  }, 180_000);

  test('one of another project, whose title is not told; its completion is seen without a push or a hook', async () => {
    const shops = organization(shop.environment);
    await shops.createProject('Payments');
    const ledger = await shops.createRepository('Payments', 'Main Ledger');
    await shops.pushChange(ledger, 1);
    const there = pullRequests(shop.environment, ledger.path);
    const book = await there.open('change', { title: 'A secret of Payments' });
    const id = await open(shop, 'payer', `Depends-On: payments / Main Ledger!${book}`);
    const waiting = `waiting for depends-on !${book} open`;
    await says(shop, id, 'pending', waiting);
    expect(await summaryOf(shop, id)).toContain(`&excl;${book} in Payments/Main Ledger is open.`);
    expect(await summaryOf(shop, id)).not.toContain('secret');
    await shop.environment.settle();

    await complete(shop, book, ledger.path);
    expect((await shop.pulls.verdict(id)).description).toBe(waiting);
    await shop.environment.sweep();
    expect(await shop.pulls.verdict(id)).toMatchObject({ state: 'succeeded', description: '1 gate passed' });

    await shop.pulls.update(id, { description: `Depends-On: Payments/Other Ledger!${book}` });
    await looks(
      shop,
      id,
      'error',
      `1 of 1 gate could not judge: depends-on no !${book} to be seen in Payments/Other Ledger`,
    );
  }, 180_000);
});

test('a time comes, and the verdict follows without a hook, a push or a sweep', async () => {
  const shop = await startShop({ sweeps: false });
  try {
    const { environment } = shop;
    const time = new Date(Math.ceil(environment.clock.now() / 60_000) * 60_000 + 3_600_000);
    const id = await open(shop, 'later', `Merge-After: ${time.toISOString()}`);
    const until = `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    await says(shop, id, 'pending', `waiting for depends-on until ${until}`);
    await environment.dropHooks();
    await eventually(
      () => Promise.resolve(environment.broker.queue('work')),
      ({ active, locked }) => active === 0 && locked === 0,
    );
    environment.clock.advance(time.getTime() - environment.clock.now() - 5_000);
    await eventually(
      () => Promise.resolve(environment.broker.queue('work')),
      ({ active, locked }) => active === 0 && locked === 0,
    );
    await says(shop, id, 'pending', `waiting for depends-on until ${until}`);
    environment.clock.advance(10_000);
    await says(shop, id, 'succeeded', '1 gate passed');
  } finally {
    await shop.environment.end();
  }
}, 120_000);
