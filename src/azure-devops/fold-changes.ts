import type { ChangedFile, ChangeKind } from '../core/snapshot';

import type { ChangeWord } from './mappings';

/** One entry of a list of changes, in our words. */
export interface ChangeEntry {
  path: string;
  words: ChangeWord[];
  isSubmodule: boolean;
  originalPath: string | undefined;
  objectId: string | undefined;
  originalObjectId: string | undefined;
}

const kindOrder: readonly ChangeKind[] = ['add', 'edit', 'rename', 'delete'];

/**
 * Makes one file of each path, in the order of the paths. The old path of a rename, which some lists name as well, is
 * part of the rename; a path that is named twice (across pages, or deleted and come back by a rename) is one file.
 */
export function foldChanges(entries: readonly ChangeEntry[]): ChangedFile[] {
  const sources = new Map(entries.filter((entry) => entry.words.includes('sourceRename')).map((e) => [e.path, e]));
  const renamedAway = new Set(entries.map((entry) => entry.originalPath));
  const files = new Map<string, ChangeEntry>();
  for (const entry of entries) {
    if (entry.words.includes('sourceRename') && renamedAway.has(entry.path)) continue;
    const source = entry.originalPath === undefined ? undefined : sources.get(entry.originalPath);
    const whole = { ...entry, originalObjectId: entry.originalObjectId ?? source?.originalObjectId };
    const known = files.get(entry.path);
    files.set(entry.path, known ? merge(known, whole) : whole);
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)).map(toFile);
}

function merge(a: ChangeEntry, b: ChangeEntry): ChangeEntry {
  if (a.isSubmodule !== b.isSubmodule) return replaced(a, b);
  return {
    path: a.path,
    words: [...new Set([...a.words, ...b.words])],
    isSubmodule: a.isSubmodule,
    originalPath: a.originalPath ?? b.originalPath,
    objectId: a.objectId ?? b.objectId,
    originalObjectId: a.originalObjectId ?? b.originalObjectId,
  };
}

/** A file in the place of a submodule, or the other way round: what was there before cannot be compared with what is. */
function replaced(a: ChangeEntry, b: ChangeEntry): ChangeEntry {
  const present = a.objectId === undefined ? b : a;
  const words = [...new Set([...a.words, ...b.words])];
  return { ...present, words, originalPath: a.originalPath ?? b.originalPath, originalObjectId: undefined };
}

function toFile({ path, words, originalPath, isSubmodule, objectId, originalObjectId }: ChangeEntry): ChangedFile {
  return {
    path,
    ...(originalPath === undefined ? {} : { originalPath }),
    kinds: kindsOf(words, objectId, originalObjectId),
    ...(isSubmodule ? { isSubmodule } : {}),
    ...(objectId === undefined ? {} : { objectId }),
    ...(originalObjectId === undefined ? {} : { originalObjectId }),
  };
}

function kindsOf(
  words: ChangeWord[],
  objectId: string | undefined,
  originalObjectId: string | undefined,
): ChangeKind[] {
  const named = new Set(words.map((word) => (word === 'sourceRename' ? 'delete' : word)));
  const kinds = kindOrder.filter((kind) => named.has(kind));
  // Deleted, and there again by another entry: what remains is what it became.
  if (kinds.length > 1 && objectId !== undefined) return kinds.filter((kind) => kind !== 'delete');
  if (kinds.length > 0) return kinds;
  if (objectId === undefined) return ['delete'];
  return originalObjectId === undefined ? ['add'] : ['edit'];
}
