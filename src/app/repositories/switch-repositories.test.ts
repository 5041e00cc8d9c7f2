import { Failure } from '../../core/failures';
import { connection, key } from '../testing/samples';
import { createSwitching, repositoryIdOf } from '../testing/switching-repositories';

import { previewSwitch } from './preview-switch';

const bank = { id: 'b0000000-0000-4000-8000-000000000001', name: 'Bank' };
const repositories = (...numbers: number[]) => ({ kind: 'repositories', ids: numbers.map(repositoryIdOf) }) as const;

test('named repositories get a document of their own, with a note, and are judged again', async () => {
  const world = createSwitching();
  world.addRepositories(3);
  world.settings.put(world.scopes.repository(2), { drafts: 'judge' });
  const wanted = { enabled: false, target: repositories(1, 2) };
  expect(await previewSwitch(world.sources, connection, wanted)).toEqual({
    documents: {
      count: 2,
      first: [
        { name: 'Shop/r1', says: 'off' },
        { name: 'Shop/r2', says: 'off' },
      ],
    },
    switched: { count: 2, names: ['Shop/r1', 'Shop/r2'] },
    already: 0,
    refused: [],
    notes: [],
  });
  const operation = await world.run(wanted, 'not yet');
  expect(operation).toMatchObject({ state: 'succeeded', result: { saved: 2, refused: [] } });
  expect(world.settings.recorded.document(world.scopes.repository(1))).toEqual({ enabled: false });
  expect(world.settings.recorded.document(world.scopes.repository(2))).toEqual({ drafts: 'judge', enabled: false });
  expect(await world.settings.port.history(world.scopes.repository(1))).toMatchObject([
    { savedBy: 'ada', note: 'not yet', documentSchemaVersion: expect.any(Number) },
  ]);
  expect(world.sweeps()).toEqual([1, 2].map((number) => `${world.project.id}/${repositoryIdOf(number)}`));
  // Nobody is asked for what the list has told.
  expect(world.wire.calls).not.toContain('findRepository');

  world.wire.clearCalls();
  expect(await world.run(wanted)).toMatchObject({ result: { saved: 0, refused: [] } });
  expect(world.wire.calls).not.toContain('settings.save');
});

test('a project is switched as a whole: what its repositories say otherwise gives way, and what comes later follows', async () => {
  const world = createSwitching();
  world.addRepositories(2);
  world.addRepositories(1, bank);
  world.settings.put(world.scopes.repository(1), { enabled: true });
  world.settings.put(world.scopes.repository(2), { enabled: true, drafts: 'judge' });
  world.settings.put(world.scopes.repository(3), { enabled: true });
  const wanted = { enabled: false, target: { kind: 'projects', ids: [world.project.id] } } as const;
  const preview = await previewSwitch(world.sources, connection, wanted);
  expect(preview.switched.names).toEqual(['Shop/web', 'Shop/r1', 'Shop/r2']);
  expect(preview.documents.first).toEqual([
    { name: 'project Shop', says: 'off' },
    { name: 'Shop/r1', says: 'nothing' },
    { name: 'Shop/r2', says: 'nothing' },
  ]);
  expect(await world.run(wanted)).toMatchObject({ result: { saved: 3 } });
  expect(world.settings.recorded.document(world.scopes.project())).toEqual({ enabled: false });
  expect(await world.settings.port.read(world.scopes.repository(1))).toMatchObject({ isDeleted: true });
  expect(world.settings.recorded.document(world.scopes.repository(2))).toEqual({ drafts: 'judge' });
  expect(world.settings.recorded.document(world.scopes.repository(3))).toEqual({ enabled: true });
  expect(world.sweeps()).toEqual([world.project.id]);
});

test('a whole connection is switched on again', async () => {
  const world = createSwitching();
  world.addRepositories(1);
  world.addRepositories(1, bank);
  world.settings.put(world.scopes.connection, { enabled: false });
  world.settings.put(world.scopes.project(bank.id), { enabled: false });
  world.settings.put(world.scopes.repository(1), { enabled: false });
  expect(await world.run({ enabled: true, target: { kind: 'connection' } })).toMatchObject({ result: { saved: 3 } });
  const preview = await previewSwitch(world.sources, connection, { enabled: true, target: { kind: 'connection' } });
  expect(preview).toMatchObject({ documents: { count: 0 }, already: 3 });
  expect(world.sweeps()).toEqual(['']);
});

describe('the default for what is created later', () => {
  test('changes, and what is there keeps what it has', async () => {
    const world = createSwitching();
    world.addRepositories(2);
    world.addRepositories(1, bank);
    world.settings.put(world.scopes.repository(1), { enabled: true });
    world.settings.put(world.scopes.project(bank.id), { enabled: true });
    const wanted = { enabled: false, target: { kind: 'defaults', projectId: null } } as const;
    expect(await previewSwitch(world.sources, connection, wanted)).toMatchObject({
      switched: { count: 0 },
      documents: { first: [{ name: 'Shop/web' }, { name: 'Shop/r2' }, { name: 'connection contoso', says: 'off' }] },
    });
    expect(await world.run(wanted)).toMatchObject({ result: { saved: 3, refused: [] } });
    expect(world.settings.recorded.document(world.scopes.repository(2))).toEqual({ enabled: true });
    expect(world.settings.recorded.document(world.scopes.connection)).toEqual({ enabled: false });
    expect(world.settings.recorded.document(world.scopes.repository(3))).toBeUndefined();
    expect(world.sweeps()).toEqual([]);
  });

  test('stays while one that is there cannot keep what it has', async () => {
    const world = createSwitching();
    world.addRepositories(1);
    world.settings.damage(world.scopes.repository(1));
    const wanted = { enabled: false, target: { kind: 'defaults', projectId: world.project.id } } as const;
    expect(await world.run(wanted)).toMatchObject({
      result: { refused: [{ names: ['Shop/r1'] }, { names: ['project Shop'] }] },
    });
    expect(world.settings.recorded.document(world.scopes.project())).toBeUndefined();
  });

  test('stays while one that is there could not be saved', async () => {
    const world = createSwitching();
    world.addRepositories(1);
    world.wire.fail('settings.save', 'before', new Failure({ kind: 'tooLarge', message: 'It is too large.' }));
    const wanted = { enabled: false, target: { kind: 'defaults', projectId: world.project.id } } as const;
    expect(await world.run(wanted)).toMatchObject({
      result: { saved: 1, refused: [{ names: ['project Shop'] }, { reason: 'It is too large.', count: 1 }] },
    });
    expect(world.settings.recorded.document(world.scopes.project())).toBeUndefined();
  });
});

describe('a lock of a wider scope', () => {
  test('refuses with the sentence, and nothing is saved', async () => {
    const world = createSwitching();
    world.addRepositories(1);
    world.settings.put(world.scopes.connection, { lock: ['enabled'] });
    const wanted = { enabled: false, target: repositories(1) };
    const refused = [{ reason: 'the connection settings lock `enabled`: it stays on.', count: 1, names: ['Shop/r1'] }];
    expect(await previewSwitch(world.sources, connection, wanted)).toMatchObject({ documents: { count: 0 }, refused });
    expect(await world.run(wanted)).toMatchObject({ result: { saved: 0, refused } });
    expect(world.settings.recorded.document(world.scopes.repository(1))).toBeUndefined();
  });

  test('of a project keeps what is below as it is, too', async () => {
    const world = createSwitching();
    world.addRepositories(1);
    world.settings.put(world.scopes.connection, { lock: ['enabled'] });
    world.settings.put(world.scopes.repository(1), { enabled: true });
    await world.run({ enabled: false, target: { kind: 'projects', ids: [world.project.id] } });
    expect(world.settings.recorded.document(world.scopes.repository(1))).toEqual({ enabled: true });
  });

  test('of gates is told: they go on being judged', async () => {
    const world = createSwitching();
    const gates = { title: { mode: 'block' } };
    world.settings.put(world.scopes.connection, { lock: ['gates.title'], gates });
    const target = { kind: 'repositories', ids: [key.repositoryId] } as const;
    const { notes } = await previewSwitch(world.sources, connection, { enabled: false, target });
    expect(notes).toEqual(['Wider settings lock gates, which go on being judged in Shop/web.']);
  });
});

test('a policy that goes on requiring the verdict is told', async () => {
  const world = createSwitching();
  world.addRepositories(1);
  const wanted = { enabled: false, target: repositories(1) };
  const policy = (id: number, repositoryId: string | null, changes: object = {}) => ({
    id,
    isEnabled: true,
    isBlocking: true,
    settings: {
      statusGenre: 'portcullis',
      statusName: 'verdict',
      scope: [{ repositoryId, refName: 'refs/heads/main', matchKind: 'Exact' }],
    },
    ...changes,
  });
  world.azureDevOps.statusPolicies.set(world.project.id, [
    policy(1, key.repositoryId),
    policy(2, repositoryIdOf(1).toUpperCase()),
    policy(3, null),
    policy(4, null, { isBlocking: false }),
  ]);
  const { notes } = await previewSwitch(world.sources, connection, wanted);
  expect(notes).toEqual([
    expect.stringMatching(/^Policy 2 of project Shop \(main of r1\) still requires portcullis\/verdict/),
    expect.stringMatching(/^Policy 3 of project Shop \(main of every repository\) still requires/),
  ]);
  world.wire.fail('readStatusPolicies', 'before', new Failure({ kind: 'permissionMissing', message: 'No scope.' }));
  expect((await previewSwitch(world.sources, connection, wanted)).notes).toEqual([
    'Whether branch policies of project Shop still require portcullis/verdict could not be read: No scope.',
  ]);
  const on = { enabled: true, target: repositories(1) };
  expect((await previewSwitch(world.sources, connection, on)).notes).toEqual([]);
});

test('a PAT that lacks a scope for its gates keeps nobody from switching a repository off', async () => {
  const world = createSwitching();
  world.azureDevOps.missingScopes.set('workItems', 'Work Items (Read)');
  world.addRepositories(1);
  world.settings.put(world.scopes.repository(1), { gates: { 'work-items': { mode: 'block' } } });
  expect(await world.run({ enabled: false, target: repositories(1) })).toMatchObject({ result: { saved: 1 } });
  expect(await world.run({ enabled: true, target: repositories(1) })).toMatchObject({
    result: { saved: 0, refused: [{ reason: expect.stringContaining('Work Items (Read)') }] },
  });
});

test('hundreds are saved in slices, with progress; a crash loses none of them, nor their pull requests', async () => {
  const world = createSwitching();
  world.addRepositories(230);
  const all = Array.from({ length: 230 }, (_, index) => index + 1);
  const { id } = await world.start({ enabled: false, target: repositories(...all) });
  world.wire.crash(400, 'after');
  await world.drain(200);
  // Beside the call after which the process died others were under way, which came to nothing.
  expect(world.wire.attempts.length).toBeGreaterThan(world.wire.calls.length);
  expect(await world.operations.port.find(connection.id, id)).toMatchObject({
    state: 'succeeded',
    progress: { done: 230, total: 230 },
    result: { saved: 230, refused: [] },
  });
  for (const number of all) {
    expect(world.settings.recorded.document(world.scopes.repository(number))).toEqual({ enabled: false });
    expect(await world.settings.port.history(world.scopes.repository(number))).toHaveLength(1);
  }
  expect(world.sweeps()).toEqual([world.project.id]);
});

test('somebody else’s change in between is kept', async () => {
  const world = createSwitching();
  world.addRepositories(1);
  world.wire.meanwhile('settings.save', () => {
    world.settings.put(world.scopes.repository(1), { drafts: 'judge' });
  });
  expect(await world.run({ enabled: false, target: repositories(1) })).toMatchObject({ result: { saved: 1 } });
  expect(world.settings.recorded.document(world.scopes.repository(1))).toEqual({ drafts: 'judge', enabled: false });
});
