import type { PullRequestAddress } from '../core/azure-devops-url';
import { Failure, toFailure } from '../core/failures';
import type { Evaluation } from '../core/evaluate';
import { summaryText } from '../core/markdown';
import { EVALUATE_NAME } from '../core/plan-statuses';
import { EVALUATE_SUMMARY, THREAD_KIND } from '../core/plan-threads';
import type { Iteration, PullRequestDetails, PullRequestKey } from '../core/snapshot';
import type { Verdict } from '../core/verdict';
import type { ResolvedSettings } from '../settings';

import { applyJudgement } from './apply-judgement';
import { evaluatePullRequest, type EvaluationResult } from './evaluate-pull-request';
import type { AzureDevOps, Clock } from './ports';
import type { Standing } from './standing';

/** Pushes during an evaluation are evaluated again so often. */
const MOST_ATTEMPTS = 3;

export type ValidSettings = Extract<ResolvedSettings, { ok: true }>;

export interface EvaluateOnceRequest {
  address: PullRequestAddress;
  settings: ValidSettings;
  /** Whether the status `portcullis/evaluate` and its own summary are written; nothing is, otherwise. */
  publish: boolean;
}

export interface EvaluatedOnce {
  /** As they are: a completed pull request is judged as if it were still active. */
  details: PullRequestDetails;
  iteration: Iteration;
  verdict: Verdict;
  /** By component name, what its own status would say. */
  components: Record<string, Verdict>;
  evaluation: Evaluation;
  /** Until when this holds although nothing changes; null = until something changes. */
  validUntil: Date | null;
  /** How many writes it took, or why it failed; undefined when nothing was to be written. */
  published: { ok: true; writes: number } | { ok: false; failure: Failure } | undefined;
}

/**
 * Evaluates one pull request with whatever settings, past connections, queue and ledger. Throws `Failure` when it could
 * not be judged; a verdict that could not be published is returned with the reason.
 */
export async function evaluateOnce(
  azureDevOps: AzureDevOps,
  clock: Clock,
  { address, settings, publish }: EvaluateOnceRequest,
): Promise<EvaluatedOnce> {
  const key = await findPullRequest(azureDevOps, address);
  const myId = publish ? (await azureDevOps.readMyself()).identity.id : '';
  for (let attempt = 1; ; attempt++) {
    const { status, result } = await evaluateWhatever(azureDevOps, clock, key, settings, myId);
    const { judgement } = result;
    const { iteration, verdict, components = {}, evaluation, validUntil } = judgement;
    const details = { ...judgement.details, status };
    const evaluated = { details, iteration, verdict, components, evaluation, validUntil };
    if (!publish) return { ...evaluated, published: undefined };
    try {
      const writes = await publishJudgement(azureDevOps, key, myId, status, result);
      return { ...evaluated, published: { ok: true, writes } };
    } catch (error) {
      const failure = toFailure(error);
      if (failure.kind === 'superseded' && attempt < MOST_ATTEMPTS) continue;
      return { ...evaluated, published: { ok: false, failure } };
    }
  }
}

async function findPullRequest(
  azureDevOps: AzureDevOps,
  { project, repository, pullRequestId }: PullRequestAddress,
): Promise<PullRequestKey> {
  const repositoryId =
    project === undefined ? repository.toLowerCase() : (await azureDevOps.readRepository(project, repository)).id;
  // No connection stands behind it, and nothing is kept under this name.
  return { connectionId: 'evaluate', repositoryId, pullRequestId };
}

type JudgedResult = Extract<EvaluationResult, { kind: 'judged' }>;

/** Judges the pull request whatever its status: settings are best tried on pull requests of the past. */
async function evaluateWhatever(
  azureDevOps: AzureDevOps,
  clock: Clock,
  key: PullRequestKey,
  settings: ValidSettings,
  myId: string,
): Promise<{ status: PullRequestDetails['status']; result: JudgedResult }> {
  let status: PullRequestDetails['status'] = 'active';
  const asIfActive: AzureDevOps = {
    ...azureDevOps,
    readPullRequest: async (wanted) => {
      const read = await azureDevOps.readPullRequest(wanted);
      status = read.status;
      return { ...read, status: 'active' };
    },
  };
  const result = await evaluatePullRequest({
    key,
    settings: { early: settings, of: async () => settings },
    azureDevOps: asIfActive,
    clock,
    myId,
    // The gate's account is not known here; what is marked as a summary is one, whoever wrote it.
    isOurs: ({ properties }) => properties[THREAD_KIND] !== undefined,
    knownInputs: undefined,
  });
  if (result.kind === 'judged') return { status, result };
  throw new Failure({
    kind: 'unexpected',
    message: `Pull request ${key.pullRequestId} was not judged (${result.kind}); this is a mistake in Portcullis, please report it.`,
  });
}

async function publishJudgement(
  azureDevOps: AzureDevOps,
  key: PullRequestKey,
  myId: string,
  status: PullRequestDetails['status'],
  { judgement, standing }: JudgedResult,
): Promise<number> {
  if (status !== 'active') {
    throw new Failure({
      kind: 'unexpected',
      message: `Pull request ${key.pullRequestId} is ${status}: nothing is published on it any more.`,
    });
  }
  const { evaluation } = judgement;
  const summary = judgement.summary && {
    content: summaryText({ evaluation, byHand: true }),
    // Never active: an open thread may keep the pull request from being completed, and this is no verdict.
    status: 'closed' as const,
  };
  const marks = { statusName: EVALUATE_NAME, summaryKind: EVALUATE_SUMMARY };
  // Components have statuses of the gate alone: what is tried by hand says everything in its one.
  const ours = { ...judgement, components: undefined, ...(summary ? { summary } : {}) };
  const { writes } = await applyJudgement({
    azureDevOps,
    key,
    judgement: ours,
    standing: ownOf(standing),
    myId,
    identities: [],
    marks,
  });
  return writes;
}

/** What people wrote, commands to the gate among it, is for the gate alone. */
function ownOf({ threads, statuses }: Standing): Standing {
  const own = threads.filter(({ properties }) => properties[THREAD_KIND] === EVALUATE_SUMMARY);
  return { threads: own.map((thread) => ({ ...thread, comments: thread.comments.slice(0, 1) })), statuses };
}
