import { isDeepStrictEqual } from 'node:util';

import type { ListedPullRequest } from '../core/listed';

import { allVerdictPolicies, type Fault } from './policy-faults';
import type { PolicyChange } from './policy-install';
import { isPartial, PARTIAL_NAME, readyScopes, uncovered, withScopes } from './policy-partial';
import { planPolicy, policyDiff, policyFor, reportPolicies, type PolicyReport } from './policy-plan';
import { createReadiness, type UnreadyPullRequest } from './policy-readiness';
import { covers, scopesOf, type PolicyTarget, type PolicyToWrite } from './policy-scope';
import { readTargets, type InstallRequest } from './policy-targets';
import type { BranchPolicy, PolicyAdministration, PolicyReadiness, PolicyRepository, Progress } from './ports';

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

interface Plan {
  target: PolicyTarget;
  before: BranchPolicy | undefined;
  after: PolicyToWrite;
  place: string;
  unready: UnreadyPullRequest[];
}

/** Nothing can count under a policy with one of these: mending it at once keeps nobody from anything. */
const HOPELESS: readonly Fault['kind'][] = ['misspelt', 'otherIdentity'];

const isInForce = (policy: BranchPolicy | undefined): boolean =>
  policy !== undefined && policy.isEnabled && policy.isBlocking;

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
  const folds = foldsOf(policies, identityId, repositories, plans);
  if ((plans.length > 0 || folds.length > 0) && !(await agree(changeOf(plans, folds)))) return undefined;

  const waiting = plans.filter(({ unready }) => unready.length > 0 || obstacle !== undefined);
  for (const plan of waiting) await prepare(administration, project.id, plan, identityId);
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
  for (const fold of foldsOf(present, identityId, repositories, [])) await apply(administration, project.id, fold);
  return report(await administration.readStatusPolicies(project.id), targets, identityId, held);
}

function plansOf(policies: readonly BranchPolicy[], targets: readonly PolicyTarget[], identityId: string): Plan[] {
  const plans: Plan[] = [];
  for (const target of targets) {
    const plan = planPolicy(policies, target, identityId);
    // Two branches may be covered by one policy.
    if (!plan || (plan.before && plans.some(({ before }) => before?.id === plan.before?.id))) continue;
    plans.push({ ...plan, target, unready: [] });
  }
  return plans;
}

/** Pull requests that the policy would newly block: none that another of ours blocks already. */
function concernOf(
  plan: Plan,
  present: readonly BranchPolicy[],
  repositories: readonly PolicyRepository[],
  identityId: string,
): (listed: ListedPullRequest) => boolean {
  const scopes = scopesOf(plan.after);
  const written = plan.after.settings['scope'];
  // A scope of a kind that this release does not know may be anywhere.
  const isUnknown = !Array.isArray(written) || written.length !== scopes.length;
  const required = allVerdictPolicies(present, identityId).filter(({ faults }) => faults.length === 0);
  return ({ repositoryId, targetBranch }) => {
    const repository = repositories.find(({ id }) => id === repositoryId) ?? { id: repositoryId, defaultBranch: null };
    const place = { repository, refName: targetBranch };
    return (isUnknown || covers(scopes, place)) && !required.some((other) => covers(other.scopes, place));
  };
}

function isWithin(policy: PolicyToWrite, repositoryId: string | undefined): boolean {
  const written = policy.settings['scope'];
  const scopes = scopesOf(policy);
  return (
    repositoryId !== undefined &&
    Array.isArray(written) &&
    written.length === scopes.length &&
    scopes.every((scope) => scope.repositoryId === repositoryId)
  );
}

/** Makes the policy what it will be, but optional; of one that is blocking, only what nothing can count under. */
async function prepare(
  administration: PolicyAdministration,
  projectId: string,
  plan: Plan,
  identityId: string,
): Promise<void> {
  const policies = await administration.readStatusPolicies(projectId);
  const fresh = planPolicy(policies, plan.target, identityId);
  // Somebody else was faster, or has suspended it.
  if (!fresh) return;
  const { before, after } = fresh;
  if (!isInForce(before)) {
    plan.before = await write(administration, projectId, before, { ...after, isBlocking: false });
    plan.after = { ...after, id: plan.before.id };
    return;
  }
  const faults = allVerdictPolicies(policies, identityId).find(({ policy }) => policy.id === before?.id)?.faults ?? [];
  const hopeless = faults.filter(({ kind }) => HOPELESS.includes(kind));
  Object.assign(plan, { before, after });
  if (before === undefined || hopeless.length === 0) return;
  const settings = hopeless.reduce((all, { mended }) => ({ ...all, ...mended }), { ...before.settings });
  plan.before = await write(administration, projectId, before, { ...before, settings });
}

/** Makes the policy blocking; returns what kept it from that. */
async function block(
  administration: PolicyAdministration,
  projectId: string,
  { target, before, after }: Plan,
  identityId: string,
): Promise<string | null> {
  const fresh = planPolicy(await administration.readStatusPolicies(projectId), target, identityId);
  // Somebody else was faster, or has suspended it.
  if (!fresh) return null;
  const isSame = fresh.before?.id === before?.id && isDeepStrictEqual(scopesOf(fresh.after), scopesOf(after));
  if (!isSame) return 'Somebody changed the policies meanwhile: run this again.';
  await write(administration, projectId, fresh.before, fresh.after);
  return null;
}

/** Requires the verdict for those of many branches that are ready; what an earlier call required stays required. */
async function blockReady(
  administration: PolicyAdministration,
  projectId: string,
  plan: Plan,
  repositories: readonly PolicyRepository[],
  identityId: string,
): Promise<void> {
  const scopes = scopesOf(plan.after);
  if (
    isInForce(plan.before) ||
    scopes.every(({ repositoryId, matchKind }) => repositoryId !== null && matchKind === 'exact')
  )
    return;
  const policies = await administration.readStatusPolicies(projectId);
  const present = policies.find(isPartial);
  const required = allVerdictPolicies(policies, identityId).filter(({ faults }) => faults.length === 0);
  const ready = readyScopes(scopes, repositories, plan.unready).filter(({ repositoryId, refName, matchKind }) => {
    const repository = repositories.find(({ id }) => id === repositoryId);
    const place = { repository, refName, isPrefix: matchKind === 'Prefix' };
    return !required.some((other) => covers(other.scopes, place));
  });
  if (ready.length === 0) return;
  const fresh = policyFor(ready, identityId, PARTIAL_NAME);
  const settings = { ...present?.settings, ...fresh.settings, scope: withScopes(present, ready) };
  await write(administration, projectId, present, { ...fresh, id: present?.id, settings });
}

async function write(
  administration: PolicyAdministration,
  projectId: string,
  before: BranchPolicy | undefined,
  after: PolicyToWrite,
): Promise<BranchPolicy> {
  const { id, ...policy } = after;
  if (before === undefined || id === undefined) return administration.createStatusPolicy(projectId, policy);
  if (policyDiff(before, after).length === 0) return before;
  return administration.updateStatusPolicy(projectId, { id, ...policy });
}

/** A policy for branches that were ready, of which a wider one now covers all or a part. */
interface Fold {
  partial: BranchPolicy;
  wide: string;
  left: unknown[];
}

function foldsOf(
  policies: readonly BranchPolicy[],
  identityId: string,
  repositories: readonly PolicyRepository[],
  plans: readonly Plan[],
): Fold[] {
  const fine = allVerdictPolicies(policies, identityId).filter(
    ({ policy, faults }) => faults.length === 0 && !isPartial(policy),
  );
  const planned = plans.filter(({ unready }) => unready.length === 0).flatMap(({ after }) => scopesOf(after));
  const scopes = [...fine.flatMap((each) => each.scopes), ...planned];
  return policies.filter(isPartial).flatMap((partial) => {
    const left = uncovered(partial, scopes, repositories);
    if (left.length === scopesOf(partial).length) return [];
    return [{ partial, wide: fine.map(({ policy }) => policy.id).join(', '), left: leftOf(partial, left) }];
  });
}

function leftOf(partial: BranchPolicy, left: readonly unknown[]): unknown[] {
  const written = partial.settings['scope'];
  const all: unknown[] = Array.isArray(written) ? written : [];
  return all.filter((scope) => {
    const [parsed] = scopesOf({ settings: { scope: [scope] } });
    return parsed === undefined || left.some((each) => isDeepStrictEqual(each, parsed));
  });
}

async function apply(administration: PolicyAdministration, projectId: string, { partial, left }: Fold): Promise<void> {
  if (left.length === 0) await administration.deleteStatusPolicy(projectId, partial.id);
  else
    await administration.updateStatusPolicy(projectId, { ...partial, settings: { ...partial.settings, scope: left } });
}

function changeOf(plans: readonly Plan[], folds: readonly Fold[]): PolicyChange {
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
    heading: `Policy ${partial.id}, for branches that were ready, will be ${left.length === 0 ? 'deleted' : 'made smaller'}, as a wider one covers them:`,
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

function told(unready: readonly UnreadyPullRequest[], outcome: JudgeOutcome): UnreadyPullRequest[] {
  const reasons = outcome.isDone ? outcome.reasons : new Map<number, string>();
  return unready.map((each) => ({ ...each, reason: reasons.get(each.pullRequestId) ?? each.reason }));
}

function report(
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
        `  Pull request ${pullRequestId} into ${targetBranch.replace(/^refs\/heads\//, '')}: ${why}`,
    ),
  ]);
  return {
    isFine: waiting.length === 0 && reports.every(({ isFine }) => isFine),
    lines: [...reports.flatMap((each) => each.lines), ...lines, ...(waiting.length > 0 ? ready : [])],
    waiting,
  };
}
