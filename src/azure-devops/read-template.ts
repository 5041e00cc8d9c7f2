import { LRUCache } from 'lru-cache';

import type { AzureDevOps } from '../app/ports';
import { Failure } from '../core/failures';
import type { PullRequestKey, PullRequestTemplate } from '../core/snapshot';

import type { Door } from './door';
import { listFolder, type Item } from './list-folder';
import { readTextBlob } from './read-blobs';

/** In the order in which Azure DevOps looks; the root comes last. Case does not matter to it. */
const FOLDERS = ['.azuredevops', '.vsts', 'docs', ''];
const TEMPLATE = 'pull_request_template';
/** What a pull request can hold is 4,000 characters: a larger file is no template. */
const LARGEST_TEMPLATE = 100 * 1024;
const MOST_REMEMBERED = 500;
/** Characters of all texts. */
const MOST_TEXT = 8 * 1024 * 1024;

/**
 * The template for pull requests into a branch. Azure DevOps takes it from the default branch, whatever the target: one
 * for the first part of the target's name (`pull_request_template/branches/release.md`) before the one for all. So does
 * this. What the folders hold is remembered by their ids: while nobody changes them, one request tells so.
 */
export function createReadTemplate(door: Door): AzureDevOps['readTemplate'] {
  const known = new LRUCache<string, { template: PullRequestTemplate | null }>({
    max: MOST_REMEMBERED,
    maxSize: MOST_TEXT,
    sizeCalculation: ({ template }) => 1 + (template?.text.length ?? 0),
  });

  return async (key, targetBranch) => {
    const root = await listFolder(door, key, '/', undefined);
    const branch = targetBranch.replace(/^refs\/heads\//, '').split('/')[0] ?? '';
    const roots = root.filter((item) => item.path !== '/' && mayHoldTemplate(nameOf(item)));
    const id = [key.repositoryId, branch, ...roots.map(({ path, objectId }) => `${path} ${objectId}`)].join('\n');
    const remembered = known.get(id);
    if (remembered) return remembered.template;
    const found = roots.length === 0 ? undefined : await find(door, key, roots, branch);
    const template = found ? { path: found.path, text: await readText(door, key, found) } : null;
    known.set(id, { template });
    return template;
  };
}

/** All reads are of one commit, the default branch's tip when its root was listed. */
async function find(
  door: Door,
  key: PullRequestKey,
  roots: readonly Item[],
  branch: string,
): Promise<Item | undefined> {
  const below = async (folder: Item | undefined): Promise<Item[]> =>
    folder?.isFolder === true ? listFolder(door, key, folder.path, { commit: folder.commitId }) : [];
  const places = await Promise.all(
    FOLDERS.map(async (folder) => (folder === '' ? roots : below(named(roots, folder)))),
  );
  const ofBranches = await Promise.all(
    places.map(async (place) => below(named(await below(named(place, TEMPLATE)), 'branches'))),
  );
  return (
    ofBranches.map((place) => fileNamed(place, branch)).find(isFound) ??
    places.map((place) => fileNamed(place, TEMPLATE)).find(isFound)
  );
}

async function readText(door: Door, key: PullRequestKey, { objectId, path }: Item): Promise<string> {
  const text = await readTextBlob(door, key, objectId, LARGEST_TEMPLATE);
  if (text !== undefined) return text;
  throw new Failure({
    kind: 'tooLarge',
    message: `The pull request template ${path} of repository ${key.repositoryId} in ${door.base} has more than ${LARGEST_TEMPLATE / 1024} KiB, and was not read: shorten it.`,
    remedy: `${path} has more than ${LARGEST_TEMPLATE / 1024} KiB`,
  });
}

function mayHoldTemplate(name: string): boolean {
  return [...FOLDERS, TEMPLATE, `${TEMPLATE}.md`, `${TEMPLATE}.txt`].includes(name);
}

function nameOf({ path }: Item): string {
  return (path.split('/').at(-1) ?? '').toLowerCase();
}

function named(all: readonly Item[], name: string): Item | undefined {
  return all.find((item) => nameOf(item) === name.toLowerCase());
}

function fileNamed(files: readonly Item[], name: string): Item | undefined {
  const candidates = ['.md', '.txt'].map((ending) =>
    files.find(
      (item) => nameOf(item) === `${name.toLowerCase()}${ending}` && item.isFolder !== true && item.isSymLink !== true,
    ),
  );
  return candidates.find(isFound);
}

function isFound(item: Item | undefined): item is Item {
  return item !== undefined;
}
