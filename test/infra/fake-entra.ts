import { randomUUID } from 'node:crypto';

export const TENANT = '11111111-1111-4111-8111-111111111111';
export const ME = '22222222-2222-4222-8222-222222222222';
export const ANN = '33333333-3333-4333-8333-333333333333';
export const GRAPH_SERVICE = '44444444-4444-4444-8444-444444444444';
export const IDENTITY = '55555555-5555-4555-8555-555555555555';
export const MICROSOFT_GRAPH = '00000003-0000-0000-c000-000000000000';

type Row = Record<string, unknown> & { id: string };

/** What Microsoft Graph keeps, and what it refuses. Complex properties are replaced whole, which is the worse of what it may do. */
export interface Entra {
  applications: Row[];
  owners: Row[];
  servicePrincipals: Row[];
  serviceOwners: Row[];
  assignments: Row[];
  grants: Row[];
  credentials: Row[];
  /** member: may register applications and change its own; administrator: Cloud Application Administrator. */
  role: 'guest' | 'member' | 'administrator';
  isApplication: boolean;
  /** So many writes to something that was just made are told that it does not exist. */
  lag: number;
  /** Every write, as it was asked for. */
  writes: { method: string; path: string; body: unknown }[];
  /** After so many writes the network is gone. */
  breaksAfter: number;
}

export function fakeEntra(): Entra {
  return {
    applications: [],
    owners: [],
    servicePrincipals: [{ id: GRAPH_SERVICE, appId: MICROSOFT_GRAPH }],
    serviceOwners: [],
    assignments: [],
    grants: [],
    credentials: [],
    role: 'administrator',
    isApplication: false,
    lag: 0,
    writes: [],
    breaksAfter: Number.POSITIVE_INFINITY,
  };
}

/** As az prints it behind "ERROR: ". */
export class GraphError extends Error {}

const refused = () =>
  new GraphError(
    'Forbidden({"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to complete the operation."}})',
  );
const missing = (what: string) =>
  new GraphError(
    `Not Found({"error":{"code":"Request_ResourceNotFound","message":"Resource '${what}' does not exist or one of its queried reference-property objects are not present."}})`,
  );
const bad = (message: string) =>
  new GraphError(`Bad Request({"error":{"code":"Request_BadRequest","message":"${message}"}})`);

export function askGraph(entra: Entra, method: string, url: string, body: unknown): unknown {
  const { pathname, searchParams } = new URL(url);
  const path = decodeURIComponent(pathname).replace('/v1.0', '');
  if (method !== 'GET') {
    if (entra.writes.length >= entra.breaksAfter) throw new GraphError('HTTPSConnectionPool: Connection reset by peer');
    if (entra.lag > 0 && !/^\/applications$/.test(path)) {
      entra.lag -= 1;
      throw missing(path);
    }
  }
  const answer = method === 'GET' ? read(entra, path, searchParams.get('$filter')) : write(entra, method, path, body);
  if (method !== 'GET') entra.writes.push({ method, path, body });
  return answer;
}

function read(entra: Entra, path: string, filter: string | null): unknown {
  const equals = /^(\w+) eq '([^']*)'$/.exec(filter ?? '');
  const matching = (rows: Row[]) => ({
    value: rows.filter((row) => !equals || String(row[equals[1] ?? '']).toLowerCase() === equals[2]?.toLowerCase()),
  });
  if (path === '/me') {
    if (entra.isApplication) throw bad('/me request is only valid with delegated authentication flow.');
    return { id: ME };
  }
  if (entra.role === 'guest') throw refused();
  if (path === '/applications') return matching(entra.applications);
  if (path === '/servicePrincipals') return matching(entra.servicePrincipals);
  if (path === '/oauth2PermissionGrants') return matching(entra.grants);
  if (/^\/users\/ann(@|#EXT#@)/.test(path) || path === `/directoryObjects/${ANN}`) return { id: ANN };
  if (path === `/directoryObjects/${ME}`) return { id: ME };
  const [, kind = '', key = '', rest] = /^\/(\w+)(?:\/|\(appId=')([\w-]+)(?:'\))?(?:\/(\w+))?$/.exec(path) ?? [];
  const rows =
    kind === 'applications' ? entra.applications : kind === 'servicePrincipals' ? entra.servicePrincipals : [];
  const row = rows.find(({ id, appId }) => key === id || key === appId);
  if (!row) throw missing(key);
  if (rest === undefined) return row;
  if (rest === 'owners') return { value: kind === 'applications' ? entra.owners : entra.serviceOwners };
  if (rest === 'federatedIdentityCredentials') return { value: entra.credentials };
  if (rest === 'appRoleAssignedTo') return { value: entra.assignments };
  throw new Error(`The fake has no ${path}.`);
}

function write(entra: Entra, method: string, path: string, body: unknown): unknown {
  const given = (body ?? {}) as Record<string, unknown>;
  const add = (rows: Row[], more: Record<string, unknown> = {}): Row => {
    const row = { id: randomUUID(), ...given, ...more };
    rows.push(row);
    return row;
  };
  if (entra.role === 'guest') throw refused();
  if (method === 'POST' && path === '/applications') {
    if (entra.role === 'member') entra.owners.push({ id: ME, displayName: 'Me' });
    return add(entra.applications, { appId: randomUUID() });
  }
  if (method === 'POST' && path === '/servicePrincipals') {
    if (entra.servicePrincipals.some(({ appId }) => appId === given['appId'])) throw bad('already in use');
    return add(entra.servicePrincipals, { appRoleAssignmentRequired: false });
  }
  if (method === 'POST' && path.endsWith('/federatedIdentityCredentials')) return add(entra.credentials);
  const [, application] = /^\/applications\/([\w-]+)$/.exec(path) ?? [];
  if (application !== undefined) {
    const row = entra.applications.find(({ id }) => id === application);
    if (!row) throw missing(application);
    if (method === 'DELETE') entra.applications.splice(entra.applications.indexOf(row), 1);
    else patch(row, given);
    return undefined;
  }
  if (entra.role !== 'administrator') throw refused();
  if (path.endsWith('/appRoleAssignedTo')) return add(entra.assignments);
  if (path === '/oauth2PermissionGrants') return add(entra.grants);
  const [, table = '', id] = /^\/(servicePrincipals|oauth2PermissionGrants)\/([\w-]+)$/.exec(path) ?? [];
  const row = (table === 'servicePrincipals' ? entra.servicePrincipals : entra.grants).find((each) => each.id === id);
  if (!row) throw missing(path);
  Object.assign(row, given);
  return undefined;
}

interface Api {
  oauth2PermissionScopes?: { id: string }[];
  preAuthorizedApplications?: { delegatedPermissionIds: string[] }[];
}

function patch(row: Row, given: Record<string, unknown>): void {
  const before = ((row['api'] ?? {}) as Api).oauth2PermissionScopes ?? [];
  const named = ((given['api'] ?? {}) as Api).preAuthorizedApplications ?? [];
  // Entra looks at what is there, not at what the same request brings.
  const isUnknown = (id: string) => !before.some((scope) => scope.id === id);
  if (named.some(({ delegatedPermissionIds }) => delegatedPermissionIds.some(isUnknown))) {
    throw bad('Property api.preAuthorizedApplications.delegatedPermissionIds is invalid.');
  }
  const roles = (given['appRoles'] ?? []) as { value: string }[];
  if (new Set(roles.map(({ value }) => value)).size < roles.length) throw bad('Values of appRoles must be unique.');
  Object.assign(row, given);
}
