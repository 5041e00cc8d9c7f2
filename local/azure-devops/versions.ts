import { AzureDevOpsError } from './errors';
import type { Query } from './http';
import type { Simulation } from './simulation';
import type { Repository } from './state-model';

const VERSION_TYPES = ['branch', 'tag', 'commit'] as const;
export type VersionType = (typeof VERSION_TYPES)[number];

export interface VersionDescriptor {
  version?: string | undefined;
  /** A name in any case, or its number. */
  versionType?: string | number | undefined;
}

/** Reads `versionDescriptor.version`, or the bare `version` that older clients send. */
export function versionOfQuery(query: Query, prefix = 'versionDescriptor.'): VersionDescriptor {
  return {
    version: query.text(`${prefix}version`) ?? query.text('version'),
    versionType: query.text(`${prefix}versionType`) ?? query.text('versionType'),
  };
}

/**
 * The commit that a version descriptor means; the default branch without one.
 *
 * @throws AzureDevOpsError 404 TF401175
 */
export async function resolveVersion(
  simulation: Simulation,
  repository: Repository,
  descriptor: VersionDescriptor,
): Promise<string> {
  const type = versionType(descriptor.versionType);
  const version = descriptor.version ?? repository.defaultBranch?.replace(/^refs\/heads\//, '') ?? '';
  const git = simulation.git(repository);
  const refs = await git.refs();
  const ref = type === 'branch' ? refs.get(`refs/heads/${version}`) : refs.get(`refs/tags/${version}`);
  const id = type === 'commit' ? version.toLowerCase() : (ref?.peeledObjectId ?? ref?.objectId);
  const found = id !== undefined && /^[0-9a-f]{40}$/.test(id) ? await git.commit(id) : undefined;
  if (!found) {
    const name = `${type.charAt(0).toUpperCase()}${type.slice(1)}: ${version}`;
    throw new AzureDevOpsError(
      404,
      'GitUnresolvableToCommitException',
      `TF401175:The version descriptor <${name} > could not be resolved to a version in the repository ${repository.name}`,
    );
  }
  return found.id;
}

function versionType(given: string | number | undefined): VersionType {
  const text = String(given ?? 'branch').toLowerCase();
  return VERSION_TYPES.find((type, index) => type === text || String(index) === text) ?? 'branch';
}
