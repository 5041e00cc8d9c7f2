import { Failure } from '../core/failures';

import { key } from './testing/samples';
import { createWorld, type World } from './testing/world';

const tooLarge = new Failure({ kind: 'tooLarge', message: 'There is more.' });

/** Green, then its title is made bad without a hook; what stands has become too large to be read. */
async function filledUp(operation: string): Promise<World> {
  const world = createWorld();
  world.hook();
  await world.drain();
  world.pullRequest.change(({ details }) => (details.title = 'wip'));
  world.wire.fail(operation, 'before', tooLarge, Infinity);
  world.clock.advance(60);
  world.wire.clearCalls();
  return world;
}

describe.each([
  ['readStatuses', 'statuses'],
  ['readThreads', 'comments'],
])('more than %s reads', (operation, what) => {
  test('is an error that says so, at once and without a dead letter; comments stay as they are', async () => {
    const world = await filledUp(operation);
    world.hook();
    await world.drain();
    expect(world.verdict()).toMatchObject({
      state: 'error',
      description: `more ${what} than can be read: delete some, or open a new pull request`,
    });
    expect(world.azureDevOps.recorded.writes()).toEqual(['postStatus']);
    expect(world.deadLetters.recorded.letters()).toEqual([]);
    expect(world.wire.attempts.filter((attempt) => attempt === operation)).toHaveLength(1);
  });

  test('is looked at hourly, not for ever', async () => {
    const world = await filledUp(operation);
    await world.sweep(24);
    expect(world.verdict()?.state).toBe('error');
    expect(world.wire.attempts.filter((attempt) => attempt === operation).length).toBeLessThanOrEqual(4);
  });

  test('is judged again once it can be read', async () => {
    const world = await filledUp(operation);
    world.hook();
    await world.drain();
    world.wire.heal();
    world.clock.advance(60);
    world.commentHook();
    await world.drain();
    expect(world.verdict()).toMatchObject({ state: 'failed' });
    expect(world.azureDevOps.recorded.summaries()).toHaveLength(1);
  });

  test('in shadow asks for nothing', async () => {
    const world = await filledUp(operation);
    world.configure({ phase: 'shadow' });
    world.hook();
    await world.drain();
    expect(world.verdict()).toMatchObject({ state: 'notApplicable' });
    expect(world.verdict()?.description).toMatch(/^shadow: /);
  });

  test('in shadow is an error all the same for a gate that a wider scope locks', async () => {
    const world = await filledUp(operation);
    const { connectionId } = key;
    world.settings.put({ kind: 'connection', connectionId }, { phase: 'enforce', lock: ['gates.title'] });
    world.configure({ phase: 'shadow' });
    world.hook();
    await world.drain();
    expect(world.verdict()?.state).toBe('error');
  });

  test('is an error for each component that changed', async () => {
    const world = await filledUp(operation);
    world.configure({
      gates: { size: { mode: 'block' } },
      components: { source: { paths: ['src/**'] }, docs: { paths: ['docs/**'] } },
    });
    world.hook();
    await world.drain();
    const said = world.azureDevOps.recorded.statuses().map(({ name, state }) => [name, state]);
    expect(Object.fromEntries(said)).toEqual({ source: 'error', docs: 'notApplicable', verdict: 'error' });
  });

  test('leaves a draft waiting, and settings that are wrong an error, without a comment', async () => {
    const world = await filledUp(operation);
    world.pullRequest.change(({ details }) => (details.isDraft = true));
    world.hook();
    await world.drain();
    expect(world.verdict()).toMatchObject({ state: 'pending' });
    world.configure({ gates: 'none' });
    world.clock.advance(60);
    world.hook();
    await world.drain();
    expect(world.verdict()?.description).toMatch(/^settings: /);
    expect(world.azureDevOps.recorded.summaries()).toEqual([]);
  });
});

test.each(['readChanges', 'readWorkItems'])(
  'more than %s reads is the error of the gates that need it',
  async (read) => {
    const world = createWorld();
    world.configure({ gates: { size: { mode: 'block' } } });
    world.wire.fail(read, 'before', tooLarge, Infinity);
    world.hook();
    await world.drain();
    expect(world.verdict()?.state).toBe('error');
    expect(world.deadLetters.recorded.letters()).toEqual([]);
  },
);
