import { Failure } from '../core/failures';
import { sweepMessage } from '../core/messages';

import { createBrokenConnections } from './broken-connections';
import { bot, connection, key } from './testing/samples';
import { BOT_PAT, createWorld, type World } from './testing/world';

const FAILED = '1 of 3 blocking gates failed: work-items none linked';
const down = new Failure({ kind: 'unavailable', message: 'Azure DevOps does not answer.' });

const brokenOf = (world: World) => world.connections.recorded.rows()[0]?.broken;
const asked = (world: World): string[] => world.wire.attempts.filter((attempt) => /^(read|post|create)/.test(attempt));

/** A judged pull request whose connection's PAT was refused ever since. */
async function brokenWorld(): Promise<World> {
  const world = createWorld();
  world.hook();
  await world.drain();
  world.azureDevOps.accounts.delete(BOT_PAT);
  world.pullRequest.change((state) => (state.workItems = []));
  world.clock.advance(60);
  world.hook('hook/first refused');
  await world.drain();
  world.wire.clearCalls();
  return world;
}

const renewPat = ({ azureDevOps, secrets }: World): void => {
  azureDevOps.accounts.set('new-pat', bot);
  secrets.rotatePat(connection.id, 'new-pat');
};

async function hookLater(world: World): Promise<void> {
  world.clock.advance(60);
  world.hook();
  await world.drain();
}

describe('a connection whose PAT is refused', () => {
  test('is broken after one wave of reads, and says since when and why', async () => {
    const world = createWorld();
    world.azureDevOps.accounts.delete(BOT_PAT);
    world.hook();
    await world.drain();
    expect(asked(world).sort()).toEqual(['readIterations', 'readPullRequest', 'readWorkItems']);
    expect(brokenOf(world)?.reason).toBe('Azure DevOps refused the PAT.');
    expect(world.clock.now().getTime() - (brokenOf(world)?.since.getTime() ?? 0)).toBeLessThan(1_000);
    expect(world.log.recorded.entries).toContainEqual({
      level: 'error',
      message: 'A connection is broken: its credential is refused',
      fields: { connectionId: connection.id, reason: 'Azure DevOps refused the PAT.' },
    });
  });

  test('costs one probe for each message from then on; no status changes, and no record is added', async () => {
    const world = await brokenWorld();
    const standing = () => ({
      statuses: world.azureDevOps.recorded.statuses(),
      threads: world.azureDevOps.recorded.threads(),
      letters: world.deadLetters.recorded.letters(),
    });
    const before = standing();
    const { since } = brokenOf(world) ?? {};
    for (let hook = 1; hook <= 5; hook += 1) {
      await hookLater(world);
      expect(asked(world)).toEqual(Array.from({ length: hook }, () => 'readMyself'));
    }
    expect(standing()).toEqual(before);
    expect(before.statuses.map(({ state }) => state)).toEqual(['succeeded']);
    expect(brokenOf(world)?.since).toEqual(since);
    expect(world.queue.recorded.pending()).toEqual([]);
  });

  test('sweeps probe as well, and do nothing else but say so each time, until it works', async () => {
    const world = await brokenWorld();
    const told = () => world.log.recorded.entries.filter(({ message }) => message === 'A connection is still broken');
    const since = brokenOf(world)?.since.toISOString();
    await world.sweep(3);
    expect(asked(world)).toEqual(['readMyself', 'readMyself', 'readMyself']);
    const each = {
      level: 'warn',
      message: 'A connection is still broken',
      fields: { connectionId: connection.id, since },
    };
    expect(told()).toEqual([each, each, each]);
    renewPat(world);
    await world.sweep(2);
    expect(told()).toHaveLength(3);
  });

  test('stays so while the PAT tells whose it is, and is refused for all else', async () => {
    const world = await brokenWorld();
    renewPat(world);
    const { since } = brokenOf(world) ?? {};
    world.wire.fail('findPullRequest', 'before', new Failure({ kind: 'credentialRefused', message: 'No scope.' }), 3);
    for (let hook = 1; hook <= 3; hook += 1) await hookLater(world);
    expect(brokenOf(world)?.since).toEqual(since);
    expect(asked(world)).toEqual(['readMyself', 'readMyself', 'readMyself']);
    await hookLater(world);
    expect(brokenOf(world)).toBeNull();
  });

  test('reads the vault past its cache for each probe', async () => {
    const world = await brokenWorld();
    const before = world.secrets.recorded.reads.length;
    await hookLater(world);
    expect(world.secrets.recorded.reads.slice(before)).toEqual([`pat ${connection.id} fresh`]);
  });

  test('without any PAT is not even asked', async () => {
    const world = await brokenWorld();
    world.secrets.rotatePat(connection.id, '');
    await hookLater(world);
    expect(asked(world)).toEqual([]);
    expect(brokenOf(world)).not.toBeNull();
  });

  test('two that find it so at once keep the first time', async () => {
    const world = createWorld();
    world.azureDevOps.accounts.delete(BOT_PAT);
    const first = { since: new Date('2026-10-01T11:59:59Z'), reason: 'first' };
    world.wire.meanwhile('readPullRequest', () => {
      world.connections.put({ ...connection, broken: first });
    });
    world.hook();
    await world.drain();
    expect(brokenOf(world)).toEqual(first);
  });
});

describe('the first success', () => {
  test('has everything active judged again, by a full sweep', async () => {
    const world = await brokenWorld();
    const since = brokenOf(world)?.since.toISOString() ?? '';
    renewPat(world);
    await hookLater(world);
    expect(brokenOf(world)).toBeNull();
    expect(world.queue.recorded.sent).toContainEqual({
      messageId: `sweep/${connection.id}/healed/${since}`,
      message: sweepMessage(connection.id, true),
      dueIn: 0,
    });
    expect(world.wire.calls).toContain('readActivePullRequests');
    expect(world.verdict()).toMatchObject({ state: 'failed', description: FAILED });
  });

  test('needs no hook: the next sweep finds it', async () => {
    const world = await brokenWorld();
    renewPat(world);
    await world.sweep();
    expect(brokenOf(world)).toBeNull();
    expect(world.verdict()).toMatchObject({ state: 'failed', description: FAILED });
  });

  test('makes what the list calls unchanged be judged, too: the sweep compares everything', async () => {
    const world = await brokenWorld();
    world.azureDevOps.deleteStatus(world.verdict()?.id ?? 0);
    renewPat(world);
    await world.sweep();
    expect(world.verdict()).toMatchObject({ state: 'failed', description: FAILED });
  });

  test('keeps what else the connection knows', async () => {
    const world = await brokenWorld();
    renewPat(world);
    await world.sweep();
    expect(world.connections.recorded.rows()).toEqual([connection]);
  });

  test('a PAT that is refused again later is broken again, and heals again under another id', async () => {
    const world = await brokenWorld();
    renewPat(world);
    await world.sweep();
    world.azureDevOps.accounts.delete('new-pat');
    world.pullRequest.change((state) => (state.workItems = [{ id: 8, type: 'Bug', state: 'New', title: 'Basket' }]));
    await hookLater(world);
    expect(brokenOf(world)).not.toBeNull();
    renewPat(world);
    await world.sweep();
    expect(world.verdict()).toMatchObject({ state: 'succeeded' });
    expect(
      world.queue.recorded.sent.filter(({ messageId }) => messageId.startsWith(`sweep/${connection.id}/healed/`)),
    ).toHaveLength(2);
  });
});

describe('a probe that says nothing about the PAT', () => {
  test('leaves the connection broken, and the message to a retry', async () => {
    const world = await brokenWorld();
    renewPat(world);
    world.wire.fail('readMyself', 'before', down);
    world.hook('hook/probing', 60);
    await world.drain(61);
    expect(brokenOf(world)).not.toBeNull();
    expect(world.queue.recorded.sent.at(-1)?.messageId).toBe(
      `retry/${key.connectionId}/pr/${key.repositoryId}/7/hook/probing/1`,
    );
    await world.drain();
    expect(brokenOf(world)).toBeNull();
    expect(world.verdict()).toMatchObject({ state: 'failed', description: FAILED });
  });

  test('of a sweep: the next sweep probes again', async () => {
    const world = await brokenWorld();
    renewPat(world);
    world.wire.fail('readMyself', 'before', down);
    await world.sweep();
    expect(brokenOf(world)).not.toBeNull();
    await world.sweep();
    expect(world.verdict()).toMatchObject({ state: 'failed', description: FAILED });
  });
});

describe('whatever dies or fails while it heals, everything active is judged again', () => {
  const healing = async (arrange: (world: World) => void): Promise<World> => {
    const world = await brokenWorld();
    renewPat(world);
    world.wire.clearCalls();
    arrange(world);
    world.hook();
    await world.drain(20 * 60);
    return world;
  };
  const seen = (world: World): unknown => ({
    broken: brokenOf(world),
    verdict: world.verdict()?.description,
    summaries: world.azureDevOps.recorded.summaries().map(({ status }) => status),
    statuses: world.azureDevOps.recorded.statuses().map(({ state }) => state),
    swept: world.wire.calls.includes('readActivePullRequests'),
  });
  const whole = {
    broken: null,
    verdict: FAILED,
    summaries: ['active'],
    statuses: ['succeeded', 'failed'],
    swept: true,
  };
  type Accident = (world: World, call: number) => void;

  const accidents: Record<string, Accident> = {
    'it dies before': ({ wire }, call) => {
      wire.crash(call, 'before');
    },
    'it dies after': ({ wire }, call) => {
      wire.crash(call, 'after');
    },
    'the service is down at': ({ wire }, call) => {
      wire.fail(call, 'before', down);
    },
    'the answer is lost of': ({ wire }, call) => {
      wire.fail(call, 'after', down);
    },
  };

  test.each(Object.entries(accidents))('%s each call', async (_, accident) => {
    const happy = await healing(() => undefined);
    expect(seen(happy)).toEqual(whole);
    const { length } = happy.wire.attempts;
    expect(length).toBeGreaterThan(20);
    for (let call = 1; call <= length; call += 1) {
      const world = await healing((broken) => {
        accident(broken, call);
      });
      expect({ call, seen: seen(world) }).toEqual({ call, seen: whole });
    }
  });
});

describe('whoever read the connection before its PAT was refused', () => {
  const create = (world: World) =>
    createBrokenConnections({
      connections: world.connections.port,
      credentials: world.credentials,
      queue: world.queue.port,
      connect: world.azureDevOps.connect,
      clock: world.clock,
      log: world.log.port,
    });
  const refusal = new Failure({ kind: 'credentialRefused', message: 'Azure DevOps refused the PAT.' });

  test('probes instead of reading with it, also while the refusal is still being noted', async () => {
    const world = createWorld();
    world.azureDevOps.accounts.delete(BOT_PAT);
    const brokenConnections = create(world);
    expect(await brokenConnections.probeAgain(connection, false)).toEqual(connection);
    const noted = brokenConnections.note(connection, refusal);
    expect(await brokenConnections.probeAgain(connection, false)).toBeUndefined();
    await noted;
    expect(asked(world)).toEqual(['readMyself']);
  });

  test('asks nobody more once it works again', async () => {
    const world = createWorld();
    const brokenConnections = create(world);
    await brokenConnections.note(connection, refusal);
    expect(await brokenConnections.probeAgain(connection, false)).toMatchObject({ broken: null });
    await brokenConnections.probeAgain(connection, false);
    world.wire.clearCalls();
    expect(await brokenConnections.probeAgain(connection, false)).toEqual(connection);
    expect(world.wire.attempts).toEqual([]);
  });
});
