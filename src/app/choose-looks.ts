import { listedFingerprint, type ListedPullRequest } from '../core/listed';
import { sessionId } from '../core/messages';

import type { LedgerEntry } from './ports';

/** What a list does not show is looked for at least hourly; the rest of the hour is for the queue. */
export const COMPARED_WITHIN_MINUTES = 50;

/** A sweep asks for so many thorough looks at most: twelve sweeps an hour, and each look costs some six requests. */
export const MOST_LOOKS = 100;

/** More than change in five minutes while every hook is lost; what is beyond is still changed at the next sweep. */
export const MOST_CHANGED = 500;

/** Of pull requests whose last evaluation did not finish: what keeps them from being judged may do so for ever. */
export const MOST_TRIES = 100;

/** Rows of pull requests that are not active any more are kept for a while, for the hooks that still come. */
const KEPT_DAYS = 7;

/** As many as one sweep forgets within seconds; more than are completed in five minutes. */
const MOST_FORGOTTEN = 50;

export interface Looks {
  /** The list says something else than the ledger, or nobody has judged it yet, or what it waited for is not open any more. */
  changed: ListedPullRequest[];
  /** It changed, or is due, but its last evaluation did not finish. */
  tries: ListedPullRequest[];
  /** Nothing says that it changed; what a list does not show may have. */
  due: ListedPullRequest[];
}

/**
 * The active pull requests that a sweep has looked at, those that have waited longest first. Each kind has a budget of its
 * own, so that hundreds which nobody can judge keep neither a changed one nor the rotation waiting.
 *
 * @param isWhole the list holds every active pull request of the connection
 */
export function chooseLooks(
  active: readonly ListedPullRequest[],
  entries: readonly LedgerEntry[],
  now: Date,
  full: boolean,
  isWhole: boolean,
): Looks {
  const known = new Map(entries.map((entry) => [sessionId(entry), entry]));
  const looks: Looks = { changed: [], tries: [], due: [] };
  const entryOf = (listed: ListedPullRequest): LedgerEntry | undefined => known.get(sessionId(listed));
  // Numbers are unique within an organization.
  const open = new Set(active.map(({ pullRequestId }) => pullRequestId));
  for (const listed of active) {
    const entry = entryOf(listed);
    const isReleased = isWhole && entry?.waitsFor.some((number) => !open.has(number)) === true;
    const isChanged = full || isReleased || entry?.listed !== listedFingerprint(listed);
    const isDue = now.getTime() - (entry?.comparedAt?.getTime() ?? 0) > COMPARED_WITHIN_MINUTES * 60_000;
    if (!isChanged && !isDue) continue;
    if (!full && entry?.unfinishedSince) looks.tries.push(listed);
    else looks[isChanged ? 'changed' : 'due'].push(listed);
  }
  if (full) return looks;
  const first = (
    from: ListedPullRequest[],
    budget: number,
    since: (entry: LedgerEntry | undefined) => Date | null | undefined,
  ): ListedPullRequest[] => {
    const time = (listed: ListedPullRequest): number => since(entryOf(listed))?.getTime() ?? 0;
    return from.toSorted((a, b) => time(a) - time(b)).slice(0, budget);
  };
  return {
    changed: first(looks.changed, MOST_CHANGED, (entry) => entry?.comparedAt),
    tries: first(looks.tries, MOST_TRIES, (entry) => entry?.unfinishedSince),
    due: first(looks.due, MOST_LOOKS, (entry) => entry?.comparedAt),
  };
}

/** What the ledger need not keep any more, oldest first, and until when nothing was written about it. */
export function chooseForgotten(
  active: readonly ListedPullRequest[],
  entries: readonly LedgerEntry[],
  now: Date,
): { forgotten: LedgerEntry[]; untouchedSince: Date } {
  const untouchedSince = new Date(now.getTime() - KEPT_DAYS * 86_400_000);
  const there = new Set(active.map(sessionId));
  const forgotten = entries
    .filter((entry) => !there.has(sessionId(entry)) && entry.touchedAt < untouchedSince)
    .sort((a, b) => a.touchedAt.getTime() - b.touchedAt.getTime())
    .slice(0, MOST_FORGOTTEN);
  return { forgotten, untouchedSince };
}
