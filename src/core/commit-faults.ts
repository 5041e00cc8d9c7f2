import type { Fault } from './outcome';
import { count, firstOf, quote } from './phrase';
import type { BroughtCommit } from './snapshot';

/** More commits named would say no more. */
const MOST_NAMED = 5;

/** One fault of those commits among all that are brought, the first of them named; none where there are none. */
export function about(
  brought: readonly BroughtCommit[],
  wrong: readonly BroughtCommit[],
  key: string,
  short: string,
  what: string,
  help: string,
): Fault[] {
  if (wrong.length === 0) return [];
  const finding = { severity: 'medium' as const, key, message: `${namesOf(wrong)} ${what}.`, help };
  return [{ short: `${wrong.length} of ${count(brought.length, 'commit')} ${short}`, finding }];
}

/** The first commits with their first lines: `Commit 1a2b3c4d ("tidy up")`. */
function namesOf(wrong: readonly BroughtCommit[]): string {
  const all = wrong.map((each) => `${each.id.slice(0, 8)} (${quote(firstLine(each))})`);
  return `${wrong.length === 1 ? 'Commit' : 'Commits'} ${firstOf(all, MOST_NAMED)}`;
}

export function firstLine({ message }: BroughtCommit): string {
  return (message.split('\n', 1)[0] ?? '').trim();
}
