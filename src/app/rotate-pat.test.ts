import type { ConnectionLine } from '../core/connection-sight';
import { Failure } from '../core/failures';
import type { Identity } from '../core/snapshot';

import type { Connection } from './ports';
import { createRemoveProjectPat } from './remove-project-pat';
import { createRotatePat, type RotationRequest } from './rotate-pat';
import type { ConnectionTest } from './test-connection';
import { bot, connection, mallory } from './testing/samples';
import { createWorld, type World } from './testing/world';

const expiresOn = new Date('2027-02-01T00:00:00Z');

/** A world where a PAT is tested by whether Azure DevOps takes it; `lines` come on top. */
function create(lines: ConnectionLine[] = []) {
  const world = createWorld();
  const tested: Connection[] = [];
  const replacing = async (of: Connection, { pat }: { pat: string }): Promise<ConnectionTest> => {
    tested.push(of);
    const account = world.azureDevOps.accounts.get(pat) ?? null;
    const refused: ConnectionLine = { check: 'credential', state: 'broken', message: 'Azure DevOps asks to sign in.' };
    const all = account ? lines : [refused];
    return { url: of.url, ok: all.every(({ state }) => state !== 'broken'), account, lines: all, apiVersion: null };
  };
  const nobody = () => Promise.reject(new Error('not asked here'));
  const rotatePat = createRotatePat({
    testConnection: {
      given: nobody,
      stored: nobody,
      through: nobody,
      replacing: (of, credential) => (credential.kind === 'pat' ? replacing(of, credential) : nobody()),
    },
    connections: world.connections.port,
    secrets: world.secrets.port,
    credentials: world.credentials,
    queue: world.queue.port,
    connect: world.azureDevOps.connect,
    clock: world.clock,
    log: world.log.port,
  });
  const present = (): Connection => world.connections.recorded.rows()[0] ?? connection;
  const rotate = (over: Partial<RotationRequest> = {}) =>
    rotatePat(present(), { pat: 'new-pat', expiresOn, force: false, otherAccount: false, ...over });
  const removeProjectPat = createRemoveProjectPat({
    connections: world.connections.port,
    secrets: world.secrets.port,
    queue: world.queue.port,
    clock: world.clock,
    log: world.log.port,
  });
  const remove = (project: string) => removeProjectPat(present(), project);
  const give = (pat: string, account: Identity): void => void world.azureDevOps.accounts.set(pat, account);
  return { world, tested, present, rotate, give, remove };
}

const untouched = (world: World): unknown[] => [
  world.connections.recorded.rows(),
  world.secrets.recorded.pat(connection.id)?.value,
  world.queue.recorded.sent,
];

test('a PAT that is taken takes over: in the vault, on the row, with everything judged again', async () => {
  const { world, present, rotate, give } = create();
  give('new-pat', bot);
  expect(await rotate()).toMatchObject({ outcome: 'rotated', formerAccount: null, project: null, expiresOn });
  expect(world.secrets.recorded.pat(connection.id)).toEqual({ value: 'new-pat', expiresOn });
  expect(present()).toEqual({ ...connection, credential: { kind: 'pat', expiresOn } });
  expect(world.queue.recorded.sent).toMatchObject([{ message: { kind: 'sweep', full: true } }]);
});

test('a broken connection heals at once, and what it was refused to write is forgotten', async () => {
  const { world, present, rotate, give } = create();
  world.azureDevOps.accounts.delete('bot-pat');
  world.hook();
  await world.drain();
  expect(present().broken).not.toBeNull();
  give('new-pat', bot);
  world.connections.put({ ...present(), refusedWrites: ['status'] });
  await rotate();
  expect(present()).toMatchObject({ broken: null, refusedWrites: [] });
  await world.drain();
  expect(world.verdict()?.state).toBe('succeeded');
});

test('no secret is in what is logged or kept on the row', async () => {
  const { world, rotate, give } = create();
  give('canary-pat', bot);
  const answer = await rotate({ pat: 'canary-pat' });
  const seen = JSON.stringify([
    answer,
    world.connections.recorded.rows(),
    world.log.recorded.entries,
    world.queue.recorded.sent,
  ]);
  expect(seen).not.toMatch(/canary-pat/);
});

describe('nothing is changed', () => {
  const warning: ConnectionLine = { check: 'account', state: 'warning', message: 'A person.' };
  const noRepository: ConnectionLine = { check: 'licence', state: 'broken', message: 'It sees no repository.' };
  const elsewhere: ConnectionLine = { check: 'organization', state: 'broken', message: 'Another organization.' };

  test.each<[string, ConnectionLine[], Partial<RotationRequest>, Identity | undefined, string]>([
    ['by a PAT that is refused', [], {}, undefined, 'broken'],
    ['by one that is refused, whoever insists', [], { force: true }, undefined, 'broken'],
    ['by one with which something is broken', [noRepository], {}, bot, 'broken'],
    ['by one of another organization, whoever insists', [elsewhere], { force: true }, bot, 'broken'],
    ['by one of another account, unless that is meant', [], {}, mallory, 'otherAccount'],
  ])('%s', async (_, lines, over, account, outcome) => {
    const { world, rotate, give } = create(lines);
    if (account) give('new-pat', account);
    const before = untouched(world);
    expect(await rotate(over)).toMatchObject({ outcome });
    expect(untouched(world)).toEqual(before);
  });

  test.each<[string, Partial<Connection>, string]>([
    ['of a connection with the managed identity', { credential: { kind: 'managedIdentity' } }, 'managed identity'],
    ['of a connection that is leaving', { state: 'leaving' }, 'being disconnected'],
  ])('%s', async (_, over, says) => {
    const { world, rotate, give } = create();
    give('new-pat', bot);
    world.connections.put({ ...connection, ...over });
    const before = untouched(world);
    await expect(rotate()).rejects.toMatchObject({ message: expect.stringContaining(says) });
    expect(untouched(world)).toEqual(before);
  });

  test('warnings keep nobody from it, and what is broken not those who insist', async () => {
    const first = create([warning]);
    first.give('new-pat', bot);
    expect(await first.rotate()).toMatchObject({ outcome: 'rotated' });
    const second = create([noRepository]);
    second.give('new-pat', bot);
    expect(await second.rotate({ force: true })).toMatchObject({ outcome: 'rotated' });
  });
});

test('another account, if that is meant, is who we are from then on, and the former one stays ours', async () => {
  const { world, present, rotate, give } = create();
  world.pullRequest.change((state) => (state.workItems = []));
  world.hook();
  await world.drain();
  give('new-pat', mallory);
  expect(await rotate({ otherAccount: true })).toMatchObject({ outcome: 'rotated', formerAccount: bot });
  expect(present().identities).toEqual([mallory, bot]);
  await world.drain();
  const summaries = world.azureDevOps.recorded.summaries().filter(({ comments }) => comments[0]?.content !== '');
  expect(summaries.map(({ comments }) => comments[0]?.author.id)).toContain(mallory.id);
});

test('who gives the same again corrects its date, and is told that nothing was replaced', async () => {
  const { rotate, give, present } = create();
  give('bot-pat', bot);
  expect(await rotate({ pat: 'bot-pat' })).toMatchObject({ outcome: 'rotated', former: 'same' });
  expect(present().credential).toEqual({ kind: 'pat', expiresOn });
  give('new-pat', bot);
  expect(await rotate()).toMatchObject({ outcome: 'rotated', former: 'other' });
});

describe('the PAT of a project', () => {
  test('is kept apart, found by the project’s name or id, and leaves the connection’s as it is', async () => {
    const { world, present, rotate, give } = create();
    const { project } = world.pullRequest.seen(0).details;
    give('new-pat', mallory);
    for (const named of [project.name.toUpperCase(), project.id]) {
      expect(await rotate({ project: named })).toMatchObject({ outcome: 'rotated', project, formerAccount: null });
      const own = { projectId: project.id, projectName: project.name, expiresOn, accountId: mallory.id };
      expect(present()).toEqual({ ...connection, identities: [bot, mallory], projectPats: [own] });
    }
    expect(world.secrets.recorded.pat(connection.id)?.value).toBe('bot-pat');
    expect(world.secrets.recorded.pat(`${connection.id}/${project.id}`)?.value).toBe('new-pat');
    expect(world.queue.recorded.sent[0]?.message).toMatchObject({ kind: 'sweep', full: true, projectId: project.id });
  });

  test.each([
    ['that its account does not see', 'Elsewhere', 'sees no project Elsewhere'],
    ['of which it sees no repository', 'Empty', 'sees no repository of project Empty'],
  ])('is refused for one %s', async (_, named, says) => {
    const { world, rotate, give } = create();
    give('new-pat', bot);
    world.azureDevOps.listElsewhere({ id: '7d0f7a2c-0000-4000-8000-00000000000b', name: 'Empty' }, []);
    const before = untouched(world);
    const answer = await rotate({ project: named, force: true });
    expect(answer.outcome).toBe('broken');
    expect(answer.test).toMatchObject({
      ok: false,
      lines: [{ check: 'repository', message: expect.stringContaining(says) }],
    });
    expect(untouched(world)).toEqual(before);
  });

  test('names the repositories that its account may not read, and is taken by whoever insists', async () => {
    const { world, present, rotate, give } = create();
    const { project } = world.pullRequest.seen(0).details;
    give('new-pat', mallory);
    const more = { project, defaultBranch: null, size: null, fork: null };
    world.azureDevOps.otherRepositories.push(
      { ...more, id: 'r2', name: 'payments', isDisabled: false },
      { ...more, id: 'r3', name: 'attic', isDisabled: true },
    );
    world.azureDevOps.hiddenRepositories.set('new-pat', ['r2', 'r3']);
    const before = untouched(world);
    const answer = await rotate({ project: project.name });
    expect(answer.outcome).toBe('broken');
    expect(answer.test.lines).toMatchObject([{ check: 'repository', message: expect.stringContaining('payments of') }]);
    expect(untouched(world)).toEqual(before);
    expect(await rotate({ project: project.name, force: true })).toMatchObject({ outcome: 'rotated' });
    // Nor by a former PAT of the project, where the connection sees nothing there.
    world.azureDevOps.visibleProjects.set('bot-pat', []);
    give('next-pat', mallory);
    world.azureDevOps.hiddenRepositories.set('next-pat', ['r2']);
    world.azureDevOps.hiddenRepositories.delete('new-pat');
    expect(await rotate({ project: project.name, pat: 'next-pat' })).toMatchObject({ outcome: 'broken' });
    expect(present().projectPats).toHaveLength(1);
  });

  test('is removed again: from the vault, from the row, and the project is judged with the connection’s', async () => {
    const { world, present, rotate, give, remove } = create();
    const { project } = world.pullRequest.seen(0).details;
    give('new-pat', mallory);
    await rotate({ project: project.id });
    world.wire.crash('connections.change', 'before');
    await expect(remove(project.name)).rejects.toThrow('died');
    world.wire.restart();
    expect(await remove(project.name.toUpperCase())).toEqual(project);
    expect(world.secrets.recorded.pat(`${connection.id}/${project.id}`)).toBeUndefined();
    expect(present().projectPats).toEqual([]);
    await world.drain();
    expect(world.verdict()?.author).toEqual(bot);
    await expect(remove(project.id)).rejects.toMatchObject({ kind: 'notFound' });
  });

  test('of another account than before is asked about, too', async () => {
    const { world, rotate, give, tested } = create();
    const { project } = world.pullRequest.seen(0).details;
    give('new-pat', bot);
    give('other-pat', mallory);
    await rotate({ project: project.id });
    expect(await rotate({ project: project.id, pat: 'other-pat' })).toMatchObject({
      outcome: 'otherAccount',
      formerAccount: bot,
    });
    expect(tested.map(({ identities }) => identities)).toEqual([[], [bot]]);
  });

  test('is taken by a connection with the managed identity', async () => {
    const { world, present, rotate, give } = create();
    give('new-pat', mallory);
    world.connections.put({ ...connection, credential: { kind: 'managedIdentity' } });
    await rotate({ project: world.pullRequest.seen(0).details.project.id });
    expect(present()).toMatchObject({
      credential: { kind: 'managedIdentity' },
      projectPats: [{ accountId: mallory.id }],
    });
  });
});

test.each(['secrets.savePat', 'queue.send', 'connections.change'])(
  'after a failure at %s it is done again, and all is well',
  async (operation) => {
    const { world, present, rotate, give } = create();
    give('new-pat', bot);
    const down = new Failure({ kind: 'unavailable', message: 'down' });
    world.wire.fail(operation, 'before', down);
    await expect(rotate()).rejects.toBe(down);
    expect(await rotate()).toMatchObject({ outcome: 'rotated' });
    expect(present().credential).toEqual({ kind: 'pat', expiresOn });
    expect(world.secrets.recorded.pat(connection.id)?.value).toBe('new-pat');
  },
);

test.each([
  ['the connection', undefined],
  ['a project', 'project'],
])(
  'of two that replace the PAT of %s at once, the row tells of the one in the vault, and the other is told',
  async (_, of) => {
    const { world, present, rotate, give } = create();
    const project = of && world.pullRequest.seen(0).details.project.id;
    give('first-pat', bot);
    give('second-pat', bot);
    const later = new Date('2027-08-01T00:00:00Z');
    let second: Promise<unknown> | undefined;
    // The first is in the vault, and the row waits.
    world.wire.stall('connections.change', async () => {
      second = rotate({ project, pat: 'second-pat', expiresOn: later });
      await second;
    });
    await expect(rotate({ project, pat: 'first-pat' })).rejects.toMatchObject({
      kind: 'superseded',
      message: expect.stringContaining('Somebody else'),
    });
    expect(await second).toMatchObject({ outcome: 'rotated' });
    const stored = world.secrets.recorded.pat(of ? `${connection.id}/${project}` : connection.id);
    expect(stored).toEqual({ value: 'second-pat', expiresOn: later });
    expect(of ? present().projectPats[0]?.expiresOn : present().credential).toEqual(
      of ? later : { kind: 'pat', expiresOn: later },
    );
  },
);
