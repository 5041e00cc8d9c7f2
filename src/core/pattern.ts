import { RE2JS } from 're2js';
import { z } from 'zod';

/** Longer patterns are refused: nobody can read them, and compiling them costs memory. */
const LONGEST_PATTERN = 1_000;
/** `a{500}` stands for 500 steps. A match takes time with their number, and 20 components may have a pattern each. */
const MOST_STEPS = 2_000;

/** Patterns that users write run on RE2's engine: linear time whatever the text, no backtracking to exploit. */
export function matchesWhole(pattern: string, text: string): boolean {
  return compile(pattern).matches(text);
}

/** True when the pattern matches anywhere in the text. */
export function matchesSomewhere(pattern: string, text: string): boolean {
  return compile(pattern).matcher(text).find();
}

const compiled = new Map<string, RE2JS>();

function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known) return known;
  const fresh = RE2JS.compile(pattern);
  // Settings name a handful of patterns; a bound keeps a stream of edits from piling up in a long-lived process.
  if (compiled.size >= 200) compiled.clear();
  compiled.set(pattern, fresh);
  return fresh;
}

/** A settings value that holds a pattern in RE2 syntax. */
export function patternSchema(): z.ZodString {
  return z
    .string()
    .min(1)
    .max(LONGEST_PATTERN, { abort: true })
    .check((context) => {
      const problem = patternProblem(context.value);
      if (problem !== undefined) context.issues.push({ code: 'custom', input: context.value, message: problem });
    })
    .meta({ format: 're2' });
}

function patternProblem(pattern: string): string | undefined {
  if (stepsOf(pattern) > MOST_STEPS) {
    return `repeats too much: written out, it has more than ${MOST_STEPS.toLocaleString('en')} steps; use smaller numbers in braces, or * and +`;
  }
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    // The engine explains in its own words what it cannot take; that sentence belongs to whoever wrote the pattern.
    const reason = (error instanceof Error ? error.message : String(error)).replace('error parsing regexp: ', '');
    const hint = /Perl syntax|escape sequence|named capture/.test(reason)
      ? '. RE2 has no look-around and no back-references'
      : '';
    return `is not a pattern in RE2 syntax: ${reason}${hint}`;
  }
}

/** Escapes, classes, `{least,most}`, and any other character. */
const PIECES =
  /\\Q[^]*?(?:\\E|$)|\\[pPx](?:\{[^}]*\}|[^])|\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]|\{(\d+)(?:,(\d*))?\}|[^]/gu;

/** Roughly how long a pattern is with its repetitions written out. Told before it is compiled, which takes that long. */
function stepsOf(pattern: string): number {
  const sums = [0];
  let last = 0;
  const add = (steps: number) => sums.push((sums.pop() ?? 0) + steps);
  for (const [piece, least, most] of pattern.matchAll(PIECES)) {
    if (piece === '(') {
      sums.push(0);
    } else if (least !== undefined) {
      const times = Math.max(1, Number(least), Number(most ?? 0));
      add(last * (times - 1));
      last *= times;
    } else {
      const isClosing = piece === ')' && sums.length > 1;
      const quoted = piece.startsWith('\\Q') ? piece.length : 1;
      last = isClosing ? (sums.pop() ?? 0) + 2 : quoted;
      add(last);
    }
  }
  return sums.reduce((all, sum) => all + sum, 0);
}
