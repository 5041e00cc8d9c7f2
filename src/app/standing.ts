import { Failure } from '../core/failures';
import type { PullRequestKey } from '../core/snapshot';
import type { GateOutcome } from '../core/evaluate';
import { inShadow, isOnlyTriedOut, verdict, type Verdict } from '../core/verdict';

import type { Judgement } from './judgement';
import type { AzureDevOps, PostedStatus, Thread } from './ports';

/** What Portcullis and others wrote so far: what a plan is compared with. */
export interface Standing {
  threads: Thread[];
  statuses: PostedStatus[];
  /** What was left out, as there is more of it than Portcullis reads. */
  tooLarge?: 'comments' | 'statuses';
}

export async function readStanding(
  azureDevOps: AzureDevOps,
  key: PullRequestKey,
  readThreads: () => Promise<Thread[]>,
): Promise<Standing> {
  const [threads, statuses] = await Promise.all([orTooLarge(readThreads()), orTooLarge(azureDevOps.readStatuses(key))]);
  const tooLarge = threads === undefined ? 'comments' : statuses === undefined ? 'statuses' : undefined;
  return { threads: threads ?? [], statuses: statuses ?? [], ...(tooLarge ? { tooLarge } : {}) };
}

async function orTooLarge<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'tooLarge') return undefined;
    throw error;
  }
}

/**
 * What is written where not everything that stands could be read: no comment, which might be there already, and the
 * verdict `error`, so that nobody passes by filling a pull request until it cannot be judged again.
 */
export function besideUnread(judgement: Judgement, { tooLarge }: Standing): Judgement {
  if (!tooLarge) return judgement;
  const unjudged = verdict('error', `more ${tooLarge} than can be read: delete some, or open a new pull request`);
  const insteadOf = (says: Verdict, outcomes: readonly GateOutcome[]): Verdict => {
    if (outcomes.length === 0) return says;
    return isOnlyTriedOut(outcomes) ? inShadow(unjudged) : unjudged;
  };
  const { outcomes } = judgement.evaluation;
  const components = Object.entries(judgement.components ?? {}).map(([name, says]) => {
    const own = outcomes.filter(({ component }) => component === name);
    return [name, insteadOf(says, own)] as const;
  });
  return {
    ...judgement,
    components: judgement.components && Object.fromEntries(components),
    verdict: insteadOf(judgement.verdict, outcomes),
    summary: undefined,
    mayBeginSummary: false,
  };
}
