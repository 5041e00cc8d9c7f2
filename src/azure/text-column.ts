/**
 * A text in a row. A string property holds at most 32 Ki UTF-16 characters and counts two bytes for each; longer texts go
 * into binary properties of UTF-8 bytes, so that 512 KiB of JSON fit into one row (1 MiB) and one row's ETag covers them.
 */
const LONGEST_STRING = 32_000;
const LARGEST_BINARY = 60 * 1024;

/** The properties that hold the text: `name`, or `name0`, `name1`, … */
export function writeText(name: string, text: string): Record<string, string | Uint8Array> {
  if (text.length <= LONGEST_STRING) return { [name]: text };
  const bytes = Buffer.from(text, 'utf8');
  const pieces: Record<string, Uint8Array> = {};
  for (let start = 0; start < bytes.length; start += LARGEST_BINARY) {
    pieces[`${name}${start / LARGEST_BINARY}`] = bytes.subarray(start, start + LARGEST_BINARY);
  }
  return pieces;
}

/** The text that `writeText` put into the row; undefined when there is none. */
export function readText(row: Record<string, unknown>, name: string): string | undefined {
  const whole = row[name];
  if (typeof whole === 'string') return whole;
  const pieces: Uint8Array[] = [];
  for (;;) {
    const piece = row[`${name}${pieces.length}`];
    if (!(piece instanceof Uint8Array)) break;
    pieces.push(piece);
  }
  return pieces.length === 0 ? undefined : Buffer.concat(pieces).toString('utf8');
}
