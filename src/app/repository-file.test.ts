import { Failure } from '../core/failures';

import { SETTINGS_FILE } from './repository-file';
import { createWorld, type World } from './testing/world';

const MAIN = `refs/heads/main ${SETTINGS_FILE}`;

/** A pull request that fails for want of a work item, with a file on its target branch and perhaps another in it. */
async function judged(
  { wider = {}, present, own, target }: { wider?: object; present?: string; own?: string | null; target?: string },
  mode: 'off' | 'tighten' | 'full' = 'full',
  world = createWorld(),
): Promise<World> {
  world.pullRequest.change((state) => {
    state.workItems = [];
    if (present !== undefined) state.branchFiles[MAIN] = present;
    if (target !== undefined) state.details.targetBranch = target;
  });
  if (own !== undefined && own !== null) {
    world.pullRequest.push([{ path: `/${SETTINGS_FILE}`, additions: 3, deletions: 1, text: own }]);
  }
  world.configure({ repositoryFile: mode, ...wider });
  world.hook();
  await world.drain();
  return world;
}

const says = (world: World): unknown[] => [world.verdict()?.state, world.verdict()?.description];

const NO_WORK_ITEM = 'gates: { work-items: { mode: off } }';
const MINE = 'valid; counts when it is merged';

describe('the file on the target branch', () => {
  test.each<[string, 'off' | 'tighten' | 'full', string, unknown[]]>([
    [
      'counts for nothing by default',
      'off',
      NO_WORK_ITEM,
      ['failed', '1 of 3 blocking gates failed: work-items none linked'],
    ],
    ['loosens where it may', 'full', NO_WORK_ITEM, ['succeeded', '3 gates passed']],
    [
      'loosens nothing where it may only tighten',
      'tighten',
      NO_WORK_ITEM,
      ['failed', '1 of 3 blocking gates failed: work-items none linked'],
    ],
    [
      'tightens where it may only tighten',
      'tighten',
      'gates: { size: { mode: block, maximumLines: 1 } }',
      ['failed', '2 of 4 gates failed: size 15 > 1 lines · work-items none linked'],
    ],
    [
      'is not read where it is off, so that its mistakes are none',
      'off',
      'gates: [',
      ['failed', '1 of 3 blocking gates failed: work-items none linked'],
    ],
  ])('%s', async (_, mode, present, expected) => {
    expect(says(await judged({ present }, mode))).toEqual(expected);
  });

  test('is not asked for while it is off', async () => {
    const world = await judged({ present: NO_WORK_ITEM }, 'off');
    expect(world.wire.calls.filter((call) => /readFile|readBlob/.test(call))).toEqual([]);
  });

  test('is that of the branch that the pull request goes into', async () => {
    const world = await judged({ present: NO_WORK_ITEM, target: 'refs/heads/release/1' });
    expect(says(world)).toEqual(['failed', '1 of 3 blocking gates failed: work-items none linked']);
  });

  test('cannot pass a lock', async () => {
    const wider = { lock: ['gates.work-items'] };
    expect(says(await judged({ wider, present: NO_WORK_ITEM }))).toEqual([
      'failed',
      '1 of 3 blocking gates failed: work-items none linked',
    ]);
  });

  test.each<[string, string, string]>([
    ['no YAML', 'gates: [', '.portcullis.yaml: line 1'],
    ['an unknown gate', 'gates: { titel: {} }', '.portcullis.yaml: gates.titel: unknown gate; did you mean "title"?'],
    ['a lock', 'lock: [gates.title]', '.portcullis.yaml: lock: only an administrator'],
    ['how far it counts', 'repositoryFile: full', '.portcullis.yaml: repositoryFile: only an administrator'],
  ])('with a mistake is an error for every pull request: %s', async (_, present, description) => {
    const world = await judged({ present });
    expect(world.verdict()).toMatchObject({ state: 'error', description: expect.stringContaining(description) });
    expect(world.azureDevOps.recorded.summaries()[0]?.comments[0]?.content).toMatch(
      /`\.portcullis\.yaml` on the target branch: [^]*Mend the file in a pull request: one whose own version is right/,
    );
  });
});

describe('a pull request that edits the file', () => {
  test('is judged by the one that is there: it switches nothing off for itself', async () => {
    const world = await judged({ present: 'gates: {}', own: NO_WORK_ITEM });
    expect(says(world)).toEqual(['failed', '1 of 4 blocking gates failed: work-items none linked']);
    expect(world.azureDevOps.recorded.summaries()[0]?.comments[0]?.content).toContain(MINE);
  });

  test('the same for the first version of it', async () => {
    const world = await judged({ own: 'enabled: false' });
    expect(says(world)).toEqual(['failed', '1 of 4 blocking gates failed: work-items none linked']);
  });

  test.each<[string, string, RegExp]>([
    ['misspelt', 'gates: { titel: {} }', /gates\.titel: unknown gate; did you mean "title"\?/],
    ['no YAML', 'gates: [', /line 1, column/],
  ])('is failed when its version is wrong: %s', async (_, own, message) => {
    const world = await judged({ present: NO_WORK_ITEM, own });
    expect(world.verdict()?.state).toBe('failed');
    expect(world.verdict()?.description).toContain('.portcullis.yaml 1 mistake: ');
    expect(world.azureDevOps.recorded.summaries()[0]?.comments[0]?.content).toMatch(message);
  });

  test('is an error where no gate is configured: a right file is no gate', async () => {
    const gates = Object.fromEntries(
      ['title', 'description', 'work-items', 'size'].map((name) => [name, { mode: 'off' }]),
    );
    const world = await judged({ wider: { gates }, own: 'gates: { title: { mode: block } }' });
    expect(world.verdict()).toMatchObject({
      state: 'error',
      description: expect.stringMatching(/^no gate is configured/),
    });
  });

  test('is failed when its version asks for less than a lock', async () => {
    const world = await judged({ wider: { lock: ['gates.work-items'] }, own: NO_WORK_ITEM });
    expect(world.azureDevOps.recorded.summaries()[0]?.comments[0]?.content).toContain(
      'the repository settings lock this',
    );
    expect(world.verdict()?.state).toBe('failed');
  });

  test('and mends it is judged by the wider settings alone', async () => {
    const world = await judged({ present: 'gates: [', own: NO_WORK_ITEM });
    expect(says(world)).toEqual(['failed', '1 of 4 blocking gates failed: work-items none linked']);
  });

  test('and takes away one that is too large to be read is judged by the wider settings alone', async () => {
    const tooLarge = () => {
      const world = createWorld();
      world.wire.fail('readFile', 'before', new Failure({ kind: 'tooLarge', message: 'It has more than 32 MB.' }), 9);
      return world;
    };
    const other = await judged({}, 'full', tooLarge());
    expect(says(other)).toEqual(['error', '.portcullis.yaml: It has more than 32 MB.']);
    const mending = await judged({ own: NO_WORK_ITEM }, 'full', tooLarge());
    expect(says(mending)).toEqual(['failed', '1 of 4 blocking gates failed: work-items none linked']);
  });

  test('and leaves it wrong is an error like every other', async () => {
    const world = await judged({ present: 'gates: [', own: 'gates: {{' });
    expect(world.verdict()?.state).toBe('error');
  });

  test('in shadow blocks nothing', async () => {
    const world = await judged({ wider: { phase: 'shadow' }, own: 'gates: [' });
    expect(world.verdict()?.state).toBe('succeeded');
    expect(world.verdict()?.description).toContain('shadow: would have failed');
  });
});

test('when the file on the target branch changes, the next look judges by it', async () => {
  const world = await judged({ present: 'gates: {}' });
  world.pullRequest.change((state) => (state.branchFiles[MAIN] = NO_WORK_ITEM));
  world.clock.advanceTo(new Date(world.clock.now().getTime() + 60_000));
  world.hook();
  await world.drain();
  expect(says(world)).toEqual(['succeeded', '3 gates passed']);
});
