import { Failure } from '../core/failures';

import { bot, key, mallory } from './testing/samples';
import { createWorld, type World } from './testing/world';

const paths = (name: string): { paths: string[] } => ({ paths: [`services/${name}/**`] });
const shop = {
  gates: { size: { mode: 'block', maximumLines: 100 } },
  components: { payments: paths('payments'), search: paths('search'), web: paths('web') },
};

const file = (path: string, additions: number) => ({ path, additions, deletions: 0 });
const small = file('services/search/index.ts', 20);
const big = file('services/payments/ledger.ts', 300);

/** By name, what the newest status of each component says. */
function said({ azureDevOps }: World): Record<string, [state: string, description: string]> {
  const own = azureDevOps.recorded.statuses().filter(({ name }) => name !== 'verdict');
  return Object.fromEntries(own.map(({ name, state, description }) => [name, [state, description]]));
}

async function judged(world: World): Promise<World> {
  world.clock.advance(60);
  world.hook();
  await world.drain();
  return world;
}

/** A pull request that touches two of three components, one of them too much. */
async function judgedUnder(document: unknown, change: (world: World) => void = () => undefined): Promise<World> {
  const world = createWorld();
  world.configure(document);
  world.pullRequest.push([big, small]);
  change(world);
  return judged(world);
}

const UNTOUCHED = ['notApplicable', 'none of its files changed'];
const untouched = { payments: UNTOUCHED, search: UNTOUCHED, web: UNTOUCHED };
const tooBig = ['failed', '1 of 1 gate failed: size 300 > 100 lines'];
const fine = ['succeeded', '1 gate passed'];

describe('each component has a status of its own', () => {
  test('judged on its own files; what was not touched needs none', async () => {
    const world = await judgedUnder(shop);
    expect(said(world)).toEqual({ payments: tooBig, search: fine, web: UNTOUCHED });
    expect(world.verdict()).toMatchObject({
      state: 'failed',
      description: '1 of 5 gates failed: payments/size 300 > 100 lines',
    });
  });

  test('the verdict is green when every component that changed is', async () => {
    const world = await judgedUnder(shop, ({ pullRequest }) =>
      pullRequest.push([
        { ...big, additions: 60 },
        { ...small, additions: 60 },
      ]),
    );
    expect(said(world)).toEqual({ payments: fine, search: fine, web: UNTOUCHED });
    expect(world.verdict()).toMatchObject({ state: 'succeeded', description: '5 gates passed' });
  });

  test('what no component claims is judged above them', async () => {
    const world = await judgedUnder(shop, ({ pullRequest }) => pullRequest.push([file('tools/build.ts', 200)]));
    expect(said(world)).toEqual(untouched);
    expect(world.verdict()).toMatchObject({
      state: 'failed',
      description: '1 of 4 gates failed: size 200 > 100 lines',
    });
  });

  test('they are posted before the verdict, which the merge waits for', async () => {
    const { azureDevOps } = await judgedUnder(shop);
    const names = azureDevOps.recorded.statuses().map(({ name }) => name);
    expect(names).toHaveLength(4);
    expect(names.at(-1)).toBe('verdict');
  });

  test('all lead to the summary and tell of the iteration that was judged', async () => {
    const { azureDevOps } = await judgedUnder(shop);
    const [summary] = azureDevOps.recorded.summaries();
    for (const { iterationId, targetUrl } of azureDevOps.recorded.statuses()) {
      expect(iterationId).toBe(2);
      expect(targetUrl).toMatch(new RegExp(`discussionId=${summary?.id}$`));
    }
  });

  test('the ledger names the component with the gate', async () => {
    const { finished } = (await judgedUnder(shop)).ledger.recorded.state(key);
    expect(finished?.outcomes.map(({ gate }) => gate)).toEqual(
      expect.arrayContaining(['title', 'size', 'payments/size', 'search/size']),
    );
  });

  test('no component costs another read', async () => {
    const reads = ({ wire }: World) => wire.calls.filter((call) => call.startsWith('read')).sort();
    const without = await judgedUnder({ gates: shop.gates });
    expect(reads(await judgedUnder(shop))).toEqual(reads(without));
  });
});

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

describe('a component that the settings do not know any more', () => {
  const without = { ...shop, components: { search: paths('search') } };

  test('needs nothing, and says so once', async () => {
    const world = await judgedUnder(shop);
    world.configure(without);
    await judged(world);
    const retired = ['notApplicable', 'not a component any more'];
    expect(said(world)).toEqual({ payments: retired, search: fine, web: retired });
    const before = world.azureDevOps.recorded.statuses().length;
    world.clock.advance(60);
    world.commentHook();
    await world.drain();
    expect(world.azureDevOps.recorded.statuses()).toHaveLength(before);
  });

  test('its files are judged with the rest', async () => {
    const world = await judgedUnder(without);
    expect(world.verdict()?.description).toBe('1 of 5 gates failed: size 300 > 100 lines');
  });
});

describe('what keeps the pull request from being judged keeps its components, too', () => {
  const all = (state: string, description: string) => {
    const says = [state, description];
    return { payments: says, search: says, web: says };
  };
  test.each<[string, object, (world: World) => void, Record<string, unknown>]>([
    [
      'a draft',
      {},
      ({ pullRequest }) => pullRequest.change(({ details }) => (details.isDraft = true)),
      all('pending', 'draft: judged when published'),
    ],
    ['switched off', { enabled: false }, () => undefined, all('notApplicable', 'switched off in the settings')],
    [
      'another target branch',
      { branches: { include: ['release/*'] } },
      () => undefined,
      all('notApplicable', 'pull requests into main are not gated'),
    ],
  ])('%s', async (_, document, change, expected) => {
    const world = await judgedUnder({ ...shop, ...document }, change);
    expect(said(world)).toEqual(expected);
  });

  test('wrong settings do not tell which there are: what they say stands', async () => {
    const world = await judgedUnder(shop);
    const before = said(world);
    world.configure({ ...shop, components: { payments: { path: [] } } });
    await judged(world);
    expect(world.verdict()?.state).toBe('error');
    expect(said(world)).toEqual(before);
  });
});

describe('in shadow', () => {
  test('no component blocks', async () => {
    const world = await judgedUnder({ ...shop, phase: 'shadow' });
    expect(said(world)).toEqual({
      payments: ['succeeded', `shadow: would have failed: ${tooBig[1]}`],
      search: ['succeeded', 'shadow: 1 gate passed'],
      web: UNTOUCHED,
    });
    expect(world.verdict()?.description).toMatch(/^shadow: would have failed: 1 of 5 gates failed: payments\/size/);
  });

  test('one that could not be judged is not succeeded', async () => {
    const world = await judgedUnder({ ...shop, phase: 'shadow' }, ({ wire }) =>
      wire.fail(
        'readLineCounts',
        'before',
        new Failure({ kind: 'permissionMissing', message: 'The PAT lacks Code.' }),
        9,
      ),
    );
    for (const [state, description] of Object.values(said(world))) {
      expect(state).toBe('notApplicable');
      expect(description).toMatch(/^(shadow: could not judge: size |none of its files changed$)/);
    }
    expect(world.verdict()).toMatchObject({
      state: 'notApplicable',
      description: expect.stringMatching(/^shadow: could not judge: (payments\/|search\/)?size /),
    });
  });
});

test('a component whose gate a wider scope locks is not only tried out, and no error of it is softened', async () => {
  const unread = new Failure({ kind: 'permissionMissing', message: 'The PAT lacks Code.' });
  const world = await judgedUnder({ phase: 'shadow', components: shop.components }, ({ settings, wire }) => {
    const { connectionId } = key;
    settings.put({ kind: 'connection', connectionId }, { ...shop, phase: 'enforce', lock: ['gates.size'] });
    wire.fail('readLineCounts', 'before', unread, 9);
  });
  expect(said(world)['payments']?.[0]).toBe('error');
  expect(world.verdict()?.state).toBe('error');
  world.wire.heal();
  world.clock.advance(60);
  world.commentHook();
  await world.drain();
  expect(said(world)).toEqual({ payments: tooBig, search: fine, web: UNTOUCHED });
  expect(world.verdict()?.description).toBe('1 of 2 gates failed: payments/size 300 > 100 lines');
});

test('a component that no gate judges blocks nothing in shadow', async () => {
  const world = await judgedUnder({
    phase: 'shadow',
    gates: { size: { mode: 'off' } },
    components: { payments: paths('payments') },
  });
  expect(said(world)['payments']).toEqual([
    'notApplicable',
    expect.stringMatching(/^shadow: could not judge: no gate/),
  ]);
});

describe('gates of components alone', () => {
  const off = Object.fromEntries(['title', 'description', 'work-items', 'size'].map((name) => [name, { mode: 'off' }]));
  const alone = {
    gates: off,
    components: { payments: { ...paths('payments'), gates: { size: { mode: 'block', maximumLines: 100 } } } },
  };

  test('judge what they are for', async () => {
    expect((await judgedUnder(alone)).verdict()?.description).toBe('1 of 1 gate failed: payments/size 300 > 100 lines');
  });

  test('and nothing is amiss where none of them is', async () => {
    const world = await judgedUnder(alone, ({ pullRequest }) => pullRequest.push([small]));
    expect(said(world)).toEqual({ payments: UNTOUCHED });
    expect(world.verdict()).toMatchObject({
      state: 'notApplicable',
      description: 'no gate applies: no file of a component changed',
    });
  });

  test('a component that no gate judges is an error, never a pass', async () => {
    const world = await judgedUnder({ gates: { size: { mode: 'off' } }, components: { payments: paths('payments') } });
    expect(said(world)).toEqual({
      payments: ['error', 'no gate judges this component: enable one in the settings, or take the component out'],
    });
    expect(world.verdict()).toMatchObject({ state: 'succeeded', description: '3 gates passed' });
  });
});
