import { findCommands } from '../core/commands';
import { Failure } from '../core/failures';
import type { OpenThread, PullRequestKey } from '../core/snapshot';

import type { Thread } from './ports';

/**
 * The threads that people began and that wait for somebody. Threads of the service itself, ours, and those that are
 * nothing but a command to us are not among them: nobody has to answer those.
 */
export function openThreads(
  key: PullRequestKey,
  threads: readonly Thread[],
  isOurs: (thread: Thread) => boolean,
): OpenThread[] {
  const others = threads.filter((thread) => !thread.isDeleted && thread.comments.length > 0 && !isOurs(thread));
  const unclear = others.find(({ isUnclear }) => isUnclear);
  if (unclear) {
    throw new Failure({
      kind: 'unexpected',
      message: `Comment thread ${unclear.id} of pull request ${key.pullRequestId} has a status or a kind of comment that this release does not know, so that nobody can say whether it is open. Update Portcullis.`,
      remedy: 'update Portcullis',
    });
  }
  const commands = new Set(others.filter(isCommand).map(({ id }) => id));
  return others.flatMap(({ id, status, comments: [first] }) =>
    first && !first.isSystem && !commands.has(id) && (status === 'active' || status === 'pending')
      ? [{ id, author: first.author }]
      : [],
  );
}

/** It is closed when it is carried out, which comes after it was counted. */
function isCommand(thread: Thread): boolean {
  const comments = thread.comments.map((comment) => ({ ...comment, authorId: comment.author.id }));
  return findCommands([{ ...thread, comments }], new Set()).some(({ isWholeThread }) => isWholeThread);
}
