import { Failure } from '../core/failures';
import { sweepMessage } from '../core/messages';

import { listedPullRequests, noteJudged } from './testing/listed-pull-requests';
import { bot, connection } from './testing/samples';
import { createSweeping } from './testing/sweeping';
import { BOT_PAT, type World } from './testing/world';

const busy = new Failure({ kind: 'rateLimited', message: 'Azure DevOps is busy.', retryAfterSeconds: 100 });
const down = new Failure({ kind: 'unavailable', message: 'Azure DevOps does not answer.' });
const shop = (world: World) => world.pullRequest.seen(0).details.project;

const numbers = (listed: { pullRequestId: number }[]): number[] => listed.map(({ pullRequestId }) => pullRequestId);

describe('what a sweep asks for', () => {
  test('pull requests that nobody has judged, each to be compared in full, in its own session', async () => {
    const { world, sweep, azureDevOps, queue } = createSweeping();
    const listed = listedPullRequests(2);
    azureDevOps.listElsewhere(shop(world), listed);
    expect(await sweep()).toEqual(numbers(listed));
    expect(queue.recorded.sent[0]).toEqual({
      messageId: `sweep/${connection.id}/pr/${listed[0]?.repositoryId ?? ''}/1000/sweep/${connection.id}/1`,
      message: {
        schemaVersion: 1,
        kind: 'pullRequest',
        cause: 'sweep',
        connectionId: connection.id,
        repositoryId: listed[0]?.repositoryId,
        pullRequestId: 1_000,
        thorough: true,
        attempt: 0,
      },
      dueIn: 0,
    });
  });

  test('of what is as it was judged: nothing, and no message', async () => {
    const { world, sweep, azureDevOps } = createSweeping();
    const listed = listedPullRequests(3);
    azureDevOps.listElsewhere(shop(world), listed);
    for (const one of listed) await noteJudged(world, one, 40);
    world.wire.clearCalls();
    expect(await sweep()).toEqual([]);
    expect(world.wire.calls).not.toContain('queue.send');
  });

  test.each<[string, object]>([
    ['its title', { title: 'wip' }],
    ['its description', { description: 'more' }],
    ['its commit', { headCommit: 'f'.repeat(40) }],
    ['its target', { targetBranch: 'refs/heads/release/1' }],
    ['a draft', { isDraft: true }],
    ['a vote', { votes: [{ id: bot.id, vote: 10 }] }],
  ])('the one of which the list says something else: %s', async (_, change) => {
    const { world, sweep, azureDevOps } = createSweeping();
    const [first, second, third] = listedPullRequests(3);
    if (!first || !second || !third) throw new Error('There are three.');
    for (const one of [first, second, third]) await noteJudged(world, one, 1);
    azureDevOps.listElsewhere(shop(world), [first, { ...second, ...change }, third]);
    expect(await sweep()).toEqual([second.pullRequestId]);
  });

  test('the ledger of another connection says nothing', async () => {
    const { world, sweep, azureDevOps, ledger } = createSweeping();
    const [listed] = listedPullRequests(1);
    if (!listed) throw new Error('There is one.');
    await noteJudged(world, listed, 1);
    const state = ledger.recorded.state({ ...listed, connectionId: connection.id });
    expect(await ledger.port.list('another')).toEqual([]);
    expect(state.finished).toBeDefined();
    azureDevOps.listElsewhere(shop(world), [listed]);
    expect(await sweep()).toEqual([]);
  });

  describe('of a part', () => {
    const bank = { id: 'd0700000-0000-4000-8000-00000000000a', name: 'Bank' };
    const vault = 'a0700000-0000-4000-8000-00000000000c';

    /** Two projects with a pull request each, and one of another repository in the second. */
    const parted = () => {
      const sweeping = createSweeping();
      sweeping.azureDevOps.listElsewhere(shop(sweeping.world), listedPullRequests(1, 10));
      const ofVault = listedPullRequests(1, 30).map((listed) => ({ ...listed, repositoryId: vault }));
      sweeping.azureDevOps.listElsewhere(bank, [...listedPullRequests(1, 20), ...ofVault]);
      return sweeping;
    };

    test.each<[string, object, number[]]>([
      ['a project', { projectId: bank.id }, [20, 30]],
      ['a repository of a project', { projectId: bank.id, repositoryId: vault }, [30]],
      ['a repository, wherever it is', { repositoryId: vault }, [30]],
    ])('%s: nothing else is asked for', async (_, part, asked) => {
      const { world, sweep } = parted();
      world.wire.clearCalls();
      expect(await sweep({ full: true, part })).toEqual(asked);
      expect(world.wire.calls.includes('readProjects')).toBe(!('projectId' in part));
    });

    test('what is not among it is not forgotten', async () => {
      const { world, sweep, ledger } = parted();
      const [old] = listedPullRequests(1, 40);
      if (!old) throw new Error('There is one.');
      await noteJudged(world, old, 1);
      world.clock.advance(8 * 86_400);
      await sweep({ full: true, part: { projectId: bank.id } });
      expect(ledger.recorded.state({ ...old, connectionId: connection.id }).finished).toBeDefined();
      await sweep();
      expect(ledger.recorded.state({ ...old, connectionId: connection.id }).finished).toBeUndefined();
    });

    test('a busy service has the same part looked after later', async () => {
      const { world, sweep, queue } = parted();
      const part = { projectId: bank.id, repositoryId: vault };
      world.wire.fail('readActivePullRequests', 'before', busy);
      await sweep({ full: true, part });
      expect(queue.recorded.sent).toMatchObject([{ message: sweepMessage(connection.id, true, part), dueIn: 100 }]);
    });
  });

  test('every project is listed, one after the other', async () => {
    const { world, sweep, azureDevOps } = createSweeping();
    azureDevOps.listElsewhere(shop(world), listedPullRequests(1, 10));
    azureDevOps.listElsewhere({ id: 'd0700000-0000-4000-8000-00000000000a', name: 'Bank' }, listedPullRequests(1, 20));
    azureDevOps.listElsewhere({ id: 'd0700000-0000-4000-8000-00000000000b', name: 'Zoo' }, []);
    world.wire.clearCalls();
    expect(await sweep()).toEqual([10, 20]);
    expect(world.wire.calls.filter((call) => call === 'readActivePullRequests')).toHaveLength(3);
  });

  test('when it is full: everything active, whatever the ledger says', async () => {
    const { world, sweep, azureDevOps } = createSweeping();
    const listed = listedPullRequests(150);
    azureDevOps.listElsewhere(shop(world), listed);
    for (const one of listed) await noteJudged(world, one, 1);
    expect(await sweep({ full: true })).toEqual(numbers(listed));
  });
});

describe('the rotation of what a list does not show', () => {
  test('begins 50 minutes after the last full comparison', async () => {
    const { world, sweep, azureDevOps, clock } = createSweeping();
    const listed = listedPullRequests(1);
    azureDevOps.listElsewhere(shop(world), listed);
    for (const one of listed) await noteJudged(world, one, 49);
    expect(await sweep()).toEqual([]);
    clock.advance(61);
    expect(await sweep()).toEqual(numbers(listed));
  });

  test('at most a hundred a sweep, the longest not looked at first; what has changed does not count', async () => {
    const { world, sweep, azureDevOps } = createSweeping();
    const listed = listedPullRequests(130);
    const fresh = listedPullRequests(5, 5_000);
    azureDevOps.listElsewhere(shop(world), [...listed, ...fresh]);
    for (const [index, one] of listed.entries()) await noteJudged(world, one, 60 + ((index * 7) % 130));
    const order = numbers(listed).sort((a, b) => (((b - 1_000) * 7) % 130) - (((a - 1_000) * 7) % 130));
    expect(await sweep()).toEqual([...numbers(fresh), ...order.slice(0, 100)]);
  });

  test('one that is known, but was never compared in full, is the first', async () => {
    const { world, sweep, azureDevOps, ledger } = createSweeping();
    const listed = listedPullRequests(101);
    const last = listed.at(-1);
    azureDevOps.listElsewhere(shop(world), listed);
    for (const one of listed) await noteJudged(world, one, 60);
    const place = { connectionId: connection.id, repositoryId: last?.repositoryId ?? '', pullRequestId: 1_100 };
    const { finished } = ledger.recorded.state(place);
    if (!finished) throw new Error('It was noted.');
    await ledger.port.finish(place, { ...finished, beganAt: world.clock.now(), comparedAt: null });
    expect((await sweep())[0]).toBe(1_100);
  });
});

describe('a sweep that comes twice', () => {
  test('asks for the same once', async () => {
    const { world, sweep, azureDevOps, queue } = createSweeping();
    azureDevOps.listElsewhere(shop(world), listedPullRequests(2));
    expect(await sweep({ messageId: 'sweep/one' })).toHaveLength(2);
    expect(await sweep({ messageId: 'sweep/one' })).toEqual([]);
    expect(queue.recorded.duplicates).toHaveLength(2);
  });

  test('after it died in the middle: the rest', async () => {
    const { world, sweep, azureDevOps, wire } = createSweeping();
    azureDevOps.listElsewhere(shop(world), listedPullRequests(4));
    wire.crash('queue.send', 'after');
    expect(await sweep({ messageId: 'sweep/one' })).toEqual([1_000]);
    wire.restart();
    expect(await sweep({ messageId: 'sweep/one' })).toEqual([1_001, 1_002, 1_003]);
  });
});

describe('trouble', () => {
  test.each(['secrets.readPat', 'readProjects', 'readActivePullRequests', 'ledger.list', 'queue.send'])(
    '%s fails: the sweep is over, and the next one does it all',
    async (operation) => {
      const { world, sweep, azureDevOps, wire, log } = createSweeping();
      azureDevOps.listElsewhere(shop(world), listedPullRequests(1));
      wire.fail(operation, 'before', down);
      expect(await sweep()).toEqual([]);
      expect(log.recorded.entries.at(-1)).toMatchObject({ level: 'error', fields: { reason: down.message } });
      expect(await sweep()).toEqual([1_000]);
    },
  );

  test('one project that cannot be listed: nothing is asked for on half a list', async () => {
    const { world, sweep, azureDevOps, wire } = createSweeping();
    azureDevOps.listElsewhere(shop(world), listedPullRequests(1));
    azureDevOps.listElsewhere({ id: 'd0700000-0000-4000-8000-00000000000a', name: 'Bank' }, listedPullRequests(1, 20));
    wire.meanwhile('readActivePullRequests', () => {
      wire.fail('readActivePullRequests', 'before', down);
    });
    expect(await sweep()).toEqual([]);
  });

  test('a PAT that was rotated within the cache is read again, and nothing is called broken', async () => {
    const { world, sweep, azureDevOps, secrets, connections } = createSweeping();
    azureDevOps.listElsewhere(shop(world), listedPullRequests(1));
    await sweep();
    azureDevOps.accounts.delete(BOT_PAT);
    azureDevOps.accounts.set('rotated-pat', bot);
    secrets.rotatePat(connection.id, 'rotated-pat');
    expect(await sweep()).toEqual([1_000]);
    expect(connections.recorded.rows()[0]?.broken).toBeNull();
  });

  test('a PAT that is refused makes the connection broken, and asks for nothing', async () => {
    const { world, sweep, azureDevOps, connections } = createSweeping();
    azureDevOps.listElsewhere(shop(world), listedPullRequests(1));
    azureDevOps.accounts.delete(BOT_PAT);
    expect(await sweep({ full: true })).toEqual([]);
    expect(connections.recorded.rows()[0]?.broken).toMatchObject({ reason: 'Azure DevOps refused the PAT.' });
  });

  test('of a connection that is gone nothing is left to do', async () => {
    const { sweep, connections, wire } = createSweeping();
    connections.remove(connection.id);
    expect(await sweep()).toEqual([]);
    expect(wire.calls).toEqual(['connections.find']);
  });
});

describe('a full sweep is never lost', () => {
  test.each<[string, Failure, number]>([
    ['a service that is down: once more in a minute', down, 60],
    ['a busy service: not before it wants to hear from us', busy, 100],
  ])('%s', async (_, failure, dueIn) => {
    const { sweep, queue, wire, clock } = createSweeping();
    const enqueuedAt = clock.now().toISOString();
    wire.fail('readActivePullRequests', 'before', failure);
    await sweep({ full: true });
    expect(queue.recorded.sent).toEqual([
      { messageId: `sweep/${connection.id}/again/${enqueuedAt}`, message: sweepMessage(connection.id, true), dueIn },
    ]);
  });

  test('where that cannot be sent, or nobody foresaw what happened, it is delivered again', async () => {
    const { sweep, wire } = createSweeping();
    wire.fail('readProjects', 'before', down);
    wire.fail('queue.send', 'before', down);
    await expect(sweep({ full: true })).rejects.toThrow(down);
    wire.fail('readProjects', 'before', new TypeError('oops'));
    await expect(sweep({ full: true })).rejects.toThrow('oops');
  });

  test('an ordinary one that nobody foresaw is left to the next', async () => {
    const { sweep, wire } = createSweeping();
    wire.fail('readProjects', 'before', new TypeError('oops'));
    expect(await sweep()).toEqual([]);
  });
});

test('when a connection was swept last is kept, and not when a part of it was', async () => {
  const { sweep, sweeps } = createSweeping();
  await sweep({ part: { projectId: connection.id } });
  expect(sweeps.recorded.size).toBe(0);
  await sweep();
  expect(sweeps.recorded.get(connection.id)).toMatchObject({ active: 0 });
});
