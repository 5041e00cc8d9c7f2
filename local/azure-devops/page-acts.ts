import { addComment } from './comments';
import { AzureDevOpsError } from './errors';
import { identityById } from './identities';
import { findOrCreateLabel } from './labels';
import { repositoryById } from './lookups';
import type { Act } from './page';
import { mergeRefusals } from './page-models';
import { requirePermission } from './permissions';
import { artifactIdOf } from './pull-request-shape';
import { changeReviewer } from './reviewers';
import type { Simulation } from './simulation';
import type { Identity, PullRequest } from './state-model';
import { createThread, type CreateThread } from './threads';
import { updatePullRequest } from './update-pull-request';
import { ARTIFACT_LINK, isSameArtifact, linkPullRequest, requireWorkItem } from './work-item-links';
import { patchWorkItem } from './work-item-patch';

/**
 * Does what a form of the page asks for, by the same functions as the REST API.
 *
 * @throws AzureDevOpsError with the sentence to show
 */
export async function applyAct(simulation: Simulation, pullRequest: PullRequest, act: Act): Promise<void> {
  const repository = repositoryById(simulation.state, pullRequest.repositoryId);
  const actor = simulation.state.identities.find((identity) => identity.key === act.as);
  if (!actor) throw refused(`There is nobody called ${act.as}.`);
  requirePermission(simulation.state, actor, repository, 'pullRequestContribute');
  switch (act.action) {
    case 'complete': {
      const refusals = await mergeRefusals(simulation, pullRequest);
      if (refusals.length > 0) throw refused(refusals.join(' '));
      const lastMergeSourceCommit = { commitId: pullRequest.lastMergeSourceCommit };
      return updatePullRequest(simulation, pullRequest, actor, { status: 'completed', lastMergeSourceCommit });
    }
    case 'abandon':
      return updatePullRequest(simulation, pullRequest, actor, { status: 'abandoned' });
    case 'reactivate':
      return updatePullRequest(simulation, pullRequest, actor, { status: 'active' });
    case 'publish':
      return updatePullRequest(simulation, pullRequest, actor, { isDraft: false });
    case 'draft':
      return updatePullRequest(simulation, pullRequest, actor, { isDraft: true });
    case 'edit':
      return updatePullRequest(simulation, pullRequest, actor, { title: act.title, description: act.description });
    case 'vote':
      changeReviewer(simulation, pullRequest, actor, actor.id, { vote: act.vote });
      return;
    case 'comment': {
      comment(simulation, pullRequest, actor, act);
      return;
    }
    case 'thread-status': {
      const thread = threadOf(pullRequest, act.threadId);
      thread.status = act.status;
      thread.lastUpdatedDate = simulation.timestamp();
      break;
    }
    case 'add-label': {
      const label = findOrCreateLabel(simulation, repository, act.name);
      if (!pullRequest.labels.some((each) => each.id === label.id)) pullRequest.labels.push(label);
      break;
    }
    case 'remove-label':
      pullRequest.labels = pullRequest.labels.filter((label) => label.name.toLowerCase() !== act.name.toLowerCase());
      break;
    case 'link-work-item':
      linkPullRequest(simulation, repository, pullRequest, act.workItemId);
      break;
    case 'unlink-work-item': {
      const workItem = requireWorkItem(simulation, act.workItemId);
      const artifact = artifactIdOf(repository, pullRequest.id);
      const index = workItem.relations.findIndex(
        (relation) => relation.rel === ARTIFACT_LINK && isSameArtifact(relation.url, artifact),
      );
      if (index >= 0) patchWorkItem(simulation, workItem, actor, [{ op: 'remove', path: `/relations/${index}` }]);
      break;
    }
  }
  simulation.changed();
}

const refused = (message: string): AzureDevOpsError => new AzureDevOpsError(400, 'PageException', message);

function threadOf(pullRequest: PullRequest, id: number): PullRequest['threads'][number] {
  const thread = pullRequest.threads.find((each) => each.id === id);
  if (!thread) throw refused('That thread is gone.');
  return thread;
}

function comment(
  simulation: Simulation,
  pullRequest: PullRequest,
  actor: Identity,
  act: Extract<Act, { action: 'comment' }>,
): void {
  if (act.threadId !== undefined) {
    const thread = threadOf(pullRequest, act.threadId);
    const parentCommentId = thread.comments[0]?.id ?? 0;
    addComment(simulation, pullRequest, thread, identityById(simulation.state, actor.id), {
      content: act.content,
      parentCommentId,
    });
    return;
  }
  createThread(simulation, pullRequest, actor, {
    comments: [{ content: act.content, parentCommentId: 0, commentType: 'text' }],
    status: 'active',
    ...lineContext(pullRequest, act),
  });
}

/** A thread on a line covers the line: the page knows nothing of columns. */
function lineContext(
  pullRequest: PullRequest,
  act: Extract<Act, { action: 'comment' }>,
): Pick<CreateThread, 'threadContext' | 'pullRequestThreadContext'> {
  if (act.filePath === undefined || act.line === undefined) {
    return { threadContext: undefined, pullRequestThreadContext: undefined };
  }
  const start = { line: act.line, offset: 1 };
  const end = { line: act.line, offset: 2 };
  const iteration = pullRequest.iterations.at(-1)?.id;
  return {
    threadContext: {
      filePath: act.filePath,
      leftFileStart: act.side === 'left' ? start : undefined,
      leftFileEnd: act.side === 'left' ? end : undefined,
      rightFileStart: act.side === 'right' ? start : undefined,
      rightFileEnd: act.side === 'right' ? end : undefined,
    },
    pullRequestThreadContext:
      iteration === undefined
        ? undefined
        : {
            changeTrackingId: pullRequest.changeTracking[act.filePath],
            iterationContext: { firstComparingIteration: iteration, secondComparingIteration: iteration },
          },
  };
}
