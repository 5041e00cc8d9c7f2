import { z } from 'zod';

import type { Thread } from '../app/ports';
import type { PullRequestKey } from '../core/snapshot';

import { identityOrGroup, listOf, placeOf, properties, text } from './answers';
import { ask, type Door } from './door';
import { commentTypes, threadStatuses } from './mappings';
import { reviewersOf, voteOf, voteShape } from './read-votes';

const commentSchema = z.object({
  id: z.int().positive(),
  author: identityOrGroup,
  content: text,
  isDeleted: z.boolean().nullish(),
  commentType: z.unknown().optional(),
});

export const threadSchema = z.object({
  id: z.int().positive(),
  status: z.unknown().optional(),
  isDeleted: z.boolean().nullish(),
  properties,
  ...voteShape,
  comments: z.array(commentSchema).nullish(),
});

const threads = listOf(threadSchema);

/** All threads, those of the system and deleted ones included, by id. */
export async function readThreads(door: Door, key: PullRequestKey): Promise<Thread[]> {
  const found = await ask(`read the comment threads of ${placeOf(key)} in ${door.base}`, threads, () =>
    door.git.getThreads(key.repositoryId, key.pullRequestId),
  );
  return found.map((thread) => toThread(door, thread)).sort((a, b) => a.id - b.id);
}

/** In our words. Values that this release does not know waive nothing and command nothing: they are logged, once. */
export function toThread(door: Door, thread: z.output<typeof threadSchema>): Thread {
  const [first] = (thread.comments ?? []).toSorted((a, b) => a.id - b.id);
  const isUnclear =
    threadStatuses.read(thread.status ?? 'unknown') === undefined ||
    commentTypes.read(first?.commentType ?? 'text') === undefined;
  const isSystem = ({ commentType }: z.output<typeof commentSchema>): boolean =>
    (commentTypes.read(commentType ?? 'text') ?? unknownType(door, commentType)) === 'system';
  const reviewers = reviewersOf(thread, thread.properties);
  const vote = voteOf(
    thread,
    thread.properties,
    first && { author: first.author, content: first.content, isSystem: isSystem(first) },
  );
  return {
    id: thread.id,
    // Threads of the system have no status at all.
    status: threadStatuses.read(thread.status ?? 'unknown') ?? unknownStatus(door, thread.status),
    isDeleted: thread.isDeleted ?? false,
    ...(isUnclear ? { isUnclear } : {}),
    properties: thread.properties,
    comments: (thread.comments ?? [])
      .map((comment) => ({
        id: comment.id,
        author: comment.author.identity,
        content: comment.isDeleted === true ? '' : comment.content,
        isDeleted: comment.isDeleted ?? false,
        isSystem: isSystem(comment),
      }))
      .sort((a, b) => a.id - b.id),
    ...(vote ? { vote } : {}),
    ...(reviewers ? { reviewers } : {}),
  };
}

function unknownStatus(door: Door, value: unknown): 'unknown' {
  door.noteUnknown('the status of a thread', value);
  return 'unknown';
}

function unknownType(door: Door, value: unknown): 'system' {
  door.noteUnknown('the type of a comment', value);
  return 'system';
}
