import { Failure } from '../core/failures';

import { big, fine, file, judged, judgedUnder, paths, said, shop, small, tooBig, UNTOUCHED } from './testing/monorepo';
import { key } from './testing/samples';
import type { World } from './testing/world';

const untouched = { payments: UNTOUCHED, search: UNTOUCHED, web: UNTOUCHED };

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

  test('but not where none of its files changed', async () => {
    const document = {
      lock: ['gates.size'],
      gates: { size: { mode: 'block' } },
      components: { payments: { ...paths('payments'), gates: { size: { mode: 'off' } } } },
    };
    const world = await judgedUnder(document, ({ pullRequest }) => pullRequest.push([small]));
    expect(said(world)).toEqual({ payments: UNTOUCHED });
  });
});
