import { createHash } from 'node:crypto';

import { evaluate, validUntil, type EnabledGate, type Evaluation } from '../core/evaluate';
import { settingsProblemText, summaryText } from '../core/markdown';
import type { WantedSummary } from '../core/plan-threads';
import type { Iteration, PullRequestDetails, PullRequestKey, PullRequestSnapshot } from '../core/snapshot';
import { inShadow, verdict, verdictOf, type Verdict } from '../core/verdict';
import { includesBranch, problemText, type ResolvedSettings } from '../settings';

import type { AzureDevOps, Clock, PostedStatus, Thread } from './ports';
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

/** What Portcullis and others wrote so far: what a plan is compared with. */
export interface Standing {
  threads: Thread[];
  statuses: PostedStatus[];
}

/** Equal inputs give equal judgements, so nothing needs to be judged or written again. */
export type EvaluationResult =
  | { kind: 'judged'; inputs: string; listed: string; judgement: Judgement; standing: Standing }
  | { kind: 'unchanged'; inputs: string; listed: string }
  /** Completed or abandoned: nothing is gated any more. */
  | { kind: 'inactive'; inputs: string; listed: string; details: PullRequestDetails; iteration: Iteration };

interface Request {
  key: PullRequestKey;
  settings: ResolvedSettings;
  azureDevOps: AzureDevOps;
  clock: Clock;
  myId: string;
  /** The inputs of the newest finished evaluation while it still holds. */
  knownInputs: string | undefined;
}

/**
 * Reads the pull request, pins its newest iteration, and judges it, unless nothing changed since the last time. What can
 * be asked for at once is: a verdict takes three round trips here, one less when nothing changed.
 */
export async function evaluatePullRequest(request: Request): Promise<EvaluationResult> {
  const { key, settings, azureDevOps, clock, myId, knownInputs } = request;
  const gates = settings.ok ? settings.settings.gates : [];
  const needs = new Set(gates.flatMap((gate) => gate.needs));
  const linked = begun(needs.has('workItems') ? readSlice(azureDevOps.readWorkItems(key)) : Promise.resolve(undefined));
  const [pullRequest, iterations] = await Promise.all([
    azureDevOps.readPullRequest(key),
    azureDevOps.readIterations(key),
  ]);
  const { headCommit, baseCommit, listed, ...details } = pullRequest;
  const iteration = pinIteration(pullRequest, iterations);
  const identity = hashOf([
    JUDGEMENT_VERSION,
    settings.ok ? settings.hash : settings.problems,
    details,
    iteration,
    myId,
  ]);
  if (details.status !== 'active') return { kind: 'inactive', inputs: identity, listed, details, iteration };

  const unjudged = withoutJudging(settings, details);
  const readRest = () => ({
    standing: begun(readStanding(azureDevOps, key)),
    fixed: begun(unjudged ? Promise.resolve({}) : readFixedSlices(azureDevOps, key, iteration, needs)),
  });
  // What has changed already is judged in any case: the rest is asked for while the work items are on their way.
  const early = knownInputs?.startsWith(identity) === true ? undefined : readRest();
  const workItems = await linked;
  const inputs = `${identity}/${hashOf(workItems?.ok === false ? workItems.failure.message : workItems)}`;
  if (inputs === knownInputs) return { kind: 'unchanged', inputs, listed };

  const rest = early ?? readRest();
  const [standing, fixed] = await Promise.all([rest.standing, rest.fixed]);
  if (unjudged) {
    const evaluation = { iterationId: iteration.id, sourceCommit: iteration.sourceCommit, outcomes: [] };
    const judgement = { details, iteration, evaluation, validUntil: null, ...unjudged };
    return { kind: 'judged', inputs, listed, judgement, standing };
  }
  const snapshot: PullRequestSnapshot = { details, iteration, ...(workItems ? { workItems } : {}), ...fixed };
  const judgement = judge(snapshot, settings, gates, clock.now());
  // Nothing in the inputs changes when a slice may be read again, so the next message must try.
  const isComplete = snapshot.changes?.ok !== false && snapshot.lineCounts?.ok !== false;
  return { kind: 'judged', inputs: isComplete ? inputs : INCOMPLETE, listed, judgement, standing };
}

/** A read that was started ahead: its failure shows where it is waited for, and is no unhandled one until then. */
function begun<T>(read: Promise<T>): Promise<T> {
  read.catch(() => undefined);
  return read;
}

async function readStanding(azureDevOps: AzureDevOps, key: PullRequestKey): Promise<Standing> {
  const [threads, statuses] = await Promise.all([azureDevOps.readThreads(key), azureDevOps.readStatuses(key)]);
  return { threads, statuses };
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
    // Without iterations the status would stand after a retarget, too: what lifts a policy must not be carried along.
    const state = details.supportsIterations ? 'notApplicable' : 'pending';
    return { verdict: verdict(state, `pull requests into ${target} are not gated`), ...silent };
  }
  if (details.isDraft && settings.drafts === 'skip') {
    return { verdict: verdict('pending', 'draft: judged when published'), ...silent };
  }
  return undefined;
}

function hashOf(inputs: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(inputs ?? null))
    .digest('hex')
    .slice(0, 32);
}
