import type { GateOutcome } from '../core/evaluate';
import type { State } from '../core/gate';
import type { PullRequestMessage } from '../core/messages';
import { nameOf } from '../core/verdict';

import { hookAtOf, type Delivery } from './delivery';
import type { EvaluationResult } from './evaluate-pull-request';
import type { Judged } from './judge-once';
import type { Attributes, LedgerState, Trace } from './ports';

/** What the log's main line says of an evaluation; alerts and the workbook (infra/modules) ask for these names. */
export interface Told {
  result: EvaluationResult['kind'];
  iteration: number | null;
  verdict: State | null;
  writes: number;
  /** The states of gates that did not succeed. */
  gatesBlocking: Record<string, State>;
  gatesAdvising: Record<string, State>;
  waivers: number;
}

/** What the log says of it: states and numbers, nothing that anybody wrote. No waiver counts yet. */
export function told({ result, writes }: Judged, { finished }: LedgerState): Told {
  const what = { result: result.kind, writes, gatesBlocking: {}, gatesAdvising: {}, waivers: 0 };
  switch (result.kind) {
    case 'unchanged':
      return { ...what, iteration: finished?.iterationId ?? null, verdict: finished?.state ?? null };
    case 'inactive':
      return { ...what, iteration: result.iteration.id, verdict: null };
    case 'judged': {
      const { iteration, verdict, evaluation } = result.judgement;
      const open = evaluation.outcomes.filter(({ state }) => state !== 'succeeded' && state !== 'notApplicable');
      const blocks = ({ mode, shadow }: GateOutcome): boolean => mode === 'block' && !shadow;
      return {
        ...what,
        iteration: iteration.id,
        verdict: verdict.state,
        gatesBlocking: statesOf(open.filter(blocks)),
        gatesAdvising: statesOf(open.filter((outcome) => !blocks(outcome))),
      };
    }
  }
}

function statesOf(outcomes: readonly GateOutcome[]): Record<string, State> {
  return Object.fromEntries(outcomes.map((outcome) => [nameOf(outcome), outcome.state]));
}

export interface Times {
  /** Null where no hook began it. */
  hookToVerdictMs: number | null;
  queueAgeMs: number;
  durationMs: number;
}

/** How long it took, in milliseconds; two clocks are compared, so that what was just sent may seem to come from later. */
export function took(message: PullRequestMessage, delivery: Delivery, startedAt: Date, endedAt: Date): Times {
  const since = (from: Date, to: Date): number => Math.max(0, to.getTime() - from.getTime());
  const hookAt = hookAtOf(message, delivery);
  return {
    hookToVerdictMs: hookAt ? since(hookAt, endedAt) : null,
    queueAgeMs: since(delivery.enqueuedAt, startedAt),
    durationMs: since(startedAt, endedAt),
  };
}

/** What a trace says of an evaluation before it begins. */
export function idsOf(
  { connectionId, repositoryId, pullRequestId, cause }: PullRequestMessage,
  evaluationId: string,
): Attributes {
  return {
    'portcullis.connection.id': connectionId,
    'portcullis.repository.id': repositoryId,
    'portcullis.pull_request.id': pullRequestId,
    'portcullis.evaluation.id': evaluationId,
    'portcullis.cause': cause,
  };
}

/** And what came of it. */
export function shownOf({ result, writes }: Judged): Attributes {
  const shown = { 'portcullis.result': result.kind, 'portcullis.writes': writes };
  if (result.kind !== 'judged') return shown;
  const { verdict, iteration } = result.judgement;
  return {
    ...shown,
    'portcullis.verdict': verdict.state,
    ...(iteration.id === null ? {} : { 'portcullis.iteration': iteration.id }),
  };
}

export function measureJudged(
  trace: Pick<Trace, 'measure'>,
  { result }: Judged,
  { hookToVerdictMs }: Pick<Times, 'hookToVerdictMs'>,
): void {
  if (result.kind !== 'judged') return;
  const attributes = { 'portcullis.verdict': result.judgement.verdict.state };
  trace.measure('portcullis.verdicts', 1, attributes);
  if (hookToVerdictMs !== null) trace.measure('portcullis.hook_to_verdict', hookToVerdictMs / 1_000, attributes);
}
