import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { connectSimulatedOrganization } from '../../local/connect';
import { WORK_QUEUE } from '../../src/core/work-queue-name';
import { portcullis as command, type Ended } from '../support/command';
import { startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { management } from '../support/management';
import { organization, type NamedRepository } from '../support/organization';
import { goodWords, pullRequests } from '../support/pull-requests';
import { weakenings } from '../support/weakenings';

const SHOP = '5d9a3c70-8e41-4b2f-a6c3-1f7e0d92b8c4';
/** `Shop/web` and `Platform/Platform` are there already. */
const IN_EACH = 499;
/** What the project Shop locks, as it finds it in the connection's document. */
const LOCKS = { lock: ['gates.work-items', 'gates.size'] };
const WHOLE = {
  phase: 'enforce',
  drafts: 'judge',
  gates: { 'work-items': { minimum: 2 }, size: { mode: 'block', maximumLines: 10, waivable: false } },
};
const BOTH = 'failed: 2 of 4 gates failed: size 15 > 10 lines · work-items none linked';

let environment: TestEnvironment;
let folder: string;
let api: ReturnType<typeof management>;
let platform: string;
let inShop: NamedRepository[];
let inPlatform: NamedRepository[];

beforeAll(async () => {
  environment = await startTestEnvironment();
  folder = await mkdtemp(join(tmpdir(), 'portcullis-thousand-'));
  api = management(environment);
  const contoso = organization(environment);
  platform = await contoso.createProject('Platform');
  inShop = await contoso.createRepositories('Shop', IN_EACH);
  inPlatform = await contoso.createRepositories('Platform', IN_EACH);
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  // Once more, as for each project that comes later: it has no service hooks yet.
  await connectSimulatedOrganization(environment, silent);
}, 120_000);

afterAll(async () => {
  await environment.end();
  await rm(folder, { recursive: true, force: true });
});

interface Opened {
  id: number;
  repository: NamedRepository;
}

/** A pull request of fifteen added lines, right in all but its size and its work items. */
async function open(repository: NamedRepository, body: Record<string, unknown> = {}): Promise<Opened> {
  await organization(environment).pushChange(repository, 15);
  const id = await pullRequests(environment, repository.path).open('change', { ...goodWords, ...body });
  return { id, repository };
}

/** What the newest status says, once it is what `isIt` asks for. */
async function says({ id, repository }: Opened, isIt: (text: string) => boolean = () => true): Promise<string> {
  const { state, description } = await pullRequests(environment, repository.path).verdict(
    id,
    (row) => isIt(`${row.state}: ${row.description}`),
    45,
  );
  return `${state}: ${description}`;
}

const partOf = ({ id }: NamedRepository): `/repositories/${string}` => `/repositories/${id}`;

/** A repository that nothing was done with yet. */
function unused(repositories: NamedRepository[]): NamedRepository {
  const [repository] = repositories.splice(Math.floor(repositories.length / 2), 1);
  if (!repository) throw new Error('no repository is left');
  return repository;
}

/** Pull requests in repositories of Shop that weaken the gates, by how. */
const weakened = new Map<string, Opened>();
const weakenedBy = (how: string): Opened => {
  const opened = weakened.get(how);
  if (!opened) throw new Error(`${how} was not opened`);
  return opened;
};

test('one document of the connection gates every repository of every project', async () => {
  const { body } = await environment.rest('author', 'GET', '_apis/git/repositories?api-version=7.1');
  expect(body.count).toBe(1_000);
  expect(await api.save('', WHOLE)).toMatchObject({ status: 200, body: { notices: [] } });
  expect(await says(await open(unused(inShop)))).toBe(BOTH);
  expect(await says(await open(unused(inPlatform)))).toBe(BOTH);
});

test.each(weakenings)(
  'before anything is locked, a repository may loosen the gates: $how',
  async ({ how, document, body, before, toldBefore = [] }) => {
    const repository = unused(inShop);
    expect(await api.save(partOf(repository), document)).toMatchObject({ status: 200, body: { notices: toldBefore } });
    weakened.set(how, await open(repository, body));
    expect(await says(weakenedBy(how))).toBe(before);
  },
);

test('a project that locks the gates has all of its active pull requests judged again, by the lock', async () => {
  expect(await api.save(`/projects/${SHOP}`, LOCKS)).toMatchObject({ status: 200, body: { notices: [] } });
  const judged = weakenings.map(async ({ how, after }) => [how, await says(weakenedBy(how), (text) => text === after)]);
  expect(await Promise.all(judged)).toEqual(weakenings.map(({ how, after }) => [how, after]));
});

test.each(weakenings)(
  'under the lock it is refused or told, and nothing changes: $how',
  async ({ how, document, refused, told, after }) => {
    const opened = weakenedBy(how);
    const part = partOf(opened.repository);
    const tried = await api.validate(part, document);
    const saved = await api.save(part, document);
    if (refused) {
      expect(tried).toMatchObject({ status: 422, body: { problems: refused } });
      expect(saved).toMatchObject({ status: 422, body: { problems: refused } });
      expect((await api.history(part)).body).toHaveLength(1);
    } else {
      expect(tried).toMatchObject({ status: 200, body: { notices: told } });
      expect(saved).toMatchObject({ status: 200, body: { notices: told } });
      expect((await api.history(part)).body).toHaveLength(2);
    }
    await environment.settle();
    expect(await says(opened)).toBe(after);
    const { values } = (await api.effective(part)).body;
    expect(values).toContainEqual({
      path: 'gates.work-items.mode',
      value: 'block',
      from: 'deployment',
      lockedBy: 'project',
    });
    expect(values).toContainEqual({ path: 'gates.size.mode', value: 'block', from: 'connection', lockedBy: 'project' });
  },
);

test('a repository of the other project may loosen them all the same', async () => {
  const repository = unused(inPlatform);
  const document = { gates: { 'work-items': { mode: 'off' }, size: { maximumLines: 5_000 } } };
  expect(await api.save(partOf(repository), document)).toMatchObject({ status: 200, body: { notices: [] } });
  expect(await says(await open(repository))).toBe('succeeded: 3 gates passed');
});

test('a new repository needs nothing: its first pull request is judged by the lock', async () => {
  const repository = await organization(environment).createRepository('Shop', 'born-later');
  expect(await says(await open(repository))).toBe(BOTH);
});

test('settings cost Azure DevOps nothing: no other requests with three documents than with one', async () => {
  const asked = async (repository: NamedRepository): Promise<string[]> => {
    await environment.settle();
    await environment.control('DELETE', 'requests');
    expect(await says(await open(repository))).toBe(BOTH);
    await environment.settle();
    const requests = (await environment.gateRequests())
      .map(
        ({ method, url }) =>
          `${method} ${new URL(url, 'http://localhost').pathname.replace(/[0-9a-f-]{36}|\d+/g, '*')}`,
      )
      .filter((request) => !/_apis\/(projects|git\/pullrequests)$/i.test(request));
    // How often it is looked again depends on the second of the day at which the hook came.
    return [...new Set(requests)].toSorted();
  };
  const two = unused(inShop);
  expect((await api.save(partOf(two), { gates: { title: { maximumLength: 120 } } })).status).toBe(200);
  const withOne = await asked(unused(inPlatform));
  expect(withOne.length).toBeGreaterThan(4);
  expect(await asked(two)).toEqual(withOne);
});

test('a sweep over all repositories costs one list of pull requests for each project', async () => {
  await environment.settle();
  await environment.control('DELETE', 'requests');
  await environment.sweep();
  const asked = (await environment.gateRequests()).map(({ url }) => new URL(url, 'http://localhost').pathname);
  // One list of the projects, and an empty one that says that it was all.
  const lists = ['_apis/projects', '_apis/projects', ...[platform, SHOP].map((id) => `${id}/_apis/git/pullRequests`)];
  expect(asked.toSorted()).toEqual(lists.map((path) => `/contoso/${path}`).toSorted());
});

test('a changed document of the connection has the active pull requests of both projects judged again', async () => {
  const [shop, platform] = [await open(unused(inShop)), await open(unused(inPlatform))];
  expect([await says(shop), await says(platform)]).toEqual([BOTH, BOTH]);
  await environment.settle();
  const gates = { ...WHOLE.gates, size: { ...WHOLE.gates.size, maximumLines: 12 } };
  expect((await api.save('', { ...WHOLE, gates })).status).toBe(200);
  const changed = (opened: Opened) => says(opened, (text) => text.includes('15 > 12 lines'));
  await Promise.all([shop, platform, ...weakened.values()].map(changed));
  expect(environment.broker.queue(WORK_QUEUE).deadLettered).toBe(0);
});

describe('through the command', () => {
  const portcullis = async (text: string, ...args: string[]): Promise<Ended> => {
    const file = join(folder, `${randomUUID()}.yaml`);
    await writeFile(file, text);
    return command([...args, file], {
      env: { PORTCULLIS_URL: environment.host.url, PORTCULLIS_TOKEN: environment.managementToken },
    });
  };

  test('what a lock refuses, and what it leaves without effect, is told in words', async () => {
    const place = ['--repository', `Shop/${unused(inShop).name}`];
    const refused = await portcullis('gates: { size: { mode: off } }\n', 'settings', 'set', ...place);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(
      'gates.size.mode: found "off"; the project settings lock this: "block" holds, and may only be tightened.',
    );
    const told = await portcullis('enabled: false\n', 'settings', 'set', ...place);
    expect(told.code).toBe(0);
    expect(told.stderr).toContain(
      'Note: enabled: false does not reach the gates work-items and size: the project settings lock them.',
    );
  });

  test('admins who save at the same moment: each is saved or told what stands there, and nothing is lost', async () => {
    const repository = unused(inPlatform);
    const place = ['--repository', `Platform/${repository.name}`];
    const lengths = [11, 12, 13, 14];
    const set = (length: number) =>
      portcullis(
        `gates: { title: { minimumLength: ${length} } }\n`,
        'settings',
        'set',
        '--note',
        `${length}`,
        ...place,
      );
    const ended = await Promise.all(lengths.map(set));
    const lost = lengths.filter((_, index) => ended[index]?.code !== 0);
    const part = partOf(repository);
    const standing = (await api.settings(part)).body;
    for (const { code, stderr } of ended.filter((each) => each.code !== 0)) {
      expect(code).toBe(1);
      expect(stderr).toMatch(/local administrator saved version \d/);
      expect(stderr).toContain('minimumLength: 1');
    }
    const notes = async () =>
      (await api.history(part)).body.map(({ note }: { note: string }) => Number(note)).toSorted();
    expect(await notes()).toEqual(lengths.filter((length) => !lost.includes(length)));
    expect((await api.history(part)).body[0].version).toBe(standing.version);
    for (const length of lost) expect((await set(length)).code).toBe(0);
    expect(await notes()).toEqual(lengths);
    const versions = lengths.length;
    expect((await api.restore(part, 1)).body).toMatchObject({ version: versions + 1 });
    expect((await api.history(part)).body).toHaveLength(versions + 1);
  });
});
