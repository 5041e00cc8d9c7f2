import type { Outcome, State } from './gate';
import { shorten } from './phrase';
import type { PullRequestSnapshot, SliceName, Slices } from './snapshot';

/** How much a gate counts. */
export type Mode = 'advise' | 'block';

/** A gate as the settings enable it: its options are bound. */
export interface EnabledGate {
  name: string;
  mode: Mode;
  needs: readonly SliceName[];
  evaluate(input: Slices & { now: Date }): Outcome;
}

export interface GateOutcome extends Outcome {
  gate: string;
  mode: Mode;
}

/** All outcomes for one iteration. */
export interface Evaluation {
  iterationId: number | null;
  sourceCommit: string;
  outcomes: GateOutcome[];
}

/** Judges a snapshot: pure, so that the same snapshot, gates and time give the same evaluation. */
export function evaluate(snapshot: PullRequestSnapshot, gates: readonly EnabledGate[], now: Date): Evaluation {
  return {
    iterationId: snapshot.iteration.id,
    sourceCommit: snapshot.iteration.sourceCommit,
    outcomes: gates.map((gate) => ({ gate: gate.name, mode: gate.mode, ...outcomeOf(gate, snapshot, now) })),
  };
}

function outcomeOf(gate: EnabledGate, snapshot: PullRequestSnapshot, now: Date): Outcome {
  const unread = gate.needs.map((name) => unreadReason(snapshot, name)).find((reason) => reason !== undefined);
  if (unread !== undefined) return cannotJudge(unread);
  return gate.evaluate({ ...valuesOf(snapshot), now });
}

/** A gate that lacks what it needs says so: its `error` is never somebody else's verdict. */
function cannotJudge(reason: string): Outcome {
  return {
    state: 'error',
    description: `could not judge: ${shorten(reason, 60)}`,
    findings: [{ severity: 'high', key: 'unread', message: reason }],
  };
}

function unreadReason(snapshot: PullRequestSnapshot, name: SliceName): string | undefined {
  if (name === 'details' || name === 'iteration') return undefined;
  const slice = snapshot[name];
  if (slice === undefined) return `The slice ${name} was not read; this is a mistake in Portcullis, please report it.`;
  return slice.ok ? undefined : slice.failure.message;
}

/** The slices that were read. Those that were not are empty here, and `unreadReason` keeps every gate away from them. */
function valuesOf(snapshot: PullRequestSnapshot): Slices {
  const { details, iteration, changes, lineCounts, workItems } = snapshot;
  return {
    details,
    iteration,
    changes: changes?.ok ? changes.value : [],
    lineCounts: lineCounts?.ok ? lineCounts.value : [],
    workItems: workItems?.ok ? workItems.value : [],
  };
}

/** The earliest moment at which an outcome stops to hold, or null when time changes nothing. */
export function validUntil(evaluation: Evaluation): Date | null {
  const times = evaluation.outcomes.flatMap((outcome) => (outcome.validUntil ? [outcome.validUntil.getTime()] : []));
  return times.length === 0 ? null : new Date(Math.min(...times));
}

/** The outcomes of one mode in one state, in the settings' order. */
export function outcomesIn(evaluation: Evaluation, mode: Mode, state: State): GateOutcome[] {
  return evaluation.outcomes.filter((outcome) => outcome.mode === mode && outcome.state === state);
}
