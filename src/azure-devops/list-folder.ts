import {
  GitVersionType,
  VersionControlRecursionType,
  type GitVersionDescriptor,
} from 'azure-devops-node-api/interfaces/GitInterfaces';
import { z } from 'zod';

import { Failure } from '../core/failures';
import type { PullRequestKey } from '../core/snapshot';

import { listOf, text } from './answers';
import { ask, type Door } from './door';

const items = listOf(
  z.object({
    objectId: z.string().min(1),
    commitId: text,
    path: z.string(),
    isFolder: z.boolean().nullish(),
    isSymLink: z.boolean().nullish(),
  }),
);

/** What is directly in a folder; the folder itself is listed, too. */
export type Item = z.output<typeof items>[number];

/** Whose folder: the tip of a branch, by its name, or a commit, by its id. Without either, the default branch's tip. */
export type Version = { branch: string } | { commit: string } | undefined;

/** What is directly in a folder; nothing where the branch is gone. All further reads are best of the `commitId` told here. */
export async function listFolder(door: Door, key: PullRequestKey, folder: string, version: Version): Promise<Item[]> {
  const of = version && 'branch' in version ? `branch ${version.branch}` : 'the default branch';
  const doing = `list ${folder} on ${of} of repository ${key.repositoryId} in ${door.base}`;
  try {
    return await ask(doing, items, () =>
      door.git.getItems(
        key.repositoryId,
        undefined,
        folder,
        VersionControlRecursionType.OneLevel,
        undefined,
        undefined,
        undefined,
        undefined,
        descriptorOf(version),
      ),
    );
  } catch (error) {
    const isCommit = version !== undefined && 'commit' in version;
    if (error instanceof Failure && error.kind === 'notFound' && !isCommit) return [];
    throw error;
  }
}

function descriptorOf(version: Version): GitVersionDescriptor | undefined {
  if (version === undefined) return undefined;
  return 'branch' in version
    ? { version: version.branch, versionType: GitVersionType.Branch }
    : { version: version.commit, versionType: GitVersionType.Commit };
}
