import type { Finding } from './finding';
import type { Outcome } from './gate';

/** The description of a gate that found nothing and has no more to say. */
export const FINE = 'fine';

/** What a gate found wrong: a finding, and how the status says it in a few words. */
export interface Fault {
  /** As it stands in the status behind the gate's name: `812 > 600 lines`. */
  short: string;
  finding: Finding;
}

/** `failed` with every fault, described by the first; `succeeded` with `description` when there is none. */
export function judged(faults: readonly Fault[], description: string): Outcome {
  const [first, ...others] = faults;
  if (!first) return { state: 'succeeded', description, findings: [] };
  const more = others.length > 0 ? ` (+${others.length} more)` : '';
  return { state: 'failed', description: `${first.short}${more}`, findings: faults.map((fault) => fault.finding) };
}

/** `pending`: nothing is wrong, and somebody else has something to do first. */
export function waiting(faults: readonly Fault[]): Outcome {
  return { ...judged(faults, ''), state: 'pending' };
}
