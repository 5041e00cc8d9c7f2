import { RE2JS } from 're2js';
import { z } from 'zod';

/** Longer patterns are refused: nobody can read them, and compiling them costs memory. */
const LONGEST_PATTERN = 1_000;

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
