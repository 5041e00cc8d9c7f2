import { GitVersionType } from 'azure-devops-node-api/interfaces/GitInterfaces';
import { z } from 'zod';

import { Failure } from '../core/failures';
import type { PullRequestKey } from '../core/snapshot';

import { placeOf, text } from './answers';
import { ask, type Door } from './door';
import { LARGEST_BLOB, readTextBlob } from './read-blobs';

const itemSchema = z.object({ content: text });

/**
 * The text of a file at the tip of a branch; undefined where there is none. A folder of that name has no text, and is
 * empty.
 *
 * @param branch a full ref name
 */
export async function readFile(
  door: Door,
  key: PullRequestKey,
  path: string,
  branch: string,
): Promise<string | undefined> {
  const version = { version: branch.replace(/^refs\/heads\//, ''), versionType: GitVersionType.Branch };
  try {
    const { content } = await ask(
      `read ${path} on the target branch of ${placeOf(key)} in ${door.base}`,
      itemSchema,
      () =>
        door.git.getItem(
          key.repositoryId,
          `/${path}`,
          undefined,
          undefined,
          undefined,
          undefined,
          undefined,
          undefined,
          version,
          true,
        ),
    );
    return content;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'notFound') return undefined;
    throw error;
  }
}

/** The text of a blob. Throws `tooLarge` when it has more than 1 MB. */
export async function readBlob(door: Door, key: PullRequestKey, objectId: string): Promise<string> {
  const content = await readTextBlob(door, key, objectId, LARGEST_BLOB);
  if (content !== undefined) return content;
  throw new Failure({
    kind: 'tooLarge',
    message: `A file of ${placeOf(key)} in ${door.base} has more than ${LARGEST_BLOB / 1024} KiB, and was not read.`,
  });
}
