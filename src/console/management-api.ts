import { Hono } from 'hono';

import { createAccess } from '../app/access';
import { createChangeNetwork } from '../app/change-network';
import { createListDeadLetters } from '../app/dead-letters/list-dead-letters';
import { createSettleDeadLetters } from '../app/dead-letters/settle-dead-letters';
import { createDoctor } from '../app/doctor/doctor';
import { createEstablishConnection } from '../app/establish-connection';
import { createDisconnect } from '../app/disconnect/disconnect';
import { createReadHealth } from '../app/health';
import type { WithHooks } from '../app/hooks/hook-slices';
import { createManageSettings } from '../app/manage-settings';
import { createPeople } from '../app/people/people';
import type { OperationsRunner } from '../app/operations';
import type {
  AuditLog,
  AzureDevOps,
  Clock,
  ConnectionPlace,
  Connections,
  Credentials,
  DeadLetters,
  DeploymentIdentity,
  DoorCredential,
  Grants,
  KeptMessages,
  KeptRows,
  KeptSecrets,
  KnownProjects,
  Ledger,
  Log,
  LookAtConnection,
  Operations,
  PersonalRows,
  QueueHealth,
  Secrets,
  SettingsStore,
  Sweeps,
  WorkQueue,
} from '../app/ports';
import type { VaultTerms } from '../app/read-only-secrets';
import { createRemoveProjectPat } from '../app/remove-project-pat';
import { createRotatePat } from '../app/rotate-pat';
import { createTestConnection } from '../app/test-connection';
import { readAllProjects } from '../app/whole-connection';
import { Failure, toFailure, type FailureKind } from '../core/failures';
import { holdsPat, withoutPats } from '../core/pat';

import { accessRoutes } from './access-routes';
import { auditRoutes } from './audit-routes';
import { connectionRoutes } from './connection-routes';
import { connectionTestRoutes } from './connection-test-routes';
import { deadLetterRoutes } from './dead-letter-routes';
import { deploymentRoutes } from './deployment-routes';
import { disconnectRoutes } from './disconnect-routes';
import { directoryRoutes } from './directory-routes';
import { doctorRoutes } from './doctor-routes';
import { guardedRoutes, withAuthority } from './guard';
import { healthRoutes } from './health-routes';
import { hooksRoutes } from './hooks-routes';
import { createLookUps } from './look-ups';
import { networkRoutes } from './network-routes';
import { operationRoutes } from './operation-routes';
import { peopleRoutes } from './people-routes';
import { policyRoutes } from './policy-routes';
import { patRoutes } from './pat-routes';
import { repositoryRoutes } from './repository-routes';
import { settingsRoutes } from './settings-routes';
import { signIn, type SignInWay } from './sign-in';
import { signInRoutes } from './sign-in-routes';

export interface ManagementDependencies {
  connections: Connections;
  settings: SettingsStore;
  secrets: Secrets;
  vault: VaultTerms;
  credentials: Credentials;
  deadLetters: DeadLetters;
  ledger: Ledger;
  queueHealth: QueueHealth;
  sweeps: Sweeps;
  knownProjects: KnownProjects;
  identity: DeploymentIdentity;
  /** Where Azure DevOps reaches this app, where the platform says it. */
  publicUrl: string | undefined;
  /** App settings that do not say what they should, a sentence each. */
  wrong: readonly string[];
  /** Of Portcullis. */
  version: string;
  queue: WorkQueue;
  operations: Operations;
  /** Asks for long work. */
  start: OperationsRunner['start'];
  withHooks: WithHooks;
  connect: (connection: ConnectionPlace, credential: DoorCredential) => AzureDevOps;
  look: LookAtConnection;
  clock: Clock;
  log: Log;
  grants: Grants;
  audit: AuditLog;
  signInWay: SignInWay;
  personalRows: PersonalRows;
  kept: { rows: KeptRows; secrets: KeptSecrets; messages: KeptMessages };
}

/**
 * The management API, under `/api/management`. Errors are `{ message, problems?, code? }`: a sentence for a person, for
 * settings one problem per wrong value, and a word for programs where they can do something about it.
 */
export function createManagementApi(dependencies: ManagementDependencies): (request: Request) => Promise<Response> {
  const api = createManagementRoutes(dependencies);
  return async (request) => {
    // Addresses end up in logs, here and elsewhere.
    if (holdsPat(request.url)) return Response.json({ message: PAT_IN_ADDRESS }, { status: 400 });
    const answer = await api.fetch(request);
    if (answer.status < 400) return answer;
    // It may repeat what was asked for, and a PAT may have been in the wrong place.
    return new Response(withoutPats(await answer.text()), answer);
  };
}

/** Throws when a route does not say who may call it. */
export function createManagementRoutes(dependencies: ManagementDependencies): Hono {
  const { settings, connections, grants, audit, log, signInWay } = dependencies;
  const api = new Hono();
  const lookUps = createLookUps(dependencies);
  const access = createAccess({
    grants,
    readProjects: (connection) => readAllProjects(lookUps.ask, connection),
  });

  const { projectOf } = lookUps;
  api.use(withAuthority({ way: signInWay, access, connections, projectOf, audit, log }));
  api.route('/', signInRoutes({ way: signInWay }));
  api.route('/', deploymentRoutes(dependencies));
  api.route('/', directoryRoutes({ settings, lookUps }));
  api.route('/', healthRoutes({ ...dependencies, readHealth: createReadHealth(dependencies) }));
  api.route('/', operationRoutes(dependencies));
  api.route('/', policyRoutes(dependencies));
  const testConnection = createTestConnection(dependencies);
  api.route('/', connectionTestRoutes({ ...dependencies, testConnection }));
  api.route('/', doctorRoutes({ doctor: createDoctor({ ...dependencies, testConnection }) }));
  const establish = createEstablishConnection({ ...dependencies, testConnection });
  api.route('/', connectionRoutes({ ...dependencies, establish }));
  const changeNetwork = createChangeNetwork({ ...dependencies, testConnection });
  api.route('/', networkRoutes({ ...dependencies, changeNetwork }));
  api.route('/', hooksRoutes(dependencies));
  const rotatePat = createRotatePat({ ...dependencies, testConnection });
  const removeProjectPat = createRemoveProjectPat(dependencies);
  api.route('/', patRoutes({ ...dependencies, rotatePat, removeProjectPat }));
  const { kept, start, vault } = dependencies;
  const disconnect = createDisconnect({ ...dependencies, ...kept });
  api.route('/', disconnectRoutes({ start, disconnect, secrets: kept.secrets, vault }));
  api.route('/', repositoryRoutes({ ...dependencies, ask: lookUps.ask }));
  const manage = createManageSettings(dependencies);
  api.route('/', settingsRoutes({ settings, manage, lookUps }));
  api.route('/', accessRoutes({ access }));
  api.route('/', auditRoutes({ audit }));
  const list = createListDeadLetters(dependencies);
  api.route('/', deadLetterRoutes({ list, settle: createSettleDeadLetters(dependencies) }));
  api.route('/', peopleRoutes({ people: createPeople(dependencies) }));

  const root = new Hono();
  root.route('/api/management', api);
  guardedRoutes(root);

  root.notFound(async (context) => {
    const answer = await signIn(signInWay, context.req.raw);
    if (answer.kind === 'refused') return context.json({ message: answer.message }, answer.status);
    return context.json({ message: `There is no ${context.req.method} ${context.req.path}.` }, 404);
  });
  root.onError((error, context) => {
    const failure = toFailure(error);
    if (!(error instanceof Failure)) {
      dependencies.log.error('The management API failed', {
        path: withoutPats(context.req.path),
        reason: withoutPats(error.message),
      });
    }
    const message =
      error instanceof Failure ? failure.message : 'Something went wrong in Portcullis; its log says what.';
    const { code } = failure;
    return context.json({ message, ...(code === undefined ? {} : { code }) }, statusOf[failure.kind]);
  });

  return root;
}

const PAT_IN_ADDRESS =
  'What looks like a PAT stands in the address of this request, where every log has it: revoke that PAT, and make a new one.';

const statusOf = {
  credentialRefused: 502,
  permissionMissing: 502,
  notFound: 404,
  superseded: 409,
  rateLimited: 503,
  unavailable: 503,
  tooLarge: 502,
  unexpected: 500,
} as const satisfies Record<FailureKind, number>;
