import { z } from 'zod';

import type { Gate } from '../core/gate';
import { anyOf } from '../core/phrase';
import { gates as registry } from '../gates/registry';

import { documentSchema } from './schema';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Nobody reads more words than this, one after the other. */
export const MOST_LISTED = 30;

const made = new WeakMap<readonly Gate[], JsonSchema>();

/**
 * The JSON Schema (draft 7) of a settings document in this release's words: keys, types, bounds, defaults, directions and
 * descriptions. Editors get it from `editorSchema`, with the words of releases before.
 */
export function settingsJsonSchema(gates: readonly Gate[] = registry): JsonSchema {
  const known = made.get(gates);
  if (known) return known;
  const schema = documentSchema(gates).meta({
    title: 'Portcullis settings',
    description: 'What Portcullis asks of pull requests: the document of one scope.',
  });
  const fresh = jsonSchemaOf(schema);
  made.set(gates, fresh);
  return fresh;
}

/** The JSON Schema of what a schema takes as input. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
}

/** The part of a schema that a path leads to; nothing where the way branches or ends. */
export function schemaAt(schema: JsonSchema, path: readonly PropertyKey[]): JsonSchema | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return schema;
  const next = typeof part === 'number' ? schema.items : (ownProperty(schema, part) ?? schema.additionalProperties);
  return typeof next === 'object' && !Array.isArray(next) ? schemaAt(next, rest) : undefined;
}

function ownProperty(schema: JsonSchema, name: PropertyKey): z.core.JSONSchema._JSONSchema | undefined {
  const properties = schema.properties ?? {};
  return typeof name === 'string' && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

/** What a schema allows, in words: `a whole number from 1 to 20`, `off, advise or block`. */
export function allowedText(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return wordsText(schema.enum.map(String), schema.description);
  if (schema.anyOf) return anyOf(schema.anyOf.map(allowedText));
  switch (schema.type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number${rangeText(schema.minimum, schema.maximum, '')}`;
    case 'number':
      return `a number${rangeText(schema.minimum, schema.maximum, '')}`;
    case 'string':
      return `text${rangeText(schema.minLength, schema.maxLength, ' character')}`;
    case 'array':
      return `a list${rangeText(schema.minItems, schema.maxItems, ' entry', ' entries')}${entryText(schema.items)}`;
    case 'object':
      return schema.properties ? `a mapping with the keys ${Object.keys(schema.properties).join(', ')}` : 'a mapping';
    default:
      return 'something else';
  }
}

/** What can be locked is told by examples. */
function wordsText(words: readonly string[], description: string | undefined): string {
  return words.length > MOST_LISTED && description !== undefined ? description : anyOf(words);
}

function entryText(items: JsonSchema['items']): string {
  return typeof items === 'object' && !Array.isArray(items) ? `, each ${allowedText(items)}` : '';
}

function rangeText(low: number | undefined, high: number | undefined, unit: string, units = `${unit}s`): string {
  // Whole numbers always carry the bounds of what JavaScript counts exactly; they tell nobody anything.
  const minimum = low === Number.MIN_SAFE_INTEGER ? undefined : low;
  const maximum = high === Number.MAX_SAFE_INTEGER ? undefined : high;
  const counted = (amount: number) => (unit === '' ? `${amount}` : `${amount}${amount === 1 ? unit : units}`);
  if (minimum !== undefined && maximum !== undefined) {
    return unit === '' ? ` from ${minimum} to ${maximum}` : ` of ${minimum} to ${counted(maximum)}`;
  }
  if (minimum !== undefined) return ` of at least ${counted(minimum)}`;
  return maximum === undefined ? '' : ` of at most ${counted(maximum)}`;
}
