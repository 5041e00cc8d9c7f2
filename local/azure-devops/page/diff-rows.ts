import type { DiffHunk, DiffLine, FileChange, ThreadShape } from './model';
import { rooted } from './format';
import { threadAnchor } from './threads';

/** A line of a diff with its number on each side it exists on. */
export interface NumberedLine extends DiffLine {
  old?: number;
  new?: number;
}

/** Numbers a hunk's lines. */
export function numberLines(hunk: DiffHunk): readonly NumberedLine[] {
  let oldNumber = hunk.oldStart;
  let newNumber = hunk.newStart;
  return hunk.lines.map((line): NumberedLine => {
    switch (line.kind) {
      case '+':
        return { ...line, new: newNumber++ };
      case '-':
        return { ...line, old: oldNumber++ };
      case ' ':
        return { ...line, old: oldNumber++, new: newNumber++ };
    }
  });
}

/** A file's threads: on the file as a whole, by line (`right:12`), and those whose line the diff does not show. */
export interface PlacedThreads {
  onFile: readonly ThreadShape[];
  byLine: ReadonlyMap<string, readonly ThreadShape[]>;
  elsewhere: readonly ThreadShape[];
}

/** The key of a line in `PlacedThreads.byLine`: a thread lies on one side of the diff. */
export function lineKeys(line: NumberedLine): readonly string[] {
  return [
    ...(line.old === undefined ? [] : [`left:${line.old}`]),
    ...(line.new === undefined ? [] : [`right:${line.new}`]),
  ];
}

/** Finds each thread of a file its line among those that are shown. */
export function placeThreads(
  file: Pick<FileChange, 'path' | 'originalPath'>,
  threads: readonly ThreadShape[],
  shown: readonly NumberedLine[],
): PlacedThreads {
  const visible = new Set(shown.flatMap(lineKeys));
  const onFile: ThreadShape[] = [];
  const elsewhere: ThreadShape[] = [];
  const byLine = new Map<string, ThreadShape[]>();
  for (const thread of threads) {
    const anchor = threadAnchor(thread);
    if (anchor === undefined || !isAbout(file, anchor.filePath)) continue;
    if (anchor.line === undefined) {
      onFile.push(thread);
      continue;
    }
    const key = `${anchor.line.side}:${anchor.line.number}`;
    if (!visible.has(key)) elsewhere.push(thread);
    else byLine.set(key, [...(byLine.get(key) ?? []), thread]);
  }
  return { onFile, byLine, elsewhere };
}

/** A thread on a renamed file may still carry the old path. */
export function isAbout(file: Pick<FileChange, 'path' | 'originalPath'>, filePath: string): boolean {
  const wanted = rooted(filePath);
  return wanted === rooted(file.path) || (!!file.originalPath && wanted === rooted(file.originalPath));
}
