import { createHash } from 'node:crypto';
import { presentChanges } from '../iteration-changes';
import type { Simulation } from '../simulation';
import type { Policy, PolicyRevision, PullRequest } from '../state-model';
import { judgeComments } from './comment-policy';
import type { Judgement } from './judgement';
import { judgeMergeStrategy } from './merge-strategy-policy';
import { currentRevision, policiesOfBranch } from './policies-in-force';
import { pathsMatch } from './policy-scope';
import { mergeStrategySettingsSchema, reviewerSettingsSchema, statusSettingsSchema } from './policy-settings';
import { COMMENT_POLICY, findPolicyType, MERGE_STRATEGY_POLICY, REVIEWER_POLICY, STATUS_POLICY } from './policy-types';
import { judgeReviewers } from './reviewer-policy';
import { judgeStatus, statusNameOf } from './status-policy';

export interface Evaluation extends Judgement {
  evaluationId: string;
  policy: Policy;
  revision: PolicyRevision;
  /** The context that a status policy waits for: `genre/name`. */
  context?: string | undefined;
  /** As people read it: the type's name, or the one that the policy was given. */
  name: string;
}

/** Judges a pull request as it stands now by every policy of its target branch. */
export function evaluatePolicies(simulation: Simulation, pullRequest: PullRequest): Promise<Evaluation[]> {
  const policies = policiesOfBranch(simulation.state, pullRequest.repositoryId, pullRequest.targetRefName);
  return Promise.all(
    policies.map(async (policy) => {
      const revision = currentRevision(policy);
      return {
        ...(await judge(simulation, pullRequest, policy, revision)),
        evaluationId: evaluationIdOf(policy, pullRequest),
        policy,
        revision,
        ...namesOf(policy, revision),
      };
    }),
  );
}

async function judge(
  simulation: Simulation,
  pullRequest: PullRequest,
  policy: Policy,
  { settings }: PolicyRevision,
): Promise<Judgement> {
  switch (policy.typeId) {
    case STATUS_POLICY: {
      const parsed = statusSettingsSchema.parse(settings);
      if (!pathsMatch(parsed.filenamePatterns ?? [], await changedPaths(simulation, pullRequest, parsed))) {
        return { status: 'notApplicable', reason: 'No changed path is one of the policy.' };
      }
      return judgeStatus(pullRequest, parsed);
    }
    case REVIEWER_POLICY:
      return judgeReviewers(pullRequest, reviewerSettingsSchema.parse(settings));
    case MERGE_STRATEGY_POLICY:
      return judgeMergeStrategy(pullRequest, mergeStrategySettingsSchema.parse(settings));
    case COMMENT_POLICY:
      return judgeComments(pullRequest);
    default:
      throw new Error(`The simulator knows no policy type ${policy.typeId}.`);
  }
}

async function changedPaths(
  simulation: Simulation,
  pullRequest: PullRequest,
  { filenamePatterns }: { filenamePatterns?: readonly string[] | null | undefined },
): Promise<string[]> {
  if (!filenamePatterns?.length) return [];
  const changes = await presentChanges(simulation, pullRequest);
  return changes.flatMap(({ path, originalPath }) => (originalPath === undefined ? [path] : [path, originalPath]));
}

/** What people call the policy, and the status that it is of. */
function namesOf(policy: Policy, { settings }: PolicyRevision): Pick<Evaluation, 'name' | 'context'> {
  if (policy.typeId !== STATUS_POLICY) return { name: findPolicyType(policy.typeId)?.displayName ?? '' };
  const parsed = statusSettingsSchema.parse(settings);
  const given = parsed.defaultDisplayName?.trim() ?? '';
  const context = statusNameOf(parsed);
  return { name: given === '' ? context : given, context };
}

/** The same for the same pair, in the form of a GUID: nothing needs to be remembered for it. */
function evaluationIdOf(policy: Policy, pullRequest: PullRequest): string {
  const hash = createHash('sha256').update(`policy ${policy.id} of pull request ${pullRequest.id}`).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `4${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}
