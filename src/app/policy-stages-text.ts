import type { Fold } from './policy-folds';
import { isPartial } from './policy-partial';
import { policyDiff, reportPolicies, type PolicyReport } from './policy-plan';
import type { UnreadyPullRequest } from './policy-readiness';
import { branchName, scopesOf, type PolicyTarget } from './policy-scope';
import { isInForce, type Plan } from './policy-stage-plan';
import type { BranchPolicy } from './ports';

/** What is going to be written, for a person to agree to. */
export interface PolicyChange {
  /** `Policy 12, for main of web, will be changed:` */
  heading: string;
  /** One line per value; see `policyDiff`. */
  diff: string[];
}

/** Branches that stay as they are until pull requests have a verdict. */
export interface WaitingBranches {
  place: string;
  /** What else keeps it. */
  reason: string | null;
  pullRequests: UnreadyPullRequest[];
}

export interface StagedReport extends PolicyReport {
  waiting: WaitingBranches[];
}

export function changeOf(plans: readonly Plan[], folds: readonly Fold[]): PolicyChange {
  const parts = plans.map(({ before, after, place, unready }) => {
    const what =
      before === undefined
        ? `A policy for ${place} will be created`
        : `Policy ${before.id}, for ${place}, will be changed`;
    const stays = isInForce(before) ? 'once' : 'optional until';
    const until =
      unready.length === 0
        ? ''
        : `, ${stays} each of ${unready.length} open pull request${unready.length === 1 ? '' : 's'} without a verdict has one`;
    return { heading: `${what}${until}:`, diff: policyDiff(before, after) };
  });
  const folded = folds.map(({ partial, left }) => ({
    heading: `Policy ${partial.id}, for branches that were ready, will be ${left.length === 0 ? 'deleted' : 'made smaller'} once a wider one covers them:`,
    diff: [
      `- settings.scope: ${JSON.stringify(partial.settings['scope'])}`,
      ...(left.length === 0 ? [] : [`+ settings.scope: ${JSON.stringify(left)}`]),
    ],
  }));
  const [first, ...others] = [...parts, ...folded];
  return {
    heading: first?.heading ?? '',
    diff: [...(first?.diff ?? []), ...others.flatMap(({ heading, diff }) => [heading, ...diff])],
  };
}

export function stagedReport(
  policies: readonly BranchPolicy[],
  targets: readonly PolicyTarget[],
  identityId: string,
  waiting: WaitingBranches[],
): StagedReport {
  const reports = targets.map((target) => reportPolicies(policies, target, identityId));
  const partial = policies.find(isPartial);
  const ready = partial
    ? [`Meanwhile policy ${partial.id} requires the verdict for what is ready (${scopesOf(partial).length} branches).`]
    : [];
  const lines = waiting.flatMap(({ place, reason, pullRequests }) => [
    `${place} waits${reason === null ? ' for verdicts' : `. ${reason}`}${pullRequests.length === 0 ? '' : ':'}`,
    ...pullRequests.map(
      ({ pullRequestId, targetBranch, reason: why }) =>
        `  Pull request ${pullRequestId} into ${branchName(targetBranch)}: ${why}`,
    ),
  ]);
  return {
    isFine: waiting.length === 0 && reports.every(({ isFine }) => isFine),
    lines: [...reports.flatMap((each) => each.lines), ...lines, ...(waiting.length > 0 ? ready : [])],
    waiting,
  };
}
