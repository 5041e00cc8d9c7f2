import { Failure } from '../core/failures';
import { pullRequestMessage } from '../core/messages';

import { createBrokenConnections } from './broken-connections';
import { createJudgePullRequest } from './judge-pull-request';
import type { AzureDevOps } from './ports';
import { createRecordUnjudged } from './record-unjudged';
import { connection, key } from './testing/samples';
import { BOT_PAT, createWorld } from './testing/world';

/** Many sessions at once, each judging a pull request of its own; the read of each goes on until it is told to end. */
function createSessions(processes = 1) {
  const world = createWorld();
  const one = world.azureDevOps.connect(connection, BOT_PAT);
  const reading: number[] = [];
  const ends = new Map<number, (failure?: Failure) => void>();
  // All pull requests are the same one under other numbers.
  const door: AzureDevOps = {
    ...one,
    readPullRequest: async ({ pullRequestId }) => {
      reading.push(pullRequestId);
      await new Promise<void>((resolve, reject) => {
        ends.set(pullRequestId, (failure) => {
          if (failure) reject(failure);
          else resolve();
        });
      });
      return one.readPullRequest(key);
    },
    readIterations: () => one.readIterations(key),
    readWorkItems: () => one.readWorkItems(key),
    readThreads: () => one.readThreads(key),
    readStatuses: () => one.readStatuses(key),
    readChanges: (_, iteration) => one.readChanges(key, iteration),
    readLineCounts: (_, changes) => one.readLineCounts(key, changes),
    postStatus: (_, status) => one.postStatus(key, status),
  };
  const shared = {
    connections: world.connections.port,
    credentials: world.credentials,
    settings: world.settings.port,
    ledger: world.ledger.port,
    queue: world.queue.port,
    deadLetters: world.deadLetters.port,
    connect: () => door,
    clock: world.clock,
    log: world.log.port,
    trace: world.shared.trace,
  };
  let evaluations = 0;
  const judges = Array.from({ length: processes }, () =>
    createJudgePullRequest({
      ...shared,
      brokenConnections: createBrokenConnections(shared),
      recordUnjudged: createRecordUnjudged(shared),
      newEvaluationId: () => `evaluation-${(evaluations += 1)}`,
    }),
  );
  const quiet = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  };
  return {
    ...world,
    reading,
    quiet,
    judge: async (pullRequestId: number, connectionId = connection.id, process = 0): Promise<void> => {
      const message = pullRequestMessage({ ...key, connectionId, pullRequestId }, 'hook');
      const delivery = { messageId: `hook/${pullRequestId}`, sessionId: '', enqueuedAt: world.clock.now() };
      await judges[process]?.(message, delivery);
    },
    end: async (pullRequestId: number, failure?: Failure): Promise<void> => {
      ends.get(pullRequestId)?.(failure);
      await quiet();
    },
  };
}

test('eight evaluations of a connection at once; the others wait in order, and other connections do not', async () => {
  const { judge, end, reading, quiet, connections, secrets, ledger } = createSessions();
  connections.put({ ...connection, id: 'con-fabrikam', name: 'fabrikam' });
  secrets.rotatePat('con-fabrikam', BOT_PAT);
  const sessions = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((number) => judge(number));
  await quiet();
  expect(reading).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  sessions.push(judge(21, 'con-fabrikam'), judge(22, 'con-fabrikam'));
  await quiet();
  expect(reading.slice(8)).toEqual([21, 22]);
  await end(5);
  expect(reading.slice(10)).toEqual([9]);
  // What may not be judged gives its place on as well.
  await end(1, new Failure({ kind: 'unavailable', message: 'Azure DevOps does not answer.' }));
  await end(2, new Failure({ kind: 'notFound', message: 'It is gone.' }));
  expect(reading[11]).toBe(10);
  // The second is read once more, outside of the places, to be told so.
  expect(new Set(reading.slice(12))).toEqual(new Set([11, 2]));
  for (const number of [2, 3, 4, 6, 7, 8, 9, 10, 11, 21, 22]) await end(number);
  await Promise.all(sessions);
  const judged = [3, 4, 5, 6, 7, 8, 9, 10, 11].map(
    (number) => ledger.recorded.state({ ...key, pullRequestId: number }).finished?.state,
  );
  expect(judged).toEqual(Array.from({ length: 9 }, () => 'succeeded'));
});

test('a message that nothing needs to be judged for takes no place', async () => {
  const { judge, end, quiet, reading, clock } = createSessions();
  const first = judge(1);
  await quiet();
  await end(1);
  await first;
  clock.advance(-60);
  const waiting = [11, 12, 13, 14, 15, 16, 17, 18].map((number) => judge(number));
  await quiet();
  expect(reading).toHaveLength(9);
  await judge(1);
  expect(reading).toHaveLength(9);
  for (const number of [11, 12, 13, 14, 15, 16, 17, 18]) await end(number);
  await Promise.all(waiting);
});

test('of a refused credential only those whose turn it was run into it, in each process; who waited asks once whether it works', async () => {
  const { judge, end, reading, quiet, azureDevOps, wire, ledger, log, connections } = createSessions(2);
  const here = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  const there = here.map((number) => number + 20);
  const sessions = [...here.map((number) => judge(number)), ...there.map((number) => judge(number, connection.id, 1))];
  await quiet();
  const wave = [...here.slice(0, 8), ...there.slice(0, 8)];
  expect(reading).toEqual(wave);
  azureDevOps.accounts.delete(BOT_PAT);
  wire.clearCalls();
  const refused = new Failure({ kind: 'credentialRefused', message: 'Azure DevOps refused the PAT.' });
  // All of a process find it so at once, and one of them tells.
  await Promise.all(here.slice(0, 8).map((number) => end(number, refused)));
  await Promise.all(there.slice(0, 8).map((number) => end(number, refused)));
  await Promise.all(sessions);
  expect(reading).toEqual(wave);
  expect(wire.attempts.filter((attempt) => /^(read|post|create)/.test(attempt))).toEqual(
    Array.from({ length: 8 }, () => 'readMyself'),
  );
  expect(connections.recorded.rows()[0]?.broken?.reason).toBe('Azure DevOps refused the PAT.');
  expect(log.recorded.entries.filter(({ message }) => message.startsWith('A connection is broken'))).toHaveLength(1);
  const intents = [9, 10, 11, 12].map(
    (number) => ledger.recorded.state({ ...key, pullRequestId: number }).newestIntent,
  );
  expect(intents).toEqual([undefined, undefined, undefined, undefined]);
});

test('who waited while somebody renewed the credential is judged', async () => {
  const { judge, end, reading, quiet, secrets, ledger } = createSessions();
  const sessions = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => judge(number));
  await quiet();
  secrets.rotatePat(connection.id, 'new-pat');
  await end(1, new Failure({ kind: 'credentialRefused', message: 'Azure DevOps refused the PAT.' }));
  // It reads again with the new one, as the ninth does.
  for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9]) await end(number);
  await Promise.all(sessions);
  expect(reading).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 1, 9]);
  expect(ledger.recorded.state({ ...key, pullRequestId: 9 }).finished?.state).toBe('succeeded');
});
