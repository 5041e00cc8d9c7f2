import { startShop, type Shop } from './azure-devops-shop';
import { probeRepository, type ProbeReport } from '../src/azure-devops/probe/probe-repository';
import { Failure } from '../src/core/failures';

/** doctor --probe against the simulator: what it answers is the simulator's, that it puts everything away is ours. */
let shop: Shop;
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.stop());

const probe = (isAgreed: boolean, repository = 'web'): Promise<ProbeReport> =>
  probeRepository(
    { url: shop.url, credential: { kind: 'pat', pat: 'admin-pat' }, log, now: () => new Date(shop.clock.now()) },
    { kind: 'pat', pat: 'bot-pat' },
    { project: 'Shop', repository },
    { isAgreed },
  );

async function branches(): Promise<string> {
  const authorization = `Basic ${Buffer.from(':admin-pat').toString('base64')}`;
  const url = `${shop.url}/Shop/_apis/git/repositories/web/refs?filter=heads/&api-version=7.1`;
  return (await fetch(url, { headers: { authorization } })).text();
}

test('a repository that is not empty is refused unless somebody agrees, and nothing is written', async () => {
  await shop.control('DELETE', 'requests');
  await expect(probe(false)).rejects.toThrow(/Shop\/web is not empty: name an empty one/);
  await expect(probe(false)).rejects.toBeInstanceOf(Failure);
  const requests = (await shop.control('GET', 'requests')) as { method: string }[];
  expect(requests.filter(({ method }) => method !== 'GET' && method !== 'OPTIONS')).toEqual([]);
});

test('an empty repository is left as empty as it was', async () => {
  const authorization = `Basic ${Buffer.from(':admin-pat').toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const { project } = await shop.connect('admin-pat').readRepository('Shop', 'web');
  const body = JSON.stringify({ name: 'scratch', project: { id: project.id } });
  const url = `${shop.url}/Shop/_apis/git/repositories?api-version=7.1`;
  expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(201);
  const report = await probe(false, 'scratch');
  expect(report.left).toEqual([]);
  expect(report.answers.filter(({ answer }) => answer === null)).toEqual([]);
  const refs = await fetch(`${shop.url}/Shop/_apis/git/repositories/scratch/refs?api-version=7.1`, { headers });
  expect(await refs.text()).not.toContain('portcullis-probe');
});

test('each question has an answer or a reason, and everything that was made is put away', async () => {
  const before = await branches();
  const report = await probe(true);
  expect(report.left).toEqual([]);
  expect(report.answers.map(({ name, reason }) => [name, reason])).toEqual([
    ['status-description', null],
    ['status-name-case', null],
    ['thread-property-forms', null],
    ['thread-property-patch', null],
    ['thread-property-size', null],
    ['status-of-another-thread', null],
  ]);
  expect(report.answers.find(({ name }) => name === 'status-name-case')?.answer).toContain('Case and case');
  expect(await branches()).toBe(before);
  expect(JSON.stringify(report)).not.toMatch(/admin-pat|bot-pat/);
});
