import { Failure } from '../core/failures';

import { big, fine, judged, judgedUnder, paths, said, shop, small, tooBig, UNTOUCHED } from './testing/monorepo';
import { bot, key, mallory } from './testing/samples';
import { createWorld } from './testing/world';

describe('once written, they are kept', () => {
  test('a second look writes nothing', async () => {
    const world = await judgedUnder(shop);
    world.wire.clearCalls();
    world.clock.advance(60);
    world.commentHook();
    await world.drain();
    expect(world.wire.calls).toContain('readStatuses');
    expect(world.azureDevOps.recorded.writes()).toEqual([]);
  });

  test('only those that say something new are written again', async () => {
    const world = await judgedUnder(shop);
    world.configure({
      ...shop,
      components: { ...shop.components, payments: { ...paths('payments'), gates: { size: { maximumLines: 400 } } } },
    });
    world.wire.clearCalls();
    await judged(world);
    expect(said(world)).toEqual({ payments: fine, search: fine, web: UNTOUCHED });
    expect(world.azureDevOps.recorded.writes().filter((call) => call === 'postStatus')).toHaveLength(2);
  });

  test("somebody else's status in a component's name is posted over", async () => {
    const world = await judgedUnder(shop);
    const own = world.azureDevOps.recorded.statuses().find(({ name }) => name === 'payments');
    if (!own) throw new Error('not posted');
    world.azureDevOps.postStatusAs(mallory, { ...own, state: 'succeeded', description: 'all is well', targetUrl: '' });
    world.clock.advance(60);
    world.commentHook();
    await world.drain();
    const newest = world.azureDevOps.recorded.statuses().findLast(({ name }) => name === 'payments');
    expect(newest).toMatchObject({ state: 'failed', author: { id: bot.id } });
  });

  test.each([1, 2, 3, 4, 5])('a crash at the status number %d is repaired by the next message', async (number) => {
    const world = createWorld();
    world.configure(shop);
    world.pullRequest.push([big, small]);
    let posts = 0;
    const countAndCrash = (): void => {
      posts += 1;
      if (posts === number) world.wire.crash('postStatus', 'after');
      else world.wire.meanwhile('postStatus', countAndCrash);
    };
    world.wire.meanwhile('postStatus', countAndCrash);
    await judged(world);
    if (world.wire.isDead) world.wire.restart();
    await judged(world);
    const names = world.azureDevOps.recorded.statuses().map(({ name }) => name);
    expect(names.toSorted()).toEqual(['payments', 'search', 'verdict', 'web']);
    expect(said(world)).toEqual({ payments: tooBig, search: fine, web: UNTOUCHED });
  });

  test('a status that is refused leaves the verdict unwritten, and both come with the next message', async () => {
    const world = createWorld();
    world.configure(shop);
    world.pullRequest.push([big, small]);
    world.wire.fail('postStatus', 'before', new Failure({ kind: 'unavailable', message: 'No answer came.' }));
    world.hook();
    await world.drain();
    expect(said(world)).toEqual({ payments: tooBig, search: fine, web: UNTOUCHED });
    expect(world.verdict()?.state).toBe('failed');
  });
});

describe('while its components are written', () => {
  test('another evaluation begins: it is the one that posts the verdict', async () => {
    const world = createWorld();
    world.configure(shop);
    world.pullRequest.push([big, small]);
    let begun: Promise<unknown> | undefined;
    world.wire.meanwhile('postStatus', () => {
      begun = world.ledger.port.begin(key, 'another');
    });
    world.hook();
    await world.drain(1);
    await begun;
    expect(Object.keys(said(world))).toHaveLength(3);
    expect(world.verdict()).toBeUndefined();
    await world.drain();
    expect(world.verdict()?.state).toBe('failed');
  });
});
