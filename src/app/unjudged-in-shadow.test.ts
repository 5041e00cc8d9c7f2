import { Failure } from '../core/failures';

import { key } from './testing/samples';
import { createWorld, type World } from './testing/world';

const forbidden = new Failure({ kind: 'permissionMissing', message: 'The account may not write comments.' });
const busy = new Failure({ kind: 'unavailable', message: 'No answer came.' });
const { connectionId } = key;

/** A pull request whose evaluation comes to no end, under settings of the repository and of its connection. */
async function unjudged(
  repository: object,
  { wider = {}, change = () => undefined }: { wider?: object; change?: (world: World) => void } = {},
): Promise<World> {
  const world = createWorld();
  world.pullRequest.change((state) => (state.workItems = []));
  change(world);
  world.settings.put({ kind: 'connection', connectionId }, wider);
  world.configure(repository);
  world.wire.fail('createThread', 'before', forbidden, Infinity);
  world.hook();
  await world.drain(3_600);
  return world;
}

test('an evaluation that comes to no end is an error that says what to do', async () => {
  expect((await unjudged({})).verdict()).toMatchObject({ state: 'error' });
});

test('in shadow it blocks nothing', async () => {
  expect((await unjudged({ phase: 'shadow' })).verdict()).toMatchObject({
    state: 'notApplicable',
    description: expect.stringMatching(/^shadow: could not judge \(\w{8}\): The account may not write comments/),
  });
});

test('it does where a wider scope locks a gate', async () => {
  const wider = { phase: 'enforce', lock: ['gates.title'] };
  expect((await unjudged({ phase: 'shadow' }, { wider })).verdict()?.state).toBe('error');
  const without = await unjudged({ phase: 'shadow' }, { wider: { phase: 'enforce' } });
  expect(without.verdict()?.state).toBe('notApplicable');
});

test('it does where the settings are wrong', async () => {
  const wrong = await unjudged({ phase: 'shadow', gates: { titel: {} } });
  expect(wrong.verdict()?.state).toBe('error');
});

test('it does where the file on the target branch says so, or cannot be read', async () => {
  const change = ({ pullRequest }: World): void =>
    pullRequest.change(({ branchFiles }) => {
      branchFiles['refs/heads/main .portcullis.yaml'] = 'phase: enforce';
    });
  const tighten = { phase: 'shadow', repositoryFile: 'tighten' };
  expect((await unjudged(tighten, { change })).verdict()?.state).toBe('error');
  expect((await unjudged(tighten)).verdict()?.state).toBe('notApplicable');
  const unread = (world: World): void => world.wire.fail('readFile', 'before', busy, Infinity);
  expect((await unjudged(tighten, { change: unread })).verdict()?.state).toBe('error');
});

test('a switched off repository stays so', async () => {
  const world = await unjudged({});
  expect(world.verdict()?.state).toBe('error');
  world.configure({ enabled: false });
  world.wire.fail('readThreads', 'before', forbidden, Infinity);
  world.clock.advance(60);
  world.hook();
  await world.drain();
  expect(world.verdict()).toMatchObject({ state: 'notApplicable', description: 'switched off in the settings' });
});

test('a busy service is told in shadow as it is elsewhere: it asks for nothing', async () => {
  const world = createWorld();
  world.configure({ phase: 'shadow' });
  world.wire.fail('readWorkItems', 'before', busy, Infinity);
  world.hook();
  await world.drain(3_600);
  expect(world.verdict()).toMatchObject({
    state: 'notApplicable',
    description: expect.stringMatching(/^shadow: could not judge \(\w{8}\): /),
  });
  world.wire.heal();
  await world.drain(3_600);
  expect(world.verdict()?.state).toBe('succeeded');
});
