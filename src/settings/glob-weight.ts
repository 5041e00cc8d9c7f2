import { globWeight } from '../core/glob';

import { schemaAt, type JsonSchema } from './json-schema';
import type { SettingsProblem } from './problem';

/**
 * Every changed file is held against every glob, while nothing else is done. With globs of this weight, the worst there are,
 * three thousand files with long names take two seconds; a document with hundreds of ordinary globs has less.
 */
const MOST_WEIGHT = 2_000;

/** The globs of a valid document, if they are too many, or stand for too much, all together. */
export function globProblems(document: unknown, schema: JsonSchema): SettingsProblem[] {
  const weight = globsIn(document, schema).reduce((sum, glob) => sum + globWeight(glob), 0);
  if (weight <= MOST_WEIGHT) return [];
  const message = `the globs of these settings ask for too much together: with each wildcard and each alternative in braces counted, ${MOST_WEIGHT.toLocaleString('en')} are allowed, and these have ${weight.toLocaleString('en')}; say it with fewer, wider ones.`;
  return [{ path: '', message }];
}

function globsIn(value: unknown, schema: JsonSchema | undefined): string[] {
  if (schema === undefined) return [];
  if (typeof value === 'string') return schema.format === 'glob' ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((entry: unknown, index) => globsIn(entry, schemaAt(schema, [index])));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => globsIn(entry, schemaAt(schema, [key])));
}
