import { covers, scopesOf, type PolicyScope, type WrittenScope } from './policy-scope';
import type { UnreadyPullRequest } from './policy-readiness';
import { contextOf } from './policy-suspension';
import type { BranchPolicy, PolicyRepository } from './ports';
import { CONTEXT } from './policy-faults';

/** What a policy is called that requires the verdict where a wider one cannot yet. It is ours, and goes when that one can. */
export const PARTIAL_NAME = 'Portcullis (branches that are ready)';

export function isPartial(policy: BranchPolicy): boolean {
  return contextOf(policy) === CONTEXT && policy.settings['defaultDisplayName'] === PARTIAL_NAME;
}

/** The branches within scopes in which every pull request is ready, as scopes of one policy. */
export function readyScopes(
  scopes: readonly PolicyScope[],
  repositories: readonly PolicyRepository[],
  unready: readonly UnreadyPullRequest[],
): WrittenScope[] {
  return repositories
    .filter(({ isDisabled }) => !isDisabled)
    .flatMap((repository) => {
      const waiting = unready
        .filter(({ repositoryId }) => repositoryId === repository.id)
        .map(({ targetBranch }) => targetBranch);
      return scopes
        .filter(({ repositoryId }) => repositoryId === null || repositoryId === repository.id)
        .flatMap((scope) => branchOf(scope, repository))
        .filter((branch) => !waiting.some((refName) => coversRef(branch, repository, refName)));
    });
}

/** Scopes that were there, and those that are new. */
export function withScopes(present: BranchPolicy | undefined, more: readonly WrittenScope[]): unknown[] {
  const given = present?.settings['scope'];
  const there: unknown[] = Array.isArray(given) ? given : [];
  const known = new Set((present ? scopesOf(present) : []).map(nameOf));
  return [...there, ...more.filter((scope) => !known.has(nameOf({ ...scope, matchKind: lower(scope.matchKind) })))];
}

/** What is left of a partial policy once another covers the rest; empty = nothing. */
export function uncovered(
  partial: BranchPolicy,
  scopes: readonly PolicyScope[],
  repositories: readonly PolicyRepository[],
): PolicyScope[] {
  return scopesOf(partial).filter(({ repositoryId, refName, matchKind }) => {
    const repository = repositories.find(({ id }) => id === repositoryId);
    return !covers(scopes, { repository, refName, isPrefix: matchKind === 'prefix' });
  });
}

function branchOf({ refName, matchKind }: PolicyScope, { id, defaultBranch }: PolicyRepository): WrittenScope[] {
  if (matchKind === 'defaultbranch') {
    return defaultBranch === null ? [] : [{ repositoryId: id, refName: defaultBranch, matchKind: 'Exact' }];
  }
  return [{ repositoryId: id, refName, matchKind: matchKind === 'prefix' ? 'Prefix' : 'Exact' }];
}

function coversRef(scope: WrittenScope, repository: PolicyRepository, refName: string): boolean {
  return covers([{ ...scope, matchKind: lower(scope.matchKind) }], { repository, refName });
}

function lower(matchKind: WrittenScope['matchKind']): PolicyScope['matchKind'] {
  return matchKind === 'Prefix' ? 'prefix' : matchKind === 'Exact' ? 'exact' : 'defaultbranch';
}

function nameOf({ repositoryId, refName, matchKind }: PolicyScope): string {
  return `${repositoryId} ${matchKind} ${refName}`;
}
