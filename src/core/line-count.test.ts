import fc from 'fast-check';

import { countLines } from './line-count';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The textbook table: the length of the longest common subsequence. */
function longestCommon(a: string[], b: string[]): number {
  let above = new Array<number>(b.length + 1).fill(0);
  for (const line of a) {
    const row = [0];
    b.forEach((other, j) => {
      row.push(line === other ? (above[j] ?? 0) + 1 : Math.max(above[j + 1] ?? 0, row[j] ?? 0));
    });
    above = row;
  }
  return above[b.length] ?? 0;
}

describe('countLines', () => {
  test.each([
    ['nothing', undefined, undefined, 0, 0],
    ['a new file', undefined, 'a\nb\n', 2, 0],
    ['a deleted file', 'a\nb\nc\n', undefined, 0, 3],
    ['an empty file', '', '', 0, 0],
    ['one line in the middle', 'a\nb\nc\n', 'a\nx\nc\n', 1, 1],
    ['a line more at the end', 'a\nb\n', 'a\nb\nc\n', 1, 0],
    ['a last line without its end', 'a\nb\n', 'a\nb', 1, 1],
    ['a last line that gets its end', 'a', 'a\n', 1, 1],
    ['another line end', 'a\r\nb\r\n', 'a\nb\n', 2, 2],
    ['lines in another order', 'a\nb\nc\n', 'c\na\nb\n', 1, 1],
    ['only empty lines', '\n\n\n', '\n', 0, 2],
    ['line ends of the old Mac, which every editor shows as lines', undefined, 'a\rb\rc\r', 3, 0],
    ['one of them in the middle', 'a\rb\rc\n', 'a\rx\rc\n', 1, 1],
    ['one behind a whole line end', 'a\r\nb\n', 'a\r\n\rb\n', 1, 0],
    ['one at the very end', 'a\r', 'a', 1, 1],
    ['letters that Latin does not have', 'ä\nü\n', 'ä\nß\n', 1, 1],
  ])('%s', (_, before, after, additions, deletions) => {
    const counted = countLines(
      before === undefined ? undefined : bytes(before),
      after === undefined ? undefined : bytes(after),
    );
    expect(counted).toMatchObject({ additions, deletions });
  });

  test('counts as a table of all subsequences does, whatever the lines are', () => {
    const lines = fc.array(fc.constantFrom('', 'a', 'b', 'c', '}'), { maxLength: 24 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const kept = longestCommon(before, after);
        const file = (all: string[]): Uint8Array => bytes(all.map((line) => `${line}\n`).join(''));
        expect(countLines(file(before), file(after))).toMatchObject({
          additions: after.length - kept,
          deletions: before.length - kept,
        });
      }),
      { numRuns: 1_000 },
    );
  });

  const binary = bytes(`${'x'.repeat(8_191)}\u0000`);

  test('a NUL in the first 8 KB makes a file binary', () => {
    expect(countLines(binary, bytes('\u0000'))).toBe('binary');
    expect(countLines(undefined, binary)).toBe('binary');
    expect(countLines(binary, undefined)).toBe('binary');
    expect(countLines(undefined, bytes(`${'x'.repeat(8_192)}\u0000`))).toMatchObject({ additions: 1 });
  });

  test('but it hides no change of a text, on either side', () => {
    expect(countLines(bytes('a\nb\n'), bytes('\u0000\na\nc\nd\n'))).toMatchObject({ additions: 3, deletions: 1 });
    expect(countLines(binary, bytes('a\nb\n'))).toMatchObject({ additions: 2, deletions: 1 });
  });

  test.each([
    ['UTF-16, little endian', [0xff, 0xfe], (c: number) => [c & 255, c >> 8]],
    ['UTF-16, big endian', [0xfe, 0xff], (c: number) => [c >> 8, c & 255]],
    ['UTF-32, little endian', [0xff, 0xfe, 0, 0], (c: number) => [c & 255, c >> 8, 0, 0]],
    ['UTF-32, big endian', [0, 0, 0xfe, 0xff], (c: number) => [0, 0, c >> 8, c & 255]],
  ])('%s is text, and U+0A0A is no line end', (_, mark, encode) => {
    const file = (text: string): Uint8Array =>
      Uint8Array.from([...mark, ...Array.from({ length: text.length }, (_, at) => encode(text.charCodeAt(at))).flat()]);
    expect(countLines(file('a\nb\u0a0ab\nc'), file('a\nb\u0a0ac\nc'))).toMatchObject({ additions: 1, deletions: 1 });
  });

  test('a view into a larger buffer is counted by itself', () => {
    const whole = bytes('zzz\na\nb\nzzz\n');
    expect(countLines(undefined, whole.subarray(4, 8))).toMatchObject({ additions: 2 });
  });

  test('beyond its steps, everything between the common ends counts as deleted and added', () => {
    const before = bytes(`same\n${'a\nb\n'.repeat(50)}end\n`);
    const after = bytes(`same\n${'b\nb\na\n'.repeat(50)}end\n`);
    expect(countLines(before, after)).not.toMatchObject({ additions: 150, deletions: 100 });
    expect(countLines(before, after, 10)).toMatchObject({ additions: 150, deletions: 100 });
  });

  test('inputs made to be slow stay within the steps', () => {
    let seed = 1;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647);
    const noise = (): Uint8Array => bytes(Array.from({ length: 100_000 }, () => `${random() % 2}\n`).join(''));
    const most = 1_000_000;
    const shuffled = countLines(noise(), noise(), most);
    expect(shuffled).toMatchObject({ additions: expect.any(Number) });
    expect(shuffled === 'binary' ? Infinity : shuffled.steps).toBeLessThan(most * 1.5);
    // One algorithm's worst case: equal lines, half of them gone, with both ends changed.
    const emptied = countLines(bytes('\n'.repeat(200_000)), bytes(`x\n${'\n'.repeat(100_000)}y\n`), most);
    expect(emptied).toMatchObject({ additions: 2, deletions: 100_000 });
  });
});
