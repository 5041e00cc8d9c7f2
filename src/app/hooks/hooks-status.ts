import type { Connection, HookSubscription, Secrets, ServiceHooks, SubscriptionBody } from '../ports';

import { faultsOf, faultText } from './hook-faults';
import { readHookPlaces, type HookPlaces } from './hook-places';
import { wantedHooks } from './hook-secret';
import { planHooks } from './plan-hooks';
import { probationOf, type Probation } from './probation';
import { ALL_PROJECTS, isOfConnection, projectOf, wantedSubscriptions } from './wanted-hooks';

/** One subscription that should be there, or should not. */
export interface HookLine {
  eventType: string;
  state: 'inPlace' | 'missing' | 'wrong' | 'onProbation' | 'unwanted' | 'unknown';
  /** What is so, a clause each; empty where it is in place. */
  faults: string[];
  probation: Probation | null;
}

export interface HooksStatus {
  mode: HookPlaces['mode'];
  /** Whose subscriptions they should be. */
  account: string;
  /** True when every one is in place. */
  ok: boolean;
  /** By project; one entry for all projects where one set serves them. */
  places: { project: string; lines: HookLine[] }[];
  /** The command that mends it; null when nothing is to be mended. */
  remedy: string | null;
}

/** How the subscriptions of a connection are, with its own credential; reads alone. */
export async function readHooksStatus(
  hooks: ServiceHooks,
  secrets: Pick<Secrets, 'readHookSecrets'>,
  connection: Connection,
): Promise<HooksStatus> {
  const [me, projects, existing, known] = await Promise.all([
    hooks.readMyself(),
    hooks.readGitProjects(),
    hooks.list(),
    secrets.readHookSecrets(connection.id, { fresh: true }),
  ]);
  const wanted = wantedHooks(connection, known[0] ?? '');
  const ours = existing.filter((each) => isOfConnection(each, connection.id));
  const ids = new Set([...projects.map(({ id }) => id), ...ours.map(projectOf).filter((id) => id !== ALL_PROJECTS)]);
  const places = await readHookPlaces(hooks, [...ids]);
  const wantedAt = places.mode === 'organization' ? [ALL_PROJECTS] : projects.map(({ id }) => id);
  const shown = [...new Set([...wantedAt, ...ours.map(projectOf)])];
  const nameOf = (id: string): string =>
    id === ALL_PROJECTS ? 'all projects' : (projects.find((project) => project.id === id)?.name ?? id);
  const told = shown.map((id) => {
    const bodies = wantedAt.includes(id) ? wantedSubscriptions(wanted, id) : [];
    const here = ours.filter((each) => projectOf(each) === id);
    return { project: nameOf(id), lines: linesOf({ id, bodies, here, ownerId: me.id, places, connection }) };
  });
  const lines = told.flatMap((place) => place.lines);
  return {
    mode: places.mode,
    account: me.displayName,
    ok: lines.every(({ state }) => state === 'inPlace'),
    places: told,
    remedy: remedyFor(lines),
  };
}

interface Place {
  id: string;
  bodies: readonly SubscriptionBody[];
  here: readonly HookSubscription[];
  ownerId: string;
  places: HookPlaces;
  connection: Pick<Connection, 'id'>;
}

function linesOf({ id, bodies, here, ownerId, places, connection }: Place): HookLine[] {
  const lack = places.lacking.get(id);
  if (lack !== undefined && bodies.length > 0) {
    const faults = [`Portcullis' account ${lack} there`];
    return bodies.map(({ eventType }) => ({ eventType, state: 'unknown', faults, probation: null }));
  }
  const plan = planHooks({
    connectionId: connection.id,
    ownerId,
    existing: here,
    wanted: bodies,
    places: new Set([id]),
  });
  const unwanted = new Set(plan.removals);
  const lines = bodies.map(({ eventType, ...body }): HookLine => {
    const one = here.find((each) => each.eventType === eventType && !unwanted.has(each));
    const former = here.find((each) => each.eventType === eventType);
    if (!one) {
      const faults = former
        ? faultsOf(former, { eventType, ...body }, ownerId).map((each) => faultText(each, former))
        : [];
      return { eventType, state: former ? 'wrong' : 'missing', faults, probation: null };
    }
    const faults = faultsOf(one, { eventType, ...body }, ownerId).map((each) => faultText(each, one));
    const isOnProbation = one.status.toLowerCase() === 'onprobation';
    const probation = isOnProbation ? probationOf(one) : null;
    const state = faults.length > 0 ? 'wrong' : isOnProbation ? 'onProbation' : 'inPlace';
    return { eventType, state, faults, probation };
  });
  const isReplaced = ({ eventType }: HookSubscription): boolean =>
    lines.some((line) => line.eventType === eventType && line.state === 'wrong');
  return [
    ...lines,
    ...plan.removals
      .filter((each) => !isReplaced(each))
      .map(({ eventType }): HookLine => ({
        eventType,
        state: 'unwanted',
        faults: ['is there beside the one that is wanted'],
        probation: null,
      })),
  ];
}

function remedyFor(lines: readonly HookLine[]): string | null {
  if (lines.some(({ state }) => state === 'unknown')) return 'portcullis hooks grant, then portcullis hooks sync';
  if (lines.some(({ state }) => ['missing', 'wrong', 'unwanted'].includes(state))) return 'portcullis hooks sync';
  return null;
}
