import { branchName, isOneOf } from './circumstances';
import type { Asks } from './gate';
import { matchesAnyGlob } from './glob';
import { anyOf, count } from './phrase';
import { isInGroup } from './group-name';
import type { ChangedFile, LineCount, SliceName, Slices } from './snapshot';

/** Which pull requests a gate is meant for. Every key that is there must hold; within a list, one entry is enough. */
export interface When {
  /** Globs of branches without `refs/heads/`. */
  targetBranch?: readonly string[] | undefined;
  sourceBranch?: readonly string[] | undefined;
  /** Globs of changed files, without a leading slash; a renamed file counts under both names. */
  paths?: readonly string[] | undefined;
  /** Whatever their case, as in Azure DevOps. */
  labels?: readonly string[] | undefined;
  /** By `uniqueName` or id. */
  authors?: readonly string[] | undefined;
  /** Groups of which one must have the author in it. */
  authorGroups?: readonly string[] | undefined;
  /** Of the files that the gate sees. */
  size?:
    Partial<Record<'minimumFiles' | 'maximumFiles' | 'minimumLines' | 'maximumLines', number | undefined>> | undefined;
}

/** The slices that a condition is decided by. */
export function needsOf(when: When | undefined): SliceName[] {
  if (!when) return [];
  const { paths, labels, authorGroups, size = {} } = when;
  const needs: SliceName[] = [];
  if (labels) needs.push('labels');
  if (authorGroups) needs.push('groups');
  if (size.minimumLines !== undefined || size.maximumLines !== undefined) needs.push('changes', 'lineCounts');
  else if (paths || size.minimumFiles !== undefined || size.maximumFiles !== undefined) needs.push('changes');
  return needs;
}

/** What it asks of those slices. */
export function asksOf(when: When | undefined): Asks {
  return when?.authorGroups ? { groups: when.authorGroups } : {};
}

/** Why a gate is not meant for a pull request, in a few words; undefined when it is. */
export function whyNot(when: When, slices: Slices): string | undefined {
  const { targetBranch, sourceBranch, paths, labels, authors, authorGroups, size } = when;
  const { details, groups } = slices;
  const target = branchName(details.targetBranch);
  const source = branchName(details.sourceBranch);
  if (targetBranch && !matchesAnyGlob(targetBranch, target)) return `not into ${anyOf(targetBranch)}`;
  if (sourceBranch && !matchesAnyGlob(sourceBranch, source)) return `not from ${anyOf(sourceBranch)}`;
  if (authors && !isOneOf(details.author, authors)) return 'not for this author';
  if (authorGroups && !authorGroups.some((name) => isInGroup(groups, name, details.author.id))) {
    return `author not in ${anyOf(authorGroups)}`;
  }
  if (labels && !haveInCommon(labels, slices.labels)) return `no label ${anyOf(labels)}`;
  if (paths && !slices.changes.some((file) => touches(file, paths))) return `no changed file in ${anyOf(paths)}`;
  return size && whyNotSize(size, slices.changes, slices.lineCounts);
}

/** Whether a file is one of those that globs name; a renamed file is by its new name and by its old one. */
export function touches(file: ChangedFile, globs: readonly string[]): boolean {
  return pathsOf(file).some((path) => matchesAnyGlob(globs, path));
}

/** The names of a file without a leading slash: its own, and the one before a rename. */
export function pathsOf({ path, originalPath }: ChangedFile): string[] {
  const names = originalPath === undefined ? [path] : [path, originalPath];
  return names.map((name) => name.replace(/^\//, ''));
}

function whyNotSize(
  size: NonNullable<When['size']>,
  changes: readonly ChangedFile[],
  lineCounts: readonly LineCount[],
): string | undefined {
  const { minimumFiles = 0, maximumFiles = Infinity, minimumLines = 0, maximumLines = Infinity } = size;
  if (changes.length < minimumFiles) return `${count(changes.length, 'file')} < ${minimumFiles}`;
  if (changes.length > maximumFiles) return `${count(changes.length, 'file')} > ${maximumFiles}`;
  // What could not be counted might be anything: then the gate is judged.
  if (lineCounts.some((file) => 'uncounted' in file && file.uncounted === 'tooLarge')) return undefined;
  const lines = lineCounts.reduce((sum, file) => sum + ('uncounted' in file ? 0 : file.additions + file.deletions), 0);
  if (lines < minimumLines) return `${count(lines, 'line')} < ${minimumLines}`;
  return lines > maximumLines ? `${count(lines, 'line')} > ${maximumLines}` : undefined;
}

function haveInCommon(wanted: readonly string[], present: readonly string[]): boolean {
  const known = new Set(present.map((label) => label.toLowerCase()));
  return wanted.some((label) => known.has(label.toLowerCase()));
}
