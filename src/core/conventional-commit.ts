import { z } from 'zod';

import { stricter } from './gate';
import { anyOf, quote } from './phrase';

/** A header as Conventional Commits 1.0.0 writes it: `feat(basket)!: add a voucher field`. */
export interface ConventionalHeader {
  type: string;
  scope: string | undefined;
  /** Marked by `!`. */
  isBreaking: boolean;
  description: string;
}

/** Longer ones are read no further; nobody writes them. */
const LONGEST = 1_000;

/** Each part begins where the one before cannot go on, so that no text makes it try again. */
const HEADER = /^([a-z][a-z0-9_-]*)(?:\(([^()]+)\))?(!)?: (.+)$/i;
/** As the specification has it, in capitals. */
const BREAKING = /^BREAKING[ -]CHANGE: \S/;

/** A header in its parts; undefined when it is none. */
export function parseConventionalHeader(line: string): ConventionalHeader | undefined {
  const [, type, scope, mark, text = ''] = HEADER.exec(line.slice(0, LONGEST)) ?? [];
  const description = text.trim();
  if (type === undefined || description === '' || scope?.trim() === '') return undefined;
  return { type: type.toLowerCase(), scope: scope?.trim(), isBreaking: mark === '!', description };
}

/** Whether a line of the body or a footer announces a breaking change. */
export function announcesBreakingChange(text: string): boolean {
  return text.split(/\r?\n/).some((line) => BREAKING.test(line));
}

export interface ConventionalRules {
  /** Undefined: every type. */
  types?: readonly string[] | undefined;
  /** Undefined: every scope, and none. */
  scopes?: readonly string[] | undefined;
}

/** What is wrong with a header, as the end of a sentence that begins with it; undefined when nothing is. */
export function conventionalProblem(line: string, { types, scopes }: ConventionalRules): string | undefined {
  const header = parseConventionalHeader(line);
  if (!header) return 'does not begin like `type(scope): description`';
  const isAmong = (names: readonly string[], name: string) =>
    names.some((other) => other.toLowerCase() === name.toLowerCase());
  if (types !== undefined && !isAmong(types, header.type)) return `has the type ${quote(header.type)}`;
  if (scopes === undefined) return undefined;
  if (header.scope === undefined) return 'has no scope';
  return isAmong(scopes, header.scope) ? undefined : `has the scope ${quote(header.scope)}`;
}

/** A list of names that may be used; absent: every name. */
export const namesSchema = () => z.array(z.string().min(1).max(100)).min(1).max(100).optional();

/**
 * The options of a gate that can ask for Conventional Commits.
 *
 * @param convention what the convention asks for there, as the option's description
 */
export function conventionOptions(convention: string) {
  return {
    convention: z.enum(['none', 'conventional-commits']).default('none').meta(stricter('later', convention)),
    types: namesSchema().meta(
      stricter('subset', 'With `conventional-commits`, the types that may be used. Without it every type may.'),
    ),
    scopes: namesSchema().meta(
      stricter(
        'subset',
        'With `conventional-commits`, the scopes of which one must be named. Without it every scope may, and none.',
      ),
    ),
  };
}

/** How a header is written, with the types and scopes to choose from; for authors, as sentences. */
export function conventionalHelp({ types, scopes }: ConventionalRules): string {
  const kinds = types ? ` The type is ${anyOf(types.map(quote))}.` : '';
  const parts = scopes ? ` The scope is ${anyOf(scopes.map(quote))}.` : '';
  return `Begin like \`fix(basket): round down\`.${kinds}${parts}`;
}
