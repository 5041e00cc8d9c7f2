import { LRUCache } from 'lru-cache';

import type { AzureDevOps } from '../app/ports';
import { Failure } from '../core/failures';
import type { PullRequestKey } from '../core/snapshot';

import type { Door } from './door';
import { listFolder, type Item } from './list-folder';
import { LARGEST_BLOB, readTextBlob } from './read-blobs';

const MOST_REMEMBERED = 200;
/** Characters of all texts: whoever may push can make each of them a large one. */
const MOST_TEXT = 16 * 1024 * 1024;

/**
 * The first of several files, at the root or in folders of it, that there is on a branch. What the root holds is
 * remembered by the ids of its folders: while nobody changes those, one request tells so.
 */
export function createReadFirstFile(door: Door): AzureDevOps['readFirstFile'] {
  const known = new LRUCache<string, { found: { path: string; text: string } | null }>({
    max: MOST_REMEMBERED,
    maxSize: MOST_TEXT,
    sizeCalculation: ({ found }) => 1 + (found?.text.length ?? 0),
  });

  return async (key, paths, branch) => {
    const root = await listFolder(door, key, '/', { branch: branch.replace(/^refs\/heads\//, '') });
    const tops = new Set(paths.map((path) => `/${path.split('/')[0] ?? ''}`));
    const roots = root.filter((item) => tops.has(item.path));
    const id = [key.repositoryId, ...paths, ...roots.map(({ path, objectId }) => `${path} ${objectId}`)].join('\n');
    const remembered = known.get(id);
    if (remembered) return remembered.found ?? undefined;
    const folders = await Promise.all(
      roots
        .filter(({ isFolder }) => isFolder)
        .map(({ path, commitId }) => listFolder(door, key, path, { commit: commitId })),
    );
    const files = [...roots, ...folders.flat()].filter(({ isFolder, isSymLink }) => !isFolder && !isSymLink);
    const first = paths.flatMap((path) => files.find((file) => file.path === `/${path}`) ?? [])[0];
    const found = first ? { path: first.path.slice(1), text: await readText(door, key, first) } : null;
    known.set(id, { found });
    return found ?? undefined;
  };
}

async function readText(door: Door, key: PullRequestKey, { objectId, path }: Item): Promise<string> {
  const text = await readTextBlob(door, key, objectId, LARGEST_BLOB);
  if (text !== undefined) return text;
  const limit = `${LARGEST_BLOB / 1024 / 1024} MB`;
  throw new Failure({
    kind: 'tooLarge',
    message: `${path.slice(1)} on the target branch of repository ${key.repositoryId} in ${door.base} has more than ${limit}, and was not read: shorten it.`,
    remedy: `needs a ${path.slice(1)} of at most ${limit}`,
  });
}
