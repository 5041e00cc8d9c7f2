import { createWorld, type World } from './testing/world';

/** A pull request that fails for want of a work item, under settings, judged. */
async function judgedUnder(document: unknown, change: (world: World) => void = () => undefined): Promise<World> {
  const world = createWorld();
  world.pullRequest.change((state) => (state.workItems = []));
  change(world);
  world.configure(document);
  world.hook();
  await world.drain();
  return world;
}

/** What a person sees who looks at the pull request: state, description, and each summary's status. */
const seen = (world: World): unknown[] => [
  world.verdict()?.state,
  world.verdict()?.description,
  ...world.azureDevOps.recorded.summaries().map(({ status }) => status),
];

const FAILED = '1 of 3 blocking gates failed: work-items none linked';
const draft = ({ pullRequest }: World): void => pullRequest.change(({ details }) => (details.isDraft = true));
const target =
  (branch: string) =>
  ({ pullRequest }: World): void =>
    pullRequest.change(({ details }) => (details.targetBranch = branch));

describe('what the settings say decides what is written', () => {
  test.each<[string, unknown, ((world: World) => void) | undefined, unknown[]]>([
    ['nothing said', {}, undefined, ['failed', FAILED, 'active']],
    ['switched off', { enabled: false }, undefined, ['notApplicable', 'switched off in the settings']],
    ['a draft', {}, draft, ['pending', 'draft: judged when published']],
    ['a draft, judged all the same', { drafts: 'judge' }, draft, ['failed', FAILED, 'active']],
    [
      'another target branch',
      { branches: { include: ['main'] } },
      target('refs/heads/release/1'),
      ['notApplicable', 'pull requests into release/1 are not gated'],
    ],
    [
      'an excluded target branch',
      { branches: { exclude: ['release/*'] } },
      target('refs/heads/release/1'),
      ['notApplicable', 'pull requests into release/1 are not gated'],
    ],
    [
      'an included one',
      { branches: { include: ['release/*'] } },
      target('refs/heads/release/1'),
      ['failed', FAILED, 'active'],
    ],
    [
      'excluded goes before a draft',
      { branches: { include: ['x'] } },
      draft,
      ['notApplicable', 'pull requests into main are not gated'],
    ],
    ['shadow', { phase: 'shadow' }, undefined, ['succeeded', `shadow: would have failed: ${FAILED}`, 'closed']],
    ['no summary wanted', { comments: { summary: 'off' } }, undefined, ['failed', FAILED]],
    [
      'a summary that is never active',
      { comments: { activeWhileBlocked: false } },
      undefined,
      ['failed', FAILED, 'closed'],
    ],
    [
      'advice alone',
      { gates: { 'work-items': { mode: 'advise' } } },
      undefined,
      ['succeeded', '3 gates passed · advice: work-items none linked', 'closed'],
    ],
    ['a gate switched off', { gates: { 'work-items': { mode: 'off' } } }, undefined, ['succeeded', '3 gates passed']],
    [
      'every gate switched off is an error, never a pass',
      {
        gates: {
          title: { mode: 'off' },
          description: { mode: 'off' },
          'work-items': { mode: 'off' },
          size: { mode: 'off' },
        },
      },
      undefined,
      ['error', 'no gate is configured: enable one in the settings, or set enabled: false'],
    ],
  ])('%s', async (_, document, change, expected) => {
    expect(seen(await judgedUnder(document, change))).toEqual(expected);
  });
});

describe('wrong settings', () => {
  test('are an error that names the path, told in the summary, and nothing is judged', async () => {
    const world = await judgedUnder({ gates: { titel: {} } });
    expect(world.verdict()?.state).toBe('error');
    expect(world.verdict()?.description).toMatch(/^settings: gates\.titel: .*title/);
    const [summary] = world.azureDevOps.recorded.summaries();
    expect(summary?.status).toBe('closed');
    expect(summary?.comments[0]?.content).toMatch(
      /its settings are wrong\n\n- `gates\.titel` in the repository settings: /,
    );
    expect(world.wire.calls).not.toContain('readWorkItems');
    expect(world.wire.calls).not.toContain('readChanges');
  });

  test('of the document as a whole name no path', async () => {
    const world = await judgedUnder(['not', 'a', 'mapping']);
    expect(world.verdict()?.state).toBe('error');
    expect(world.verdict()?.description).toMatch(/^settings: [^: ]/);
  });

  test('once mended, the next message judges and replaces the summary', async () => {
    const world = await judgedUnder({ gates: { titel: {} } });
    world.clock.advance(60);
    world.configure({ gates: { title: {} } });
    world.hook();
    await world.drain();
    expect(seen(world)).toEqual(['failed', FAILED, 'active']);
  });
});

describe('what was judged once is taken back', () => {
  test.each<[string, unknown, (world: World) => void, unknown[]]>([
    ['when it becomes a draft', {}, draft, ['pending', 'draft: judged when published', 'closed']],
    [
      'when it is switched off',
      { enabled: false },
      () => undefined,
      ['notApplicable', 'switched off in the settings', 'closed'],
    ],
    [
      'when summaries are not wanted any more',
      { comments: { summary: 'off' } },
      () => undefined,
      ['failed', FAILED, 'closed'],
    ],
    [
      'when shadow begins',
      { phase: 'shadow' },
      () => undefined,
      ['succeeded', `shadow: would have failed: ${FAILED}`, 'closed'],
    ],
  ])('%s', async (_, document, change, expected) => {
    const world = await judgedUnder({});
    world.clock.advance(60);
    change(world);
    world.configure(document);
    world.hook();
    await world.drain();
    expect(seen(world)).toEqual(expected);
  });
});

describe('a pull request that is done with', () => {
  test.each(['completed', 'abandoned'] as const)('%s: nothing is written, and the ledger says why', async (status) => {
    const world = createWorld();
    world.pullRequest.change((state) => {
      state.workItems = [];
      state.details.status = status;
    });
    world.hook();
    await world.drain();
    expect(world.azureDevOps.recorded.writes()).toEqual([]);
    expect(world.log.recorded.entries.at(-1)?.fields).toMatchObject({ result: 'inactive', writes: 0 });
  });

  test('reactivated, it is judged', async () => {
    const world = await judgedUnder({}, ({ pullRequest }) =>
      pullRequest.change(({ details }) => (details.status = 'abandoned')),
    );
    world.clock.advance(60);
    world.pullRequest.change(({ details }) => (details.status = 'active'));
    world.hook();
    await world.drain();
    expect(seen(world)).toEqual(['failed', FAILED, 'active']);
  });
});

test('only the slices that the enabled gates need are read', async () => {
  const world = await judgedUnder({ gates: { 'work-items': { mode: 'off' }, size: { mode: 'off' } } });
  for (const slice of ['readWorkItems', 'readChanges', 'readLineCounts']) expect(world.wire.calls).not.toContain(slice);
  expect(world.verdict()).toMatchObject({ state: 'succeeded', description: '2 gates passed' });
});

test('a pull request without iterations is not exempted by its target: a retarget would carry the exemption along', async () => {
  const world = createWorld();
  world.configure({ branches: { include: ['release/*'] } });
  world.pullRequest.change((state) => {
    state.details.supportsIterations = false;
    state.iterations = [];
  });
  world.hook();
  await world.drain();
  expect(world.verdict()).toMatchObject({ state: 'pending', description: 'pull requests into main are not gated' });
});
