import { toFailure } from '../core/failures';

import { allVerdictPolicies } from './policy-faults';
import { policyDiff } from './policy-plan';
import { scopesOf, scopesText } from './policy-scope';
import { contextOf, isMarked, isOurs, needsHistory, restored, suspended } from './policy-suspension';
import type { BranchPolicy, PolicyAdministration } from './ports';

export type BreakGlassAction = 'suspend' | 'restore';

interface Project {
  id: string;
  name: string;
}

/** One of our policies. */
export interface BreakGlassPolicy {
  project: Project;
  policyId: number;
  /** `portcullis/verdict`. */
  context: string;
  /** `main of repository 3f0d…`. */
  place: string;
  /** The one identity whose statuses count; null = anybody's. */
  authorId: string | null;
  /** What is going to be written; empty where nothing is. */
  diff: string[];
  state: 'toChange' | 'changed' | 'asItShouldBe' | 'left' | 'failed';
  /** Why it was left or has failed; what else there is to know. */
  note: string | null;
}

/** A policy that blocks, and is not ours to change: it is spelt nearly as ours are, and nobody ever posts its status. */
export interface MisspeltPolicy extends Pick<BreakGlassPolicy, 'project' | 'policyId' | 'place'> {
  /** The status that it requires, as it is written there. */
  context: string;
}

export interface BreakGlassReport {
  policies: BreakGlassPolicy[];
  /** Left alone; only where suspending was asked for. */
  misspelt: MisspeltPolicy[];
  /** Projects of which the policies could not be read. */
  refused: { project: Project; reason: string }[];
}

/** What suspending or restoring would change in all projects; nothing is written. Throws `Failure` without their list. */
export async function planBreakGlass(
  administration: PolicyAdministration,
  action: BreakGlassAction,
): Promise<BreakGlassReport> {
  const report: BreakGlassReport = { policies: [], misspelt: [], refused: [] };
  for (const project of await administration.readProjects()) {
    try {
      const all = await administration.readStatusPolicies(project.id);
      if (action === 'suspend') report.misspelt.push(...misspeltOf(project, all));
      for (const policy of all.filter(isOurs))
        report.policies.push(await plan(administration, action, project, policy));
    } catch (error) {
      report.refused.push({ project, reason: toFailure(error).message });
    }
  }
  return report;
}

/**
 * Writes what was planned, each policy as it stands by now: what somebody changed since is kept. What fails is named and
 * the rest goes on; called again, it does what is left.
 */
export async function applyBreakGlass(
  administration: PolicyAdministration,
  action: BreakGlassAction,
  { policies, misspelt, refused }: BreakGlassReport,
): Promise<BreakGlassReport> {
  const done: BreakGlassPolicy[] = [];
  for (const planned of policies) {
    done.push(planned.state === 'toChange' ? await apply(administration, action, planned) : planned);
  }
  return { policies: done, misspelt, refused };
}

function misspeltOf(project: Project, policies: readonly BranchPolicy[]): MisspeltPolicy[] {
  return allVerdictPolicies(policies, undefined)
    .filter(({ policy, isMisspelt }) => isMisspelt && !isOurs(policy) && policy.isEnabled && policy.isBlocking)
    .map(({ policy, scopes }) => ({
      project,
      policyId: policy.id,
      context: contextOf(policy).replace(/^\//, ''),
      place: scopesText(scopes),
    }));
}

async function apply(
  administration: PolicyAdministration,
  action: BreakGlassAction,
  planned: BreakGlassPolicy,
): Promise<BreakGlassPolicy> {
  const { project, policyId } = planned;
  try {
    const present = await administration.readStatusPolicy(project.id, policyId);
    const wanted = await changed(administration, action, project, present);
    if (wanted) await administration.updateStatusPolicy(project.id, wanted);
    return { ...planned, diff: wanted ? policyDiff(present, wanted) : [], state: wanted ? 'changed' : 'asItShouldBe' };
  } catch (error) {
    return { ...planned, state: 'failed', note: toFailure(error).message };
  }
}

async function plan(
  administration: PolicyAdministration,
  action: BreakGlassAction,
  project: Project,
  policy: BranchPolicy,
): Promise<BreakGlassPolicy> {
  const wanted = await changed(administration, action, project, policy);
  const authorId = policy.settings['authorId'];
  return {
    project,
    policyId: policy.id,
    context: contextOf(policy),
    place: scopesText(scopesOf(policy)),
    authorId: typeof authorId === 'string' && authorId !== '' ? authorId.toLowerCase() : null,
    diff: wanted ? policyDiff(policy, wanted) : [],
    ...(wanted
      ? { state: 'toChange', note: policy.isEnabled ? null : 'It is switched off, and stays so.' }
      : unchanged(action, policy)),
  };
}

async function changed(
  administration: PolicyAdministration,
  action: BreakGlassAction,
  project: Project,
  policy: BranchPolicy,
): Promise<BranchPolicy | undefined> {
  if (action === 'suspend') return suspended(policy);
  return restored(policy, needsHistory(policy) ? await administration.readPolicyRevisions(project.id, policy.id) : []);
}

function unchanged(action: BreakGlassAction, policy: BranchPolicy): Pick<BreakGlassPolicy, 'state' | 'note'> {
  if (!policy.isEnabled) return { state: 'left', note: 'It is switched off, and was left so.' };
  if (policy.isBlocking) return { state: 'asItShouldBe', note: null };
  return action === 'suspend' && isMarked(policy)
    ? { state: 'asItShouldBe', note: null }
    : { state: 'left', note: 'It is optional, but was not suspended by portcullis policy suspend, and was left so.' };
}
