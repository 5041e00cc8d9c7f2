import { CommentType } from 'azure-devops-node-api/interfaces/GitInterfaces';
import { z } from 'zod';

import type { Thread, ThreadToCreate } from '../app/ports';
import { Failure } from '../core/failures';
import type { PullRequestKey } from '../core/snapshot';

import { placeOf } from './answers';
import { ask, unexpectedAnswer, type Door } from './door';
import { threadStatuses, toThreadStatus } from './mappings';
import { threadSchema, toThread } from './read-threads';

const wrote = { wrote: true };

/** Creates a thread with one comment on the pull request as a whole. */
export async function createThread(door: Door, key: PullRequestKey, thread: ThreadToCreate): Promise<Thread> {
  const doing = `create a comment thread on ${placeOf(key)} in ${door.base}`;
  const answer = await ask(
    doing,
    threadSchema,
    () =>
      door.git.createThread(
        {
          comments: [{ parentCommentId: 0, content: thread.content, commentType: CommentType.Text }],
          status: toThreadStatus[thread.status],
          properties: thread.properties,
        },
        key.repositoryId,
        key.pullRequestId,
      ),
    wrote,
  );
  const created = toThread(door, answer);
  const lost = Object.entries(thread.properties).find(([name, value]) => created.properties[name] !== value);
  // Without its mark we would not find the thread again, and write another one each time.
  if (lost) throw unexpectedAnswer(doing, `thread ${created.id} without the property ${lost[0]}`, wrote);
  if (created.comments.length === 0) throw unexpectedAnswer(doing, `thread ${created.id} without a comment`, wrote);
  if (created.status !== thread.status) {
    throw unexpectedAnswer(doing, `status ${created.status} instead of ${thread.status}`, wrote);
  }
  return created;
}

const commentSchema = z.object({ id: z.int().positive() });

export async function updateComment(
  door: Door,
  key: PullRequestKey,
  threadId: number,
  commentId: number,
  content: string,
): Promise<void> {
  const doing = `change comment ${commentId} of thread ${threadId} on ${placeOf(key)} in ${door.base}`;
  mustBeIds(doing, threadId, commentId);
  const answer = await ask(
    doing,
    commentSchema,
    () => door.git.updateComment({ content }, key.repositoryId, key.pullRequestId, threadId, commentId),
    wrote,
  );
  if (answer.id !== commentId) throw unexpectedAnswer(doing, `comment ${answer.id}`, wrote);
}

export async function updateThreadStatus(
  door: Door,
  key: PullRequestKey,
  threadId: number,
  status: 'active' | 'closed',
): Promise<void> {
  const doing = `set thread ${threadId} on ${placeOf(key)} in ${door.base} to ${status}`;
  mustBeIds(doing, threadId);
  const answer = await ask(
    doing,
    threadSchema,
    () => door.git.updateThread({ status: toThreadStatus[status] }, key.repositoryId, key.pullRequestId, threadId),
    wrote,
  );
  if (answer.id !== threadId || threadStatuses.read(answer.status) !== status) {
    throw unexpectedAnswer(doing, `thread ${answer.id}, status ${String(answer.status)}`, wrote);
  }
}

export async function deleteComment(
  door: Door,
  key: PullRequestKey,
  threadId: number,
  commentId: number,
): Promise<void> {
  const doing = `delete comment ${commentId} of thread ${threadId} on ${placeOf(key)} in ${door.base}`;
  mustBeIds(doing, threadId, commentId);
  await ask(
    doing,
    z.unknown(),
    () => door.git.deleteComment(key.repositoryId, key.pullRequestId, threadId, commentId),
    wrote,
  );
}

/** Adds a comment to a thread. */
export async function reply(door: Door, key: PullRequestKey, threadId: number, content: string): Promise<void> {
  const doing = `reply in thread ${threadId} on ${placeOf(key)} in ${door.base}`;
  mustBeIds(doing, threadId);
  await ask(
    doing,
    commentSchema,
    () =>
      door.git.createComment(
        { parentCommentId: 1, content, commentType: CommentType.Text },
        key.repositoryId,
        key.pullRequestId,
        threadId,
      ),
    wrote,
  );
}

/** node-api leaves falsy ids out of the URL: with 0 a DELETE would mean the whole list. */
function mustBeIds(doing: string, ...ids: number[]): void {
  if (ids.every((id) => Number.isSafeInteger(id) && id > 0)) return;
  throw new Failure({ kind: 'unexpected', message: `Portcullis did not ${doing}: that is no id.` });
}
