import { rememberGroups } from './remember-groups';
import { connection } from './testing/samples';
import { BOT_PAT, createWorld } from './testing/world';

const NAME = '[Shop]\\Reviewers';

function createRemembering() {
  const world = createWorld();
  const members = { id: 'g', name: NAME, memberIds: ['rita'] };
  world.azureDevOps.groups.set(NAME.toLowerCase(), members);
  const door = rememberGroups(world.azureDevOps.connect(connection, BOT_PAT), world.clock);
  const reads = (): number => world.wire.attempts.filter((attempt) => attempt === 'readGroup').length;
  return { ...world, door, members, reads };
}

test('a group is read once a minute', async () => {
  const { door, clock, members, reads } = createRemembering();
  await Promise.all([door.readGroup(NAME), door.readGroup(NAME)]);
  clock.advance(59);
  expect((await door.readGroup(NAME)).memberIds).toEqual(['rita']);
  expect(reads()).toBe(1);
  members.memberIds = [];
  clock.advance(1);
  expect((await door.readGroup(NAME)).memberIds).toEqual([]);
  expect(reads()).toBe(2);
});

test('each group by itself', async () => {
  const { door, azureDevOps, reads } = createRemembering();
  azureDevOps.groups.set('[shop]\\writers', { id: 'w', name: '[Shop]\\Writers', memberIds: [] });
  expect((await door.readGroup('[Shop]\\Writers')).id).toBe('w');
  expect((await door.readGroup(NAME)).id).toBe('g');
  expect(reads()).toBe(2);
});

test('a refusal is not remembered', async () => {
  const { door, azureDevOps, members } = createRemembering();
  azureDevOps.groups.clear();
  await expect(door.readGroup(NAME)).rejects.toMatchObject({ kind: 'notFound' });
  azureDevOps.groups.set(NAME.toLowerCase(), members);
  await expect(door.readGroup(NAME)).resolves.toMatchObject({ id: 'g' });
});
