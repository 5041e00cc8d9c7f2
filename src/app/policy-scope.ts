import { z } from 'zod';

import type { BranchPolicy } from './ports';

/** What pull requests have to be gated: those into one branch of a repository, or of every repository of a project. */
export interface PolicyTarget {
  project: { id: string; name: string };
  repository: { id: string; name: string; defaultBranch: string | null } | undefined;
  /** A full ref name; null = the default branch of each repository, where no repository is named. */
  refName: string | null;
  /** All branches below it, not the one of that name. */
  isPrefix?: boolean;
}

/** Where a policy applies, as its settings say; what is not understood covers nothing. */
export interface PolicyScope {
  repositoryId: string | null;
  refName: string | null;
  matchKind: 'exact' | 'prefix' | 'defaultbranch';
}

/** The setting `scope` of a policy. */
export const scopesSchema = z
  .array(
    z.looseObject({
      repositoryId: z.string().nullish(),
      refName: z.string().nullish(),
      matchKind: z.string().nullish(),
    }),
  )
  .transform((scopes) => scopes.flatMap(readScope));

function readScope(scope: {
  repositoryId?: string | null | undefined;
  refName?: string | null | undefined;
  matchKind?: string | null | undefined;
}): PolicyScope[] {
  const matchKind = (scope.matchKind ?? 'exact').toLowerCase();
  if (matchKind !== 'exact' && matchKind !== 'prefix' && matchKind !== 'defaultbranch') return [];
  return [{ repositoryId: scope.repositoryId?.toLowerCase() ?? null, refName: scope.refName ?? null, matchKind }];
}

/** Where a policy applies, as far as it is understood. */
export function scopesOf({ settings }: Pick<BranchPolicy, 'settings'>): PolicyScope[] {
  const parsed = scopesSchema.safeParse(settings['scope']);
  return parsed.success ? parsed.data : [];
}

/** A scope as it is written. */
export interface WrittenScope {
  repositoryId: string | null;
  refName: string | null;
  matchKind: 'Exact' | 'Prefix' | 'DefaultBranch';
}

/** The scope that is written for a target. */
export function scopeOf({ repository, refName, isPrefix = false }: PolicyTarget): WrittenScope {
  if (refName === null) return { repositoryId: null, refName: null, matchKind: 'DefaultBranch' };
  return { repositoryId: repository?.id ?? null, refName, matchKind: isPrefix ? 'Prefix' : 'Exact' };
}

/** Whether every pull request of the target is covered by one of the scopes. */
export function covers(
  scopes: readonly PolicyScope[],
  {
    repository,
    refName,
    isPrefix = false,
  }: Pick<PolicyTarget, 'refName' | 'isPrefix'> & {
    repository: { id: string; defaultBranch: string | null } | undefined;
  },
): boolean {
  return scopes.some((scope) => {
    if (scope.repositoryId !== null && scope.repositoryId !== repository?.id) return false;
    if (scope.matchKind === 'defaultbranch') {
      return !isPrefix && (refName === null || refName === repository?.defaultBranch);
    }
    // Without a branch a policy covers all of them.
    if (scope.refName === null) return true;
    if (refName === null) return false;
    if (scope.matchKind === 'exact') return !isPrefix && scope.refName === refName;
    const folder = scope.refName.replace(/\/+$/, '');
    return refName === folder || refName.startsWith(`${folder}/`);
  });
}

/** `main of repository Shop/web`, for sentences. */
export function targetText({ project, repository, refName, isPrefix = false }: PolicyTarget): string {
  const where = repository
    ? `repository ${project.name}/${repository.name}`
    : `every repository of project ${project.name}`;
  const branch = refName === null ? 'the default branch' : branchText(refName, isPrefix ? 'prefix' : 'exact');
  return `${branch} of ${where}`;
}

/** Where a policy applies, for sentences about changes that reach further than what was asked for. */
export function scopesText(scopes: readonly PolicyScope[], repository?: PolicyTarget['repository']): string {
  return scopes
    .map(({ repositoryId, refName, matchKind }) => {
      const branch = matchKind === 'defaultbranch' ? 'the default branch' : branchText(refName, matchKind);
      if (repositoryId === null) return `${branch} of every repository`;
      return `${branch} of ${repositoryId === repository?.id ? repository.name : `repository ${repositoryId}`}`;
    })
    .join(', ');
}

function branchText(refName: string | null, matchKind: PolicyScope['matchKind']): string {
  if (refName === null) return 'every branch';
  return matchKind === 'prefix' ? `branches below ${branchName(refName)}` : branchName(refName);
}

export function branchName(refName: string): string {
  return refName.replace(/^refs\/heads\//, '');
}

/** A policy that is going to be written; one that is new has no id yet. */
export type PolicyToWrite = Omit<BranchPolicy, 'id'> & { id: number | undefined };
