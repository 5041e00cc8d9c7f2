import { Failure } from '../core/failures';

import { bot, connection, mallory } from './testing/samples';
import { BOT_PAT, createWorld, type World } from './testing/world';

/** Everything that people and branch policies see, without ids. */
function seen({ azureDevOps, deadLetters }: World): unknown {
  return {
    statuses: azureDevOps.recorded.statuses().map(({ id: _, author, ...status }) => ({ ...status, author: author.id })),
    threads: azureDevOps.recorded.threads().map(({ status, isDeleted, comments }) => ({
      status,
      isDeleted,
      comments: comments.map(({ author, content }) => ({ author: author.id, content })),
    })),
    deadLetters: deadLetters.recorded.letters().map(({ reason }) => reason),
  };
}

/** A world before something happens, and the happening, which fires hooks. */
interface Story {
  before: (world: World) => Promise<void> | void;
  then: (world: World) => void;
}

const lost = new Failure({ kind: 'unavailable', message: 'No answer came.', mayHaveApplied: true });
const nothing = (): void => undefined;
const unlink = ({ pullRequest }: World): void => pullRequest.change((state) => (state.workItems = []));
const judgedFailing = async (world: World): Promise<void> => {
  unlink(world);
  world.hook();
  await world.drain();
  world.clock.advance(60);
};
const summary = { content: 'old', properties: { 'Portcullis.Kind': 'summary' } };

const stories: Record<string, Story> = {
  'the first verdict': {
    before: unlink,
    then: (world) => world.hook(),
  },
  'a push that mends all': {
    before: judgedFailing,
    then: (world) => {
      world.pullRequest.push();
      world.pullRequest.change((state) => (state.workItems = [{ id: 8, type: 'Bug', state: 'New', title: 'Basket' }]));
      world.hook();
    },
  },
  'doubles of the summary': {
    before: (world) => {
      unlink(world);
      world.azureDevOps.createThreadAs(bot, { ...summary, status: 'closed' });
      world.azureDevOps.createThreadAs(bot, { ...summary, status: 'active' });
      world.azureDevOps.createThreadAs(bot, { ...summary, status: 'closed' });
    },
    then: (world) => world.hook(),
  },
  'a message that is put off': {
    before: unlink,
    then: (world) => {
      world.hook();
      world.hook('hook/soon', 1);
    },
  },
  'messages that settle': {
    before: unlink,
    then: (world) => {
      world.hook();
      world.hook();
    },
  },
  'a service that is down at first': {
    before: unlink,
    then: ({ wire, hook }) => {
      wire.fail('readPullRequest', 'before', lost);
      hook();
    },
  },
  'a command in a thread of its own': {
    before: async (world) => {
      await judgedFailing(world);
      world.azureDevOps.createThreadAs(mallory, { content: '/gate re-run', status: 'active', properties: {} });
      world.pullRequest.change(({ details }) => (details.title = 'wip'));
    },
    then: (world) => world.commentHook(),
  },
  'a command among people': {
    before: async (world) => {
      await judgedFailing(world);
      const thread = { content: 'Why?', status: 'active' as const, properties: {} };
      const { id } = world.azureDevOps.createThreadAs(mallory, thread);
      world.azureDevOps.replyAs(mallory, id, '/gate re-run');
    },
    then: (world) => world.commentHook(),
  },
  'another account': {
    before: async (world) => {
      await judgedFailing(world);
      world.azureDevOps.accounts.set(BOT_PAT, { ...bot, id: 'b0700000-0000-4000-8000-000000000009' });
    },
    then: (world) => {
      world.pullRequest.push();
      world.hook();
    },
  },
  'a connection that is gone': {
    before: (world) => {
      world.connections.remove(connection.id);
    },
    then: (world) => world.hook(),
  },
};

const oops = new TypeError('oops');
type Break = (world: World, call: number) => void;
const crashes: Record<string, Break> = {
  'the process dies before it': ({ wire }, call) => {
    wire.crash(call, 'before');
  },
  'the process dies after it': ({ wire }, call) => {
    wire.crash(call, 'after');
  },
};
const UNFORESEEN = 'it throws what nobody foresaw';
const breaks: Record<string, Break> = {
  ...crashes,
  'it is refused by a service that is down': ({ wire }, call) => {
    wire.fail(call, 'before', lost);
  },
  'its answer is lost': ({ wire }, call) => {
    wire.fail(call, 'after', lost);
  },
  [UNFORESEEN]: ({ wire }, call) => {
    wire.fail(call, 'before', oops);
  },
};

/** Tells the story with an accident, and drains the queue. */
async function tell({ before, then }: Story, accident: (world: World) => void): Promise<World> {
  const world = createWorld();
  await before(world);
  world.wire.clearCalls();
  accident(world);
  then(world);
  await world.drain();
  return world;
}

/** Without an accident. */
async function happyEnd(story: Story): Promise<{ end: unknown; calls: readonly string[] }> {
  const world = await tell(story, nothing);
  return { end: seen(world), calls: world.wire.attempts };
}

/** Of these a failure that nobody foresaw is an outcome, and no accident: the error of the gates that need the slice. */
const slices = ['readWorkItems', 'readChanges', 'readLineCounts'];

async function expectHappyEnd(name: string, story: Story, kind: string, breakAt: Break): Promise<void> {
  const { end, calls } = await happyEnd(story);
  expect(calls.length).toBeGreaterThan(0);
  for (const [index, operation] of calls.entries()) {
    if (kind === UNFORESEEN && slices.includes(operation)) continue;
    const call = index + 1;
    const world = await tell(story, (broken) => {
      breakAt(broken, call);
    });
    expect({ name, kind, call, operation, end: seen(world) }).toEqual({ name, kind, call, operation, end });
  }
}

describe.each(Object.entries(stories))('%s, and at any one call', (name, story) => {
  test.each(Object.entries(breaks))('%s: it ends as if nothing had happened', async (kind, breakAt) => {
    await expectHappyEnd(name, story, kind, breakAt);
  });
});

describe('a permission that is missing, and at any one call', () => {
  const story: Story = {
    before: (world) => {
      unlink(world);
      const failure = new Failure({ kind: 'permissionMissing', message: 'No right to write threads.' });
      world.wire.fail('createThread', 'before', failure, Infinity);
    },
    then: (world) => world.hook('hook/fixed'),
  };
  test.each(Object.entries(crashes))('%s: it ends as if nothing had happened', async (kind, breakAt) => {
    await expectHappyEnd('a permission that is missing', story, kind, breakAt);
  });
});

test('afterwards the next message writes nothing', async () => {
  const story = { before: unlink, then: (world: World) => world.hook() };
  const { calls } = await happyEnd(story);
  for (let call = 1; call <= calls.length; call += 1) {
    const world = await tell(story, ({ wire }) => {
      wire.crash(call, 'after');
    });
    world.wire.clearCalls();
    world.clock.advance(60);
    world.hook();
    await world.drain();
    expect({ call, writes: world.azureDevOps.recorded.writes() }).toEqual({ call, writes: [] });
  }
});

test('a push at any one call: the new iteration is judged, and the old one gets no status once that can be known', async () => {
  const story = { before: unlink, then: (world: World) => world.hook() };
  const { calls } = await happyEnd(story);
  const posting = calls.indexOf('postStatus') + 1;
  expect(posting).toBeGreaterThan(1);
  for (let call = 1; call <= calls.length; call += 1) {
    const world = await tell(story, ({ wire, pullRequest, hook }) => {
      wire.meanwhile(call, () => {
        pullRequest.push();
        hook();
      });
    });
    const iterations = world.azureDevOps.recorded.statuses().map(({ iterationId }) => iterationId);
    // The re-check is the last call before the status: a push between the two cannot be known.
    expect({ call, iterations }).toEqual({ call, iterations: call < posting ? [2] : [1, 2] });
    expect(world.azureDevOps.recorded.summaries()).toHaveLength(1);
  }
});
