import type { z } from 'zod';

import { allowedText, MOST_LISTED, schemaAt, type JsonSchema } from './json-schema';
import { isMapping } from './plain';
import { foundText, pathText, suggestion, type SettingsProblem } from './problem';

type Issue = z.core.$ZodIssue;

/**
 * One issue of the schema library as sentences.
 *
 * @param root where in the settings `document` and `schema` begin
 */
export function problemsOf(
  issue: Issue,
  document: unknown,
  schema: JsonSchema,
  root: readonly PropertyKey[] = [],
): SettingsProblem[] {
  const part = schemaAt(schema, issue.path);
  if (issue.code === 'invalid_key') return [wrongName([...root, ...issue.path])];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...root, ...issue.path], key, part, schema));
  }
  const path = pathText([...root, ...issue.path]);
  const found = valueAt(document, issue.path);
  if (issue.code === 'custom') {
    const sentence = typeof found === 'string' ? `${foundText(found)} ${issue.message}` : issue.message;
    return [{ path, message: finished(sentence) }];
  }
  return [{ path, message: wrongValue(found, part, issue.message) }];
}

function wrongValue(found: unknown, schema: JsonSchema | undefined, otherwise: string): string {
  const start = found === undefined ? 'is missing;' : `found ${foundText(found)};`;
  if (!schema) return finished(`${start} ${otherwise}`);
  if (!schema.enum) return `${start} allowed is ${allowedText(schema)}.`;
  const allowed = schema.enum.map(String);
  const meant = suggestion(lastPartOf(found, allowed), allowed);
  if (schema.enum.length > MOST_LISTED)
    return meant === '' ? `${start} allowed is ${allowedText(schema)}.` : start + meant;
  return meant === ''
    ? `${start} allowed are ${allowed.join(', ')}.`
    : `${start}${meant} Allowed are ${allowed.join(', ')}.`;
}

/** Whoever writes only the last part of a dotted name means the whole, where no other ends so. */
function lastPartOf(found: unknown, allowed: readonly string[]): unknown {
  const [whole, ...others] = allowed.filter((name) => typeof found === 'string' && name.endsWith(`.${found}`));
  return whole !== undefined && others.length === 0 ? whole : found;
}

function unknownKey(
  path: readonly PropertyKey[],
  key: string,
  parent: JsonSchema | undefined,
  schema: JsonSchema,
): SettingsProblem {
  const allowed = Object.keys(parent?.properties ?? {});
  // Gates of a component are gates, too.
  const place = path[0] === 'components' ? path.slice(2) : path;
  const [first] = path;
  const [gates, gate] = place;
  const isGateName = schemaAt(schema, ['gates', key]) !== undefined;
  const meant = suggestion(key, allowed);
  const say = (what: string, all: string): SettingsProblem => ({
    path: pathText([...path, key]),
    message: `unknown ${what}${meant === '' ? '.' : `;${meant}`} ${all} ${allowed.join(', ')}.`,
  });
  if (first === undefined && isGateName) {
    return { path: pathText([key]), message: `unknown setting; ${key} is a gate, so write it below gates.` };
  }
  if (first === undefined) return say('setting', 'Settings are');
  if (gates === 'gates' && gate === undefined) return say('gate', 'Gates are');
  if (gates === 'gates' && place.length === 2) return say('option', `Options of ${String(gate)} are`);
  return say('key', `Keys of ${pathText(path)} are`);
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => {
    if (Array.isArray(value)) return typeof part === 'number' ? value[part] : undefined;
    return isMapping(value) && typeof part === 'string' && Object.hasOwn(value, part) ? value[part] : undefined;
  }, document);
}

function finished(sentence: string): string {
  return /[.?!]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** Only the names of components are free within bounds. */
function wrongName(path: readonly PropertyKey[]): SettingsProblem {
  return {
    path: pathText(path),
    message:
      'this name cannot be a component\u2019s: 1 to 50 lower-case letters, digits and hyphens can, beginning with no hyphen, and neither verdict nor evaluate.',
  };
}
