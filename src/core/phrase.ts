/**
 * Sentences for people, with values from a pull request inside. A phrase is plain text in which back-ticks mark code;
 * whoever writes it as Markdown (core/markdown.ts) escapes both parts, so a value can never become markup.
 */

/** Longest quotation of a title, a name or a pattern inside a sentence. */
const LONGEST_QUOTE = 80;

/** A value as code: shown verbatim, never interpreted. */
export function code(value: string): string {
  return `\`${shorten(value).replaceAll('`', "'")}\``;
}

/** A value as a quotation, for words that people wrote. */
export function quote(value: string): string {
  return `"${shorten(value).replaceAll('`', "'")}"`;
}

/** `1 file`, `2 files`. */
export function count(amount: number, singular: string, plural = `${singular}s`): string {
  return `${amount} ${amount === 1 ? singular : plural}`;
}

/** `a`, `a or b`, `a, b or c`. */
export function anyOf(values: readonly string[]): string {
  return joined(values, 'or');
}

/** `a`, `a and b`, `a, b and c`. */
export function allOf(values: readonly string[]): string {
  return joined(values, 'and');
}

/** The first of them as a list, and how many others there are: `a, b and 3 others`. */
export function firstOf(values: readonly string[], most: number, other = 'other', join = allOf): string {
  const others = values.length - most;
  return join(others > 0 ? [...values.slice(0, most), count(others, other)] : values);
}

/** Somebody by name, as people know them. */
export function quoteName({ displayName, uniqueName }: { displayName: string; uniqueName: string }): string {
  return quote(displayName || uniqueName);
}

/** One line, without control characters, cut at `longest` code points with an ellipsis. */
export function shorten(value: string, longest = LONGEST_QUOTE): string {
  const line = value.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  const points = Array.from(line);
  return points.length <= longest ? line : `${points.slice(0, longest - 1).join('')}…`;
}

function joined(values: readonly string[], word: string): string {
  const last = values.at(-1) ?? '';
  return values.length < 2 ? last : `${values.slice(0, -1).join(', ')} ${word} ${last}`;
}
