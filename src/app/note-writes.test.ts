import { Failure } from '../core/failures';

import { connection } from './testing/samples';
import { createWorld, type World } from './testing/world';

const forbidden = (over = {}) =>
  new Failure({ kind: 'permissionMissing', message: 'The account may not.', lacksScope: true, ...over });
const refused = new Failure({ kind: 'credentialRefused', message: 'Azure DevOps refused the PAT.' });

const row = (world: World) => world.connections.recorded.rows()[0];
const changes = (world: World): number => world.wire.calls.filter((call) => call === 'connections.change').length;

function create(...refusedWrites: (typeof connection)['refusedWrites']): World {
  const world = createWorld();
  world.connections.put({ ...connection, refusedWrites });
  world.pullRequest.change((state) => (state.workItems = []));
  return world;
}

async function judge(world: World): Promise<void> {
  world.clock.advance(60);
  world.hook();
  await world.drain();
}

test.each([
  ['postStatus', 'status'],
  ['createThread', 'threads'],
])(
  '%s that is refused for lack of a scope is remembered, once, and forgotten when it is taken',
  async (operation, kind) => {
    for (const failure of [forbidden(), refused]) {
      const world = create();
      world.wire.fail(operation, 'before', failure, 20);
      await judge(world);
      await judge(world);
      expect(row(world)).toMatchObject({ refusedWrites: [kind], broken: null });
      expect(changes(world)).toBe(1);
      world.wire.heal();
      await judge(world);
      await judge(world);
      expect(row(world)?.refusedWrites).toEqual([]);
      expect(changes(world)).toBe(2);
      expect(world.verdict()?.state).toBe('failed');
    }
  },
);

test('a right that the account lacks is no scope; a PAT that is refused altogether breaks the connection', async () => {
  const world = create();
  world.wire.fail('postStatus', 'before', forbidden({ lacksScope: false }), 20);
  await judge(world);
  expect(row(world)).toMatchObject({ refusedWrites: [], broken: null });
  expect(changes(world)).toBe(0);
  world.wire.heal();
  world.wire.fail('postStatus', 'before', refused, 20);
  world.wire.fail('readMyself', 'before', refused, 20);
  await judge(world);
  expect(row(world)).toMatchObject({ refusedWrites: [] });
  expect(row(world)?.broken).not.toBeNull();
});

test('what is written as ever costs no write of the table', async () => {
  const world = create('reviewers');
  await judge(world);
  expect(row(world)?.refusedWrites).toEqual(['reviewers']);
  expect(changes(world)).toBe(0);
});
