import { COULD_NOT_JUDGE, outcomesIn, type Evaluation, type GateOutcome } from './evaluate';
import type { State } from './gate';
import { fitStatus } from './fit-status';
import { count } from './phrase';

/** The one answer for a pull request: what the status says. */
export interface Verdict {
  state: State;
  /** At most 120 characters, the most important first. */
  description: string;
}

/** The pull request's verdict: over its own gates and those of every component that changed. */
export function verdictOf({ outcomes, untouched }: Evaluation): Verdict {
  if (outcomes.length === 0 && untouched.length > 0) {
    return verdict('notApplicable', 'no gate applies: no file of a component changed');
  }
  return verdictOver(outcomes, 'no gate is configured: enable one in the settings, or set enabled: false');
}

/** What the status of a component says none of whose files changed. */
export const UNTOUCHED: Verdict = { state: 'notApplicable', description: 'none of its files changed' };

/** What a component's own status says. */
export function componentVerdict({ outcomes, untouched }: Evaluation, component: string): Verdict {
  if (untouched.includes(component)) return UNTOUCHED;
  const own = outcomes.filter((outcome) => outcome.component === component);
  // Its name stands in the status already.
  const named = own.map((outcome) => ({ ...outcome, component: null }));
  return verdictOver(named, 'no gate judges this component: enable one in the settings, or take the component out');
}

/** What is only tried out tells what it would have done, and never takes part in what is decided. */
function verdictOver(outcomes: readonly GateOutcome[], nothing: string): Verdict {
  if (outcomes.length === 0) return verdict('error', nothing);
  const enforced = outcomes.filter(({ shadow }) => !shadow);
  const tried = outcomes.filter(({ shadow }) => shadow);
  if (isOnlyTriedOut(outcomes)) return inShadow(judgedVerdict(tried));
  const judged = judgedVerdict(enforced);
  if (judged.state !== 'succeeded' || tried.length === 0) return judged;
  const other = judgedVerdict(tried);
  if (other.state === 'succeeded' || other.state === 'notApplicable') return judged;
  return verdict('succeeded', `${judged.description} · ${inShadow(other).description}`);
}

/** Whether nothing is enforced of what was judged; what does not apply decides nothing. */
export function isOnlyTriedOut(outcomes: readonly GateOutcome[]): boolean {
  return (
    outcomes.some(({ shadow }) => shadow) && outcomes.every(({ shadow, state }) => shadow || state === 'notApplicable')
  );
}

/**
 * The first that applies: a blocking gate failed, could not judge, waits; else succeeded. Advice follows after the
 * failures, and never blocks.
 */
function judgedVerdict(outcomes: readonly GateOutcome[]): Verdict {
  const failed = outcomesIn(outcomes, 'block', 'failed');
  const error = outcomesIn(outcomes, 'block', 'error');
  const pending = outcomesIn(outcomes, 'block', 'pending');
  const advice = (['failed', 'error', 'pending'] as const).flatMap((state) => outcomesIn(outcomes, 'advise', state));
  const applicable = outcomes.filter((outcome) => outcome.state !== 'notApplicable');
  const all = gatesThatCount(applicable);
  if (failed.length > 0)
    return verdict('failed', `${failed.length} of ${all} failed: ${listed([...failed, ...error])}`);
  if (error.length > 0) return verdict('error', `${error.length} of ${all} could not judge: ${reasons(error)}`);
  if (pending.length > 0) return verdict('pending', `waiting for ${listed(pending)}`);
  if (applicable.length === 0) return verdict('succeeded', `no gate applies: ${listed(outcomes)}`);
  const passing = applicable.length - advice.length;
  const passed = passing === 0 ? 'nothing blocks' : `${count(passing, 'gate')} passed`;
  return verdict('succeeded', advice.length > 0 ? `${passed} · advice: ${listed(advice)}` : passed);
}

/** A verdict in any words, cut to what a status holds. */
export function verdict(state: State, description: string): Verdict {
  return { state, description: fitStatus(description) };
}

/** In `shadow` a judged verdict never blocks, and one that could not be judged asks for nothing. */
export function inShadow({ state, description }: Verdict): Verdict {
  switch (state) {
    case 'succeeded':
      return verdict('succeeded', `shadow: ${description}`);
    case 'failed':
      return verdict('succeeded', `shadow: would have failed: ${description}`);
    case 'pending':
      return verdict('succeeded', `shadow: would wait: ${description}`);
    case 'error':
      return verdict(
        'notApplicable',
        description.startsWith('could not ')
          ? `shadow: ${description}`
          : `shadow: ${COULD_NOT_JUDGE}${afterItself(description)}`,
      );
    case 'notApplicable':
      return verdict('notApplicable', description);
  }
}

/** What follows the words that something could not be judged, where a description has them; else all of it. */
function afterItself(description: string): string {
  const start = description.indexOf(COULD_NOT_JUDGE);
  return start < 0 ? description : description.slice(start + COULD_NOT_JUDGE.length);
}

/** What a number of failures is out of: advice is not among them, and where there is some, the words say so. */
function gatesThatCount(applicable: readonly GateOutcome[]): string {
  const blocking = applicable.filter(({ mode }) => mode === 'block').length;
  return count(blocking, blocking === applicable.length ? 'gate' : 'blocking gate');
}

function listed(outcomes: readonly GateOutcome[]): string {
  return outcomes.map((outcome) => `${nameOf(outcome)} ${outcome.description}`).join(' · ');
}

/** Behind words that say already that they could not judge. */
function reasons(errors: readonly GateOutcome[]): string {
  return errors.map((outcome) => `${nameOf(outcome)} ${outcome.description.replace(COULD_NOT_JUDGE, '')}`).join(' · ');
}

/** A gate as people read it: that of a component with the component before it. */
export function nameOf({ component, gate }: Pick<GateOutcome, 'component' | 'gate'>): string {
  return component === null ? gate : `${component}/${gate}`;
}
