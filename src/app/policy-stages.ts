import { applyFold, foldsOf } from './policy-folds';
import { createReadiness, type UnreadyPullRequest } from './policy-readiness';
import { scopesOf } from './policy-scope';
import { concernOf, isWithin, plansOf, type Plan } from './policy-stage-plan';
import { block, blockReady, prepare } from './policy-stage-writes';
import {
  changeOf,
  stagedReport,
  type PolicyChange,
  type StagedReport,
  type WaitingBranches,
} from './policy-stages-text';
import { readTargets, type InstallRequest } from './policy-targets';
import type { PolicyAdministration, PolicyReadiness, Progress } from './ports';

/** What came of asking for verdicts: reasons for those that have none, or why nobody was asked. */
export type JudgeOutcome = { isDone: true; reasons: ReadonlyMap<number, string> } | { isDone: false; reason: string };

export interface StagedInstall {
  administration: PolicyAdministration & PolicyReadiness;
  request: InstallRequest;
  identityId: string;
  /** Whether `error` is a verdict like any other. */
  acceptErrors?: boolean;
  /** Why nothing may become blocking at present, as a sentence: new pushes would not be judged. */
  obstacle?: string | undefined;
  agree: (change: PolicyChange) => Promise<boolean>;
  /** Has Portcullis judge pull requests. */
  judge: (asked: { projectId: string; pullRequestIds: number[] }) => Promise<JudgeOutcome>;
  tell: (progress: Progress) => void;
}

/**
 * Requires the verdict without ever blocking a pull request that is open now and has none: the policy is optional first,
 * everything open is judged, and it blocks once Azure DevOps itself shows a verdict for each. Of a policy for many
 * branches, those that are ready are required by one of their own meanwhile; called again, it goes on. What was blocking
 * is blocking throughout. Throws `Failure`; undefined when nobody agreed.
 */
export async function installInStages(options: StagedInstall): Promise<StagedReport | undefined> {
  const { administration, request, identityId, acceptErrors = false, obstacle, agree, judge, tell } = options;
  const targets = await readTargets(administration, request);
  const [first] = targets;
  if (!first) return { isFine: true, lines: [], waiting: [] };
  const { project } = first;
  const repositories = await administration.readRepositoriesOf(project.id);
  const policies = await administration.readStatusPolicies(project.id);
  const plans = plansOf(policies, targets, identityId);

  const readiness = await createReadiness({
    reads: administration,
    projectId: project.id,
    // A policy may reach further than what was asked for.
    repositoryId: plans.every(({ after }) => isWithin(after, first.repository?.id)) ? first.repository?.id : undefined,
    identityId,
    acceptErrors,
    tell,
  });
  const look = async (plan: Plan): Promise<void> => {
    const present = await administration.readStatusPolicies(project.id);
    plan.unready = await readiness.readUnready(concernOf(plan, present, repositories, identityId));
  };

  for (const plan of plans) await look(plan);
  const planned = plans.flatMap(({ after }) => scopesOf(after));
  const folds = foldsOf(policies, targets, identityId, repositories, planned);
  if ((plans.length > 0 || folds.length > 0) && !(await agree(changeOf(plans, folds)))) return undefined;

  const waiting = plans.filter(({ unready }) => unready.length > 0 || obstacle !== undefined);
  for (const plan of waiting) await prepare(administration, project.id, plan, identityId, obstacle === undefined);
  const pullRequestIds = [...new Set(waiting.flatMap(({ unready }) => unready.map((each) => each.pullRequestId)))];
  const outcome: JudgeOutcome =
    obstacle !== undefined
      ? { isDone: false, reason: obstacle }
      : pullRequestIds.length > 0
        ? await judge({ projectId: project.id, pullRequestIds })
        : { isDone: true, reasons: new Map() };

  const held: WaitingBranches[] = [];
  for (const plan of plans) {
    // Also where all were ready: agreeing and judging take their time.
    await look(plan);
    const { unready, place } = plan;
    const isWaiting = unready.length > 0 || obstacle !== undefined;
    const obstructed = outcome.isDone ? null : outcome.reason;
    const reason = isWaiting ? obstructed : await block(administration, project.id, plan, identityId);
    if (!isWaiting && reason === null) continue;
    if (unready.length > 0 && obstacle === undefined) {
      await blockReady(administration, project.id, plan, repositories, identityId);
    }
    held.push({ place, reason, pullRequests: told(unready, outcome) });
  }
  const present = await administration.readStatusPolicies(project.id);
  for (const fold of foldsOf(present, targets, identityId, repositories, []))
    await applyFold(administration, project.id, fold);
  return stagedReport(await administration.readStatusPolicies(project.id), targets, identityId, held);
}

function told(unready: readonly UnreadyPullRequest[], outcome: JudgeOutcome): UnreadyPullRequest[] {
  const reasons = outcome.isDone ? outcome.reasons : new Map<number, string>();
  return unready.map((each) => ({ ...each, reason: reasons.get(each.pullRequestId) ?? each.reason }));
}
