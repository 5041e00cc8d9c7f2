import { startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { newRepository, type NewRepository } from '../support/new-repository';
import { organization } from '../support/organization';
import { pullRequests } from '../support/pull-requests';

/** Pull requests that wait for others, in this project and in another one; that a day comes is in changes-by-itself.test.ts. */
let environment: TestEnvironment;
let shop: NewRepository;

beforeAll(async () => {
  environment = await startTestEnvironment();
  shop = await newRepository(environment, 'till');
  await shop.save({ 'depends-on': { mode: 'block' } });
});

afterAll(() => environment.end());

const open = (branch: string, description = ''): Promise<number> =>
  shop.open(branch, { title: `About ${branch}`, description });

test.concurrent(
  'one that is open is waited for, and one that is abandoned is told, until the line is taken out',
  async () => {
    const api = await open('api');
    const id = await open('basket', `Needs the API.\n\nDepends-On: !${api}`);
    await shop.says(id, 'pending', `waiting for depends-on !${api} open`);
    expect(await shop.summary(id)).toContain(`&excl;${api} "About api" in Shop/till is open.`);

    await shop.pulls.update(api, { status: 'abandoned' });
    await shop.looks(id, 'failed', `1 of 1 gate failed: depends-on !${api} abandoned`);
    await shop.pulls.update(id, { description: 'Goes without the API.' });
    await shop.looks(id, 'succeeded', '1 gate passed');
  },
  120_000,
);

test.concurrent(
  'what cannot be read is told with what to write, and what is in code is left alone',
  async () => {
    const api = await open('reader');
    const id = await open('unread', `Depends-On: #${api}`);
    await shop.says(id, 'failed', `1 of 1 gate failed: depends-on cannot read "#${api}"`);
    expect(await shop.summary(id)).toContain('Write "Depends-On: &excl;123"');
    await shop.pulls.update(id, { description: `\`\`\`\nDepends-On: #${api}\n\`\`\`` });
    await shop.looks(id, 'succeeded', '1 gate passed');
    await shop.pulls.update(id, { description: 'Depends-On: !2147483647' });
    await shop.looks(id, 'failed', '1 of 1 gate failed: depends-on no !2147483647 in this project');
  },
  120_000,
);

test.concurrent(
  'two that wait for each other are told on both, until one of them gives way',
  async () => {
    const one = await open('hen');
    const two = await open('egg', `Depends-On: till!${one}`);
    await shop.says(two, 'pending', `waiting for depends-on !${one} open`);
    await shop.pulls.update(one, {
      description: `Depends-On: ${environment.simulator.url}/Shop/_git/till/pullrequest/${two}`,
    });
    await shop.looks(one, 'failed', `1 of 1 gate failed: depends-on circle !${one} → !${two} → !${one}`);
    await shop.looks(two, 'failed', `1 of 1 gate failed: depends-on circle !${two} → !${one} → !${two}`);

    await shop.pulls.update(one, { description: '' });
    await shop.looks(one, 'succeeded', '1 gate passed');
    await shop.looks(two, 'pending', `waiting for depends-on !${one} open`);
    await shop.pulls.complete(one);
    await shop.looks(two, 'succeeded', '1 gate passed');
  },
  180_000,
);

test('one of another project, whose title is not told; its completion is seen without a push or a hook', async () => {
  const shops = organization(environment);
  await shops.createProject('Payments');
  const ledger = await shops.createRepository('Payments', 'Main Ledger');
  await shops.pushChange(ledger, 1);
  const there = pullRequests(environment, ledger.path);
  const book = await there.open('change', { title: 'A secret of Payments' });
  const id = await open('payer', `Depends-On: payments / Main Ledger!${book}`);
  const waiting = `waiting for depends-on !${book} open`;
  await shop.says(id, 'pending', waiting);
  expect(await shop.summary(id)).toContain(`&excl;${book} in Payments/Main Ledger is open.`);
  expect(await shop.summary(id)).not.toContain('secret');
  await environment.settle();

  await there.complete(book);
  expect((await shop.pulls.verdict(id)).description).toBe(waiting);
  await environment.sweep();
  expect(await shop.pulls.verdict(id)).toMatchObject({ state: 'succeeded', description: '1 gate passed' });

  await shop.pulls.update(id, { description: `Depends-On: Payments/Other Ledger!${book}` });
  await shop.looks(
    id,
    'error',
    `1 of 1 gate could not judge: depends-on no !${book} to be seen in Payments/Other Ledger`,
  );
}, 180_000);
