import { Failure } from '../../core/failures';
import { connection } from '../testing/samples';
import { createSwitching } from '../testing/switching-repositories';

import { listRepositories } from './list-repositories';

const bank = { id: 'b0000000-0000-4000-8000-000000000001', name: 'Bank' };

function listing() {
  const world = createSwitching();
  const list = () => listRepositories(world.sources, connection);
  return {
    ...world,
    list,
    /** `name: on|off|? from …` of every repository. */
    states: async () =>
      (await list()).repositories.map(({ name, enabled, from }) => `${name} ${String(enabled)} by ${from}`),
  };
}

test('each repository with whether it is gated, and by whom', async () => {
  const world = listing();
  world.addRepositories(2);
  world.addRepositories(1, bank);
  expect(await world.states()).toEqual([
    'web true by default',
    'r1 true by default',
    'r2 true by default',
    'r3 true by default',
  ]);
  world.settings.put(world.scopes.connection, { enabled: false, lock: ['phase'] });
  world.settings.put(world.scopes.project(), { enabled: true });
  world.settings.put(world.scopes.repository(1), { enabled: false, gates: { title: { mode: 'block' } } });
  expect(await world.states()).toEqual([
    'web true by project',
    'r1 false by repository',
    'r2 true by project',
    'r3 false by connection',
  ]);
  const { projects, repositories, defaults } = await world.list();
  expect(defaults).toMatchObject({ enabled: false, from: 'connection', hasSettings: true });
  expect(projects).toMatchObject([
    { name: 'Bank', enabled: false, hasSettings: false, repositories: 1, leftOut: null },
    { name: 'Shop', enabled: true, hasSettings: true, repositories: 3, leftOut: null },
  ]);
  expect(repositories[1]).toMatchObject({ hasSettings: true, defaultBranch: 'refs/heads/main', isDisabled: false });
});

test('locks, locked gates, files of repositories and wrong documents are told', async () => {
  const world = listing();
  world.addRepositories(3);
  const gates = { title: { mode: 'block' } };
  world.settings.put(world.scopes.connection, { lock: ['gates.title'], gates, repositoryFile: 'full' });
  world.settings.put(world.scopes.repository(1), { enabled: false });
  world.settings.put(world.scopes.repository(2), { enabled: 'no' });
  world.settings.damage(world.scopes.repository(3));
  const [web, off, wrong, damaged] = (await world.list()).repositories;
  expect(web).toMatchObject({ enabled: true, mayFileDiffer: true, isLockedOn: false });
  expect(off).toMatchObject({ enabled: false, isLockedOn: true });
  expect(wrong).toMatchObject({
    enabled: null,
    problem: expect.stringMatching(/^in the repository settings: enabled/),
  });
  expect(damaged).toMatchObject({ enabled: null, problem: expect.stringContaining('is damaged') });
  world.settings.put(world.scopes.connection, { lock: ['enabled'] });
  expect((await world.list()).repositories[1]).toMatchObject({
    enabled: true,
    from: 'default',
    lockedBy: 'connection',
  });
});

test('projects without Git repositories are left out with the reason', async () => {
  const world = listing();
  const tfvc = { id: 'c0000000-0000-4000-8000-000000000001', name: 'Old' };
  world.azureDevOps.listElsewhere(tfvc, []);
  world.azureDevOps.listElsewhere(bank, []);
  world.azureDevOps.tfvcProjects.add(tfvc.id);
  const reasons = async () => (await world.list()).projects.map(({ name, leftOut }) => [name, leftOut]);
  expect(await reasons()).toEqual([
    ['Bank', expect.stringMatching(/^No Git repository is seen in it: there is none, or/)],
    ['Old', expect.stringMatching(/^Its code is in TFVC alone/)],
    ['Shop', null],
  ]);
  world.wire.fail('readVersionControl', 'before', new Failure({ kind: 'permissionMissing', message: 'No.' }));
  expect(await reasons()).toContainEqual(['Bank', expect.stringMatching(/could not be read: No\.$/)]);
});

test('settings of what is gone are named, those that were deleted are not', async () => {
  const world = listing();
  world.settings.put(world.scopes.repository(7), { enabled: false });
  world.settings.put(world.scopes.project(bank.id), { enabled: false });
  world.settings.put(world.scopes.repository(8), undefined);
  const { gone, notes } = await world.list();
  expect(gone).toMatchObject([
    { kind: 'repository', id: 'a0700000-0000-4000-8000-000000000007', savedBy: 'somebody' },
    { kind: 'project', id: bank.id },
  ]);
  expect(notes).toEqual([
    expect.stringMatching(/^Only what the account Portcullis may see is here/),
    expect.stringMatching(/^2 settings documents belong to what is gone/),
  ]);
});

test('a thousand repositories with large documents are four requests and a moment', async () => {
  const world = listing();
  world.addRepositories(1_000);
  for (let number = 1; number <= 1_000; number += 1) {
    const ignore = Array.from({ length: 40 }, (_, index) => `**/${number}/${index}/*`);
    world.settings.put(world.scopes.repository(number), { enabled: number % 2 === 0, gates: { size: { ignore } } });
  }
  world.wire.clearCalls();
  const begun = performance.now();
  const { repositories } = await world.list();
  expect(performance.now() - begun).toBeLessThan(4_000);
  expect(repositories.filter(({ enabled }) => enabled === false)).toHaveLength(500);
  expect(world.wire.calls.filter((call) => call !== 'secrets.readPat').toSorted()).toEqual([
    'knownProjects.list',
    'readProjects',
    'readRepositories',
    'settings.readAll',
  ]);
});
