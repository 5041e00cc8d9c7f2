import { failureOf, startShop, type Shop } from './azure-devops-shop';
import { people, type People } from './support/people';
import type { ConnectedAzureDevOps } from '../src/azure-devops/connect';
import { contractProblems, type Exchange } from './support/contract';

/** Groups, read through the door from the simulator. */
let shop: Shop;
let door: ConnectedAzureDevOps;
let organization: People;
const group = (name: string): string => `[Shop]\\${name}`;

beforeAll(async () => {
  shop = await startShop();
  door = shop.connect('bot-pat');
  organization = people(shop.url);
});
afterEach(() => organization.limit('bot-pat', null));
afterAll(() => shop.stop());

test('a group nested three deep, and somebody who left', async () => {
  const maintainer = await organization.add('maintainer');
  const rex = await organization.find('reviewer');
  await organization.putGroup(group('Seniors'), ['maintainer', 'reviewer']);
  await organization.putGroup(group('Backend'), [group('Seniors')]);
  const { id } = await organization.putGroup(group('Reviewers'), [group('Backend')]);
  for (const name of [group('Reviewers'), group('REVIEWERS'), id, id.toUpperCase()]) {
    const read = await door.readGroup(name);
    expect(read).toMatchObject({ id, name: group('Reviewers') });
    expect(read.memberIds).toEqual(expect.arrayContaining([maintainer.id, rex.id]));
  }
  await organization.putGroup(group('Seniors'), ['maintainer']);
  expect((await door.readGroup(group('Reviewers'))).memberIds).not.toContain(rex.id);
});

test('near names, the names of people, and a former name are none', async () => {
  await organization.putGroup(group('Testers of all'), []);
  await organization.putGroup(group('Old'), ['reviewer']);
  await organization.renameGroup(group('Old'), group('New'), ['reviewer']);
  for (const name of [group('Testers'), 'Rex Reviewer', group('Old'), group('Revi\u0435wers')]) {
    expect(await failureOf(door.readGroup(name))).toMatchObject({ kind: 'notFound' });
  }
  expect((await failureOf(door.readGroup(group('Testers')))).message).toContain(group('Testers of all'));
  const rex = await organization.find('reviewer');
  expect(await failureOf(door.readGroup(rex.id))).toMatchObject({ kind: 'notFound' });
});

test('a PAT without Identity (Read) reads no group, and everything else as before', async () => {
  await organization.putGroup(group('Readers'), ['reviewer']);
  await expect(door.probe('groups')).resolves.toBeUndefined();
  await organization.limit('bot-pat', ['vso.code', 'vso.code_status', 'vso.threads_full']);
  const missing = { kind: 'permissionMissing', remedy: 'needs PAT scope Identity (Read)' };
  expect(await failureOf(door.readGroup(group('Readers')))).toMatchObject(missing);
  expect(await failureOf(door.probe('groups'))).toMatchObject(missing);
  await expect(door.readRepository('Shop', 'web')).resolves.toMatchObject({ name: 'web' });
  expect(await failureOf(shop.connect('expired-pat').readGroup(group('Readers')))).toMatchObject({
    kind: 'credentialRefused',
  });
});

test('one request for a group, cold and warm, as the documents have it', async () => {
  await organization.putGroup(group('Once'), ['reviewer']);
  const fresh = shop.connect('bot-pat');
  for (let look = 0; look < 2; look++) {
    await shop.requestsOf(() => fresh.readGroup(group('Once')));
    const requests = (await shop.control('GET', 'requests')) as Exchange[];
    expect(requests.map(({ method, status }) => [method, status])).toEqual([['GET', 200]]);
    expect(contractProblems(requests, 'bot')).toEqual([]);
  }
});
