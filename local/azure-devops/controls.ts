import { z } from 'zod';
import { makeBigOrganization, organizationSchema } from './big-organization';
import { addProject } from './create-project';
import { faultSchema, type Faults } from './faults';
import { newestVersionOf } from './flavour';
import type { HookDelivery } from './hook-delivery';
import { lossSchema } from './hook-loss';
import { setActive } from './hook-owners';
import { setRootRights } from './hook-rights';
import { findIdentity } from './identities';
import { identityControls } from './identity-controls';
import { permissionsOf } from './permissions';
import { createRepository } from './repositories';
import { repositoryWithParent } from './repository-shapes';
import type { RequestLog } from './request-log';
import type { Simulation } from './simulation';
import type { Identity, Repository, State } from './state-model';

export interface Controls {
  /** @returns the status and JSON body; undefined when there is no such control */
  answer(method: string, name: string, body: Buffer): Promise<{ status: number; body: unknown } | undefined>;
  /** Milliseconds that every API request waits. */
  latency(): number;
}

const latencySchema = z.object({ ms: z.number().min(0).max(600_000) });
const clockSchema = z.object({ advanceSeconds: z.number().min(0) });
const tokenSchema = z.object({
  token: z.string().min(1),
  identity: z.string().optional(),
  refused: z.boolean().optional(),
  /** All that it may from now on: `vso.code`, `vso.identity`, …; null: everything. */
  scopes: z.array(z.string()).nullish(),
  /** Taken, but for nobody's: who asks is the anonymous identity. */
  anonymous: z.boolean().optional(),
  /** A token of Entra instead of a PAT: it is taken as a bearer alone. */
  isBearer: z.boolean().optional(),
});
const forkSchema = z.object({
  repository: z.string(),
  /** Default: the repository's name, a dot and the owner's. */
  name: z.string().optional(),
  /** The project that the fork goes to; created when it does not exist. Default: the repository's own. */
  project: z.string().optional(),
  owner: z.string().default('author'),
});
const permissionSchema = z.object({
  identity: z.string(),
  /** Every repository when left out. */
  repository: z.string().optional(),
  read: z.boolean().optional(),
  contribute: z.boolean().optional(),
  pullRequestContribute: z.boolean().optional(),
  editSubscriptions: z.boolean().optional(),
  viewSubscriptions: z.boolean().optional(),
  administrator: z.boolean().optional(),
  /** False: the person left the organization. */
  active: z.boolean().optional(),
  editPolicies: z.boolean().optional(),
  bypassPolicies: z.boolean().optional(),
  licence: z.enum(['basic', 'stakeholder']).optional(),
});
const serviceSchema = z.object({
  newestVersion: z
    .string()
    .regex(/^\d+\.\d$/)
    .optional(),
  aheadSeconds: z.number().default(0),
});

/** `/_simulator`: what tests see and steer. Nobody signs in for it. */
export function createControls(
  simulation: Simulation,
  log: RequestLog,
  faults: Faults,
  delivery: HookDelivery,
): Controls {
  const { state, clock } = simulation;
  let latency = 0;
  const json = (body: Buffer): unknown => (body.length === 0 ? undefined : JSON.parse(body.toString('utf8')));

  const actions: Record<string, (body: unknown) => unknown> = {
    ...identityControls(simulation),
    'GET requests': () => log.entries(),
    'DELETE requests': () => {
      log.clear();
      return {};
    },
    'GET latency': () => ({ ms: latency }),
    'POST latency': (body) => {
      latency = latencySchema.parse(body).ms;
      return { ms: latency };
    },
    'GET faults': () => faults.pending(),
    'POST faults': (body) => {
      faults.add(z.union([z.array(faultSchema), faultSchema.transform((fault) => [fault])]).parse(body));
      return faults.pending();
    },
    'DELETE faults': () => {
      faults.clear();
      return [];
    },
    'GET clock': () => ({ now: new Date(clock.now()).toISOString(), offsetSeconds: clock.offset() / 1_000 }),
    'POST clock': (body) => {
      clock.advance(clockSchema.parse(body).advanceSeconds * 1_000);
      return { now: new Date(clock.now()).toISOString(), offsetSeconds: clock.offset() / 1_000 };
    },
    'GET service': () => simulation.service,
    'POST service': (body) => {
      const { newestVersion = newestVersionOf(state), aheadSeconds } = serviceSchema.parse(body);
      return Object.assign(simulation.service, { newestVersion, aheadSeconds });
    },
    'GET hooks': () => hooksOverview(state, delivery),
    'POST hooks': (body) => {
      delivery.lose(lossSchema.parse(body).drop);
      return hooksOverview(state, delivery);
    },
    'GET permissions': () => state.permissions,
    'POST permissions': (body) => setPermissions(simulation, delivery, permissionSchema.parse(body)),
    'POST pats': (body) => setToken(simulation, tokenSchema.parse(body)),
    'POST organization': (body) => makeBigOrganization(simulation, organizationSchema.parse(body ?? {})),
    'POST forks': (body) => fork(simulation, forkSchema.parse(body)),
  };

  return {
    latency: () => latency,
    async answer(method, name, body) {
      const action = actions[`${method} ${name.toLowerCase()}`];
      if (!action) return undefined;
      try {
        return { status: 200, body: await action(json(body)) };
      } catch (error) {
        return { status: 400, body: { message: error instanceof z.ZodError ? z.prettifyError(error) : String(error) } };
      }
    },
  };
}

/** How the subscriptions are, and what became of their deliveries. */
function hooksOverview(state: State, delivery: HookDelivery): unknown {
  return {
    drop: delivery.loss(),
    incidents: delivery.incidents(),
    subscriptions: state.subscriptions.map((each) => {
      const history = delivery.history(each.id);
      const count = (result: string): number => history.filter((notification) => notification.result === result).length;
      return {
        id: each.id,
        eventType: each.eventType,
        url: each.consumerInputs['url'],
        status: each.status,
        probationRetries: each.probation?.retries ?? 0,
        nextRetry: each.probation?.retryAt === undefined ? null : new Date(each.probation.retryAt).toISOString(),
        notifications: { pending: count('pending'), succeeded: count('succeeded'), failed: count('failed') },
      };
    }),
  };
}

function requireIdentity(state: State, name: string): Identity {
  const identity = findIdentity(state, name);
  if (!identity) throw new Error(`There is no identity ${name}.`);
  return identity;
}

/** By id, or by name in whichever project has it first. */
function repositoriesNamed(state: State, name: string | undefined): Repository[] {
  if (name === undefined) return state.repositories;
  const wanted = name.toLowerCase();
  const found = state.repositories.filter((each) => each.id === wanted || each.name.toLowerCase() === wanted);
  if (found.length === 0) throw new Error(`There is no repository ${name}.`);
  return found;
}

function setPermissions(
  simulation: Simulation,
  delivery: HookDelivery,
  wanted: z.infer<typeof permissionSchema>,
): unknown {
  const { state } = simulation;
  const identity = requireIdentity(state, wanted.identity);
  setRootRights(state, identity, { view: wanted.viewSubscriptions, edit: wanted.editSubscriptions });
  identity.isAdministrator = wanted.administrator ?? identity.isAdministrator;
  if (wanted.active !== undefined) {
    for (const subscription of setActive(state, identity, wanted.active)) delivery.reset(subscription);
  }
  identity.editPolicies = wanted.editPolicies ?? identity.editPolicies;
  identity.bypassPolicies = wanted.bypassPolicies ?? identity.bypassPolicies;
  identity.licence = wanted.licence ?? identity.licence;
  const rows = repositoriesNamed(state, wanted.repository).map((repository) => {
    const current = permissionsOf(state, identity, repository);
    const row = {
      ...current,
      read: wanted.read ?? current.read,
      contribute: wanted.contribute ?? current.contribute,
      pullRequestContribute: wanted.pullRequestContribute ?? current.pullRequestContribute,
    };
    state.permissions = state.permissions.filter((each) => each !== current);
    state.permissions.push(row);
    return row;
  });
  simulation.changed();
  return { identity, permissions: rows };
}

/** Adds a PAT, refuses one from now on (expired, revoked), or narrows what it may. */
function setToken(simulation: Simulation, wanted: z.infer<typeof tokenSchema>): unknown {
  const { state } = simulation;
  const known = state.tokens.find((each) => each.token === wanted.token);
  const identityId = wanted.identity === undefined ? known?.identityId : requireIdentity(state, wanted.identity).id;
  if (identityId === undefined) throw new Error('A new PAT needs the identity that it belongs to.');
  const scopes = wanted.scopes === undefined ? known?.scopes : (wanted.scopes ?? undefined);
  const token = {
    token: wanted.token,
    identityId,
    refused: wanted.refused ?? false,
    scopes,
    anonymous: wanted.anonymous ?? false,
    isBearer: wanted.isBearer ?? known?.isBearer ?? false,
  };
  state.tokens = [...state.tokens.filter((each) => each !== known), token];
  simulation.changed();
  return token;
}

async function fork(simulation: Simulation, wanted: z.infer<typeof forkSchema>): Promise<unknown> {
  const { state } = simulation;
  const [parent] = repositoriesNamed(state, wanted.repository);
  if (!parent) throw new Error(`There is no repository ${wanted.repository}.`);
  const owner = requireIdentity(state, wanted.owner);
  const name = wanted.name ?? (wanted.project === undefined ? `${parent.name}.${owner.key}` : parent.name);
  const projectId = wanted.project === undefined ? parent.projectId : ensureProject(simulation, wanted.project);
  const repository = await createRepository(simulation, name, projectId, parent);
  return repositoryWithParent(simulation, repository);
}

function ensureProject(simulation: Simulation, name: string): string {
  const known = simulation.state.projects.find((each) => each.name.toLowerCase() === name.toLowerCase());
  return known?.id ?? addProject(simulation, name);
}
