import { Failure } from '../core/failures';

import { createWorld, type World } from './testing/world';

const rita = { id: 'aaaa1111-1111-4111-8111-111111111111', displayName: 'Rita', uniqueName: 'rita@contoso.com' };
const TEAM = { id: 'cccc1111-1111-4111-8111-111111111111', name: '[Shop]\\Reviewers', memberIds: [rita.id] };
const BY_TEAM = '/src/ @[Shop]\\Reviewers\n';

/** A pull request of one file, `/src/basket.ts`, judged by `code-owners` alone. */
async function judgedWorld(
  file: string,
  options: Record<string, unknown> = {},
  prepare: (world: World) => void = () => undefined,
): Promise<World> {
  const world = createWorld();
  const off = { mode: 'off' };
  world.configure({
    gates: { title: off, description: off, 'work-items': off, size: off, 'code-owners': { mode: 'block', ...options } },
  });
  world.azureDevOps.groups.set('[shop]\\reviewers', TEAM);
  world.pullRequest.change(({ branchFiles }) => (branchFiles['refs/heads/main .github/CODEOWNERS'] = file));
  prepare(world);
  await look(world);
  return world;
}

async function look(world: World): Promise<void> {
  world.clock.advance(60);
  world.hook();
  world.clock.advance(60);
  await world.drain();
}

const saying = (world: World): unknown => [world.verdict()?.state, world.verdict()?.description];
const summary = (world: World): string => world.azureDevOps.recorded.summaries()[0]?.comments[0]?.content ?? '';
const added = (world: World): unknown =>
  world.pullRequest.seen(0).reviewers.map(({ identity, isRequired }) => [identity.displayName, isRequired]);
const attempts = (world: World): number => world.wire.attempts.filter((call) => call === 'addReviewer').length;
const NEEDED = 'waiting for code-owners /src/ needs an approval by [Shop]\\Reviewers';

test('waits for an owner, and follows the vote', async () => {
  const world = await judgedWorld(BY_TEAM);
  expect(saying(world)).toEqual(['pending', NEEDED]);
  expect(summary(world)).toContain('needs an approval by `[Shop]\\Reviewers`');
  world.azureDevOps.voteAs(rita, 'approved');
  await look(world);
  expect(saying(world)).toEqual(['succeeded', '1 gate passed']);
});

test('somebody who left the group does not count any more', async () => {
  const world = await judgedWorld(BY_TEAM, {}, ({ azureDevOps }) => azureDevOps.voteAs(rita, 'approved'));
  expect(saying(world)).toEqual(['succeeded', '1 gate passed']);
  world.azureDevOps.groups.set('[shop]\\reviewers', { ...TEAM, memberIds: [] });
  await look(world);
  expect(saying(world)).toEqual(['pending', NEEDED]);
});

test('the file of the target branch is asked for, and another target has another', async () => {
  const world = await judgedWorld(BY_TEAM, {}, ({ pullRequest }) => {
    pullRequest.change(({ branchFiles }) => (branchFiles['refs/heads/release .github/CODEOWNERS'] = '/docs/ @a@b.c'));
  });
  world.pullRequest.change(({ details }) => (details.targetBranch = 'refs/heads/release'));
  world.configure({ branches: { include: ['**'] }, gates: { 'code-owners': { mode: 'block' } } });
  await look(world);
  expect(String(world.verdict()?.description)).not.toContain('code-owners');
});

test("what cannot be read for lack of a scope is the gate's error, and names the scope", async () => {
  const refused = new Failure({
    kind: 'permissionMissing',
    message: 'Give it Identity (Read).',
    remedy: 'needs PAT scope Identity (Read)',
  });
  const world = await judgedWorld(BY_TEAM, {}, ({ wire }) => wire.fail('readGroup', 'before', refused, 10));
  expect(saying(world)).toEqual(['error', '1 of 1 gate could not judge: code-owners needs PAT scope Identity (Read)']);
});

describe('adds owners to the reviewers', () => {
  test.each([
    ['optional', false],
    ['required', true],
  ])('%s, once', async (addReviewers, isRequired) => {
    const world = await judgedWorld(BY_TEAM, { addReviewers });
    expect(added(world)).toEqual([['[Shop]\\Reviewers', isRequired]]);
    await look(world);
    await look(world);
    expect(attempts(world)).toBe(1);
    expect(saying(world)).toEqual(['pending', NEEDED]);
  });

  test('not by default, not once somebody approved, and not in shadow', async () => {
    expect(added(await judgedWorld(BY_TEAM))).toEqual([]);
    const approved = await judgedWorld(BY_TEAM, { addReviewers: 'optional' }, ({ azureDevOps }) =>
      azureDevOps.voteAs(rita, 'approved'),
    );
    expect(attempts(approved)).toBe(0);
    const shadow = createWorld();
    shadow.configure({ phase: 'shadow', gates: { 'code-owners': { mode: 'block', addReviewers: 'required' } } });
    shadow.azureDevOps.groups.set('[shop]\\reviewers', TEAM);
    shadow.pullRequest.change(({ branchFiles }) => (branchFiles['refs/heads/main CODEOWNERS'] = BY_TEAM));
    await look(shadow);
    expect(shadow.verdict()?.description).toContain('shadow');
    expect(attempts(shadow)).toBe(0);
  });

  test('a person by unique name', async () => {
    const world = await judgedWorld(`/src/ ${rita.uniqueName}`, { addReviewers: 'optional' }, ({ azureDevOps }) =>
      azureDevOps.accounts.set('rita-pat', rita),
    );
    expect(world.pullRequest.seen(0).reviewers.map(({ identity }) => identity.id)).toEqual([rita.id]);
  });

  test('never again whom somebody took off', async () => {
    const world = await judgedWorld(BY_TEAM, { addReviewers: 'optional' });
    world.pullRequest.change(({ reviewers }) => reviewers.splice(0));
    await look(world);
    expect(added(world)).toEqual([]);
    expect(attempts(world)).toBe(1);
  });

  test('what is refused is told and logged, and changes no verdict; the next evaluation tries again', async () => {
    const refused = new Failure({ kind: 'permissionMissing', message: 'Give it Code (Read & write).' });
    const world = await judgedWorld(BY_TEAM, { addReviewers: 'optional' }, ({ wire }) =>
      wire.fail('addReviewer', 'before', refused),
    );
    expect(saying(world)).toEqual(['pending', NEEDED]);
    expect(summary(world)).toContain('was not added to the reviewers: Give it Code');
    expect(world.log.recorded.entries).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'Reviewers could not be added' }),
    );
    world.pullRequest.push();
    await look(world);
    expect(added(world)).toEqual([['[Shop]\\Reviewers', false]]);
    expect(summary(world)).not.toContain('was not added');
  });

  test('nobody, when a newer push is there by then', async () => {
    const world = await judgedWorld(BY_TEAM, { addReviewers: 'optional' }, ({ wire, pullRequest }) => {
      wire.meanwhile('readStatuses', () => pullRequest.push([{ path: '/docs/a.md', additions: 1, deletions: 0 }]));
    });
    expect(attempts(world)).toBe(0);
    await look(world);
    expect(saying(world)).toEqual(['succeeded', '1 gate passed']);
    expect(added(world)).toEqual([]);
  });

  test('one whom nobody knows keeps no other from being added', async () => {
    const world = await judgedWorld(`/src/ nobody@contoso.com @[Shop]\\Reviewers`, { addReviewers: 'optional' });
    expect(added(world)).toEqual([['[Shop]\\Reviewers', false]]);
    expect(summary(world)).toContain('`nobody@contoso.com` was not added to the reviewers');
  });
});
