import { GitVersionType } from 'azure-devops-node-api/interfaces/GitInterfaces';
import { z } from 'zod';

import type { ChangedFile, Iteration, PullRequestKey } from '../core/snapshot';

import { placeOf } from './answers';
import { ask, unexpectedAnswer, type Door } from './door';
import { foldChanges, type ChangeEntry } from './fold-changes';
import { objectTypes, readChangeWords } from './mappings';

/** The most that one page of an iteration's changes may have. */
const PAGE = 2_000;

const entrySchema = z.object({
  changeType: z.unknown().optional(),
  item: z
    .object({
      path: z.string().nullish(),
      objectId: z.string().nullish(),
      originalObjectId: z.string().nullish(),
      gitObjectType: z.unknown().optional(),
      isFolder: z.boolean().nullish(),
    })
    .nullish(),
  originalPath: z.string().nullish(),
  sourceServerItem: z.string().nullish(),
});

const iterationPage = z.object({
  changeEntries: z.array(entrySchema).nullish(),
  nextSkip: z.int().nonnegative().nullish(),
  nextTop: z.int().nonnegative().nullish(),
});

const diffPage = z.object({
  changes: z.array(entrySchema).nullish(),
  allChangesIncluded: z.boolean().nullish(),
});

type Entry = z.output<typeof entrySchema>;

/** Every changed file of the iteration against its common commit, paged to the end, by path. */
export async function readChanges(door: Door, key: PullRequestKey, iteration: Iteration): Promise<ChangedFile[]> {
  const doing = `read the changed files of ${placeOf(key)} in ${door.base}`;
  const entries =
    iteration.id === null
      ? await pageThroughDiff(door, key, iteration, doing)
      : await pageThroughIteration(door, key, iteration.id, doing);
  return foldChanges(entries.flatMap((entry) => toChange(entry, doing)));
}

async function pageThroughIteration(
  door: Door,
  key: PullRequestKey,
  iterationId: number,
  doing: string,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let skip = 0, top = PAGE; ;) {
    const page = await ask(doing, iterationPage, () =>
      door.git.getPullRequestIterationChanges(key.repositoryId, key.pullRequestId, iterationId, undefined, top, skip),
    );
    // Without a list only one that ends is a page; an error that came with 200, say, is not "no changes".
    const found = page.changeEntries ?? (page.nextSkip === 0 ? [] : undefined);
    if (found === undefined) throw unexpectedAnswer(doing, 'a page without changes that is not the last');
    entries.push(...found);
    // 0 says that this was the last page. A full page that does not say so is not taken for the last.
    const next = page.nextSkip ?? (found.length >= top ? skip + found.length : 0);
    if (next === 0) return entries;
    if (next <= skip) throw unexpectedAnswer(doing, `nextSkip ${next} after ${skip}`);
    skip = next;
    top = page.nextTop === undefined || page.nextTop === null || page.nextTop === 0 ? PAGE : page.nextTop;
  }
}

async function pageThroughDiff(
  door: Door,
  key: PullRequestKey,
  { targetCommit, sourceCommit }: Iteration,
  doing: string,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  const seen = new Set<string>();
  for (;;) {
    const page = await ask(doing, diffPage, () =>
      door.git.getCommitDiffs(
        key.repositoryId,
        undefined,
        true,
        PAGE,
        entries.length,
        { version: targetCommit, versionType: GitVersionType.Commit },
        { version: sourceCommit, versionType: GitVersionType.Commit },
      ),
    );
    const found = page.changes ?? (page.allChangesIncluded === true ? [] : undefined);
    if (found === undefined) throw unexpectedAnswer(doing, 'a page without changes that is not the last');
    const before = seen.size;
    for (const entry of found) seen.add(`${entry.item?.path ?? ''}\n${String(entry.changeType)}`);
    if (found.length > 0 && seen.size === before) throw unexpectedAnswer(doing, 'the same page twice');
    entries.push(...found);
    if (found.length === 0 || page.allChangesIncluded === true) return entries;
  }
}

/** None for folders. */
function toChange(entry: Entry, doing: string): ChangeEntry[] {
  const { item } = entry;
  const type = objectTypes.read(item?.gitObjectType ?? 'blob');
  if (item?.isFolder === true && type !== 'submodule') return [];
  if (type === undefined) throw unexpectedAnswer(doing, `gitObjectType: ${String(item?.gitObjectType)}`);
  if (type === 'other') return [];
  const words = readChangeWords(entry.changeType);
  if (words === undefined) throw unexpectedAnswer(doing, `changeType: ${String(entry.changeType)}`);
  const originalPath = entry.originalPath ?? entry.sourceServerItem ?? undefined;
  const path = item?.path ?? originalPath;
  if (path === undefined) throw unexpectedAnswer(doing, 'a change without a path');
  const [objectId, originalObjectId] = [objectIdOf(item?.objectId), objectIdOf(item?.originalObjectId)];
  // Some lists give what was deleted as the object, others as the original one.
  const isGone = words.every((word) => word === 'delete' || word === 'sourceRename');
  return [
    {
      path,
      words,
      isSubmodule: type === 'submodule',
      originalPath: originalPath === path ? undefined : originalPath,
      objectId: isGone ? undefined : objectId,
      originalObjectId: originalObjectId ?? (isGone ? objectId : undefined),
    },
  ];
}

function objectIdOf(id: string | null | undefined): string | undefined {
  return id === undefined || id === null || /^0*$/.test(id) ? undefined : id.toLowerCase();
}
