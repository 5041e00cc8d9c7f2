import { Failure } from '../../core/failures';
import { ALL_PROJECTS, wantedSubscriptions } from '../hooks/wanted-hooks';
import { ALL_RIGHTS } from '../testing/fake-service-hooks';
import { listedPullRequests } from '../testing/listed-pull-requests';
import { bot, connection } from '../testing/samples';
import { createSweeping } from '../testing/sweeping';

import { listRepositories } from './list-repositories';

const bank = { id: 'd0700000-0000-4000-8000-00000000000a', name: 'Bank' };
const down = new Failure({ kind: 'unavailable', message: 'It does not answer.' });

const LACKS =
  'Project Bank is new since 2026-10-02: no service hook tells of its pull requests, so that they wait for the sweep, and no branch policy requires portcullis/verdict in it.';
const MEND = ['portcullis hooks sync contoso', `portcullis policy install ${connection.url}/Bank`];

/** A connection that enforces, with one project, swept once; then `Bank` is created, with a repository and a pull request. */
async function sweptOnce() {
  const sweeping = createSweeping();
  const { world, azureDevOps } = sweeping;
  world.settings.put({ kind: 'connection', connectionId: connection.id }, { phase: 'enforce' });
  world.serviceHooks.setRights(bot.id, '', ALL_RIGHTS);
  await sweeping.sweep();
  const sources = {
    settings: world.settings.port,
    log: world.log.port,
    knownProjects: world.knownProjects.port,
    withHooks: <T>(_: unknown, use: (hooks: ReturnType<typeof world.serviceHooks.open>) => Promise<T>) =>
      use(world.serviceHooks.open(bot)),
    ask: <T>(_: unknown, use: (door: ReturnType<typeof azureDevOps.connect>) => Promise<T>) =>
      use(azureDevOps.connect(connection, { kind: 'pat', pat: 'bot-pat' })),
  };
  return {
    ...sweeping,
    /** What the log was told of new projects since it was asked last. */
    told: () => world.log.recorded.entries.filter(({ message }) => /\bnew\b/.test(message)),
    createBank: (repositories = 1) => {
      azureDevOps.listElsewhere(bank, listedPullRequests(1, 20));
      const rest = { defaultBranch: 'refs/heads/main', size: null, isDisabled: false, fork: null };
      if (repositories > 0) {
        azureDevOps.otherRepositories.push({ id: bank.id.replace('d', 'a'), name: 'vault', project: bank, ...rest });
      }
    },
    subscribe: (projectId: string) => {
      const wanted = { connectionId: connection.id, publicUrl: 'https://gate.example', password: 'secret' };
      for (const body of wantedSubscriptions(wanted, projectId)) {
        world.serviceHooks.recorded.subscriptions.push({
          ...body,
          id: `${projectId} ${body.eventType}`,
          consumerActionId: 'httpRequest',
          status: 'enabled',
          owner: bot,
          changedBy: bot,
          probation: { retries: 0, lastRetryAt: null },
        });
      }
    },
    listed: async () => (await listRepositories(sources, connection)).newProjects,
  };
}

test('a project that is created later is judged, told of once, and listed until it lacks nothing', async () => {
  const { sweep, told, listed, createBank, subscribe, azureDevOps, clock } = await sweptOnce();
  expect(told()).toEqual([]);
  expect(await listed()).toEqual([]);
  createBank();
  clock.advanceTo(new Date('2026-10-02T10:00:00Z'));
  expect(await sweep()).toEqual([20]);
  const fields = { connectionId: connection.id, projectId: bank.id, reason: LACKS, mend: MEND };
  expect(told()).toEqual([{ level: 'warn', message: 'A project that is new lacks something', fields }]);
  await sweep();
  expect(told()).toHaveLength(1);
  expect(await listed()).toMatchObject([{ name: 'Bank', message: LACKS, mend: MEND }]);

  subscribe(bank.id);
  expect(await listed()).toMatchObject([
    { message: expect.stringMatching(/2026-10-02: no branch policy requires/), mend: MEND.slice(1) },
  ]);
  const settings = { statusGenre: 'portcullis', statusName: 'verdict' };
  azureDevOps.statusPolicies.set(bank.id, [{ id: 1, isEnabled: true, isBlocking: true, settings }]);
  expect(await listed()).toEqual([]);
});

test('one set of subscriptions for all projects covers it; in the phase shadow nothing has to be required', async () => {
  const { sweep, told, createBank, subscribe, settings } = await sweptOnce();
  subscribe(ALL_PROJECTS);
  settings.put({ kind: 'connection', connectionId: connection.id }, { phase: 'shadow' });
  createBank();
  await sweep();
  expect(told()).toEqual([
    {
      level: 'info',
      message: 'Projects were found that are new, and lack nothing',
      fields: { connectionId: connection.id, ids: [bank.id] },
    },
  ]);
});

test('what is not gated lacks nothing', async () => {
  const { sweep, told, createBank, listed, settings } = await sweptOnce();
  settings.put({ kind: 'connection', connectionId: connection.id }, { phase: 'enforce', enabled: false });
  createBank();
  await sweep();
  expect(told()).toMatchObject([{ level: 'info' }]);
  expect(await listed()).toEqual([]);
});

test('nor does a project without Git; of one without a repository so far it is told', async () => {
  const { sweep, told, createBank, listed, azureDevOps, knownProjects } = await sweptOnce();
  createBank(0);
  azureDevOps.tfvcProjects.add(bank.id);
  await sweep();
  expect(told()).toMatchObject([{ level: 'info' }]);
  azureDevOps.tfvcProjects.delete(bank.id);
  knownProjects.recorded.get(connection.id)?.delete(bank.id);
  await sweep();
  expect(told()[1]?.fields['reason']).toMatch(/, and no repository is seen in it yet: no service hook/);
  // The list says so where it tells why there is no repository.
  expect(await listed()).toEqual([]);
});

test('what cannot be seen is told as that', async () => {
  const { sweep, told, createBank, wire } = await sweptOnce();
  createBank();
  wire.fail('hooks.list', 'before', down);
  wire.fail('readStatusPolicies', 'before', down);
  await sweep();
  expect(told()).toMatchObject([{ level: 'warn', fields: { mend: MEND } }]);
  expect(told()[0]?.fields['reason']).toMatch(
    /: whether service hooks tell of its pull requests could not be seen \(It does not answer\), and whether a branch policy requires portcullis\/verdict could not be seen \(It does not answer\)\.$/,
  );
});

test('where nothing is new, a sweep costs one read, and no write', async () => {
  const { sweep, wire } = await sweptOnce();
  wire.clearCalls();
  await sweep();
  expect(wire.calls.filter((call) => call.startsWith('knownProjects'))).toEqual(['knownProjects.list']);
  expect(wire.calls).not.toContain('readRepositories');
});

test('a part of a connection tells nothing of projects', async () => {
  const { sweep, wire, createBank } = await sweptOnce();
  createBank();
  wire.clearCalls();
  await sweep({ full: true, part: { repositoryId: bank.id } });
  expect(wire.calls).not.toContain('knownProjects.list');
});

test('one that is renamed is the same; one that is gone is forgotten, and new when it is back', async () => {
  const { sweep, told, createBank, azureDevOps, knownProjects, world } = await sweptOnce();
  createBank();
  await sweep();
  azureDevOps.otherProjects.splice(0, 1, { ...bank, name: 'Bank of Contoso' });
  await sweep();
  expect(told()).toHaveLength(1);
  azureDevOps.otherProjects.splice(0, 1);
  await sweep();
  expect([...(knownProjects.recorded.get(connection.id)?.keys() ?? [])]).toEqual([
    world.pullRequest.seen(0).details.project.id,
  ]);
  createBank();
  await sweep();
  expect(told()).toHaveLength(2);
});

test('that none is seen any more forgets none', async () => {
  const { world, knownProjects } = await sweptOnce();
  await world.noticeProjects(connection, []);
  expect(knownProjects.recorded.get(connection.id)?.size).toBe(1);
});

test('many at once are not looked at all', async () => {
  const { world, told } = await sweptOnce();
  const many = Array.from({ length: 30 }, (_, index) => ({ id: `d0700000-0000-4000-8000-0000000001${index + 10}` }));
  await world.noticeProjects(connection, many);
  expect(told().at(-1)).toMatchObject({ level: 'warn', fields: { others: 10 } });
});

test.each(['knownProjects.list', 'knownProjects.change', 'readRepositories'])(
  '%s fails: the sweep went through, and the next one tells it',
  async (operation) => {
    const { sweep, told, createBank, wire, sweeps, clock } = await sweptOnce();
    createBank();
    const began = clock.now().getTime();
    wire.fail(operation, 'before', down);
    expect(await sweep()).toEqual([20]);
    expect(sweeps.recorded.get(connection.id)?.at.getTime()).toBeGreaterThan(began);
    expect(told()).toContainEqual(expect.objectContaining({ level: 'error' }));
    await sweep();
    expect(told().at(-1)).toMatchObject({ level: 'warn', fields: { projectId: bank.id } });
  },
);
