import { STATUS_GENRE } from '../core/plan-statuses';

import type { BranchPolicy, PolicyRevision } from './ports';

/**
 * Stands behind the name of a policy that was made optional in an emergency. It is in the policy itself, so that whoever
 * restores needs nothing but Azure DevOps, on any machine and any day; and authors read it below their pull request.
 */
const MARK = ' (suspended by portcullis)';

/** Whether it requires a status of ours: the verdict or a component's. */
export function isOurs({ settings }: BranchPolicy): boolean {
  return settings['statusGenre'] === STATUS_GENRE;
}

/** `portcullis/verdict`, as the policy requires it. */
export function contextOf({ settings }: BranchPolicy): string {
  return [settings['statusGenre'], settings['statusName']].map((part) => textOf(part)).join('/');
}

/** Whether it bears the mark, and so is one to restore. */
export function isMarked({ settings }: BranchPolicy): boolean {
  return nameOf(settings).includes(MARK);
}

/** Whether it was suspended and not made blocking again since. */
export function isSuspended(policy: BranchPolicy): boolean {
  return isMarked(policy) && !policy.isBlocking;
}

/** The policy made optional and marked; undefined where it keeps nobody from completing a pull request. */
export function suspended(policy: BranchPolicy): BranchPolicy | undefined {
  if (!policy.isBlocking || !policy.isEnabled) return undefined;
  if (isMarked(policy)) return { ...policy, isBlocking: false };
  // Without a name, Azure DevOps shows the context.
  const name = nameOf(policy.settings) === '' ? contextOf(policy) : nameOf(policy.settings);
  return { ...policy, isBlocking: false, settings: { ...policy.settings, defaultDisplayName: `${name}${MARK}` } };
}

/** Whether the mark alone does not tell what the policy was called: it may have had no name. */
export function needsHistory(policy: BranchPolicy): boolean {
  return isMarked(policy) && nameOf(policy.settings).replaceAll(MARK, '') === contextOf(policy);
}

/**
 * The policy made blocking again, and without the mark; whatever else was changed meanwhile stays. Undefined where there
 * is no mark: then somebody else made it optional, or nobody.
 *
 * @param revisions newest first; only where it `needsHistory`
 */
export function restored(policy: BranchPolicy, revisions: readonly PolicyRevision[]): BranchPolicy | undefined {
  if (!isMarked(policy)) return undefined;
  const { defaultDisplayName, ...settings } = policy.settings;
  const name = textOf(defaultDisplayName).replaceAll(MARK, '');
  const before = needsHistory(policy) ? revisions.find((each) => !isMarked(each.policy))?.policy.settings : undefined;
  // A policy without a name may say so in several ways, or not at all.
  const isNameless = before !== undefined && nameOf(before) === '';
  const named = isNameless ? pick(before, 'defaultDisplayName') : { defaultDisplayName: name };
  return { ...policy, isBlocking: true, settings: { ...settings, ...named } };
}

function pick(settings: Record<string, unknown>, name: string): Record<string, unknown> {
  return name in settings ? { [name]: settings[name] } : {};
}

/** Who suspended a policy, and when: the oldest of the newest revisions that all are suspended. */
export function suspensionOf(revisions: readonly PolicyRevision[]): Omit<PolicyRevision, 'policy'> | undefined {
  const end = revisions.findIndex(({ policy }) => !isSuspended(policy));
  const first = end === -1 ? undefined : revisions[end - 1];
  return first && { by: first.by, at: first.at };
}

function nameOf(settings: Record<string, unknown>): string {
  return textOf(settings['defaultDisplayName']);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
