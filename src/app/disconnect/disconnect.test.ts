import { Failure } from '../../core/failures';
import { THREAD_KIND } from '../../core/plan-threads';
import { wantedSubscriptions } from '../hooks/wanted-hooks';
import type { AnyOperationWork } from '../operation-work';
import type { BranchPolicy } from '../ports';
import { createFakeKept } from '../testing/fake-kept';
import { createFakePolicies } from '../testing/fake-policies';
import { ALL_RIGHTS, createFakeServiceHooks, NO_RIGHTS } from '../testing/fake-service-hooks';
import { bot, connection, mallory } from '../testing/samples';
import { BOT_PAT, createWorld } from '../testing/world';

import { createDisconnect } from './disconnect';
import { FORGET_OPERATION, forgetOperation } from './forget-operation';
import { LEAVE_OPERATION, leaveOperation } from './leave-operation';
import { findPolicies, mayBlock, removePolicies } from './remove-policies';

const by = { id: 'olga', name: 'Olga Admin' };
const verdict: BranchPolicy = {
  id: 12,
  isEnabled: true,
  isBlocking: true,
  settings: { statusGenre: 'portcullis', statusName: 'verdict', scope: [] },
};

/** A connection with everything that one may have, and the steps that disconnect it. */
function createScene({ hasRights = true } = {}) {
  const kinds: AnyOperationWork[] = [];
  const world = createWorld({ kinds });
  const kept = createFakeKept(world.wire);
  const hooks = createFakeServiceHooks(world.wire);
  hooks.setRights(bot.id, '', hasRights ? ALL_RIGHTS : NO_RIGHTS);
  const wanted = { connectionId: connection.id, publicUrl: 'https://gate.example', password: 'p' };
  for (const [index, body] of wantedSubscriptions(wanted, '').entries()) {
    const status = { status: 'enabled', owner: bot, changedBy: bot, consumerActionId: 'httpRequest' };
    const probation = { retries: 0, lastRetryAt: null };
    hooks.recorded.subscriptions.push({ ...body, ...status, probation, id: `hook-${index}` });
  }
  Object.assign(kept.of(connection.id), {
    rows: 250,
    secrets: ['pat', 'hook'].map((name) => ({ name, state: 'stands', purgedOn: null })),
    scheduled: 3,
  });
  const shared = {
    connections: world.connections.port,
    credentials: world.credentials,
    ledger: world.ledger.port,
    connect: world.azureDevOps.connect,
    withHooks: <T>(_: unknown, use: (door: ReturnType<typeof hooks.open>) => Promise<T>) => use(hooks.open(bot)),
    clock: world.clock,
    ...kept,
  };
  kinds.push(leaveOperation(shared), forgetOperation(shared));
  const disconnect = createDisconnect(shared);
  const present = () => world.connections.recorded.rows().find(({ id }) => id === connection.id);
  const last = () => world.operations.recorded.all()[0];
  /** One step, as the command asks for it; what became of it. */
  const run = async (kind: string, request: unknown = {}) => {
    const asked = present();
    if (!asked) throw new Error('The connection is gone.');
    const { id } = await world.runner.start(kind, asked, request, by);
    await world.drain(600);
    const done = world.operations.recorded.all().find((each) => each.id === id);
    return { state: done?.state, trouble: done?.trouble, result: done?.result };
  };
  return {
    ...world,
    kept,
    hooks,
    disconnect,
    present,
    last,
    leave: (organizationGone = false) => run(LEAVE_OPERATION, { organizationGone }),
    forget: () => run(FORGET_OPERATION),
    finish: async () => {
      const asked = present();
      if (asked) await disconnect.finish(asked);
    },
    /** Our summary, a command that nobody answered, and what is none of ours. */
    talk: () => {
      const begin = (author: typeof bot, content: string, properties = {}) =>
        world.azureDevOps.createThreadAs(author, { content, status: 'active', properties }).id;
      return {
        summary: begin(bot, 'Portcullis says', { [THREAD_KIND]: 'summary' }),
        command: begin(mallory, '/gate re-run'),
        question: begin(mallory, 'Why?'),
        forged: begin(mallory, 'Portcullis says', { [THREAD_KIND]: 'summary' }),
      };
    },
    openThreads: () =>
      world.azureDevOps.recorded
        .threads()
        .filter(({ status }) => status === 'active')
        .map(({ id }) => id),
  };
}

test('leaves, then forgets, then is gone: nothing of it is left, and other people’s threads stay open', async () => {
  const scene = createScene();
  const { question, forged } = scene.talk();
  expect(await scene.disconnect.look(connection)).toEqual({
    state: 'connected',
    subscriptions: { found: 4, trouble: null },
    secrets: { found: expect.arrayContaining([]), trouble: null },
    rows: { found: { Ledger: 250 }, trouble: null },
    messages: { found: { scheduled: 3, waiting: 0 }, trouble: null },
  });

  expect(await scene.leave()).toMatchObject({
    state: 'succeeded',
    result: { threads: { closed: 2, refused: [] }, hooks: { removed: 4, refused: [] }, unreachable: null },
  });
  expect(scene.present()?.state).toBe('leaving');
  expect(scene.openThreads()).toEqual([question, forged]);
  expect(scene.hooks.recorded.subscriptions).toEqual([]);

  await expect(scene.finish()).rejects.toThrow(/still being disconnected/);
  expect(await scene.forget()).toMatchObject({
    state: 'succeeded',
    result: { messages: { cancelled: 3, trouble: null }, secretsKept: [], rows: 250 },
  });
  await scene.finish();
  expect(scene.present()).toBeUndefined();
  expect(scene.kept.of(connection.id)).toEqual({ rows: 0, secrets: [], scheduled: 0 });
});

test('comes to its end whatever call the process dies at, before or after it took effect', async () => {
  let calls = Infinity;
  for (let at = 1; at <= calls; at += 1) {
    for (const when of ['before', 'after'] as const) {
      const scene = createScene();
      scene.talk();
      scene.wire.clearCalls();
      scene.wire.crash(at, when);
      // The command is called again until it is through, as an administrator would.
      for (let tries = 0; tries < 3 && scene.present(); tries += 1) {
        try {
          if ((await scene.leave()).state !== 'succeeded') continue;
          if ((await scene.forget()).state !== 'succeeded') continue;
          await scene.finish();
        } catch {
          scene.wire.restart();
        }
      }
      expect(scene.present()).toBeUndefined();
      expect(scene.hooks.recorded.subscriptions).toEqual([]);
      expect(scene.openThreads()).toHaveLength(2);
      expect(scene.kept.of(connection.id)).toEqual({ rows: 0, secrets: [], scheduled: 0 });
      calls = Math.min(calls, scene.wire.attempts.length);
    }
  }
  expect(calls).toBeGreaterThan(20);
});

test('does not leave while a policy of ours blocks, as the gate sees it; what is optional or another’s is no hindrance', async () => {
  const scene = createScene();
  const [shop] = await scene.azureDevOps.connect(connection, 'bot-pat').readProjects();
  const policies = [verdict, { ...verdict, id: 13, isBlocking: false }];
  scene.azureDevOps.statusPolicies.set(shop?.id ?? '', policies);
  expect(await scene.leave()).toMatchObject({ state: 'failed', trouble: expect.stringMatching(/policy 12 .*verdict/) });
  expect(scene.present()?.state).toBe('connected');
  expect(scene.hooks.recorded.subscriptions).toHaveLength(4);
  policies.shift();
  expect(await scene.leave()).toMatchObject({ state: 'succeeded' });
});

test('waits for an evaluation that is under way, as it may still write', async () => {
  const scene = createScene();
  await scene.ledger.port.begin({ connectionId: connection.id, repositoryId: 'r', pullRequestId: 9 }, 'evaluation-x');
  const begun = scene.clock.now().getTime();
  expect(await scene.leave()).toMatchObject({ state: 'succeeded' });
  expect((scene.clock.now().getTime() - begun) / 1_000).toBeGreaterThan(55);
});

test.each<[string, (scene: ReturnType<typeof createScene>) => void, object]>([
  ['whose PAT is refused', ({ azureDevOps }) => azureDevOps.accounts.clear(), { unreachable: expect.any(String) }],
])('a connection %s leaves all the same, and says what it could not do', async (_, change, result) => {
  const scene = createScene();
  change(scene);
  expect(await scene.leave()).toMatchObject({ state: 'succeeded', result });
  expect(scene.present()?.state).toBe('leaving');
});

test('subscriptions that the account may not remove are named, with the command that helps', async () => {
  const scene = createScene({ hasRights: false });
  const { result } = await scene.leave();
  expect(result).toMatchObject({ hooks: { removed: 0, refused: [{ reason: expect.stringMatching(/hooks grant/) }] } });
});

test('an organization that is gone is asked nothing', async () => {
  const scene = createScene();
  scene.wire.fail('hooks.list', 'before', new Failure({ kind: 'notFound', message: 'gone' }), 100);
  scene.wire.clearCalls();
  expect(await scene.leave(true)).toMatchObject({ state: 'succeeded' });
  expect(scene.wire.calls.filter((call) => call.startsWith('hooks') || call.startsWith('read'))).toEqual([]);
});

test('nothing is forgotten of a connection that is in service', async () => {
  const scene = createScene();
  expect(await scene.forget()).toMatchObject({ state: 'failed', trouble: expect.stringContaining('is in service') });
  await expect(scene.finish()).rejects.toThrow(/still in service/);
  expect(scene.kept.of(connection.id)).toMatchObject({ rows: 250, scheduled: 3 });
});

test('what the vault keeps is told with its day; a queue that cannot be looked through is told, too', async () => {
  const scene = createScene();
  scene.kept.isPurgeProtected = true;
  await scene.leave();
  scene.wire.fail('messages.cancel', 'before', new Failure({ kind: 'unavailable', message: 'no right' }), 10);
  expect((await scene.forget()).result).toEqual({
    messages: { cancelled: 0, trouble: 'no right' },
    secretsKept: ['pat', 'hook'].map((name) => ({ name, purgedOn: '2027-06-01T00:00:00.000Z' })),
    rows: 250,
  });
  await scene.finish();
  expect(scene.present()).toBeUndefined();
});

describe('our policies', () => {
  test('of all projects are found and deleted, others stay', async () => {
    const fake = createFakePolicies();
    const add = (changes: object, state: object = {}) =>
      fake.port.createStatusPolicy('Shop', { ...verdict, ...state, settings: { ...verdict.settings, ...changes } });
    const [blocking, optional, other] = [
      await add({}),
      await add({}, { isBlocking: false }),
      await add({ statusGenre: 'sonar' }),
    ];
    const found = await findPolicies(fake.port);
    expect(found.policies.map(({ policyId, blocks }) => [policyId, blocks])).toEqual([
      [blocking.id, true],
      [optional.id, false],
    ]);
    expect(mayBlock(found)).toBe(true);
    await fake.port.deleteStatusPolicy('Shop', optional.id);
    const removed = await removePolicies(fake.port, found);
    expect(removed.policies.map(({ state }) => state)).toEqual(['deleted', 'deleted']);
    expect(mayBlock(removed)).toBe(false);
    expect(fake.policies.map(({ id }) => id)).toEqual([other.id]);
  });

  test('that cannot be deleted or seen keep the connection', async () => {
    const fake = createFakePolicies();
    const { id } = await fake.port.createStatusPolicy('Shop', verdict);
    const refusal = new Failure({ kind: 'permissionMissing', message: 'You lack "Edit policies".' });
    fake.fail.set(`delete ${id}`, refusal);
    const removed = await removePolicies(fake.port, await findPolicies(fake.port));
    expect(removed.policies).toMatchObject([{ state: 'failed', note: refusal.message }]);
    expect(mayBlock(removed)).toBe(true);
    fake.fail.set('readStatusPolicies Shop', refusal);
    expect(mayBlock(await findPolicies(fake.port))).toBe(true);
  });
});

describe('a project with a PAT of its own', () => {
  const expiresOn = new Date('2027-09-01T00:00:00Z');
  const createOwn = async () => {
    const scene = createScene();
    const { project } = scene.pullRequest.seen(0).details;
    const own = { projectId: project.id, projectName: project.name, expiresOn, accountId: bot.id };
    scene.connections.put({ ...connection, projectPats: [own] });
    await scene.secrets.port.savePat(connection.id, 'own-pat', expiresOn, project.id);
    scene.azureDevOps.visibleProjects.set(BOT_PAT, []);
    return scene;
  };

  test('has its threads closed with that one, where nobody else sees it', async () => {
    const scene = await createOwn();
    scene.azureDevOps.accounts.set('own-pat', bot);
    scene.talk();
    expect(await scene.leave()).toMatchObject({ state: 'succeeded', result: { threads: { closed: 2, refused: [] } } });
  });

  test('whose PAT is refused is told, and the rest is done', async () => {
    const scene = await createOwn();
    scene.talk();
    const { state, result } = await scene.leave();
    expect(state).toBe('succeeded');
    expect(result).toMatchObject({ threads: { closed: 0, refused: [expect.any(String)] }, hooks: { removed: 4 } });
  });
});
