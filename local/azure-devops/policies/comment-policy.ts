import type { PullRequest } from '../state-model';
import type { Judgement } from './judgement';

/** "Check for comment resolution": active and pending threads stand against completion, all others do not. */
export function judgeComments(pullRequest: PullRequest): Judgement {
  const open = pullRequest.threads.filter(
    (thread) =>
      (thread.status === 'active' || thread.status === 'pending') &&
      !thread.comments.every(({ isDeleted }) => isDeleted),
  );
  if (open.length === 0) return { status: 'approved', reason: 'All comments are resolved.' };
  const [count, verb] = open.length === 1 ? ['1 comment thread', 'is'] : [`${open.length} comment threads`, 'are'];
  return { status: 'rejected', reason: `${count} ${verb} not resolved.` };
}
