/** How many lines a file gained and lost, and how many steps of comparing that took. */
export interface CountedLines {
  additions: number;
  deletions: number;
  steps: number;
}

/** Takes about 0.1 s. A file whose lines were shuffled by the ten thousand needs more than may hold up everything else. */
export const MOST_STEPS = 20_000_000;

/** Git looks for a NUL in as many bytes. */
const LOOKED_AT = 8_192;

/**
 * Counts the lines that turn `before` into `after` (a file's bytes; undefined where there is no file) as git does: a line
 * is changed when its bytes are, its line end included. Returns `binary` where there is no text. In two things it is
 * stricter, as nobody should make a change look smaller than it is: a carriage return alone ends a line, which it does in
 * every editor, and a text that becomes binary, or was, is counted.
 *
 * Any input ends soon: beyond `mostSteps`, all that lies between the common beginning and the common end counts as deleted
 * and added, which never makes a change look smaller than it is.
 */
export function countLines(
  before: Uint8Array | undefined,
  after: Uint8Array | undefined,
  mostSteps: number = MOST_STEPS,
): CountedLines | 'binary' {
  const versions = [before, after].filter((version) => version !== undefined);
  if (versions.length > 0 && versions.every(isBinary)) return 'binary';
  const numbers = new Map<string, number>();
  const old = intern(before, numbers);
  const fresh = intern(after, numbers);

  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++;
  let oldEnd = old.length;
  let freshEnd = fresh.length;
  while (oldEnd > start && freshEnd > start && old[oldEnd - 1] === fresh[freshEnd - 1]) {
    oldEnd--;
    freshEnd--;
  }
  const deletable = old.subarray(start, oldEnd);
  const addable = fresh.subarray(start, freshEnd);
  const { kept, steps } = countKept(deletable, addable, mostSteps);
  return { additions: addable.length - kept, deletions: deletable.length - kept, steps };
}

/**
 * The length of the longest common subsequence, by the algorithm of Wu, Manber, Myers and Miller: its effort grows with
 * the lines that the shorter side loses, so neither a long file nor a long addition is dear. (fast-myers-diff calls back
 * only to compare, and walks along the edges of such inputs for minutes without a call: no budget could stop it.)
 * Nothing is kept when it would take more than `mostSteps`.
 */
function countKept(one: Int32Array, other: Int32Array, mostSteps: number): { kept: number; steps: number } {
  // A line that the other side does not have cannot be kept.
  const a = common(one.length <= other.length ? one : other, one.length <= other.length ? other : one);
  const b = common(one.length <= other.length ? other : one, a);
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  const delta = long.length - short.length;
  const offset = short.length + 1;
  /** By diagonal: how far the long side has been matched. */
  const reached = new Int32Array(short.length + long.length + 3).fill(-1);
  let steps = 0;

  const advance = (diagonal: number): void => {
    const at = diagonal + offset;
    let y = Math.max((reached[at - 1] ?? -1) + 1, reached[at + 1] ?? -1);
    let x = y - diagonal;
    steps++;
    while (x < short.length && y < long.length && short[x] === long[y]) {
      x++;
      y++;
      steps++;
    }
    reached[at] = y;
  };

  for (let lost = 0; steps <= mostSteps; lost++) {
    for (let diagonal = -lost; diagonal < delta; diagonal++) advance(diagonal);
    for (let diagonal = delta + lost; diagonal > delta; diagonal--) advance(diagonal);
    advance(delta);
    if (reached[delta + offset] === long.length) return { kept: short.length - lost, steps };
  }
  return { kept: 0, steps };
}

function common(lines: Int32Array, others: Int32Array): Int32Array {
  const there = new Set(others);
  return lines.filter((line) => there.has(line));
}

/** The file's lines, each as a number: equal lines have equal numbers. */
function intern(file: Uint8Array | undefined, numbers: Map<string, number>): Int32Array {
  if (file === undefined || file.length === 0) return new Int32Array(0);
  const lines = linesOf(decode(file));
  const result = new Int32Array(lines.length);
  lines.forEach((line, index) => {
    const known = numbers.get(line);
    if (known === undefined) numbers.set(line, numbers.size);
    result[index] = known ?? numbers.size - 1;
  });
  return result;
}

/** Each with its end, so that a last line without one differs from the same line with one. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const ended = lines.map((line) => `${line}\n`);
  const all = last === '' ? ended : [...ended, last];
  return text.includes('\r') ? all.flatMap((line) => line.split(/(?<=\r)(?!\n)/)) : all;
}

type Encoding = 'bytes' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/** What the byte order mark says; only encodings that are full of NULs need to be told apart. */
function encodingOf(file: Uint8Array): Encoding {
  const [a, b, c, d] = file;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32le' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? 'utf-32be' : 'bytes';
}

function isBinary(file: Uint8Array): boolean {
  return encodingOf(file) === 'bytes' && file.subarray(0, LOOKED_AT).includes(0);
}

/** Text with a line end wherever the file has one. Which characters stand between them does not matter. */
function decode(file: Uint8Array): string {
  const encoding = encodingOf(file);
  if (encoding === 'bytes') return Buffer.from(file.buffer, file.byteOffset, file.length).toString('latin1');
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return new TextDecoder(encoding).decode(file);
  return decodeUtf32(file, encoding === 'utf-32le');
}

function decodeUtf32(file: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const characters: string[] = [];
  for (let at = 4; at + 4 <= file.length; at += 4) {
    const point = view.getUint32(at, littleEndian);
    characters.push(point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd');
  }
  return characters.join('');
}
