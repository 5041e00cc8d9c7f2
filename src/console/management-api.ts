import { createHash, timingSafeEqual } from 'node:crypto';

import { Hono, type Context } from 'hono';

import { createManageSettings } from '../app/manage-settings';
import type {
  AzureDevOps,
  Clock,
  Connection,
  Connections,
  Credentials,
  DoorCredential,
  Log,
  LookAtConnection,
  Operations,
  SettingsStore,
  WorkQueue,
} from '../app/ports';
import { createTestConnection } from '../app/test-connection';
import { Failure, toFailure, type FailureKind } from '../core/failures';

import { connectionTestRoutes } from './connection-test-routes';
import { directoryRoutes } from './directory-routes';
import { createLookUps } from './look-ups';
import { operationRoutes } from './operation-routes';
import { settingsRoutes } from './settings-routes';

export interface ManagementDependencies {
  connections: Connections;
  settings: SettingsStore;
  credentials: Credentials;
  queue: WorkQueue;
  operations: Operations;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
  look: LookAtConnection;
  clock: Clock;
  log: Log;
  /** The local environment's one-time token; undefined everywhere else, and then every request is refused. */
  localToken: string | undefined;
}

/** Whoever has the local token; the history names them so. */
const LOCAL_ADMINISTRATOR = 'local administrator';

/**
 * The management API, under `/api/management`. Errors are `{ message, problems? }`: a sentence for a person, and for
 * settings one problem per wrong value.
 */
export function createManagementApi(dependencies: ManagementDependencies): (request: Request) => Promise<Response> {
  const { settings, localToken } = dependencies;
  const api = new Hono().basePath('/api/management');
  const lookUps = createLookUps(dependencies);

  api.use(async (context, next) => {
    // An empty token would be everybody's.
    if (localToken === undefined || localToken === '') {
      return context.json(
        { message: 'The management API is closed here: sign-in is not configured for this deployment.' },
        403,
      );
    }
    if (!isSame(bearer(context), localToken)) {
      return context.json(
        { message: 'Authorise with the bearer token of .local/endpoints.json, which npm start writes.' },
        401,
      );
    }
    return next();
  });

  api.route('/', directoryRoutes({ ...dependencies, lookUps }));
  api.route('/', operationRoutes({ ...dependencies, lookUps }));
  api.route('/', connectionTestRoutes({ testConnection: createTestConnection(dependencies), lookUps }));
  const manage = createManageSettings(dependencies);
  api.route('/', settingsRoutes({ settings, manage, lookUps, principalOf: () => LOCAL_ADMINISTRATOR }));

  api.notFound((context) => context.json({ message: `There is no ${context.req.method} ${context.req.path}.` }, 404));
  api.onError((error, context) => {
    const failure = toFailure(error);
    if (!(error instanceof Failure)) {
      dependencies.log.error('The management API failed', { path: context.req.path, reason: error.message });
    }
    const message =
      error instanceof Failure ? failure.message : 'Something went wrong in Portcullis; its log says what.';
    return context.json({ message }, statusOf[failure.kind]);
  });

  return async (request) => api.fetch(request);
}

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

function bearer(context: Context): string {
  return /^bearer (\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1] ?? '';
}

function isSame(given: string, expected: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
