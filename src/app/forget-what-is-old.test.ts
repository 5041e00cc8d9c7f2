import { Failure } from '../core/failures';

import { createForgetWhatIsOld } from './forget-what-is-old';
import type { Aging } from './ports';
import { createFakeKept } from './testing/fake-kept';
import { connection } from './testing/samples';
import { createWorld } from './testing/world';

const DAY_MS = 86_400_000;

function given({ wrong = [] as string[] } = {}) {
  const world = createWorld();
  const asked: Partial<Record<Aging, number>> = {};
  const kept = createFakeKept(world.wire);
  const daysAgo = (days: number): Date => new Date(world.clock.now().getTime() - days * DAY_MS);
  const forget = createForgetWhatIsOld({
    oldRows: {
      remove: (aging, before) =>
        world.wire.call(`old.${aging}`, () => {
          asked[aging] = Math.round((world.clock.now().getTime() - before.getTime()) / DAY_MS);
          return { removed: 2, isWhole: true };
        }),
    },
    orphans: {
      list: () =>
        Promise.resolve([
          { connectionId: 'gone', since: daysAgo(31) },
          { connectionId: 'just-gone', since: daysAgo(29) },
        ]),
    },
    connections: world.connections.port,
    kept,
    retention: { auditDays: 365, deadLetterDays: 30 },
    wrong,
    clock: world.clock,
    log: world.log.port,
  });
  kept.of('gone').rows = 5;
  kept.of('just-gone').rows = 7;
  return { world, forget, asked, kept };
}

test('each kind goes after its own days, orphans a month after they were noticed, and one line tells the counts', async () => {
  const { world, forget, asked, kept } = given();
  await forget();
  expect(asked).toEqual({ audit: 365, deadLetters: 30, operations: 90, ledger: 180 });
  expect([kept.of('gone').rows, kept.of('just-gone').rows]).toEqual([0, 7]);
  expect(world.log.recorded.entries).toEqual([
    {
      level: 'info',
      message: 'What is old was deleted',
      fields: {
        audit: 2,
        deadLetters: 2,
        operations: 2,
        ledger: 2,
        orphans: 5,
        isWhole: true,
        durationMs: expect.any(Number),
      },
    },
  ]);
});

test('a connection that was brought back while others were being deleted keeps what it has', async () => {
  const { world, forget, kept } = given();
  world.connections.put({ ...connection, id: 'gone', name: 'gone' });
  await forget();
  expect(kept.of('gone').rows).toBe(5);
});

test('what fails keeps nothing else from going, and is told', async () => {
  const { world, forget, kept } = given();
  world.wire.fail('old.deadLetters', 'before', new Failure({ kind: 'unavailable', message: 'The tables are down.' }));
  await forget();
  expect(kept.of('gone').rows).toBe(0);
  expect(world.log.recorded.entries).toMatchObject([
    { level: 'error', fields: { of: 'deadLetters', reason: 'The tables are down.' } },
    { level: 'info', fields: { audit: 2, operations: 2, ledger: 2, orphans: 5, isWhole: false } },
  ]);
});

test('a setting that is wrong is told every day', async () => {
  const { world, forget } = given({ wrong: ['PORTCULLIS_AUDIT_DAYS is no number.'] });
  await forget();
  expect(world.log.recorded.entries).toMatchObject([
    { level: 'warn', fields: { reason: 'PORTCULLIS_AUDIT_DAYS is no number.' } },
    { level: 'info' },
  ]);
});
