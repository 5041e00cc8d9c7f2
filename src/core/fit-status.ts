import { shorten } from './phrase';

/** What fits into a status row without being cut. */
const LONGEST = 120;

/** Less than this of what a gate says tells nothing: it is counted then, not cut. */
const LEAST_SHOWN = 24;

const BETWEEN = ' · ';

/** More cannot fit, however short they are. */
const MOST_PARTS = LONGEST / BETWEEN.length;

/** A status's text, cut where it is too long: what was left out is counted, so that nobody takes a part for all. */
export function fitStatus(description: string): string {
  const line = shorten(description, description.length + 1);
  if (lengthOf(line) <= LONGEST) return line;
  const { parts, uncounted } = partsOf(line);
  for (let whole = Math.min(parts.length - 1, MOST_PARTS); whole > 0; whole -= 1) {
    const before = parts.slice(0, whole).join(BETWEEN);
    const others = parts.length - whole - 1 + uncounted;
    const room = LONGEST - lengthOf(`${before}${BETWEEN}${more(others)}`);
    if (room >= LEAST_SHOWN) return `${before}${BETWEEN}${shorten(parts[whole] ?? '', room)}${more(others)}`;
    const counted = `${before}${more(others + 1)}`;
    if (lengthOf(counted) <= LONGEST) return counted;
  }
  const others = more(parts.length - 1 + uncounted);
  return `${shorten(parts[0] ?? '', LONGEST - lengthOf(others))}${others}`;
}

/** What was cut before, and is longer now, has counted some already. */
function partsOf(line: string): { parts: string[]; uncounted: number } {
  const parts = line.split(BETWEEN);
  const earlier = parts.length < 2 ? null : /^\+(\d{1,3}) more$/.exec(parts.at(-1) ?? '');
  return earlier ? { parts: parts.slice(0, -1), uncounted: Number(earlier[1]) } : { parts, uncounted: 0 };
}

function more(amount: number): string {
  return amount === 0 ? '' : `${BETWEEN}+${amount} more`;
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
