import { diff } from 'fast-myers-diff';
import { stringify } from 'yaml';

import { visible } from './terminal-text';

const CONTEXT = 3;
/** Comparing costs up to the product of the lines that differ; nobody reads such a diff anyway. */
const MOST_COMPARISONS = 4_000_000;

/** A settings document as people write it; nothing for one that is not there. */
export function documentText(document: unknown): string {
  return document === undefined ? '' : stringify(document, { lineWidth: 0 });
}

/** A unified diff of two documents by the lines of their YAML, for a terminal; empty when they say the same. */
export function documentDiff(before: unknown, after: unknown): string[] {
  const old = linesOf(before);
  const fresh = linesOf(after);
  return hunks(changesOf(old, fresh)).flatMap((hunk) => hunkLines(hunk, old, fresh));
}

/** Lines of the one, from `oldStart` to `oldEnd`, become lines of the other. */
interface Change {
  oldStart: number;
  oldEnd: number;
  freshStart: number;
  freshEnd: number;
}

function changesOf(old: string[], fresh: string[]): Change[] {
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let same = 0;
  const most = Math.min(old.length, fresh.length) - start;
  while (same < most && old.at(-1 - same) === fresh.at(-1 - same)) same += 1;
  const whole = { oldStart: start, oldEnd: old.length - same, freshStart: start, freshEnd: fresh.length - same };
  const size = (whole.oldEnd - start) * (whole.freshEnd - start);
  if (whole.oldEnd === start && whole.freshEnd === start) return [];
  if (size > MOST_COMPARISONS) return [whole];
  return Array.from(diff(old, fresh), ([oldStart, oldEnd, freshStart, freshEnd]) => ({
    oldStart,
    oldEnd,
    freshStart,
    freshEnd,
  }));
}

/** Changes that share lines of context are shown together. */
function hunks(changes: readonly Change[]): Change[][] {
  return changes.reduce<Change[][]>((all, change) => {
    const last = all.at(-1);
    const before = last?.at(-1);
    if (last && before && change.oldStart - before.oldEnd <= 2 * CONTEXT) last.push(change);
    else all.push([change]);
    return all;
  }, []);
}

function hunkLines(hunk: readonly Change[], old: readonly string[], fresh: readonly string[]): string[] {
  const [first] = hunk;
  const last = hunk.at(-1);
  if (!first || !last) return [];
  const start = Math.max(0, first.oldStart - CONTEXT);
  const end = Math.min(old.length, last.oldEnd + CONTEXT);
  const lines: string[] = [];
  let at = start;
  for (const { oldStart, oldEnd, freshStart, freshEnd } of hunk) {
    lines.push(...marked(' ', old.slice(at, oldStart)));
    lines.push(...marked('-', old.slice(oldStart, oldEnd)), ...marked('+', fresh.slice(freshStart, freshEnd)));
    at = oldEnd;
  }
  lines.push(...marked(' ', old.slice(at, end)));
  const freshFrom = first.freshStart - (first.oldStart - start);
  const freshLines = last.freshEnd + (end - last.oldEnd) - freshFrom;
  return [`@@ -${place(start, end - start)} +${place(freshFrom, freshLines)} @@`, ...lines];
}

function place(start: number, length: number): string {
  return `${length === 0 ? start : start + 1},${length}`;
}

function marked(mark: string, lines: readonly string[]): string[] {
  return lines.map((line) => `${mark}${visible(line)}`);
}

function linesOf(document: unknown): string[] {
  const text = documentText(document);
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
