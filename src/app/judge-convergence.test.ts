import fc from 'fast-check';

import { Failure } from '../core/failures';

import { bot, key, mallory } from './testing/samples';
import { createWorld, type World } from './testing/world';

/** What people do; none of it says so in a hook's payload, and some of it fires no hook at all. */
type Change =
  | { kind: 'push'; lines: number }
  | { kind: 'title'; title: string }
  | { kind: 'workItems'; linked: boolean }
  | { kind: 'draft'; isDraft: boolean }
  | { kind: 'settings'; mode: 'off' | 'advise' | 'block' }
  | { kind: 'deletedStatus' }
  | { kind: 'command' };

/** What goes wrong at the n-th call from then on. */
interface Accident {
  call: number;
  kind: 'dies before' | 'dies after' | 'is refused' | 'is lost';
}

interface Step {
  /** Seconds that pass before it; the worker works meanwhile. */
  wait: number;
  change: Change;
  /** At which call of the worker it happens; null = between two of its messages. */
  during: number | null;
  /** When each of its hooks reaches the queue, in seconds; none = lost. The same id twice = delivered twice. */
  hooks: { after: number; id: 'own' | 'again' }[];
  accident: Accident | null;
  /** Whether the timer fires before it. */
  sweeps: boolean;
}

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('push' as const), lines: fc.constantFrom(10, 700) }),
  fc.record({ kind: fc.constant('title' as const), title: fc.constantFrom('feat: add a voucher field', 'wip') }),
  fc.record({ kind: fc.constant('workItems' as const), linked: fc.boolean() }),
  fc.record({ kind: fc.constant('draft' as const), isDraft: fc.boolean() }),
  fc.record({ kind: fc.constant('settings' as const), mode: fc.constantFrom('off', 'advise', 'block') }),
  fc.record({ kind: fc.constant('deletedStatus' as const) }),
  fc.record({ kind: fc.constant('command' as const) }),
);
const accident: fc.Arbitrary<Accident> = fc.record({
  call: fc.integer({ min: 1, max: 25 }),
  kind: fc.constantFrom('dies before', 'dies after', 'is refused', 'is lost'),
});
const step: fc.Arbitrary<Step> = fc.record({
  wait: fc.constantFrom(0, 0, 0.5, 2, 4, 16, 60),
  change,
  during: fc.option(fc.integer({ min: 1, max: 20 })),
  hooks: fc.array(
    fc.record({
      after: fc.constantFrom(0, 0, 1, 5, 14, 20, 45),
      id: fc.constantFrom('own' as const, 'again' as const),
    }),
    { maxLength: 3 },
  ),
  accident: fc.option(accident, { freq: 3 }),
  sweeps: fc.boolean(),
});

/** What Azure is like. */
interface Service {
  /** Azure DevOps answers with what was true so many seconds ago. */
  lateBy: number;
  /** How far the table's clock runs ahead of the broker's. */
  tableSkewSeconds: number;
}
const service: fc.Arbitrary<Service> = fc.record({
  lateBy: fc.constantFrom(0, 0, 1, 3),
  tableSkewSeconds: fc.constantFrom(0, 0, -2, 2),
});

const lost = new Failure({ kind: 'unavailable', message: 'No answer came.', mayHaveApplied: true });

function happen(world: World, what: Change): void {
  const { pullRequest } = world;
  switch (what.kind) {
    case 'push':
      pullRequest.push([{ path: '/src/basket.ts', additions: what.lines, deletions: 0 }]);
      return;
    case 'title':
      pullRequest.change(({ details }) => (details.title = what.title));
      return;
    case 'workItems':
      pullRequest.change((state) => {
        state.workItems = what.linked ? [{ id: 8, type: 'Bug', state: 'New', title: 'Basket' }] : [];
      });
      return;
    case 'draft':
      pullRequest.change(({ details }) => (details.isDraft = what.isDraft));
      return;
    case 'settings':
      world.configure({ gates: { 'work-items': { mode: what.mode } } });
      return;
    case 'deletedStatus': {
      const { id } = world.verdict() ?? {};
      if (id !== undefined) world.azureDevOps.deleteStatus(id);
      return;
    }
    case 'command':
      world.azureDevOps.createThreadAs(mallory, { content: '/gate re-run', status: 'active', properties: {} });
  }
}

function arrange({ wire }: World, { call, kind }: Accident): void {
  if (kind === 'dies before') wire.crash(call, 'before');
  else if (kind === 'dies after') wire.crash(call, 'after');
  else wire.fail(call, kind === 'is lost' ? 'after' : 'before', lost);
}

/** Plays the steps against a world; at the end nothing goes wrong any more. */
async function play(steps: readonly Step[], { lateBy, tableSkewSeconds }: Service): Promise<World> {
  const world = createWorld({ tableSkewSeconds });
  world.azureDevOps.answerLate(lateBy);
  // People act in this order whenever the worker's calls come, so that everybody knows what the last state is.
  const waiting: (() => void)[] = [];
  const next = (): void => waiting.shift()?.();
  for (const [index, { wait, change: what, during, hooks, accident: mishap, sweeps }] of steps.entries()) {
    const end = new Date(world.clock.now().getTime() + wait * 1_000);
    await world.drain(wait);
    world.clock.advanceTo(end);
    if (mishap) arrange(world, mishap);
    if (sweeps) {
      await world.enqueueSweeps().catch(() => {
        world.wire.restart();
      });
    }
    waiting.push(() => {
      happen(world, what);
      hooks.forEach(({ after, id }, hook) => world.hook(`hook/${index}/${id === 'own' ? hook : ''}`, after));
    });
    if (during === null) while (waiting.length > 0) next();
    else world.wire.meanwhile(during, next);
  }
  while (waiting.length > 0) next();
  world.wire.heal();
  return world;
}

/** Two hooks tell of the last state. */
async function endWithHooks(world: World): Promise<void> {
  world.commentHook('hook/last');
  world.hook('hook/last but not least');
  await world.drain();
}

/** No hook tells of it, and none that came before is worked on any more: an hour of sweeps. */
async function endWithSweeps(world: World): Promise<void> {
  await world.sweep(13);
  await world.drain();
}

/** The last state, judged once by a worker to whom nothing ever happened. */
async function judgedOnce(steps: readonly Step[]): Promise<World> {
  const world = createWorld();
  steps.forEach(({ change: what }) => happen(world, what));
  world.hook();
  await world.drain();
  return world;
}

const summariesOf = ({ azureDevOps }: World): string[] =>
  azureDevOps.recorded.summaries().map(({ comments }) => comments[0]?.content ?? '');

const commandsOf = ({ azureDevOps }: World): unknown[] =>
  azureDevOps.recorded
    .threads()
    .filter(({ comments }) => comments[0]?.author.id === mallory.id)
    .map(({ status, comments }) => [status, ...comments.map(({ author }) => author.id)]);

/** What people see of the last state is what a worker wrote to whom nothing ever happened, and nothing is left to do. */
async function expectConvergence(world: World, steps: readonly Step[]): Promise<void> {
  const once = await judgedOnce(steps);
  const { state, description, iterationId } = once.verdict() ?? {};
  expect(world.verdict()).toMatchObject({ state, description, iterationId });
  const summaries = summariesOf(world);
  expect(summaries.length).toBeLessThanOrEqual(1);
  // Where nothing needs to be said, one that was begun before stands on.
  if (summariesOf(once).length > 0) expect(summaries).toEqual(summariesOf(once));
  for (const thread of commandsOf(world)) expect(thread).toEqual(['closed', mallory.id, bot.id]);
  expect(world.queue.recorded.pending()).toEqual([]);
  // Four failures one after another are told; no message is ever given up.
  const letters = world.deadLetters.recorded.letters();
  expect(letters.filter(({ reason }) => reason !== 'unavailable')).toEqual([]);
  expect(world.ledger.recorded.state(key).retry).toBeUndefined();

  world.wire.clearCalls();
  world.clock.advance(60);
  world.commentHook('hook/afterwards');
  await world.drain();
  expect(world.azureDevOps.recorded.writes()).toEqual([]);
}

test('whatever happens in whatever order, it ends in the verdict of the last state, with one summary', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), service, async (steps, services) => {
      const world = await play(steps, services);
      await endWithHooks(world);
      await expectConvergence(world, steps);
    }),
    { numRuns: 400 },
  );
}, 60_000);

test('also when hooks are lost at random, or all of them: sweeps are the truth', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 10 }),
      service,
      fc.infiniteStream(fc.constantFrom(0, 1, 2, 3)),
      fc.boolean(),
      async (steps, services, chances, isDeaf) => {
        const heard = steps.map((one) => ({
          ...one,
          hooks: one.hooks.filter(() => !isDeaf && chances.next().value === 0),
        }));
        const world = await play(heard, services);
        await endWithSweeps(world);
        await expectConvergence(world, heard);
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);
