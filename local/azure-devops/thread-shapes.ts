import { identityRefById } from './identities';
import { pullRequestUrl } from './pull-request-shape';
import { repositoryUrl } from './repository-shapes';
import type { Simulation } from './simulation';
import type { Comment, PullRequest, Repository, Thread } from './state-model';
import { threadPeople } from './thread-people';

export function threadShape(
  simulation: Simulation,
  repository: Repository,
  pullRequest: PullRequest,
  thread: Thread,
): Record<string, unknown> {
  return {
    pullRequestThreadContext: thread.pullRequestThreadContext ?? null,
    id: thread.id,
    publishedDate: thread.publishedDate,
    lastUpdatedDate: thread.lastUpdatedDate,
    comments: thread.comments.map((comment) => commentShape(simulation, repository, pullRequest, thread, comment)),
    // A system thread has no status at all.
    ...(thread.status === undefined ? {} : { status: thread.status }),
    threadContext: thread.threadContext ?? null,
    ...threadPeople(simulation, thread.properties),
    isDeleted: thread.comments.every((comment) => comment.isDeleted),
    _links: {
      self: { href: `${pullRequestUrl(simulation, repository, pullRequest.id)}/threads/${thread.id}` },
      repository: { href: repositoryUrl(simulation, repository) },
    },
  };
}

/** A deleted comment keeps its place, without its words. */
export function commentShape(
  simulation: Simulation,
  repository: Repository,
  pullRequest: PullRequest,
  thread: Thread,
  comment: Comment,
): Record<string, unknown> {
  return {
    id: comment.id,
    parentCommentId: comment.parentCommentId,
    author: identityRefById(simulation, comment.authorId),
    ...(comment.isDeleted ? {} : { content: comment.content }),
    publishedDate: comment.publishedDate,
    lastUpdatedDate: comment.lastUpdatedDate,
    lastContentUpdatedDate: comment.lastContentUpdatedDate,
    commentType: comment.commentType,
    ...(comment.isDeleted ? { isDeleted: true } : {}),
    usersLiked: [],
    _links: commentLinks(simulation, repository, pullRequest, thread, comment),
  };
}

export function commentLinks(
  simulation: Simulation,
  repository: Repository,
  pullRequest: PullRequest,
  thread: Thread,
  comment: Comment,
): Record<string, unknown> {
  const threadUrl = `${pullRequestUrl(simulation, repository, pullRequest.id)}/threads/${thread.id}`;
  return {
    self: { href: `${threadUrl}/comments/${comment.id}` },
    repository: { href: repositoryUrl(simulation, repository) },
    threads: { href: threadUrl },
  };
}
