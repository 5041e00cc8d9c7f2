import { isDeepStrictEqual } from 'node:util';

import { STATUS_GENRE, VERDICT_NAME } from '../core/plan-statuses';

import { CONTEXT, findVerdictPolicies, type VerdictPolicy } from './policy-faults';
import {
  scopeOf,
  scopesText,
  targetText,
  type PolicyTarget,
  type PolicyToWrite,
  type WrittenScope,
} from './policy-scope';
import { isSuspended } from './policy-suspension';
import type { BranchPolicy } from './ports';

/** What the policies of a target are worth, in sentences. */
export interface PolicyReport {
  /** True when every pull request of the target needs the verdict of the gate, and can get it. */
  isFine: boolean;
  lines: string[];
}

/** Tells whether pull requests of the target need the verdict to be completed, and what is wrong. */
export function reportPolicies(
  policies: readonly BranchPolicy[],
  target: PolicyTarget,
  identityId: string | undefined,
): PolicyReport {
  const found = findVerdictPolicies(policies, target, identityId);
  const [fine] = found.filter(({ faults }) => faults.length === 0);
  const faulty = found.filter(({ faults }) => faults.length > 0);
  const problems = faulty.flatMap(({ policy, faults }) =>
    faults.map(({ message }) => `Policy ${policy.id} ${message}`),
  );
  const unchecked =
    identityId === undefined && found.length > 0
      ? ['Whether its authorized identity is the one that Portcullis posts as was not checked: say it with --identity.']
      : [];
  if (fine === undefined) {
    const none = `Nothing requires ${CONTEXT} for pull requests into ${targetText(target)}: they are completed without a verdict.`;
    return { isFine: false, lines: problems.length === 0 ? [none] : [...problems, ...unchecked] };
  }
  const required = `Pull requests into ${targetText(target)} need ${CONTEXT} (policy ${fine.policy.id}).`;
  // What is off or optional beside a good one is of no consequence; another that counts may never be fulfilled.
  const isFine = faulty.every(({ policy }) => !policy.isEnabled || !policy.isBlocking);
  const advice = problems.length === 0 ? [] : ['Delete what is not needed beside it in the policies of the branch.'];
  return { isFine, lines: [required, ...problems, ...advice, ...unchecked] };
}

/**
 * The policy that has to be written, with what stands there now; undefined when one that is fine exists, or one that
 * somebody suspended: whoever broke the glass decides when that is over.
 */
export function planPolicy(
  policies: readonly BranchPolicy[],
  target: PolicyTarget,
  identityId: string,
): { before: BranchPolicy | undefined; after: PolicyToWrite; place: string } | undefined {
  const found = findVerdictPolicies(policies, target, identityId);
  if (found.some(({ policy, faults }) => faults.length === 0 || isSuspended(policy))) return undefined;
  const [best] = [...found].sort((a, b) => rank(a) - rank(b) || a.policy.id - b.policy.id);
  if (!best) return { before: undefined, after: newPolicy(target, identityId), place: targetText(target) };
  const settings = best.faults.reduce<Record<string, unknown>>((all, { mended }) => ({ ...all, ...mended }), {
    ...best.policy.settings,
  });
  return {
    before: best.policy,
    after: { id: best.policy.id, isEnabled: true, isBlocking: true, settings },
    place: scopesText(best.scopes, target.repository),
  };
}

/** What has the fewest surprises when it is mended: the right context first, then what is in force. */
function rank({ policy, isMisspelt, faults }: VerdictPolicy): number {
  return (isMisspelt ? 1_000 : 0) + (policy.isEnabled ? 0 : 100) + faults.length;
}

function newPolicy(target: PolicyTarget, identityId: string): PolicyToWrite {
  return policyFor([scopeOf(target)], identityId, 'Portcullis');
}

/** A policy as it should be. */
export function policyFor(scope: readonly WrittenScope[], identityId: string, name: string): PolicyToWrite {
  return {
    id: undefined,
    isEnabled: true,
    isBlocking: true,
    settings: {
      statusGenre: STATUS_GENRE,
      statusName: VERDICT_NAME,
      authorId: identityId,
      invalidateOnSourceUpdate: true,
      defaultDisplayName: name,
      // Null = by default: it blocks from the start, whether or not Portcullis has said anything.
      policyApplicability: null,
      filenamePatterns: [],
      scope: [...scope],
    },
  };
}

/** What a change does to a policy, one line per value, `-` what is there and `+` what comes. */
export function policyDiff(before: BranchPolicy | undefined, after: PolicyToWrite): string[] {
  const old = before === undefined ? {} : flat(before);
  const fresh = flat(after);
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])]
    .filter((name) => !isDeepStrictEqual(old[name], fresh[name]))
    .flatMap((name) => [
      ...(old[name] !== undefined ? [`- ${name}: ${JSON.stringify(old[name])}`] : []),
      ...(fresh[name] !== undefined ? [`+ ${name}: ${JSON.stringify(fresh[name])}`] : []),
    ]);
}

function flat({ isEnabled, isBlocking, settings }: Omit<BranchPolicy, 'id'>): Record<string, unknown> {
  const inner = Object.entries(settings).map(([name, value]) => [`settings.${name}`, value] as const);
  return { isEnabled, isBlocking, ...Object.fromEntries(inner) };
}
