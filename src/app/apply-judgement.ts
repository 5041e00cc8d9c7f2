import { Failure } from '../core/failures';
import { findCommands, type Command, type CommandThread } from '../core/commands';
import { reRunAnswer, unaddedText } from '../core/markdown';
import { planComponentStatuses, planStatus, VERDICT_NAME } from '../core/plan-statuses';
import { planSummary, SUMMARY, summaryThreadId, type ThreadOperation, type ThreadRow } from '../core/plan-threads';
import { restoreMarks } from '../core/restore-marks';
import type { Identity, Iteration, PullRequestDetails, PullRequestKey } from '../core/snapshot';

import { addMissingReviewers, type Unadded } from './add-reviewers';
import type { Standing } from './standing';
import type { Judgement } from './judgement';
import type { AzureDevOps, PostedStatus, Thread } from './ports';

export interface Applied {
  /** How many writes Azure DevOps was asked for. */
  writes: number;
  /** The identity that the service says we write as, where something was written. */
  writtenBy: Identity | undefined;
  /** Reviewers whom gates want, and who could not be added: no verdict depends on it. */
  unadded: Unadded[];
}

export interface ApplyRequest {
  azureDevOps: AzureDevOps;
  key: PullRequestKey;
  judgement: Judgement;
  /** What stands in Azure DevOps now. */
  standing: Standing;
  /** The identity that writes. */
  myId: string;
  /** Everyone the connection has ever written as. */
  identities: readonly string[];
  /** By what the status and the summary are found again; the verdict's and its summary's, if nothing is said. */
  marks?: { statusName: string; summaryKind: string };
  /** Stands below everything else in the summary. */
  notice?: string | undefined;
  /** Called before comments and before statuses: throws `superseded` when somebody else judges the pull request by now. */
  fence?: () => Promise<void>;
}

/**
 * Makes Azure DevOps say what was judged: compares with what stands there, writes the difference, threads first, the
 * status last, and that only while no newer iteration exists. Running it again writes nothing; after a crash anywhere,
 * it writes the rest.
 */
export async function applyJudgement(request: ApplyRequest): Promise<Applied> {
  const { azureDevOps, key, judgement, myId, identities, fence } = request;
  const { threads, statuses } = request.standing;
  const { statusName, summaryKind } = request.marks ?? { statusName: VERDICT_NAME, summaryKind: SUMMARY };
  const ours = new Set([myId, ...identities]);
  const rowsOfStatuses = statuses.map(statusRow);
  const rows = restoreMarks(threads.map(threadRow), rowsOfStatuses, statusName, ours, summaryKind);
  const asked = await addReviewersFor(request);
  const below = [asked.unadded.length > 0 ? unaddedText(asked.unadded) : undefined, request.notice];
  const summary = withBelow(judgement.summary, below);
  const operations = planSummary(rows, summary, judgement.mayBeginSummary, myId, identities, summaryKind);
  let threadId = summaryThreadId(rows, myId, summaryKind);
  let writtenBy: Identity | undefined;
  if (operations.length > 0) await fence?.();
  for (const operation of operations) {
    const created = await applyThreadOperation(azureDevOps, key, operation);
    if (created) {
      threadId = created.id;
      writtenBy = created.comments[0]?.author;
    }
  }
  const { details, iteration, components, verdict } = judgement;
  const place = { iterationId: iteration.id, targetUrl: pageOf(details, iteration, threadId) };
  const authorId = writtenBy?.id ?? myId;
  const ofComponents = components ? planComponentStatuses(rowsOfStatuses, components, place, authorId) : [];
  const ofVerdict = planStatus(rowsOfStatuses, { ...verdict, ...place }, authorId, statusName);
  let writes = asked.writes + operations.length;
  if (ofVerdict || ofComponents.length > 0) {
    // Both last, and both at once: of two that judge, the one that posts later has the last word.
    await Promise.all([fence?.(), assertStillNewest(azureDevOps, key, details, iteration)]);
    const posted = await allEnded(ofComponents.map((status) => azureDevOps.postStatus(key, status)));
    // Last: it is what the merge waits for.
    if (ofVerdict) {
      if (posted.length > 0) await fence?.();
      posted.push(await azureDevOps.postStatus(key, ofVerdict));
    }
    writtenBy = posted.at(-1)?.author;
    writes += posted.length;
  }
  writes += await answerCommands(azureDevOps, key, findCommands(rows, ours), judgement);
  return { writes, writtenBy, unadded: asked.unadded };
}

/** Before the summary, which tells who could not be added. Whoever judges by hand asks nobody. */
async function addReviewersFor(request: ApplyRequest): Promise<{ writes: number; unadded: Unadded[] }> {
  const { azureDevOps, key, judgement, standing, fence, marks } = request;
  if (marks) return { writes: 0, unadded: [] };
  const { details, iteration, evaluation } = judgement;
  return addMissingReviewers({
    azureDevOps,
    key,
    outcomes: evaluation.outcomes,
    standing,
    fence: () => Promise.all([fence?.(), assertStillNewest(azureDevOps, key, details, iteration)]),
  });
}

function withBelow(summary: Judgement['summary'], below: readonly (string | undefined)[]): Judgement['summary'] {
  return (
    summary && { ...summary, content: [summary.content, ...below.filter((text) => text !== undefined)].join('\n\n') }
  );
}

/** Waits for every one of them before the first failure is told: whoever tries again must not meet writes on their way. */
async function allEnded<T>(writes: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(writes);
  return Promise.all(writes);
}

/** Answered last: whoever asked reads the answer when what was asked for is done. Returns the number of writes. */
async function answerCommands(
  azureDevOps: AzureDevOps,
  key: PullRequestKey,
  commands: readonly Command[],
  { verdict, evaluation }: Judgement,
): Promise<number> {
  let writes = 0;
  for (const { threadId, isWholeThread } of commands) {
    try {
      // Closed first: once it is answered, nobody comes back to a thread that would keep the pull request open.
      if (isWholeThread) await azureDevOps.updateThreadStatus(key, threadId, 'closed');
      await azureDevOps.reply(key, threadId, reRunAnswer(verdict, evaluation));
    } catch (error) {
      // Whoever asked has deleted the question meanwhile, or we may not answer: the verdict stands all the same.
      if (!(error instanceof Failure) || !(error.kind === 'notFound' || error.kind === 'permissionMissing'))
        throw error;
    }
    writes += isWholeThread ? 2 : 1;
  }
  return writes;
}

/**
 * Where a status leads: the summary thread, or the pull request when there is none. Without iterations a row does not tell
 * which code it is of; a policy that resets with each push wants a new one then, so the commit makes the difference.
 */
function pageOf(details: PullRequestDetails, { id, sourceCommit }: Iteration, threadId: number | undefined): string {
  const query = [
    ...(threadId === undefined ? [] : [`discussionId=${threadId}`]),
    ...(id === null ? [`commit=${sourceCommit.slice(0, 12)}`] : []),
  ];
  return query.length === 0 ? details.webUrl : `${details.webUrl}?${query.join('&')}`;
}

/** A status tells of the iteration that was judged; when a newer one exists by now, that one must be judged instead. */
async function assertStillNewest(
  azureDevOps: AzureDevOps,
  key: PullRequestKey,
  details: PullRequestDetails,
  judged: Iteration,
): Promise<void> {
  const present = details.supportsIterations
    ? Math.max(...(await azureDevOps.readIterations(key)).map((iteration) => iteration.id ?? 0))
    : (await azureDevOps.readPullRequest(key)).headCommit;
  if (present === (details.supportsIterations ? judged.id : judged.sourceCommit)) return;
  throw new Failure({
    kind: 'superseded',
    message: `Pull request ${key.pullRequestId} was pushed to while it was judged.`,
  });
}

/** Returns the thread when one was created. */
async function applyThreadOperation(
  azureDevOps: AzureDevOps,
  key: PullRequestKey,
  operation: ThreadOperation,
): Promise<Thread | undefined> {
  switch (operation.kind) {
    case 'createThread':
      return azureDevOps.createThread(key, operation);
    case 'updateComment':
      await azureDevOps.updateComment(key, operation.threadId, operation.commentId, operation.content);
      return undefined;
    case 'updateThreadStatus':
      await azureDevOps.updateThreadStatus(key, operation.threadId, operation.status);
      return undefined;
    case 'deleteComment':
      await azureDevOps.deleteComment(key, operation.threadId, operation.commentId);
      return undefined;
  }
}

function threadRow({ comments, ...thread }: Thread): ThreadRow & CommandThread {
  return { ...thread, comments: comments.map(({ author, ...comment }) => ({ ...comment, authorId: author.id })) };
}

function statusRow({ author, ...status }: PostedStatus) {
  return { ...status, authorId: author.id };
}
