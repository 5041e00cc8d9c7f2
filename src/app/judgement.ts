import { judgingOf, type Judging } from '../core/circumstances';
import { openOnes } from '../core/dependencies-graph';
import { evaluate, validUntil, type Evaluation, type GateOutcome } from '../core/evaluate';
import { settingsProblemText, summaryText } from '../core/markdown';
import type { WantedSummary } from '../core/plan-threads';
import type { Iteration, PullRequestDetails, PullRequestSnapshot } from '../core/snapshot';
import { componentVerdict, inShadow, UNTOUCHED, verdict, verdictOf, type Verdict } from '../core/verdict';
import { touches } from '../core/when';
import { problemText, scopeNames, type ResolvedSettings, type Settings } from '../settings';

/** What an evaluation found, and what it wants to stand in Azure DevOps. */
export interface Judgement {
  details: PullRequestDetails;
  iteration: Iteration;
  verdict: Verdict;
  /** By component name, what its own status says; undefined while the settings do not tell which there are. */
  components: Record<string, Verdict> | undefined;
  evaluation: Evaluation;
  /** Undefined = the settings want no summary, or nothing was judged. */
  summary: WantedSummary | undefined;
  /** Whether a summary thread is begun when none stands. */
  mayBeginSummary: boolean;
  validUntil: Date | null;
  /** Numbers of open pull requests that this one waits for. */
  waitsFor: number[];
}

/**
 * Judges what was read: pure, so that the same snapshot, settings and time give the same judgement.
 *
 * @param besides outcomes of what is no gate and counts like one
 */
export function judge(
  snapshot: PullRequestSnapshot,
  settings: Settings,
  now: Date,
  besides: readonly GateOutcome[] = [],
): Judgement {
  const { details, iteration } = snapshot;
  const judgedGates = evaluate(snapshot, settings.gates, now);
  const evaluation = { ...judgedGates, outcomes: [...besides, ...judgedGates.outcomes] };
  const isUngated = settings.gates.length === 0;
  const isTriedOut = settings.phase === 'shadow' && isUngated;
  // What counts besides makes up for no gate.
  const judged = verdictOf(isUngated ? judgedGates : evaluation);
  const isBlocked = evaluation.outcomes.some(
    ({ mode, state, shadow }) => mode === 'block' && !shadow && (state === 'failed' || state === 'error'),
  );
  return {
    details,
    iteration,
    evaluation,
    verdict: isTriedOut ? inShadow(judged) : judged,
    components: componentVerdicts(evaluation, settings, snapshot),
    summary:
      settings.comments.summary === 'off'
        ? undefined
        : {
            content: summaryText({ evaluation }),
            status: isBlocked && settings.comments.activeWhileBlocked ? 'active' : 'closed',
          },
    mayBeginSummary: evaluation.outcomes.some(({ findings }) => findings.length > 0),
    validUntil: validUntil(evaluation),
    waitsFor: snapshot.dependencies?.ok === true ? openOnes(snapshot.dependencies.value) : [],
  };
}

function componentVerdicts(
  evaluation: Evaluation,
  { components, phase }: Settings,
  { changes }: PullRequestSnapshot,
): Record<string, Verdict> {
  return Object.fromEntries(
    components.map(({ name, paths }) => {
      const judged = componentVerdict(evaluation, name);
      const isUngated = judged.state === 'error' && !evaluation.outcomes.some(({ component }) => component === name);
      if (!isUngated) return [name, judged];
      if (changes?.ok === true && !changes.value.some((file) => touches(file, paths))) return [name, UNTOUCHED];
      return [name, phase === 'shadow' ? inShadow(judged) : judged];
    }),
  );
}

/** The judgements that need nothing of the code: wrong settings, switched off, another target branch, a draft. */
export function withoutJudging(
  resolved: ResolvedSettings,
  details: PullRequestDetails,
  iteration: Iteration,
): { kind: 'judgement'; judgement: Judgement } | { kind: 'open'; settings: Settings } {
  const evaluation = { iterationId: iteration.id, sourceCommit: iteration.sourceCommit, outcomes: [], untouched: [] };
  const rest = { details, iteration, evaluation, validUntil: null, waitsFor: [] };
  if (!resolved.ok) {
    const [first] = resolved.problems;
    // The author can mend the one, and only an administrator the others.
    const where = first?.scope === 'file' ? scopeNames.file : 'settings';
    const judgement: Judgement = {
      ...rest,
      verdict: verdict('error', `${where}: ${first ? problemText(first) : 'cannot be read'}`),
      components: undefined,
      summary: { content: settingsProblemText(resolved.problems), status: 'closed' },
      mayBeginSummary: true,
    };
    return { kind: 'judgement', judgement };
  }
  const { settings } = resolved;
  const answer = circumstantialVerdict(settings, details);
  if (!answer) return { kind: 'open', settings };
  const components = Object.fromEntries(settings.components.map(({ name }) => [name, answer]));
  const judgement = { ...rest, verdict: answer, components, summary: undefined, mayBeginSummary: false };
  return { kind: 'judgement', judgement };
}

/**
 * What the status says where an evaluation came to no end: an error, unless the gates would block nothing anyway.
 *
 * @param resolved undefined: nobody could say what holds
 */
export function unjudgedVerdict(
  resolved: ResolvedSettings | undefined,
  details: PullRequestDetails,
  iteration: Iteration,
  description: string,
): Verdict {
  const unjudged = verdict('error', description);
  if (!resolved?.ok) return unjudged;
  const first = withoutJudging(resolved, details, iteration);
  if (first.kind === 'judgement') return first.judgement.verdict;
  const { gates, phase } = first.settings;
  const judgings = gates.map(({ circumstances, name }) => judgingOf(circumstances, name, details));
  const isEnforced = judgings.some((judging) => judging.kind === 'judged' && !judging.shadow);
  return phase === 'shadow' && !isEnforced ? inShadow(unjudged) : unjudged;
}

/** What the status says while no gate at all is judged. */
function circumstantialVerdict(settings: Settings, details: PullRequestDetails): Verdict | undefined {
  const ofScopes = judgingOf([settings], undefined, details);
  const judgings = settings.gates.map((gate): Judging => judgingOf(gate.circumstances, gate.name, details));
  const all = judgings.length > 0 ? judgings : [ofScopes];
  if (all.some(({ kind }) => kind === 'judged')) return undefined;
  const waiting = all.find(({ kind }) => kind === 'waits');
  if (waiting?.kind === 'waits') return verdict('pending', waiting.reason);
  if (ofScopes.kind !== 'exempt') return undefined;
  // Without iterations the status would stand after a retarget, too: what lifts a policy must not be carried along.
  return verdict(ofScopes.lifts ? 'notApplicable' : 'pending', ofScopes.reason);
}
