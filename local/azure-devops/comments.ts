import { z } from 'zod';
import { AzureDevOpsError, badRequest } from './errors';
import { enumSchema, idParameter, list, ok, parseBody, type ApiRequest } from './http';
import { pullRequestOfRequest } from './lookups';
import { requirePermission } from './permissions';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Comment, Identity, PullRequest, Repository, Thread } from './state-model';
import { commentShape } from './thread-shapes';

const MOST_CHARACTERS = 150_000;
const MOST_COMMENTS = 500;

export const commentSchema = z.object({
  content: z.string(),
  parentCommentId: z.number().nullish(),
  commentType: enumSchema(['unknown', 'text', 'codeChange', 'system']).nullish(),
});
type WantedComment = z.infer<typeof commentSchema>;

/** `findThread` reads the thread that a request names. */
export function commentRoutes(
  simulation: Simulation,
  findThread: (pullRequest: PullRequest, request: ApiRequest) => Thread,
): Route[] {
  const all = 'git/repositories/:repository/pullRequests/:pullRequest/threads/:thread/comments';
  const find = (request: ApiRequest): { repository: Repository; pullRequest: PullRequest; thread: Thread } => {
    const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
    return { repository, pullRequest, thread: findThread(pullRequest, request) };
  };
  return [
    {
      method: 'GET',
      template: all,
      answer(request) {
        const { repository, pullRequest, thread } = find(request);
        return list(thread.comments.map((each) => commentShape(simulation, repository, pullRequest, thread, each)));
      },
    },
    {
      method: 'POST',
      template: all,
      answer(request) {
        const { repository, pullRequest, thread } = find(request);
        requirePermission(simulation.state, request.identity, repository, 'pullRequestContribute');
        const wanted = parseBody(request, commentSchema);
        const comment = addComment(simulation, pullRequest, thread, request.identity, wanted);
        return ok(commentShape(simulation, repository, pullRequest, thread, comment));
      },
    },
    {
      method: 'GET',
      template: `${all}/:comment`,
      answer(request) {
        const { repository, pullRequest, thread } = find(request);
        return ok(commentShape(simulation, repository, pullRequest, thread, commentOfRequest(thread, request)));
      },
    },
    {
      method: 'PATCH',
      template: `${all}/:comment`,
      answer(request) {
        const { repository, pullRequest, thread } = find(request);
        const comment = commentOfRequest(thread, request);
        requireAuthor(comment, request.identity);
        const { content, author } = parseBody(
          request,
          z.object({ content: z.string(), author: z.unknown().optional() }),
        );
        if (author !== undefined) throw badRequest('TF401191: An author of a comment cannot be updated.');
        checkContent(content);
        comment.content = content;
        touch(simulation, thread, comment);
        comment.lastContentUpdatedDate = comment.lastUpdatedDate;
        tell(simulation, pullRequest, thread, comment, 'edited');
        return ok(commentShape(simulation, repository, pullRequest, thread, comment));
      },
    },
    {
      method: 'DELETE',
      template: `${all}/:comment`,
      answer(request) {
        const { pullRequest, thread } = find(request);
        const comment = commentOfRequest(thread, request);
        requireAuthor(comment, request.identity);
        if (!comment.isDeleted) {
          comment.isDeleted = true;
          touch(simulation, thread, comment);
          tell(simulation, pullRequest, thread, comment, 'deleted');
        }
        return { status: 200 };
      },
    },
  ];
}

/** @throws AzureDevOpsError 400 for an empty or too long comment */
export function checkContent(content: string): void {
  if (content.trim() === '') throw badRequest('TF401189: A comment needs content.');
  if (content.length > MOST_CHARACTERS) {
    throw badRequest(`TF401187: A comment has at most ${MOST_CHARACTERS} characters; this one has ${content.length}.`);
  }
}

/** @throws AzureDevOpsError 400 when the thread is full, or the comment replied to does not exist */
export function addComment(
  simulation: Simulation,
  pullRequest: PullRequest,
  thread: Thread,
  author: Identity,
  wanted: WantedComment,
): Comment {
  checkContent(wanted.content);
  if (thread.comments.length >= MOST_COMMENTS) {
    throw badRequest(`TF401185: A thread has at most ${MOST_COMMENTS} comments.`);
  }
  const parentCommentId = wanted.parentCommentId ?? 0;
  if (parentCommentId !== 0 && !thread.comments.some((each) => each.id === parentCommentId)) {
    throw badRequest(`TF401184: The parent comment ${parentCommentId} was not found.`);
  }
  const date = simulation.timestamp();
  const comment: Comment = {
    // Per thread, whatever the documents say of the pull request.
    id: thread.comments.length + 1,
    parentCommentId,
    authorId: author.id,
    content: wanted.content,
    publishedDate: date,
    lastUpdatedDate: date,
    lastContentUpdatedDate: date,
    // "system" is taken from anybody: only its author tells the service's own comment from a person's.
    commentType: wanted.commentType === 'codeChange' || wanted.commentType === 'system' ? wanted.commentType : 'text',
    isDeleted: false,
  };
  thread.comments.push(comment);
  thread.lastUpdatedDate = date;
  tell(simulation, pullRequest, thread, comment, 'commented on');
  return comment;
}

function tell(
  simulation: Simulation,
  pullRequest: PullRequest,
  thread: Thread,
  comment: Comment,
  act: 'commented on' | 'edited' | 'deleted',
): void {
  simulation.changed();
  const eventType = 'ms.vss-code.git-pullrequest-comment-event';
  simulation.emit({ eventType, pullRequest, actorId: comment.authorId, thread, comment, act });
}

function touch(simulation: Simulation, thread: Thread, comment: Comment): void {
  comment.lastUpdatedDate = simulation.timestamp();
  thread.lastUpdatedDate = comment.lastUpdatedDate;
}

function commentOfRequest(thread: Thread, request: ApiRequest): Comment {
  const missing = (): AzureDevOpsError =>
    new AzureDevOpsError(404, 'DiscussionCommentNotFoundException', 'TF401183: The comment was not found.');
  const id = idParameter(request, 'comment', missing);
  const comment = thread.comments.find((each) => each.id === id);
  if (!comment) throw missing();
  return comment;
}

/** @throws AzureDevOpsError 403: only its author edits or deletes a comment. */
function requireAuthor(comment: Comment, identity: Identity): void {
  if (comment.authorId !== identity.id) {
    throw new AzureDevOpsError(
      403,
      'DiscussionPermissionDeniedException',
      `TF401027: Only the author of a comment can change it. Details: identity '${identity.uniqueName}', scope 'comment'.`,
    );
  }
}
