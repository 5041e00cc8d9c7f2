import type { Part, Piece } from './path-pattern';

/** A pattern of a CODEOWNERS file, as it is matched. */
export interface OwnersPattern {
  /** What a path has to be like: one of these. */
  parts: readonly Part[];
  /** Why it cannot be read: the rest of a sentence that begins with its line. `parts` then matches whatever it may mean. */
  problem?: string;
}

/**
 * GitHub's patterns are those of .gitignore, with exceptions. GitLab's differ in two things: a slash inside does not tie a
 * pattern to the root, and what ends in a wildcard is never a folder.
 */
export type Dialect = 'github' | 'gitlab';

/** Nobody writes longer ones, and matching takes time with their length. */
const LONGEST_PATTERN = 1_000;

/** Any number of parts of a path. */
const ANY_PARTS: Part = null;
/** A part, whatever it is. */
const ANY_PART: Part = [null];
const EVERYTHING: readonly Part[] = [ANY_PARTS, ANY_PART];

/** What a pattern means. Of one that cannot be read, everything that it may mean. */
export function readOwnersPattern(text: string, dialect: Dialect): OwnersPattern {
  if (text.length > LONGEST_PATTERN) {
    return {
      parts: EVERYTHING,
      problem: `has a pattern of more than ${LONGEST_PATTERN.toLocaleString('en')} characters`,
    };
  }
  if (text.startsWith('!')) {
    const { parts } = readOwnersPattern(text.slice(1), dialect);
    const problem =
      'begins with `!`, and a pattern cannot be turned round; to leave files without owners, write their pattern without any';
    return { parts, problem };
  }
  const segments = segmentsOf(text);
  if ('problem' in segments) return { parts: everythingBelow(text, segments.at, dialect), problem: segments.problem };
  return { parts: partsOf(segments.parts, dialect) };
}

/** The parts between slashes; no text for what is before the first and behind the last. */
function segmentsOf(text: string): { parts: (readonly Piece[] | string)[] } | { problem: string; at: number } {
  const parts: (readonly Piece[] | string)[] = [];
  let pieces: Piece[] = [];
  const characters = Array.from(text);
  let at = 0;
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    const next = characters[index + 1];
    if (character === '/') {
      const problem = segmentProblem(pieces, parts.length === 0);
      if (problem !== undefined) return { problem, at };
      parts.push(partOf(pieces));
      pieces = [];
    } else if (character === '\\') {
      if (next === undefined) return { problem: 'has a pattern that ends with a backslash', at };
      if (/[\p{L}\p{N}/]/u.test(next)) {
        return {
          problem: 'has a backslash before a letter, a digit or a slash; between folders write a slash alone',
          at,
        };
      }
      pieces.push(next);
      index += 1;
      at += next.length;
    } else if (character === '[') {
      return { problem: 'has a `[` in its pattern, and ranges are not known here; for the character write `\\[`', at };
    } else {
      pieces.push(character === '*' ? null : character === '?' ? () => true : character);
    }
    at += character.length;
  }
  const problem = pieces.length === 0 ? undefined : segmentProblem(pieces, false);
  if (problem !== undefined) return { problem, at };
  parts.push(partOf(pieces));
  return { parts };
}

function segmentProblem(pieces: readonly Piece[], isFirst: boolean): string | undefined {
  if (pieces.length === 0) return isFirst ? undefined : 'has `//` in its pattern, which no path has';
  const isDots = pieces.length <= 2 && pieces.every((piece) => piece === '.');
  return isDots ? 'has `.` or `..` between slashes; paths begin at the root of the repository' : undefined;
}

/** A text where there is no wildcard, as comparing texts is fast. */
function partOf(pieces: readonly Piece[]): readonly Piece[] | string {
  return pieces.every((piece) => typeof piece === 'string') ? pieces.join('') : pieces;
}

function partsOf(segments: readonly (readonly Piece[] | string)[], dialect: Dialect): readonly Part[] {
  const isRooted = segments[0] === '' && segments.length > 1;
  const isFolder = segments.at(-1) === '';
  const named = segments.slice(isRooted ? 1 : 0, isFolder ? -1 : undefined);
  const isTied = isRooted || (dialect === 'github' && named.length > 1);
  const parts: Part[] = named.map((segment) => (isStars(segment, 2) ? ANY_PARTS : segment));
  return [...(isTied ? [] : [ANY_PARTS]), ...parts, ...ending(parts.at(-1), isFolder, dialect)];
}

/** What may follow the last part: it may name a folder, of which everything is meant. */
function ending(last: Part | undefined, isFolder: boolean, dialect: Dialect): Part[] {
  if (isFolder || last === ANY_PARTS || last === undefined) return [ANY_PARTS, ANY_PART];
  const isFile = typeof last !== 'string' && (dialect === 'gitlab' || isStars(last, 1));
  return isFile ? [] : [ANY_PARTS];
}

function isStars(segment: Part, atLeast: number): boolean {
  return Array.isArray(segment) && segment.length >= atLeast && segment.every((piece) => piece === null);
}

/** Everything in the folder whose name can still be read before a place in a pattern. */
function everythingBelow(text: string, at: number, dialect: Dialect): readonly Part[] {
  const folder = text.slice(0, text.slice(0, at).lastIndexOf('/') + 1);
  const segments = segmentsOf(folder);
  return folder === '' || 'problem' in segments ? EVERYTHING : partsOf(segments.parts, dialect);
}
