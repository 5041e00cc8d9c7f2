import { createHash, timingSafeEqual } from 'node:crypto';

import { Hono, type Context } from 'hono';

import { saveSettings } from '../app/manage-settings';
import type { AzureDevOps, Connection, Connections, Secrets, SettingsScope, SettingsStore } from '../app/ports';
import { Failure, toFailure, type FailureKind } from '../core/failures';

export interface ManagementDependencies {
  connections: Connections;
  settings: SettingsStore;
  secrets: Secrets;
  connect: (connection: Connection, pat: string) => AzureDevOps;
  /** The local environment's one-time token; undefined everywhere else, and then every request is refused. */
  localToken: string | undefined;
}

/**
 * The management API, under `/api/management`. Errors are `{ message, problems? }`: a sentence for a person, and for
 * settings one problem per wrong value.
 */
export function createManagementApi(dependencies: ManagementDependencies): (request: Request) => Promise<Response> {
  const { connections, settings, localToken } = dependencies;
  const api = new Hono().basePath('/api/management');

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

  api.get('/connections', async (context) =>
    context.json(
      (await connections.list()).map(({ id, name, kind, url, identities, broken }) => ({
        id,
        name,
        kind,
        url,
        identities: identities.map((identity) => ({ id: identity.id, displayName: identity.displayName })),
        broken,
      })),
    ),
  );

  api.get('/connections/:connection/repositories', async (context) => {
    const connection = await theConnection(context.req.param('connection'));
    const name = context.req.query('name') ?? '';
    const [project, repository, ...rest] = name.split('/');
    if (!project || !repository || rest.length > 0) {
      return context.json({ message: 'Name a repository as project/repository, for instance Shop/web.' }, 400);
    }
    const azureDevOps = dependencies.connect(connection, await dependencies.secrets.readPat(connection.id));
    return context.json(await azureDevOps.readRepository(project, repository));
  });

  const getSettings = async (context: Context, scope: SettingsScope) => {
    const present = await settings.read(scope);
    if (!present)
      return context.json({ message: `There are no settings for this ${scope.kind} yet; the wider ones apply.` }, 404);
    return context.json({ document: present.document }, 200, { etag: present.etag });
  };

  const putSettings = async (context: Context, scope: SettingsScope) => {
    const condition = context.req.header('if-match');
    if (condition === undefined && context.req.header('if-none-match') !== '*') {
      return context.json(
        { message: 'Send If-Match with the ETag of the version you edited, or If-None-Match: * for a first one.' },
        428,
      );
    }
    const document = await readJson(context);
    if (document === undefined) return context.json({ message: 'The body is not JSON.' }, 400);
    const result = await saveSettings(settings, scope, document, { savedBy: 'local administrator' }, condition ?? null);
    switch (result.kind) {
      case 'saved':
        return context.json({ document }, 200, { etag: result.etag });
      case 'refused':
        return context.json({ message: 'The settings were not saved.', problems: result.problems }, 422);
      case 'conflict':
        return context.json(
          {
            message: 'Somebody else changed these settings meanwhile; compare and try again.',
            document: result.present?.document,
          },
          412,
        );
    }
  };

  api.get('/connections/:connection/settings', async (context) => getSettings(context, await connectionScope(context)));
  api.put('/connections/:connection/settings', async (context) => putSettings(context, await connectionScope(context)));
  const repositorySettings = '/connections/:connection/repositories/:repository/settings';
  api.get(repositorySettings, async (context) => getSettings(context, await repositoryScope(context)));
  api.put(repositorySettings, async (context) => putSettings(context, await repositoryScope(context)));

  api.notFound((context) => context.json({ message: `There is no ${context.req.method} ${context.req.path}.` }, 404));
  api.onError((error, context) => {
    const failure = toFailure(error);
    const message =
      error instanceof Failure ? failure.message : 'Something went wrong in Portcullis; its log says what.';
    return context.json({ message }, statusOf[failure.kind]);
  });

  /** By id or by name, whatever its case. */
  async function theConnection(idOrName: string): Promise<Connection> {
    const all = await connections.list();
    const found = all.find(({ id, name }) => id === idOrName || name.toLowerCase() === idOrName.toLowerCase());
    if (found) return found;
    const known = all.length === 0 ? 'there are none yet' : `there are ${all.map(({ name }) => name).join(', ')}`;
    throw new Failure({ kind: 'notFound', message: `There is no connection ${idOrName}; ${known}.` });
  }

  async function connectionScope(context: Context): Promise<SettingsScope> {
    const { id } = await theConnection(context.req.param('connection') ?? '');
    return { kind: 'connection', connectionId: id };
  }

  async function repositoryScope(context: Context): Promise<SettingsScope> {
    const { id } = await theConnection(context.req.param('connection') ?? '');
    const repositoryId = (context.req.param('repository') ?? '').toLowerCase();
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(repositoryId)) {
      throw new Failure({
        kind: 'notFound',
        message: 'Name the repository by its id; …/repositories?name=project/repository tells it.',
      });
    }
    return { kind: 'repository', connectionId: id, repositoryId };
  }

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

async function readJson(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    return undefined;
  }
}
