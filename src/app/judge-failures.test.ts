import { Failure } from '../core/failures';

import { bot, connection, key } from './testing/samples';
import { BOT_PAT, createWorld, type World } from './testing/world';

const forbidden = new Failure({ kind: 'permissionMissing', message: 'The PAT lacks the scope Work Items (Read).' });
const busy = new Failure({ kind: 'rateLimited', message: 'Azure DevOps is busy.', retryAfterSeconds: 100 });
const down = new Failure({ kind: 'unavailable', message: 'Azure DevOps does not answer.' });

const letters = (world: World): unknown[] =>
  world.deadLetters.recorded.letters().map(({ reason, description }) => [reason, description]);

/** Something fires a hook a minute later, and the queue is drained. */
async function hookLater(world: World): Promise<void> {
  world.clock.advance(60);
  world.hook();
  await world.drain();
}

describe('a slice that may not be read is the error of the gates that need it', () => {
  test('told with the missing scope; the other gates are judged; nothing is given up', async () => {
    const world = createWorld();
    world.wire.fail('readWorkItems', 'before', forbidden, Infinity);
    world.hook();
    await world.drain();
    expect(world.verdict()).toMatchObject({
      state: 'error',
      description: '1 of 3 blocking gates could not judge: work-items The PAT lacks the scope Work Items (Read).',
    });
    expect(world.azureDevOps.recorded.summaries()[0]?.comments[0]?.content).toContain('Work Items \\(Read\\)');
    expect(letters(world)).toEqual([]);
  });

  test.each(['readWorkItems', 'readChanges', 'readLineCounts'])(
    '%s: once it may, the next message judges',
    async (read) => {
      const world = createWorld();
      world.configure({ gates: { size: { mode: 'block' } } });
      world.wire.fail(read, 'before', forbidden, Infinity);
      world.hook();
      await world.drain();
      expect(world.verdict()?.state).toBe('error');
      world.wire.heal();
      await hookLater(world);
      expect(world.verdict()).toMatchObject({ state: 'succeeded', description: '4 gates passed' });
    },
  );
});

describe('a refused credential', () => {
  test('the vault is asked once more, the message is recorded, and nobody posts a status', async () => {
    const world = createWorld();
    world.azureDevOps.accounts.delete(BOT_PAT);
    world.hook('hook/1');
    await world.drain();
    expect(world.secrets.recorded.reads).toEqual([`pat ${connection.id}`, `pat ${connection.id} fresh`]);
    expect(world.wire.attempts.filter((attempt) => attempt === 'readPullRequest')).toHaveLength(1);
    expect(letters(world)).toEqual([['credentialRefused', 'Azure DevOps refused the PAT.']]);
    expect(world.deadLetters.recorded.letters()[0]).toMatchObject({ messageId: 'hook/1', key });
    expect(world.azureDevOps.recorded.statuses()).toEqual([]);
    expect(world.queue.recorded.sent).toEqual([]);
  });

  test('a PAT that was rotated meanwhile is found at once', async () => {
    const world = createWorld();
    world.hook();
    await world.drain();
    world.azureDevOps.accounts.delete(BOT_PAT);
    world.azureDevOps.accounts.set('rotated-pat', bot);
    world.secrets.rotatePat(connection.id, 'rotated-pat');
    world.pullRequest.push();
    await hookLater(world);
    expect(world.verdict()).toMatchObject({ iterationId: 2, state: 'succeeded' });
    expect(letters(world)).toEqual([]);
  });

  test('a PAT that dies in the middle leaves what stands; the first message after its renewal completes it', async () => {
    const world = createWorld();
    world.pullRequest.change((state) => (state.workItems = []));
    world.wire.meanwhile('postStatus', () => world.azureDevOps.accounts.delete(BOT_PAT));
    world.hook();
    await world.drain();
    expect(world.azureDevOps.recorded.writes()).toEqual(['createThread']);
    expect(letters(world)).toEqual([['credentialRefused', 'Azure DevOps refused the PAT.']]);
    world.azureDevOps.accounts.set(BOT_PAT, bot);
    await hookLater(world);
    expect(world.azureDevOps.recorded.writes()).toEqual(['createThread', 'postStatus']);
    expect(world.verdict()?.state).toBe('failed');
  });

  test('a connection without any PAT is the same', async () => {
    const world = createWorld();
    world.secrets.rotatePat(connection.id, '');
    world.hook();
    await world.drain();
    expect(letters(world)).toEqual([['credentialRefused', `There is no PAT for the connection ${connection.id}.`]]);
  });
});

describe('what only somebody can mend is recorded, and told where it can be', () => {
  test('not found is not taken for gone: it is recorded, and the next message looks again', async () => {
    const world = createWorld();
    const notFound = new Failure({ kind: 'notFound', message: 'TF401019: the repository does not exist or …' });
    world.wire.fail('readPullRequest', 'before', notFound, Infinity);
    world.hook();
    await world.drain();
    expect(letters(world)).toEqual([['notFound', notFound.message]]);
    expect(world.azureDevOps.recorded.statuses()).toEqual([]);
    world.wire.heal();
    await hookLater(world);
    expect(world.verdict()?.state).toBe('succeeded');
  });

  test('threads that may not be written: an error with the reference on the pull request', async () => {
    const world = createWorld();
    world.pullRequest.change((state) => (state.workItems = []));
    const refused = new Failure({ kind: 'permissionMissing', message: 'The account lacks PullRequestContribute.' });
    world.wire.fail('createThread', 'before', refused, Infinity);
    world.hook();
    await world.drain();
    const [letter] = world.deadLetters.recorded.letters();
    expect(world.verdict()).toMatchObject({
      iterationId: 1,
      state: 'error',
      description: `could not judge (${letter?.reference ?? ''}): The account lacks PullRequestContribute.`,
    });
    world.wire.heal();
    await hookLater(world);
    expect(world.verdict()).toMatchObject({
      state: 'failed',
      description: '1 of 3 blocking gates failed: work-items none linked',
    });
  });
});

describe('what time may heal is tried again later', () => {
  const sent = (world: World): unknown[] =>
    world.queue.recorded.sent.map(({ messageId, dueIn, message }) => [
      messageId,
      dueIn,
      'attempt' in message ? message.attempt : undefined,
    ]);
  const subject = `${key.connectionId}/pr/${key.repositoryId}/7`;

  test('after 30 s, doubling, under one id for each attempt', async () => {
    const world = createWorld();
    world.wire.fail('readPullRequest', 'before', down, 3);
    world.hook('hook/1');
    await world.drain();
    expect(sent(world)).toEqual([
      [`retry/${subject}/hook/1/1`, 30, 1],
      [`retry/${subject}/hook/1/2`, 60, 2],
      [`retry/${subject}/hook/1/3`, 120, 3],
    ]);
    expect(world.verdict()?.state).toBe('succeeded');
    expect(letters(world)).toEqual([]);
  });

  test('not before the service wants to hear from us', async () => {
    const world = createWorld();
    world.wire.fail('readWorkItems', 'before', busy);
    world.hook('hook/1');
    await world.drain();
    expect(sent(world)).toEqual([[`retry/${subject}/hook/1/1`, 100, 1]]);
    expect(world.verdict()?.state).toBe('succeeded');
  });

  test('from the fourth attempt the pull request is told; trying goes on, and heals', async () => {
    const world = createWorld();
    world.wire.fail('readWorkItems', 'before', down, 5);
    world.hook('hook/1');
    await world.drain(30 + 60 + 5);
    expect(world.azureDevOps.recorded.statuses()).toEqual([]);
    await world.drain(120 + 5);
    expect(world.verdict()).toMatchObject({ state: 'error', iterationId: 1 });
    expect(world.verdict()?.description).toMatch(/^could not judge \([0-9a-f]{8}\): Azure DevOps does not answer\.$/);
    expect(letters(world)).toEqual([['unavailable', 'Azure DevOps does not answer.']]);
    await world.drain();
    expect(world.verdict()).toMatchObject({ state: 'succeeded', description: '4 gates passed' });
    expect(world.queue.recorded.sent).toHaveLength(5);
    expect(letters(world)).toHaveLength(1);
  });

  test('a pull request that Azure DevOps is still preparing', async () => {
    const world = createWorld();
    const { iterations } = world.pullRequest.seen(0);
    world.pullRequest.change((state) => (state.iterations = []));
    world.hook();
    await world.drain(1);
    world.pullRequest.change((state) => (state.iterations = iterations));
    await world.drain();
    expect(world.verdict()).toMatchObject({ state: 'succeeded', iterationId: 1 });
  });

  test('a table that does not answer is such a failure, too', async () => {
    const world = createWorld();
    world.wire.fail('ledger.read', 'before', new Failure({ kind: 'unavailable', message: 'No table.' }), 2);
    world.hook();
    await world.drain();
    expect(world.verdict()?.state).toBe('succeeded');
  });
});

test('the error that was told gives way to the next verdict although nothing changed', async () => {
  const world = createWorld();
  world.hook();
  await world.drain();
  world.wire.fail('ledger.read', 'before', down, 4);
  world.clock.advance(60);
  world.hook();
  await world.drain(30 + 60 + 120 + 5);
  expect(world.verdict()?.state).toBe('error');
  await world.drain();
  expect(world.verdict()).toMatchObject({ state: 'succeeded', description: '4 gates passed' });
});

describe('a failure that nobody knows', () => {
  test('is delivered again by the queue, and judged when it passes', async () => {
    const world = createWorld();
    world.wire.fail('readPullRequest', 'before', new TypeError('oops'), 2);
    world.hook();
    await world.drain();
    expect(world.verdict()?.state).toBe('succeeded');
    expect(letters(world)).toEqual([]);
  });
});
