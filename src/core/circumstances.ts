import { matchesAnyGlob } from './glob';
import type { Identity, PullRequestDetails } from './snapshot';

/** What the settings of a scope say of when gates are judged at all. */
export interface Circumstances {
  enabled: boolean;
  phase: 'enforce' | 'shadow';
  /** Globs of target branches without `refs/heads/`. */
  branches: { include: readonly string[]; exclude: readonly string[] };
  drafts: 'skip' | 'judge';
  /** Accounts by `uniqueName` or id, and the gates that their pull requests are spared. */
  bots: { identities: readonly string[]; exempt: readonly string[] };
}

/** Whether a gate is judged on a pull request, before anything of its code is read. */
export type Judging =
  | { kind: 'judged'; shadow: boolean }
  /** It will be, when the draft is published. */
  | { kind: 'waits'; reason: string }
  /** `lifts`: nothing but a new iteration or other settings can change that, so that a branch policy may be lifted. */
  | { kind: 'exempt'; reason: string; lifts: boolean };

/**
 * The strictest of what the scopes say that a gate answers to: a scope that locks a gate goes on deciding when it is
 * judged, and a narrower one can only add to it.
 */
export function judgingOf(
  circumstances: readonly Circumstances[],
  gate: string | undefined,
  details: PullRequestDetails,
): Judging {
  return circumstances
    .map((one) => judgingUnder(one, gate, details))
    .reduce((strictest, next) => (strictness(next) > strictness(strictest) ? next : strictest));
}

function judgingUnder(circumstances: Circumstances, gate: string | undefined, details: PullRequestDetails): Judging {
  const { enabled, phase, branches, drafts, bots } = circumstances;
  if (!enabled) return { kind: 'exempt', reason: 'switched off in the settings', lifts: true };
  const target = branchName(details.targetBranch);
  if (!includesBranch(branches, target)) {
    return { kind: 'exempt', reason: `pull requests into ${target} are not gated`, lifts: details.supportsIterations };
  }
  if (gate !== undefined && bots.exempt.includes(gate) && isOneOf(details.author, bots.identities)) {
    return { kind: 'exempt', reason: 'not asked of this bot', lifts: false };
  }
  if (details.isDraft && drafts === 'skip') return { kind: 'waits', reason: 'draft: judged when published' };
  return { kind: 'judged', shadow: phase === 'shadow' };
}

/** A draft cannot be completed, so waiting is stricter than what only would have failed. */
function strictness(judging: Judging): number {
  if (judging.kind === 'exempt') return 0;
  if (judging.kind === 'waits') return 2;
  return judging.shadow ? 1 : 3;
}

/** A branch as people write it: without `refs/heads/`. */
export function branchName(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}

/** Whether pull requests into a branch are gated. */
export function includesBranch(branches: Circumstances['branches'], branch: string): boolean {
  return matchesAnyGlob(branches.include, branch) && !matchesAnyGlob(branches.exclude, branch);
}

/** Whether somebody is named by `uniqueName` or id, exactly: display names are anybody's to choose. */
export function isOneOf({ id, uniqueName }: Identity, names: readonly string[]): boolean {
  const own = new Set([id.toLowerCase(), uniqueName.toLowerCase()]);
  return names.some((name) => own.has(name.toLowerCase()));
}
