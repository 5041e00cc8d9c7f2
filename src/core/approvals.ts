import type { Push, Reviewer, Vote } from './snapshot';

/** What an approval must be to count. */
export interface ApprovalTerms {
  /** Cast when everything that is there now was there. */
  afterLastPush: boolean;
  /** Not by anybody who pushed to it. */
  byOthers: boolean;
  /** With suggestions, too. */
  withSuggestions: boolean;
}

/** An approval that does not count, and why, as the end of a sentence that begins with a name. */
export interface Discounted {
  reviewer: Reviewer;
  why: Why;
}

export type Why =
  | 'opened the pull request'
  | 'is a build service, for which any pipeline speaks'
  | 'pushed to it'
  | 'approved with suggestions only'
  | 'approved at a time that Azure DevOps does not tell'
  | 'approved before the last push';

/** Whether the same person may approve again, and then it counts. */
export function isStale(why: Why): boolean {
  return why === 'approved before the last push' || why === 'approved at a time that Azure DevOps does not tell';
}

/** Whoever pushed, by id. */
export function pushersOf(pushes: readonly Push[]): Set<string> {
  return new Set(pushes.filter(({ isPush }) => isPush).map(({ by }) => by.id));
}

export interface Approvals {
  counted: Reviewer[];
  discounted: Discounted[];
}

/**
 * Whose approvals count. The author's never do, nor do a build service's, nor does the row of a group: it repeats a
 * member's vote. Who pushed is told by the iterations, as the service authenticated them; whom a commit names is anybody's
 * to choose.
 */
export function approvalsOf(
  authorId: string,
  reviewers: readonly Reviewer[],
  pushes: readonly Push[],
  terms: ApprovalTerms,
): Approvals {
  const accepted: readonly Vote[] = terms.withSuggestions ? ['approved', 'approvedWithSuggestions'] : ['approved'];
  const pushers = pushersOf(pushes);
  const last = lastOf(pushes);
  const counted: Reviewer[] = [];
  const discounted: Discounted[] = [];
  for (const reviewer of reviewers) {
    if (reviewer.isGroup || (reviewer.vote !== 'approved' && reviewer.vote !== 'approvedWithSuggestions')) continue;
    const why = !accepted.includes(reviewer.vote)
      ? 'approved with suggestions only'
      : reviewer.identity.id === authorId
        ? 'opened the pull request'
        : isBuildService(reviewer)
          ? 'is a build service, for which any pipeline speaks'
          : terms.byOthers && pushers.has(reviewer.identity.id)
            ? 'pushed to it'
            : terms.afterLastPush
              ? staleness(reviewer, last)
              : undefined;
    if (why === undefined) counted.push(reviewer);
    else discounted.push({ reviewer, why });
  }
  return { counted, discounted };
}

/**
 * Why nobody can say whose approvals count; undefined when it can be said. Without iterations, or with one whose author is
 * not told, somebody might approve what he pushed.
 */
export function whyUncountable(
  pushes: readonly Push[],
  { byOthers, afterLastPush }: ApprovalTerms,
): string | undefined {
  if (!byOthers && !afterLastPush) return undefined;
  if (pushes.length === 0)
    return 'Azure DevOps keeps no iterations of this pull request, so nobody can say who pushed and when';
  const unknown = byOthers ? pushes.find(({ by, isPush }) => isPush && by.id === '') : undefined;
  return unknown && `Azure DevOps does not say who pushed iteration ${unknown.iterationId}`;
}

/** `Build\<id>`: whoever may change a pipeline votes in its name. */
function isBuildService({ identity }: Reviewer): boolean {
  return /^build\\/i.test(identity.uniqueName);
}

/**
 * After which time a vote counts; any iteration matters, as another target branch brings other changes, too. Never where one
 * of them has no time. Undefined where there is but the first one: what stands on it was cast after it.
 */
function lastOf(pushes: readonly Push[]): number | undefined {
  if (pushes.length === 1) return undefined;
  return pushes.reduce((last, { at }) => Math.max(last, at === null ? Infinity : Date.parse(at)), -Infinity);
}

function staleness({ votedAt }: Reviewer, last: number | undefined): Why | undefined {
  if (last === undefined) return undefined;
  if (votedAt === null) return 'approved at a time that Azure DevOps does not tell';
  return Date.parse(votedAt) > last ? undefined : 'approved before the last push';
}
