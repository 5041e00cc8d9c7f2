import { judgingOf, type Circumstances } from './circumstances';
import type { Asks, Outcome, State } from './gate';
import { matchesAnyGlob } from './glob';
import { shorten } from './phrase';
import { groupKey } from './group-name';
import {
  emptySlices,
  type ChangedFile,
  type PullRequestSnapshot,
  type Read,
  type SliceName,
  type Slices,
} from './snapshot';
import { pathsOf, touches, whyNot, type When } from './when';

/** How much a gate counts. */
export type Mode = 'advise' | 'block';

/** Which changed files a gate sees, by globs without a leading slash. */
export interface FileScope {
  /** Null: every file. */
  include: readonly string[] | null;
  /** Files all of whose names are here are somebody else's. */
  exclude: readonly string[];
}

/** A gate as the settings enable it: its options are bound. */
export interface EnabledGate {
  name: string;
  mode: Mode;
  /** The slices that it, its condition and its file scope are decided by. */
  needs: readonly SliceName[];
  /** What it and its condition ask of those slices. */
  asks: Asks;
  /** The part of a monorepo that it judges; null: the pull request as a whole. */
  component: string | null;
  files: FileScope;
  /** Of every scope that it answers to; at least one. */
  circumstances: readonly Circumstances[];
  when: When | undefined;
  evaluate(input: Slices & { now: Date }): Outcome;
}

export interface GateOutcome extends Outcome {
  gate: string;
  mode: Mode;
  component: string | null;
  /** Judged, and told only as what would have happened. */
  shadow: boolean;
}

/** All outcomes for one iteration: the pull request's own, then those of each component. */
export interface Evaluation {
  iterationId: number | null;
  sourceCommit: string;
  outcomes: GateOutcome[];
  /** Components that have gates, none of whose files changed: they have no outcome. */
  untouched: string[];
}

/** Judges a snapshot: pure, so that the same snapshot, gates and time give the same evaluation. */
export function evaluate(snapshot: PullRequestSnapshot, gates: readonly EnabledGate[], now: Date): Evaluation {
  const everything = valuesOf(snapshot);
  const components = [...new Set(gates.map(({ component }) => component))];
  const inOrder = components.sort((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));
  const outcomes = inOrder.flatMap((component) =>
    gates.flatMap((gate): GateOutcome[] => {
      const outcome = gate.component === component ? outcomeOf(gate, snapshot, everything, now) : undefined;
      return outcome ? [{ gate: gate.name, mode: gate.mode, component, ...outcome }] : [];
    }),
  );
  const touched = new Set(outcomes.map(({ component }) => component));
  return {
    iterationId: snapshot.iteration.id,
    sourceCommit: snapshot.iteration.sourceCommit,
    outcomes,
    untouched: inOrder.flatMap((component) => (component === null || touched.has(component) ? [] : [component])),
  };
}

/** Undefined: the gate is a component's, and none of its files changed. */
function outcomeOf(
  gate: EnabledGate,
  snapshot: PullRequestSnapshot,
  everything: Slices,
  now: Date,
): (Outcome & { shadow: boolean }) | undefined {
  if (gate.component !== null && isUntouched(snapshot, gate.files)) return undefined;
  const judging = judgingOf(gate.circumstances, gate.name, snapshot.details);
  const shadow = judging.kind === 'judged' && judging.shadow;
  if (judging.kind === 'exempt') return { ...without('notApplicable', judging.reason), shadow };
  if (judging.kind === 'waits') return { ...without('pending', judging.reason), shadow };
  const unread = gate.needs
    .map((name) => unreadReason(snapshot, name, gate.asks))
    .find((reason) => reason !== undefined);
  if (unread !== undefined) return { ...cannotJudge(unread), shadow };
  const slices = scoped(everything, gate.files);
  if (slices.changes.length === 0 && gate.files.exclude.length > 0 && everything.changes.length > 0) {
    return { ...without('notApplicable', 'every changed file belongs to a component'), shadow };
  }
  const reason = gate.when && whyNot(gate.when, slices);
  if (reason !== undefined) return { ...without('notApplicable', reason), shadow };
  return { ...gate.evaluate({ ...slices, now }), shadow };
}

function without(state: State, description: string): Outcome {
  return { state, description: shorten(description), findings: [] };
}

/** How the description of a gate begins that could not judge; the reason follows. */
export const COULD_NOT_JUDGE = 'could not judge: ';

/** Why a gate cannot judge: whole, and in the few words of a status, what to do first. */
interface Unread {
  reason: string;
  remedy: string;
}

/** A gate that lacks what it needs says so: its `error` is never somebody else's verdict. */
function cannotJudge({ reason, remedy }: Unread): Outcome {
  return {
    state: 'error',
    description: `${COULD_NOT_JUDGE}${remedy}`,
    findings: [{ severity: 'high', key: 'unread', message: reason }],
  };
}

function unreadReason(snapshot: PullRequestSnapshot, name: SliceName, { groups = [] }: Asks): Unread | undefined {
  if (name === 'details' || name === 'iteration') return undefined;
  const slices: (Read<unknown> | undefined)[] =
    name === 'groups' ? groups.map((group) => snapshot.groups?.[groupKey(group)]) : [snapshot[name]];
  const unread = slices.filter((slice) => slice?.ok !== true);
  if (unread.length === 0) return undefined;
  const failure = unread[0]?.ok === false ? unread[0].failure : undefined;
  const reason =
    failure?.message ?? `The slice ${name} was not read; this is a mistake in Portcullis, please report it.`;
  return { reason, remedy: failure?.remedy ?? shorten(reason, 60) };
}

/** The slices that were read. Those that were not are empty here, and `unreadReason` keeps every gate away from them. */
function valuesOf({ details, iteration, groups = {}, ...read }: PullRequestSnapshot): Slices {
  const values = Object.entries(read).flatMap(([name, slice]) => (slice.ok ? [[name, slice.value] as const] : []));
  const known = Object.entries(groups).flatMap(([name, group]) => (group.ok ? [[name, group.value] as const] : []));
  return { ...emptySlices, ...Object.fromEntries(values), groups: Object.fromEntries(known), details, iteration };
}

function scoped(slices: Slices, { include, exclude }: FileScope): Slices {
  if (include === null && exclude.length === 0) return slices;
  const changes = slices.changes.filter((file) => isIn(file, include, exclude));
  const paths = new Set(changes.map(({ path }) => path));
  return { ...slices, changes, lineCounts: slices.lineCounts.filter(({ path }) => paths.has(path)) };
}

/** Known only where the changes were read; without them a component might have changed. */
function isUntouched({ changes }: PullRequestSnapshot, { include, exclude }: FileScope): boolean {
  return changes?.ok === true && !changes.value.some((file) => isIn(file, include, exclude));
}

function isIn(file: ChangedFile, include: readonly string[] | null, exclude: readonly string[]): boolean {
  if (include !== null && !touches(file, include)) return false;
  // A file that was moved out of a component is judged on both sides.
  return !pathsOf(file).every((path) => matchesAnyGlob(exclude, path));
}

/** The earliest moment at which an outcome stops to hold, or null when time changes nothing. */
export function validUntil(evaluation: Evaluation): Date | null {
  const times = evaluation.outcomes.flatMap((outcome) => (outcome.validUntil ? [outcome.validUntil.getTime()] : []));
  return times.length === 0 ? null : new Date(Math.min(...times));
}

/** The outcomes of one mode in one state, in the settings' order. */
export function outcomesIn(outcomes: readonly GateOutcome[], mode: Mode, state: State): GateOutcome[] {
  return outcomes.filter((outcome) => outcome.mode === mode && outcome.state === state);
}
