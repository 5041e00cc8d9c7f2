import { Failure } from '../../core/failures';
import type { AnyOperationWork, Slice } from '../operation-work';
import type { Connection } from '../ports';
import { ALL_RIGHTS, createFakeServiceHooks, NO_RIGHTS } from '../testing/fake-service-hooks';
import { createFakeLog, createFakeSecrets } from '../testing/fake-stores';
import { bot, connection, mallory } from '../testing/samples';
import { createTestClock } from '../testing/test-clock';
import { createWire } from '../testing/wire';

import { removeAllHooks } from './remove-all-hooks';
import { rotateOperation } from './rotate-operation';
import { syncOperation } from './sync-operation';

const present: Connection = { ...connection, publicUrl: 'https://gate.example' };
const FIRST = 'the-first-password';

function createHooks(options: { atRoot?: boolean } = {}) {
  const clock = createTestClock();
  const wire = createWire(clock);
  const service = createFakeServiceHooks(wire);
  const secrets = createFakeSecrets(wire);
  const log = createFakeLog();
  if (options.atRoot ?? true) service.setRights(bot.id, '', ALL_RIGHTS);
  secrets.rotateHookSecrets(present.id, [FIRST]);
  const dependencies = {
    // Whose PAT it was until a minute ago is what the cache still says.
    withHooks: <T>(
      _: Connection,
      use: (hooks: ReturnType<typeof service.open>) => Promise<T>,
      options?: { fresh?: boolean },
    ) => use(service.open(options?.fresh ? bot : mallory)),
    secrets: secrets.port,
    clock,
    log: log.port,
  };
  const kinds = {
    sync: syncOperation(dependencies),
    rotate: rotateOperation(dependencies),
  };
  const passwords = () =>
    service.recorded.subscriptions.map(({ consumerInputs }) => consumerInputs['basicAuthPassword']);
  /** The slices of an operation, each when it is due; what was left between them goes through JSON, as in the table. */
  const run = async (kind: AnyOperationWork, between?: (slice: Slice<unknown, unknown>) => void) => {
    let cursor: unknown;
    for (let slices = 1; slices < 50; slices += 1) {
      const slice = await kind.work({
        connection: present,
        request: {},
        cursor,
        operationId: 'o',
        by: { id: 'local', name: 'Ada' },
        deadline: new Date(clock.now().getTime() + 20_000),
      });
      between?.(slice);
      if (slice.state === 'done') return slice.result;
      cursor = JSON.parse(JSON.stringify(slice.cursor));
      clock.advance(slice.dueIn ?? 0);
    }
    throw new Error('it has no end');
  };
  const remove = async () => {
    const { carried, refused } = await removeAllHooks(service.open(bot), present.id, () => true);
    return { removed: carried.changes.removed, refused };
  };
  return { ...kinds, run, remove, clock, wire, service, secrets, log, passwords };
}

test('a sync puts them in place with the password that stands, without waiting', async () => {
  const { sync, run, clock, passwords } = createHooks();
  const before = clock.now().getTime();
  expect(await run(sync)).toEqual({
    mode: 'organization',
    projects: 1,
    changes: { created: 4, repaired: 0, removed: 0 },
    total: 4,
    refused: [],
  });
  expect(clock.now().getTime() - before).toBeLessThan(1_000);
  expect(passwords()).toEqual(Array(4).fill(FIRST));
});

test('where there is no password a sync makes one, which every endpoint knows before it is used', async () => {
  const { sync, run, clock, secrets, passwords, wire } = createHooks();
  secrets.rotateHookSecrets(present.id, []);
  const stored: number[] = [];
  wire.meanwhile('secrets.saveHookSecret', () => stored.push(clock.now().getTime()));
  wire.meanwhile('hooks.create', () => stored.push(clock.now().getTime()));
  await run(sync);
  expect(passwords()).toEqual(Array(4).fill(secrets.recorded.hookSecrets(present.id)[0]));
  expect((stored[1] ?? 0) - (stored[0] ?? 0)).toBeGreaterThanOrEqual(20_000);
});

describe('rotation', () => {
  test('a new password is stored, waited for, and then in every subscription; the former one ends', async () => {
    const { sync, rotate, run, secrets, passwords, clock, wire } = createHooks();
    await run(sync);
    const times: number[] = [];
    wire.meanwhile('secrets.saveHookSecret', () => times.push(clock.now().getTime()));
    wire.meanwhile('hooks.update', () => times.push(clock.now().getTime()));
    const result = await run(rotate);
    const [now, former] = secrets.recorded.hookSecrets(present.id);
    expect(now).toMatch(/^[\w-]{43}$/);
    expect(former).toBe(FIRST);
    expect(passwords()).toEqual(Array(4).fill(now));
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(20_000);
    const endsAt = secrets.recorded.formerEndsAt(present.id);
    expect(result).toMatchObject({ changes: { repaired: 4 }, formerEndsAt: endsAt?.toISOString() });
    expect((endsAt?.getTime() ?? 0) - clock.now().getTime()).toBeGreaterThan(14 * 60_000);
  });

  test('no subscription ever carries a password that does not count, wherever the worker dies', async () => {
    const whole = createHooks();
    await whole.run(whole.sync);
    whole.wire.clearCalls();
    await whole.run(whole.rotate);
    const calls = whole.wire.calls.length;
    for (let call = 1; call <= calls; call += 1) {
      for (const when of ['before', 'after'] as const) {
        const { sync, rotate, run, secrets, passwords, clock, wire } = createHooks();
        await run(sync);
        const refused: unknown[] = [];
        let left: unknown;
        const look = (slice?: Slice<unknown, unknown>): void => {
          if (slice?.state === 'more') left = slice.cursor;
          const accepted = secrets.recorded.hookSecrets(present.id);
          refused.push(...passwords().filter((each) => !accepted.includes(each ?? '')));
        };
        wire.crash(call, when);
        await run(rotate, look).catch(() => undefined);
        look();
        wire.restart();
        // The queue delivers the slice again, with the cursor that was kept.
        const resumed: AnyOperationWork = {
          ...rotate,
          work: (context) => rotate.work({ ...context, cursor: context.cursor ?? left }),
        };
        clock.advance(30);
        await run(resumed, look);
        look();
        expect(refused).toEqual([]);
        const [now] = secrets.recorded.hookSecrets(present.id);
        expect(now).not.toBe(FIRST);
        expect(passwords()).toEqual(Array(4).fill(now));
      }
    }
  });

  test('one that follows at once waits until what was sent before has arrived', async () => {
    const { sync, rotate, run, clock, wire, passwords, secrets } = createHooks();
    await run(sync);
    await run(rotate);
    const ended = clock.now().getTime();
    let stored = 0;
    wire.meanwhile('secrets.saveHookSecret', () => (stored = clock.now().getTime()));
    await run(rotate);
    expect(stored - ended).toBeGreaterThanOrEqual(60_000);
    expect(passwords()).toEqual(Array(4).fill(secrets.recorded.hookSecrets(present.id)[0]));
  });

  test('a sync that begins beside one gives no subscription the new password early', async () => {
    const { sync, run, clock, wire, secrets, passwords } = createHooks();
    await run(sync);
    await secrets.port.saveHookSecret(present.id, 'the-second-password');
    const stored = clock.now().getTime();
    let rewritten = 0;
    wire.meanwhile('hooks.update', () => (rewritten = clock.now().getTime()));
    await run(sync);
    expect(rewritten - stored).toBeGreaterThanOrEqual(20_000);
    expect(passwords()).toEqual(Array(4).fill('the-second-password'));
    const before = clock.now().getTime();
    await run(sync);
    expect(clock.now().getTime() - before).toBeLessThan(1_000);
  });

  test('where a project refuses, the former password counts for its day', async () => {
    const { sync, rotate, run, service, secrets } = createHooks({ atRoot: false });
    const bank = { id: 'd0700000-0000-4000-8000-000000000006', name: 'Bank' };
    service.projects.push(bank);
    for (const { id } of service.projects) service.setRights(bot.id, id, ALL_RIGHTS);
    await run(sync);
    service.setRights(bot.id, bank.id, NO_RIGHTS);
    expect(await run(rotate)).toMatchObject({ refused: [{ project: 'Bank' }], formerEndsAt: null });
    expect(secrets.recorded.formerEndsAt(present.id)).toBeUndefined();
  });
});

test('removing leaves none of the connection, and others alone', async () => {
  const { sync, remove, run, service } = createHooks();
  await run(sync);
  const [one] = service.recorded.subscriptions;
  if (!one) throw new Error('there are four');
  const other = { ...structuredClone(one), id: 'other' };
  other.consumerInputs['url'] = 'https://gate.example/api/service-hooks/con-other';
  service.recorded.subscriptions.push(other);
  expect(await remove()).toEqual({ removed: 4, refused: [] });
  expect(service.recorded.subscriptions).toEqual([other]);
  expect(await remove()).toEqual({ removed: 0, refused: [] });
});

test('of what the account may not see any more, removing says so', async () => {
  const { sync, remove, run, service } = createHooks();
  await run(sync);
  service.setRights(bot.id, '', NO_RIGHTS);
  expect(await remove()).toMatchObject({ removed: 0, refused: [{ project: 'Shop' }] });
});

test('a connection of a former release, whose address is not known, is a sentence', async () => {
  const { sync } = createHooks();
  const work = sync.work({
    connection: { ...connection, publicUrl: null },
    request: {},
    cursor: undefined,
    operationId: 'o',
    by: { id: 'local', name: 'Ada' },
    deadline: new Date('2030-01-01'),
  });
  await expect(work).rejects.toBeInstanceOf(Failure);
  await expect(work).rejects.toThrow('portcullis connect');
});

test('neither a cursor nor a result nor a log line has a password', async () => {
  const { sync, rotate, run, log, secrets } = createHooks();
  const seen: unknown[] = [];
  await run(sync, (slice) => seen.push(slice));
  await run(rotate, (slice) => seen.push(slice));
  const told = JSON.stringify([seen, log.recorded.entries]);
  for (const secret of [FIRST, ...secrets.recorded.hookSecrets(present.id)]) expect(told).not.toContain(secret);
});
