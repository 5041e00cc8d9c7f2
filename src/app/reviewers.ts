import type { Push, Reviewer } from '../core/snapshot';

import type { IterationRead, ListedReviewer, Thread } from './ports';

/**
 * The reviewers with the times of their votes: each vote is told by a thread of the service. Where the newest one tells
 * another vote than the present one, nobody knows when that was cast.
 */
export function reviewersOf(listed: readonly ListedReviewer[], threads: readonly Thread[]): Reviewer[] {
  return listed.map((reviewer) => {
    const told = threads.flatMap(({ vote }) => (vote?.voterId === reviewer.identity.id ? [vote] : []));
    const newest = told.toSorted((a, b) => Date.parse(a.castAt) - Date.parse(b.castAt)).at(-1);
    return { ...reviewer, votedAt: newest?.vote === reviewer.vote ? newest.castAt : null };
  });
}

/** Who made which iteration, oldest first. */
export function pushesOf(iterations: readonly IterationRead[]): Push[] {
  return iterations.flatMap(({ id, author, createdAt, isPush }) =>
    id === null ? [] : [{ iterationId: id, by: author, at: createdAt, isPush }],
  );
}
