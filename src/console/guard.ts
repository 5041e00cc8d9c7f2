import type { Context, Handler, Hono, MiddlewareHandler } from 'hono';

import { mayChange, type Access, type Rights } from '../app/access';
import { leavingConnection } from '../app/operations';
import type { AuditEntry, AuditLog, Connection, Connections, Log, SignedIn } from '../app/ports';
import { Failure, toFailure } from '../core/failures';
import { withoutPats } from '../core/pat';

import { signIn, type SignInWay } from './sign-in';

/** Who may call a route. */
export type Need =
  /** Anybody, without a sign-in: for what is no secret to anybody. */
  | 'nobody'
  /** Whoever has signed in; the route itself shows them what is theirs. */
  | 'signed-in'
  /** Administrators of the whole deployment, whether or not the path names a connection. */
  | 'deployment'
  /** Whoever may read the connection that the path names. */
  | 'reader'
  /** Whoever may change the project or the repository that the path names; without one in the path, `admin`. */
  | 'scope'
  /** Administrators of the connection that the path names. */
  | 'admin';

/** What the guard asks to know who somebody is and what is theirs. */
export interface Authority {
  way: SignInWay;
  access: Access;
  connections: Connections;
  /** The project that a repository is in, by Azure DevOps' own word. */
  projectOf: (connection: Connection, repositoryId: string) => Promise<string>;
  audit: AuditLog;
  log: Log;
}

type Change = Pick<AuditEntry, 'action' | 'subject' | 'details'> & { connectionId?: string | null };

/** What is known of a request that is being answered. */
interface Asked {
  authority: Authority;
  caller?: SignedIn;
  connection?: Connection;
  rights?: Rights;
  changes: Change[];
}

/** What a change is told with that the audit log could not take. */
export const UNRECORDED = 'portcullis-notice';

const asked = new WeakMap<Request, Asked>();
const guards = new WeakMap<Handler, Need>();
const authorities = new WeakSet<Handler>();

/** The first middleware of the API: without it no guard lets anybody pass. */
export function withAuthority(authority: Authority): MiddlewareHandler {
  const first: MiddlewareHandler = async ({ req }, next) => {
    asked.set(req.raw, { authority, changes: [] });
    await next();
  };
  authorities.add(first);
  return first;
}

/**
 * Who may call a route, between its path and what answers it. Whatever is not a GET counts as a change unless it says
 * that it `changes: 'nothing'`, and what changed and was not recorded by the route (`record`) is recorded by its path. Of
 * a connection that is being disconnected nothing is changed but `whileLeaving`.
 */
export function needs(
  need: Need,
  { changes, whileLeaving = false }: { changes?: 'nothing'; whileLeaving?: boolean } = {},
): MiddlewareHandler {
  const guard: MiddlewareHandler = async (context, next) => {
    const refusal = await refusalOf(context, need);
    if (refusal) return refusal;
    const isChange = context.req.method !== 'GET' && context.req.method !== 'HEAD' && changes !== 'nothing';
    const state = askedOf(context);
    if (isChange && !whileLeaving && state.connection?.state === 'leaving') throw leavingConnection(state.connection);
    await next();
    if (isChange && context.res.ok && state.changes.length === 0) record(context, unnamed(context));
    if (!(await recordAll(state))) {
      context.header(UNRECORDED, 'This was done, but the audit log could not be written; the log has the entry.');
    }
    return undefined;
  };
  guards.set(guard, need);
  return guard;
}

/** The routes of an API with what each needs; throws when there is one without. */
export function guardedRoutes(api: Hono): { method: string; path: string; need: Need }[] {
  // What is for every method could answer before a guard is asked.
  const routes = api.routes.filter(({ method, handler }) => method !== 'ALL' || !authorities.has(handler));
  const nameOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;
  const guarded = new Map<string, Need>();
  for (const route of routes) {
    const need = guards.get(route.handler);
    // The first of a route's handlers is asked first.
    if (need !== undefined && !guarded.has(nameOf(route))) guarded.set(nameOf(route), need);
    if (!guarded.has(nameOf(route))) throw new TypeError(`${nameOf(route)} does not say who may call it: needs(…).`);
  }
  return [...guarded].map(([name, need]) => {
    const [method = '', path = ''] = name.split(' ');
    return { method, path, need };
  });
}

/** Who asks. */
export function callerOf(context: Context): SignedIn {
  const { caller } = askedOf(context);
  if (!caller) throw new TypeError(`${context.req.path} lets anybody call it: nobody is known there.`);
  return caller;
}

/** The connection that the path names. */
export function connectionOf(context: Context): Connection {
  const { connection } = askedOf(context);
  if (!connection) throw new TypeError(`${context.req.path} does not say that it is about a connection: needs(…).`);
  return connection;
}

/** What whoever asks may do in the connection that the path names. */
export function rightsOf(context: Context): Rights {
  const { rights } = askedOf(context);
  if (!rights) throw new TypeError(`${context.req.path} does not say that it is about a connection: needs(…).`);
  return rights;
}

/** The connections that exist for whoever asks, by name, with what they may do there. */
export async function visibleConnections(context: Context): Promise<{ connection: Connection; rights: Rights }[]> {
  const { authority } = askedOf(context);
  const [all, rightsIn] = await Promise.all([
    authority.connections.list(),
    authority.access.rightsOf(callerOf(context)),
  ]);
  return all.flatMap((connection) => {
    const rights = rightsIn(connection.id);
    return rights ? [{ connection, rights }] : [];
  });
}

/** Notes what was changed, for the audit log; the connection is the path's unless another is named. */
export function record(context: Context, change: Change): void {
  askedOf(context).changes.push(change);
}

function askedOf(context: Context): Asked {
  const state = asked.get(context.req.raw);
  if (state) return state;
  throw new TypeError('The management API was put together without anybody to ask who may call it.');
}

async function refusalOf(context: Context, need: Need): Promise<Response | undefined> {
  if (need === 'nobody') return undefined;
  const state = askedOf(context);
  const answer = await signIn(state.authority.way, context.req.raw);
  if (answer.kind === 'refused') return context.json({ message: answer.message }, answer.status);
  state.caller = answer.caller;
  if (need === 'signed-in') return undefined;
  if (need === 'deployment') {
    if (!answer.caller.isAdmin) {
      return forbidden(context, 'This is for administrators of the whole deployment, with the app role admin.');
    }
    if (context.req.param('connection') === undefined) return undefined;
  }
  const { connection, rights } = await namedConnection(context);
  state.connection = connection;
  state.rights = rights;
  if (need === 'reader' || need === 'deployment' || (await mayDo(context, need, connection, rights))) return undefined;
  const missing =
    rights.role === 'project-admin'
      ? `In ${connection.name} you administer some projects, and this is outside them`
      : `You may read ${connection.name}, and not change this`;
  return forbidden(context, `${missing}: ask an administrator of the connection, or to be made one.`);
}

/** Answers for a connection that is not theirs as for one that is not there. */
async function namedConnection(context: Context): Promise<{ connection: Connection; rights: Rights }> {
  const idOrName = context.req.param('connection') ?? '';
  const theirs = await visibleConnections(context);
  // Ids first: a connection may be called what another's id is.
  const found =
    theirs.find(({ connection }) => connection.id === idOrName) ??
    theirs.find(({ connection }) => connection.name.toLowerCase() === idOrName.toLowerCase());
  if (found) return found;
  const names = theirs.map(({ connection }) => connection.name).join(', ');
  const known =
    theirs.length > 0 ? `there are ${names}` : `there are none${callerOf(context).isAdmin ? ' yet' : ' for you'}`;
  throw new Failure({ kind: 'notFound', message: `There is no connection ${idOrName}; ${known}.` });
}

async function mayDo(
  context: Context,
  need: 'scope' | 'admin',
  connection: Connection,
  rights: Rights,
): Promise<boolean> {
  if (rights.role === 'admin' || need === 'admin') return rights.role === 'admin';
  // Nobody else needs to have Azure DevOps asked.
  if (rights.role === 'reader') return false;
  const { authority } = askedOf(context);
  const repository = context.req.param('repository')?.toLowerCase();
  if (repository === undefined) return mayChange(rights, context.req.param('project')?.toLowerCase());
  return mayChange(rights, await authority.projectOf(connection, repository));
}

function forbidden(context: Context, message: string): Response {
  return context.json({ message }, 403);
}

/** What no route has put into words. */
function unnamed(context: Context): Change {
  return { action: context.req.method.toLowerCase(), subject: context.req.path, details: {} };
}

/** What somebody typed may be a PAT in the wrong place. */
function withoutPatsIn(details: Change['details']): Change['details'] {
  const entries = Object.entries(details).map(([name, value]): [string, Change['details'][string]] => [
    withoutPats(name),
    typeof value === 'string' ? withoutPats(value) : value,
  ]);
  return Object.fromEntries(entries);
}

/** False when one could not be written. It is in the log then: a change is never lost. Ids stand there for people's names. */
async function recordAll({ authority, caller, connection, changes }: Asked): Promise<boolean> {
  let isRecorded = true;
  for (const { connectionId = connection?.id ?? null, action, subject, details } of changes) {
    const { id, name } = caller ?? { id: '', name: '' };
    const entry = {
      by: { id, name },
      connectionId,
      action,
      subject: withoutPats(subject),
      details: withoutPatsIn(details),
    };
    try {
      await authority.audit.record(entry);
    } catch (error) {
      isRecorded = false;
      authority.log.error('A change could not be written into the audit log', {
        ...withoutNames(entry),
        reason: toFailure(error).message,
      });
    }
  }
  return isRecorded;
}

/** What grants are about is a person, whose id stands in the details. */
function withoutNames({ by, connectionId, action, subject, details }: Omit<AuditEntry, 'at'>): Record<string, unknown> {
  const named = action.startsWith('access.') ? {} : { subject };
  return { by: { id: by.id }, connectionId, action, ...named, details };
}
