import { historyAuthor } from './identities';
import { wrapProperties } from './properties';
import type { Simulation } from './simulation';
import type { PullRequest } from './state-model';

export type SystemThreadType =
  'MergeAttempt' | 'RefUpdate' | 'ReviewersUpdate' | 'StatusUpdate' | 'VoteUpdate' | 'IsDraftUpdate' | 'ResetAllVotes';

/** Adds one of the threads with which Azure DevOps itself tells a pull request's history; it has no status. */
export function addSystemThread(
  simulation: Simulation,
  pullRequest: PullRequest,
  type: SystemThreadType,
  content: string,
  properties: Record<string, string | number> = {},
): void {
  const date = simulation.timestamp();
  pullRequest.threads.push({
    id: simulation.state.nextThreadId++,
    publishedDate: date,
    lastUpdatedDate: date,
    comments: [
      {
        id: 1,
        parentCommentId: 0,
        authorId: historyAuthor(simulation.state).id,
        content,
        publishedDate: date,
        lastUpdatedDate: date,
        lastContentUpdatedDate: date,
        commentType: 'system',
        isDeleted: false,
      },
    ],
    properties: wrapProperties({ CodeReviewThreadType: type, ...properties }),
  });
}

/** Ids inside thread properties stand without dashes. */
export const compactId = (id: string): string => id.replaceAll('-', '');
