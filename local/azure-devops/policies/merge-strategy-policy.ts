import type { PullRequest } from '../state-model';
import type { Judgement } from './judgement';
import type { MergeStrategySettings } from './policy-settings';

const NAMES = {
  noFastForward: 'merge (no fast forward)',
  squash: 'squash commit',
  rebase: 'rebase and fast-forward',
  rebaseMerge: 'semi-linear merge',
} as const;
type Strategy = keyof typeof NAMES;

/** "Limit merge types": what completing may do. The old setting knew squash or not. */
export function allowedStrategies(settings: MergeStrategySettings): Strategy[] {
  const { allowNoFastForward, allowSquash, allowRebase, allowRebaseMerge, useSquashMerge } = settings;
  const named = [allowNoFastForward, allowSquash, allowRebase, allowRebaseMerge];
  if (named.every((each) => each === undefined || each === null)) {
    return [useSquashMerge === true ? 'squash' : 'noFastForward'];
  }
  return [
    ...(allowNoFastForward === true ? (['noFastForward'] as const) : []),
    ...(allowSquash === true ? (['squash'] as const) : []),
    ...(allowRebase === true ? (['rebase'] as const) : []),
    ...(allowRebaseMerge === true ? (['rebaseMerge'] as const) : []),
  ];
}

/** Who names no strategy completes with a merge. */
export function judgeMergeStrategy({ completionOptions }: PullRequest, settings: MergeStrategySettings): Judgement {
  const allowed = allowedStrategies(settings);
  const named = completionOptions?.mergeStrategy ?? (completionOptions?.squashMerge === true ? 'squash' : undefined);
  const names = allowed.map((strategy) => NAMES[strategy]).join(', ');
  if (allowed.includes(named ?? 'noFastForward')) return { status: 'approved', reason: `Allowed: ${names}.` };
  return named === undefined
    ? { status: 'queued', reason: `Choose how to complete: ${names}.` }
    : { status: 'rejected', reason: `${NAMES[named]} is not allowed; allowed: ${names}.` };
}
