import { createHash } from 'node:crypto';

import { evaluate, validUntil, type EnabledGate, type Evaluation } from '../core/evaluate';
import { settingsProblemText, summaryText } from '../core/markdown';
import type { WantedSummary } from '../core/plan-threads';
import type { Iteration, PullRequestDetails, PullRequestKey, PullRequestSnapshot } from '../core/snapshot';
import { inShadow, verdict, verdictOf, type Verdict } from '../core/verdict';
import { includesBranch, problemText, type ResolvedSettings } from '../settings';

import type { AzureDevOps, Clock } from './ports';
import { pinIteration, readFixedSlices, readSlice } from './read-snapshot';

/** Counts into the inputs' hash: a release that judges differently changes it, and every pull request is judged anew. */
const JUDGEMENT_VERSION = 1;

/** In place of a hash, which it never equals. */
const INCOMPLETE = 'incomplete';

/** What an evaluation found, and what it wants to stand in Azure DevOps. */
export interface Judgement {
  details: PullRequestDetails;
  iteration: Iteration;
  verdict: Verdict;
  evaluation: Evaluation;
  /** Undefined = the settings want no summary, or nothing was judged. */
  summary: WantedSummary | undefined;
  /** Whether a summary thread is begun when none stands. */
  mayBeginSummary: boolean;
  validUntil: Date | null;
}

/** Equal inputs give equal judgements, so nothing needs to be judged or written again. */
export type EvaluationResult =
  | { kind: 'judged'; inputs: string; judgement: Judgement }
  | { kind: 'unchanged'; inputs: string }
  /** Completed or abandoned: nothing is gated any more. */
  | { kind: 'inactive'; inputs: string; details: PullRequestDetails; iteration: Iteration };

interface Request {
  key: PullRequestKey;
  settings: ResolvedSettings;
  azureDevOps: AzureDevOps;
  clock: Clock;
  myId: string;
  /** The inputs of the newest finished evaluation while it still holds. */
  knownInputs: string | undefined;
}

/** Reads the pull request, pins its newest iteration, and judges it, unless nothing changed since the last time. */
export async function evaluatePullRequest(request: Request): Promise<EvaluationResult> {
  const { key, settings, azureDevOps, clock, myId, knownInputs } = request;
  const gates = settings.ok ? settings.settings.gates : [];
  const needs = new Set(gates.flatMap((gate) => gate.needs));
  const [pullRequest, iterations, workItems] = await Promise.all([
    azureDevOps.readPullRequest(key),
    azureDevOps.readIterations(key),
    needs.has('workItems') ? readSlice(azureDevOps.readWorkItems(key)) : undefined,
  ]);
  const { headCommit, baseCommit, ...details } = pullRequest;
  const iteration = pinIteration(pullRequest, iterations);
  const inputs = hashOf([
    JUDGEMENT_VERSION,
    settings.ok ? settings.hash : settings.problems,
    details,
    iteration,
    workItems?.ok === false ? workItems.failure.message : workItems,
    myId,
  ]);
  if (details.status !== 'active') return { kind: 'inactive', inputs, details, iteration };
  if (inputs === knownInputs) return { kind: 'unchanged', inputs };

  const unjudged = withoutJudging(settings, details);
  if (unjudged) {
    const evaluation = { iterationId: iteration.id, sourceCommit: iteration.sourceCommit, outcomes: [] };
    return { kind: 'judged', inputs, judgement: { details, iteration, evaluation, validUntil: null, ...unjudged } };
  }
  const fixed = await readFixedSlices(azureDevOps, key, iteration, needs);
  const snapshot: PullRequestSnapshot = { details, iteration, ...(workItems ? { workItems } : {}), ...fixed };
  const judgement = judge(snapshot, settings, gates, clock.now());
  // Nothing in the inputs changes when a slice may be read again, so the next message must try.
  const isComplete = Object.values(fixed).every((slice) => slice.ok);
  return { kind: 'judged', inputs: isComplete ? inputs : INCOMPLETE, judgement };
}

function judge(
  snapshot: PullRequestSnapshot,
  resolved: ResolvedSettings,
  gates: readonly EnabledGate[],
  now: Date,
): Judgement {
  const { details, iteration } = snapshot;
  const evaluation = evaluate(snapshot, gates, now);
  const judged = verdictOf(evaluation);
  const settings = resolved.ok ? resolved.settings : undefined;
  const shadow = settings?.phase === 'shadow';
  const blocked = evaluation.outcomes.some(
    ({ mode, state }) => mode === 'block' && (state === 'failed' || state === 'error'),
  );
  const active = blocked && !shadow && settings?.comments.activeWhileBlocked === true;
  return {
    details,
    iteration,
    evaluation,
    verdict: shadow ? inShadow(judged) : judged,
    summary:
      settings?.comments.summary === 'off'
        ? undefined
        : { content: summaryText({ evaluation, shadow }), status: active ? 'active' : 'closed' },
    mayBeginSummary: evaluation.outcomes.some(({ findings }) => findings.length > 0),
    validUntil: validUntil(evaluation),
  };
}

/** The verdicts that need no gate: wrong settings, switched off, another target branch, a draft. */
function withoutJudging(
  resolved: ResolvedSettings,
  details: PullRequestDetails,
): Pick<Judgement, 'verdict' | 'summary' | 'mayBeginSummary'> | undefined {
  const silent = { summary: undefined, mayBeginSummary: false };
  if (!resolved.ok) {
    const [first] = resolved.problems;
    return {
      verdict: verdict('error', `settings: ${first ? problemText(first) : 'cannot be read'}`),
      summary: { content: settingsProblemText(resolved.problems), status: 'closed' },
      mayBeginSummary: true,
    };
  }
  const { settings } = resolved;
  if (!settings.enabled) return { verdict: verdict('notApplicable', 'switched off in the settings'), ...silent };
  const target = details.targetBranch.replace(/^refs\/heads\//, '');
  if (!includesBranch(settings.branches, target)) {
    return { verdict: verdict('notApplicable', `pull requests into ${target} are not gated`), ...silent };
  }
  if (details.isDraft && settings.drafts === 'skip') {
    return { verdict: verdict('pending', 'draft: judged when published'), ...silent };
  }
  return undefined;
}

function hashOf(inputs: unknown): string {
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 32);
}
