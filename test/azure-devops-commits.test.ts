import { startShop, type Shop } from './azure-devops-shop';

/** The commits of a pull request as the door reads them from the simulator. */
let shop: Shop;

beforeAll(async () => {
  shop = await startShop();
});

afterAll(() => shop.stop());

test('commits of a pull request over two pages, newest first', async () => {
  for (let number = 1; number <= 103; number += 1) {
    await shop.push('long', [{ path: `/long/${number}.txt`, content: `${number}\n` }]);
  }
  const key = await shop.createPullRequest('long');
  const door = shop.connect('bot-pat');
  const [iteration] = await door.readIterations(key);
  if (!iteration) throw new Error('There is an iteration.');
  const commits = await door.readCommits(key, iteration);
  expect(commits).toHaveLength(103);
  expect(commits[0]?.id).toBe(iteration.sourceCommit);
  expect(new Set(commits.map(({ id }) => id)).size).toBe(103);
  for (const { message, author, isMerge } of commits) {
    expect([message.length > 0, author.email.includes('@'), isMerge]).toEqual([true, true, false]);
  }
  const again = await shop.requestsOf(() => door.readCommits(key, iteration));
  expect(again).toHaveLength(2);
}, 120_000);
