import { outcomesIn, type Evaluation, type GateOutcome } from './evaluate';
import type { State } from './gate';
import { count, shorten } from './phrase';

/** The one answer for a pull request: what the status says. */
export interface Verdict {
  state: State;
  /** At most 120 characters, the most important first. */
  description: string;
}

/** What fits into a status row without being cut. */
const LONGEST_DESCRIPTION = 120;

/**
 * The first that applies: a blocking gate failed, could not judge, waits; else succeeded. Advice follows after the
 * failures, and never blocks.
 */
export function verdictOf(evaluation: Evaluation): Verdict {
  const { outcomes } = evaluation;
  if (outcomes.length === 0) {
    return verdict('error', 'no gate is configured: enable one in the settings, or set enabled: false');
  }
  const failed = outcomesIn(evaluation, 'block', 'failed');
  const error = outcomesIn(evaluation, 'block', 'error');
  const pending = outcomesIn(evaluation, 'block', 'pending');
  const advice = (['failed', 'error', 'pending'] as const).flatMap((state) => outcomesIn(evaluation, 'advise', state));
  const applicable = outcomes.filter((outcome) => outcome.state !== 'notApplicable');
  const all = `${applicable.length}`;
  if (failed.length > 0) {
    return verdict('failed', `${failed.length} of ${gatesWord(all)} failed: ${listed([...failed, ...error])}`);
  }
  if (error.length > 0)
    return verdict('error', `${error.length} of ${gatesWord(all)} could not judge: ${listed(error)}`);
  if (pending.length > 0) return verdict('pending', `waiting for ${listed(pending)}`);
  if (applicable.length === 0) return verdict('succeeded', `no gate applies: ${listed(outcomes)}`);
  const passed = `${count(applicable.length - advice.length, 'gate')} passed`;
  return verdict('succeeded', advice.length > 0 ? `${passed} · advice: ${listed(advice)}` : passed);
}

/** A verdict in any words, cut to what a status holds. */
export function verdict(state: State, description: string): Verdict {
  return { state, description: shorten(description, LONGEST_DESCRIPTION) };
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
      return verdict('notApplicable', `shadow: could not judge: ${description}`);
    case 'notApplicable':
      return verdict('notApplicable', description);
  }
}

function gatesWord(amount: string): string {
  return amount === '1' ? '1 gate' : `${amount} gates`;
}

function listed(outcomes: readonly GateOutcome[]): string {
  return outcomes.map((outcome) => `${outcome.gate} ${outcome.description}`).join(' · ');
}
