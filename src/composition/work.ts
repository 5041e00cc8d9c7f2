import { randomUUID } from 'node:crypto';

import { createBrokenConnections } from '../app/broken-connections';
import { createCredentials } from '../app/credentials';
import { forgetOperation } from '../app/disconnect/forget-operation';
import { leaveOperation } from '../app/disconnect/leave-operation';
import { createEnqueueSweeps } from '../app/enqueue-sweeps';
import { createForgetWhatIsOld } from '../app/forget-what-is-old';
import { createJudgeOperation } from '../app/judge-operation';
import { createJudgePullRequest } from '../app/judge-pull-request';
import { rotateOperation } from '../app/hooks/rotate-operation';
import { syncOperation } from '../app/hooks/sync-operation';
import { createManageSettings } from '../app/manage-settings';
import { createOperations } from '../app/operations';
import type { LookAtConnection } from '../app/ports';
import { readOnlyKeptSecrets, readOnlySecrets } from '../app/read-only-secrets';
import { createRecordDeadLetter } from '../app/record-dead-letter';
import { createRecordUnjudged } from '../app/record-unjudged';
import { createNoticeProjects } from '../app/repositories/notice-projects';
import { switchOperation } from '../app/repositories/switch-repositories';
import { createSweepConnection } from '../app/sweep-connection';
import { createWorkOnMessage } from '../app/work-on-message';
import { accessTable } from '../azure/access-table';
import { auditTable } from '../azure/audit-table';
import { azureDevOpsIdentity } from '../azure/azure-devops-identity';
import { connectionsTable } from '../azure/connections-table';
import { deadLettersTable } from '../azure/dead-letters-table';
import { entraTokens } from '../azure/entra-tokens';
import { keptMessages } from '../azure/kept-messages';
import { keptRows } from '../azure/kept-rows';
import { keptSecrets } from '../azure/kept-secrets';
import { keyVaultSecrets } from '../azure/key-vault-secrets';
import { knownProjectsTable } from '../azure/known-projects-table';
import { ledgerTable } from '../azure/ledger-table';
import { oldRows } from '../azure/old-rows';
import { operationsTable } from '../azure/operations-table';
import { orphans } from '../azure/orphans';
import { personalRows } from '../azure/personal-rows';
import { queueHealth } from '../azure/queue-health';
import { serviceBusQueue } from '../azure/service-bus-queue';
import { settingsTable } from '../azure/settings-table';
import { sweepsTable } from '../azure/sweeps-table';
import { lookAtConnection } from '../azure-devops/connect';
import { createLookUps } from '../console/look-ups';
import { createManagementApi } from '../console/management-api';
import type { SignInWay } from '../console/sign-in';

import { systemClock } from './clock';
import { createDoors } from './doors';
import { readEnvironment, type SignInSettings } from './environment';
import { once } from './once';
import { withInvocation, type Invocation } from './invocation';
import { scopedLog, withLog } from './scoped-log';
import { scopedTrace } from './scoped-trace';
import { createWithHooks } from './service-hooks';
import { serverOf, shownWork } from './shown';

/** The build writes the version in its place. */
const VERSION = process.env['PORTCULLIS_VERSION'] ?? 'unbuilt';

const look: LookAtConnection = (wanted) => lookAtConnection(wanted, { log: scopedLog, now: () => systemClock.now() });

const parts = once(() => {
  const environment = readEnvironment();
  const { serviceBus, tables, vaultUrl, writesSecrets, credential, signIn, publicUrl, retention, wrong } = environment;
  const identity = azureDevOpsIdentity(credential);
  const vault = keyVaultSecrets({ vaultUrl, credential, clock: systemClock });
  const secrets = writesSecrets ? vault : readOnlySecrets(vault);
  const keptInVault = keptSecrets({ vaultUrl, credential });
  const credentials = createCredentials({ secrets, identity });
  return {
    signInWay: signInWay(signIn),
    publicUrl,
    version: VERSION,
    retention,
    wrong,
    identity,
    clock: systemClock,
    log: scopedLog,
    trace: scopedTrace,
    connect: createDoors(systemClock),
    look,
    queueHealth: queueHealth(serviceBus),
    queue: serviceBusQueue({ serviceBus, clock: systemClock, trace: scopedTrace }),
    connections: connectionsTable(tables),
    settings: settingsTable(tables),
    ledger: ledgerTable(tables),
    deadLetters: deadLettersTable(tables),
    operations: operationsTable(tables),
    grants: accessTable(tables),
    audit: auditTable({ tables, clock: systemClock, days: retention.auditDays }),
    sweeps: sweepsTable(tables),
    knownProjects: knownProjectsTable(tables),
    oldRows: oldRows(tables),
    orphans: orphans(tables),
    personalRows: personalRows(tables),
    secrets,
    vault: { url: vaultUrl, writesSecrets },
    credentials,
    withHooks: createWithHooks(credentials, systemClock, scopedLog),
    kept: {
      rows: keptRows(tables),
      secrets: writesSecrets ? keptInVault : readOnlyKeptSecrets(keptInVault),
      messages: keptMessages(serviceBus),
    },
  };
});

const brokenConnections = once(() => createBrokenConnections(parts()));

/** What administrators may ask for that takes long. */
const operations = once(() => {
  const kinds = [
    createJudgeOperation({ ...parts(), brokenConnections: brokenConnections() }),
    syncOperation(parts()),
    rotateOperation(parts()),
    leaveOperation(parts()),
    forgetOperation({ ...parts(), ...parts().kept }),
    switchOperation({ ...parts(), manage: createManageSettings(parts()), ...createLookUps(parts()) }),
  ];
  return createOperations({ ...parts(), kinds, newOperationId: randomUUID });
});

const work = once(() => {
  const { work: operate, revive } = operations();
  const recordUnjudged = createRecordUnjudged(parts());
  const judge = createJudgePullRequest({
    ...parts(),
    brokenConnections: brokenConnections(),
    recordUnjudged,
    newEvaluationId: randomUUID,
  });
  const noticeProjects = createNoticeProjects({ ...parts(), ...createLookUps(parts()) });
  const sweep = createSweepConnection({ ...parts(), brokenConnections: brokenConnections(), revive, noticeProjects });
  return createWorkOnMessage({ ...parts(), judge, sweep, operate });
});

const sweeps = once(() => createEnqueueSweeps(parts()));

const deadLetter = once(() => createRecordDeadLetter(parts()));

const forgetting = once(() => createForgetWhatIsOld(parts()));

const management = once(() => createManagementApi({ ...parts(), start: operations().start }));

function signInWay(settings: SignInSettings): SignInWay {
  if (settings.kind !== 'entra') return settings;
  return { ...settings, verify: entraTokens({ ...settings, clock: systemClock }) };
}

/** Works on a message of the queue; metadata is the trigger's. */
export async function workOnMessage(
  body: unknown,
  metadata: Record<string, unknown>,
  invocation: Invocation,
): Promise<void> {
  await withInvocation(invocation, shownWork('process', metadata), () => work()(body, metadata));
}

/** Puts one sweep for each connection into the queue. */
export async function enqueueSweeps(invocation: Invocation): Promise<void> {
  await withLog(invocation, () => sweeps()(), 'sweep');
}

/** Deletes what nobody needs any more. */
export async function forgetWhatIsOld(invocation: Invocation): Promise<void> {
  await withLog(invocation, () => forgetting()(), 'forget what is old');
}

/** Records a message that the queue gave up on. */
export async function recordDeadLetter(
  body: unknown,
  metadata: Record<string, unknown>,
  invocation: Invocation,
): Promise<void> {
  await withInvocation(invocation, shownWork('record', metadata), () => deadLetter()(body, metadata));
}

/** Answers a request to the management API. */
export async function manage(request: Request, invocation: Invocation): Promise<Response> {
  const shown = serverOf(request.method, '/api/management/{*path}');
  return withInvocation(invocation, shown, async (span) => {
    const answer = await management()(request);
    span.set({ 'http.response.status_code': answer.status });
    return answer;
  });
}
