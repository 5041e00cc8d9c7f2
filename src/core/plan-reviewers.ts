import type { GateOutcome } from './evaluate';
import type { WantedReviewer } from './gate';

/** More would be a mailing list. */
const MOST_ADDED = 20;

/**
 * Who is to be added to the reviewers, as the gates want it: each once, and as a required one where any gate says so. What
 * is only tried out asks nobody.
 */
export function planReviewers(outcomes: readonly GateOutcome[]): WantedReviewer[] {
  const wanted = new Map<string, WantedReviewer>();
  for (const reviewer of outcomes.flatMap(({ reviewers = [], shadow }) => (shadow ? [] : reviewers))) {
    const key = (reviewer.id ?? reviewer.uniqueName ?? '').toLowerCase();
    const known = wanted.get(key);
    wanted.set(key, { ...reviewer, isRequired: reviewer.isRequired || known?.isRequired === true });
  }
  return [...wanted.values()].slice(0, MOST_ADDED);
}
