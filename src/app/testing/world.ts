import { pullRequestMessage, sessionId } from '../../core/messages';
import { createBrokenConnections } from '../broken-connections';
import { createCredentials } from '../credentials';
import { createEnqueueSweeps, SWEEP_MINUTES } from '../enqueue-sweeps';
import { createJudgePullRequest } from '../judge-pull-request';
import { createNoticeProjects } from '../repositories/notice-projects';
import type { AnyOperationWork } from '../operation-work';
import { createOperations } from '../operations';
import type { AzureDevOps, Connection, DoorCredential, PostedStatus, Trace } from '../ports';
import { createRecordDeadLetter } from '../record-dead-letter';
import { createRecordUnjudged } from '../record-unjudged';
import { createSweepConnection } from '../sweep-connection';
import { withCredential } from '../with-credential';
import { createWorkOnMessage } from '../work-on-message';

import { createFakeAuditLog } from './fake-audit-log';
import { createFakeAzureDevOps } from './fake-azure-devops';
import { createFakeGrants } from './fake-grants';
import { createFakeLedger } from './fake-ledger';
import {
  createFakeConnections,
  createFakeDeadLetters,
  createFakeIdentity,
  createFakeKnownProjects,
  createFakeLog,
  createFakeSecrets,
  createFakeQueueHealth,
  createFakeSweeps,
} from './fake-stores';
import { createFakeServiceHooks } from './fake-service-hooks';
import { createFakeOperations } from './fake-operations';
import { createFakeSettingsStore } from './fake-settings-store';
import { createFakeWorkQueue } from './fake-work-queue';
import { bot, connection, key } from './samples';
import { createTestClock } from './test-clock';
import { untraced } from './untraced';
import { Crash, createWire } from './wire';

/** The bot's PAT while nobody rotated it. */
export const BOT_PAT = 'bot-pat';

/**
 * The use cases over the fakes: one connection, one pull request, the worker that drains the queue, and the timer.
 *
 * @param tableSkewSeconds how far the table's clock runs ahead of everybody else's
 * @param kinds of long work that there are
 * @param connect instead of the fake of Azure DevOps, for tests of the genuine adapter
 */
export function createWorld({
  tableSkewSeconds = 0,
  kinds = [],
  connect,
  trace = untraced,
}: {
  tableSkewSeconds?: number;
  kinds?: readonly AnyOperationWork[];
  connect?: (connection: Connection, credential: DoorCredential) => AzureDevOps;
  trace?: Trace;
} = {}) {
  const clock = createTestClock();
  const wire = createWire(clock);
  const azureDevOps = createFakeAzureDevOps(wire, clock);
  const connections = createFakeConnections(wire, connection);
  const secrets = createFakeSecrets(wire);
  const settings = createFakeSettingsStore(wire, clock);
  const ledger = createFakeLedger(wire, clock, tableSkewSeconds);
  const queue = createFakeWorkQueue(wire, clock);
  const identity = createFakeIdentity();
  const credentials = createCredentials({ secrets: secrets.port, identity: identity.port });
  const deadLetters = createFakeDeadLetters(wire, clock);
  const audit = createFakeAuditLog(wire, clock);
  const grants = createFakeGrants(wire, clock);
  const operations = createFakeOperations(wire);
  const sweeps = createFakeSweeps(wire);
  const knownProjects = createFakeKnownProjects(wire);
  const serviceHooks = createFakeServiceHooks(wire);
  const queueHealth = createFakeQueueHealth(wire);
  const log = createFakeLog();
  azureDevOps.accounts.set(BOT_PAT, bot);
  secrets.rotatePat(connection.id, BOT_PAT);

  let evaluations = 0;
  const shared = {
    connections: connections.port,
    credentials,
    secrets: secrets.port,
    settings: settings.port,
    ledger: ledger.port,
    queue: queue.port,
    deadLetters: deadLetters.port,
    operations: operations.port,
    sweeps: sweeps.port,
    connect: connect ?? azureDevOps.connect,
    queueHealth: queueHealth.port,
    clock,
    log: log.port,
    trace,
  };
  const brokenConnections = createBrokenConnections(shared);
  let started = 0;
  const runner = createOperations({ ...shared, kinds, newOperationId: () => `operation-${(started += 1)}` });
  const noticeProjects = createNoticeProjects({
    ...shared,
    knownProjects: knownProjects.port,
    withHooks: (_, use) => use(serviceHooks.open(bot)),
    ask: (wanted, use, projectId) =>
      withCredential(credentials, wanted, (credential) => use(azureDevOps.connect(wanted, credential)), { projectId }),
  });
  const sweepConnection = createSweepConnection({
    ...shared,
    brokenConnections,
    revive: runner.revive,
    noticeProjects,
  });
  const judge = createJudgePullRequest({
    ...shared,
    brokenConnections,
    recordUnjudged: createRecordUnjudged(shared),
    newEvaluationId: () => `evaluation-${(evaluations += 1)}`,
  });
  const consumers = {
    work: createWorkOnMessage({ ...shared, judge, sweep: sweepConnection, operate: runner.work }),
    deadLetter: createRecordDeadLetter(shared),
  };
  const enqueue = createEnqueueSweeps(shared);
  const enqueueSweeps = async (): Promise<void> => {
    await enqueue();
    // It catches what keeps it from looking at the queue; a process that died there ends nothing well.
    if (wire.isDead) throw new Crash();
  };
  let hooks = 0;

  return {
    /** What use cases are made of. */
    shared,
    clock,
    wire,
    azureDevOps,
    pullRequest: azureDevOps.pullRequest,
    connections,
    secrets,
    identity,
    credentials,
    settings,
    ledger,
    queue,
    deadLetters,
    audit,
    grants,
    operations,
    sweeps,
    knownProjects,
    serviceHooks,
    noticeProjects,
    queueHealth,
    log,
    runner,
    consumers,
    /** Something about the pull request fired a hook, which was queued; returns its id. */
    hook: (messageId = `hook/${(hooks += 1)}`, dueIn = 0): string => {
      queue.put(pullRequestMessage(key, 'hook'), { messageId, session: sessionId(key), dueIn });
      return messageId;
    },
    /** Somebody wrote a comment, which fired a hook. */
    commentHook: (messageId = `hook/comment ${(hooks += 1)}`, dueIn = 0): string => {
      queue.put(pullRequestMessage(key, 'hook', true), { messageId, session: sessionId(key), dueIn });
      return messageId;
    },
    /** The worker works until the queue is empty, or for so many seconds. */
    drain: (seconds?: number): Promise<void> => queue.drain(consumers, seconds),
    enqueueSweeps,
    /** The timer fires so many times, five minutes apart, and the worker works in between. */
    sweep: async (times = 1): Promise<void> => {
      const step = SWEEP_MINUTES * 60_000;
      for (let time = 0; time < times; time += 1) {
        const next = new Date((Math.floor(clock.now().getTime() / step) + 1) * step);
        await queue.drain(consumers, (next.getTime() - clock.now().getTime()) / 1_000);
        clock.advanceTo(next);
        await enqueueSweeps();
        await queue.drain(consumers, 60);
      }
    },
    /** The status that counts. */
    verdict: (): PostedStatus | undefined =>
      azureDevOps.recorded.statuses().findLast(({ genre, name }) => genre === 'portcullis' && name === 'verdict'),
    /** The repository's own settings document. */
    configure: (document: unknown): void => {
      const { connectionId, repositoryId } = key;
      settings.put({ kind: 'repository', connectionId, repositoryId }, document);
    },
  };
}

export type World = ReturnType<typeof createWorld>;
