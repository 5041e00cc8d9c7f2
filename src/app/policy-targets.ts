import type { ProjectAddress } from '../core/azure-devops-url';
import { Failure } from '../core/failures';

import type { PolicyTarget } from './policy-scope';
import type { PolicyAdministration } from './ports';

/** Where the verdict is to be required. */
export interface InstallRequest {
  address: ProjectAddress;
  /** Names, full ref names, or patterns like `release/*`; none = the default branch. */
  branches: readonly string[];
  /** Of the project, although the address may name one repository. */
  allRepositories: boolean;
}

/** Finds what a request names in Azure DevOps; one target for each branch. Throws `Failure`. */
export async function readTargets(
  administration: PolicyAdministration,
  { address, branches, allRepositories }: InstallRequest,
): Promise<PolicyTarget[]> {
  const wanted = [...new Set(branches)].map(parseBranch);
  if (address.repository === undefined || allRepositories) {
    const project = await administration.readProject(address.project);
    const whole = wanted.length === 0 ? [{ refName: null }] : wanted;
    return whole.map((branch) => ({ project, repository: undefined, ...branch }));
  }
  const { project, ...repository } = await administration.readRepository(address.project, address.repository);
  if (wanted.length > 0) return wanted.map((branch) => ({ project, repository, ...branch }));
  const { defaultBranch: refName } = repository;
  if (refName !== null) return [{ project, repository, refName }];
  throw new Failure({
    kind: 'notFound',
    message: `Repository ${project.name}/${repository.name} has no default branch yet: name the branch with --branch.`,
  });
}

/** Azure DevOps knows a branch by its name, or all below a folder of names; nothing in between. */
function parseBranch(given: string): { refName: string; isPrefix?: boolean } {
  const full = given.startsWith('refs/') ? given : `refs/heads/${given}`;
  const folder = full.replace(/\/\*{1,2}$/, '');
  if (folder.includes('*') || folder === 'refs/heads') {
    throw new Failure({
      kind: 'notFound',
      message: `A branch policy takes a branch, or all branches below a folder as in release/*, but not "${given}".`,
    });
  }
  return folder === full ? { refName: full } : { refName: folder, isPrefix: true };
}
