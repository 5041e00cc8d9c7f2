import { z } from 'zod';

import { eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { editWorkItem, newRepository, newWorkItem, type NewRepository } from '../support/new-repository';

/** What changes a verdict although nobody pushes and no hook tells of it: the calendar, and what a sweep finds. */

const MINUTE = 60_000;
const SWEEP = 5 * MINUTE;
const hooksSchema = z.object({
  subscriptions: z.array(z.object({ notifications: z.record(z.string(), z.number()) })),
});

/** Every event is lost before a subscription hears of it; what was on its way before has been delivered. */
async function loseHooks(environment: TestEnvironment): Promise<void> {
  expect((await environment.control('POST', 'hooks', { drop: true })).status).toBe(200);
  await eventually(
    () => deliveries(environment),
    ({ pending }) => pending === 0,
  );
}

/** How many there ever were. */
async function deliveries(environment: TestEnvironment): Promise<{ all: number; pending: number }> {
  const { subscriptions } = hooksSchema.parse((await environment.control('GET', 'hooks')).body);
  const counts = subscriptions.flatMap(({ notifications }) => Object.entries(notifications));
  const sum = (of: typeof counts): number => of.reduce((total, [, count]) => total + count, 0);
  return { all: sum(counts), pending: sum(counts.filter(([result]) => result === 'pending')) };
}

interface Change {
  repository: NewRepository;
  id: number;
  before: [state: string, description: string];
  after: [state: string, description: string];
  happens: () => Promise<unknown>;
}

const GREEN: [string, string] = ['succeeded', '1 gate passed'];
const failed = (says: string): [string, string] => ['failed', `1 of 1 gate failed: ${says}`];

describe('what a sweep finds', () => {
  let environment: TestEnvironment;

  beforeAll(async () => {
    environment = await startTestEnvironment();
  });

  afterAll(() => environment.end());

  /** A repository with one gate. */
  async function gated(gate: string, options: object = {}, name = gate): Promise<NewRepository> {
    const repository = await newRepository(environment, name);
    await repository.save({ [gate]: { mode: 'block', ...options } });
    return repository;
  }

  const changes: Record<string, () => Promise<Change>> = {
    'a merged dependency': async () => {
      const repository = await gated('depends-on');
      const other = await repository.open('api');
      const id = await repository.open('basket', { description: `Depends-On: !${other}` });
      const before: Change['before'] = ['pending', `waiting for depends-on !${other} open`];
      return { repository, id, before, after: GREEN, happens: () => repository.pulls.complete(other) };
    },
    'a removed label': async () => {
      const repository = await gated('labels');
      const id = await repository.open('blocked', { labels: [{ name: 'blocked' }] });
      const before = failed('labels "blocked" is set');
      return { repository, id, before, after: GREEN, happens: () => repository.unlabel(id, 'blocked') };
    },
    'a resolved thread': async () => {
      const repository = await gated('comments');
      const id = await repository.open('discussed');
      const thread = await repository.pulls.comment(id, 'Is this tested?', 'reviewer');
      const happens = () =>
        repository.ask('reviewer', 'PATCH', `pullRequests/${id}/threads/${thread}`, { status: 'fixed' });
      return { repository, id, before: failed('comments 1 open'), after: GREEN, happens };
    },
    'a completed work item, which was asked for': async () => {
      const repository = await gated('work-items', { allowedStates: ['Closed'] }, 'completed');
      const item = await newWorkItem(environment, { 'System.Title': 'Greet customers', 'System.State': 'Active' });
      const id = await repository.open('asked');
      await repository.pulls.linkWorkItem(id, item);
      const before = failed(`work-items #${item} is Active`);
      const happens = () => editWorkItem(environment, item, { 'System.State': 'Closed' });
      return { repository, id, before, after: GREEN, happens };
    },
    'a completed work item, under which nothing may be merged any more': async () => {
      const repository = await gated('work-items', { forbiddenStates: ['Closed'] }, 'over');
      const item = await newWorkItem(environment, { 'System.Title': 'Greet customers', 'System.State': 'Active' });
      const id = await repository.open('late');
      await repository.pulls.linkWorkItem(id, item);
      const after = failed(`work-items #${item} is Closed`);
      const happens = () => editWorkItem(environment, item, { 'System.State': 'Closed' });
      return { repository, id, before: GREEN, after, happens };
    },
  };

  test('changes the verdict within the hour', async () => {
    const all = await Promise.all(Object.values(changes).map((make) => make()));
    for (const { repository, id, before } of all) await repository.looks(id, ...before);
    // Just behind a sweep: the next one is minutes away.
    const { clock } = environment;
    clock.advance(SWEEP - (clock.now() % SWEEP));
    await environment.settle();
    await loseHooks(environment);
    const { all: deliveredBefore } = await deliveries(environment);

    for (const { happens } of all) await happens();
    await environment.settle();
    for (const { repository, id, before } of all) await repository.says(id, ...before, 0);

    const saying = async () =>
      Promise.all(all.map(async ({ repository, id }) => (await repository.pulls.verdict(id)).description));
    const wanted = all.map(({ after: [, description] }) => description);
    for (let sweeps = 0; sweeps < 12 && (await saying()).join() !== wanted.join(); sweeps += 1)
      await environment.sweep();
    for (const { repository, id, after } of all) {
      await repository.says(id, ...after, 0);
      const { value: iterations } = await repository.ask('author', 'GET', `pullRequests/${id}/iterations`);
      expect(iterations).toHaveLength(1);
    }
    expect((await deliveries(environment)).all).toBe(deliveredBefore);
  }, 240_000);
});

test('a freeze begins and ends, and a day comes, without a hook, a push or a sweep', async () => {
  // What comes right here comes by the messages that were left for later.
  const environment = await startTestEnvironment({ sweeps: false });
  try {
    const { clock, broker } = environment;
    /** Until nothing is left for later but so many looks, when the calendar says something else. */
    const onlyTheCalendar = async (looks: number): Promise<void> => {
      await eventually(
        async () => {
          const queue = broker.queue('work');
          const isQuiet = queue.active === 0 && queue.locked === 0;
          if (isQuiet && queue.scheduled > looks) clock.advance(5_000);
          return isQuiet && queue.scheduled === looks;
        },
        (isSo) => isSo,
      );
    };
    const minuteIn = (minutes: number): Date => new Date((Math.ceil(clock.now() / MINUTE) + minutes) * MINUTE);
    const told = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    const [begin, end] = [minuteIn(60), minuteIn(120)];
    const [from, to] = [begin, end].map((time) => time.toISOString().slice(0, 16));
    const frozen: Change['before'] = ['pending', `waiting for freeze until ${told(end)}: Stocktaking`];
    const early: Change['before'] = ['pending', `waiting for depends-on until ${told(begin)}`];
    const [freeze, dependsOn] = await Promise.all(
      ['freeze', 'depends-on'].map((name) => newRepository(environment, name)),
    );
    if (!freeze || !dependsOn) throw new Error('There are two repositories.');
    await freeze.save({ freeze: { mode: 'block', windows: [{ from, to, reason: 'Stocktaking' }] } });
    await dependsOn.save({ 'depends-on': { mode: 'block' } });
    const id = await freeze.open('frozen');
    const later = await dependsOn.open('later', { description: `Merge-After: ${begin.toISOString()}` });
    await freeze.says(id, ...GREEN);
    await dependsOn.says(later, ...early);
    await onlyTheCalendar(2);
    await loseHooks(environment);
    const { all: deliveredBefore } = await deliveries(environment);
    // Saving settings has a sweep of its own.
    const swept = (): number => environment.logs.filter((line) => line.includes('was swept')).length;
    const sweptBefore = swept();

    clock.advance(begin.getTime() - clock.now() - 5_000);
    await onlyTheCalendar(2);
    await freeze.says(id, ...GREEN, 0);
    await dependsOn.says(later, ...early, 0);
    clock.advance(10_000);
    await freeze.says(id, ...frozen);
    expect(await freeze.summary(id)).toContain(`Nothing is merged until ${told(end)}: "Stocktaking".`);
    await dependsOn.says(later, ...GREEN);

    await onlyTheCalendar(1);
    clock.advance(end.getTime() - clock.now() - 5_000);
    await onlyTheCalendar(1);
    await freeze.says(id, ...frozen, 0);
    clock.advance(10_000);
    await freeze.says(id, ...GREEN);
    expect((await deliveries(environment)).all).toBe(deliveredBefore);
    expect(swept()).toBe(sweptBefore);
  } finally {
    await environment.end();
  }
}, 180_000);
