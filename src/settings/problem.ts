import { distance } from 'fastest-levenshtein';

import { shorten } from '../core/phrase';

/** What is wrong in a settings document, and where. */
export interface SettingsProblem {
  /** `gates.titel`, `branches.include[0]`; empty for the document as a whole. */
  path: string;
  /** A sentence: what was found, what is allowed, the nearest spelling. */
  message: string;
}

/** Beyond this many problems a document is not mistyped but something else; nobody reads more. */
const MOST_PROBLEMS = 50;
const LONGEST_FOUND = 60;
/** Names longer than this are no misspelling, and comparing them costs their length squared. */
const LONGEST_SPELLING = 64;

/** `gates.titel: unknown gate; …`, as it stands in a status, a console or a terminal. */
export function problemText(problem: SettingsProblem): string {
  return problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`;
}

/** The first problems and, when there are too many, a last one that counts the rest. */
export function firstProblems(problems: readonly SettingsProblem[]): SettingsProblem[] {
  if (problems.length <= MOST_PROBLEMS) return [...problems];
  const rest = problems.length - MOST_PROBLEMS;
  return [...problems.slice(0, MOST_PROBLEMS), { path: '', message: `and ${rest} more.` }];
}

/** A path as people write it: names joined by dots, list positions and odd names in brackets. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = String(part);
    if (!/^[\w-]{1,60}$/.test(name)) return `${text}[${foundText(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** A value as JSON, cut at 60 characters. */
export function foundText(value: unknown): string {
  // Cut before it is written out: a value may be nearly as large as a document may be.
  const json = JSON.stringify(typeof value === 'string' ? value.slice(0, 4 * LONGEST_FOUND) : value);
  return shorten(typeof json === 'string' ? json : String(value), LONGEST_FOUND);
}

/** The allowed name that somebody probably meant, if one is near enough; case and separators count for nothing. */
export function nearest(found: string, allowed: readonly string[]): string | undefined {
  if (found.length > LONGEST_SPELLING) return undefined;
  const plain = (name: string) => name.toLowerCase().replace(/[-_\s]/g, '');
  const [best] = allowed
    .map((name) => ({ name, away: distance(plain(found), plain(name)) }))
    .filter(({ name, away }) => away <= Math.max(1, Math.floor(plain(name).length * 0.4)))
    .sort((a, b) => a.away - b.away);
  return best?.name;
}

/** ` did you mean "title"?`, or nothing. */
export function suggestion(found: unknown, allowed: readonly string[]): string {
  const meant = typeof found === 'string' ? nearest(found, allowed) : undefined;
  return meant === undefined ? '' : ` did you mean ${foundText(meant)}?`;
}
