import type { JsonSchema } from '../json-schema';

type Schema = JsonSchema | boolean;
type Value = unknown;

/** What says nothing about documents. */
const NOTES = new Set(['$schema', 'title', 'description', 'default', 'deprecated', 'stricter', 'formerNames']);

/**
 * Whether a JSON Schema (draft 7) accepts a value: a small reading of the standard, apart from the product and from the
 * library that wrote the schema. A keyword that it does not know is an error, so that none is passed over.
 *
 * @param formats what each format means
 */
export function accepts(
  schema: Schema,
  value: Value,
  formats: Readonly<Record<string, (text: string) => boolean>>,
): boolean {
  if (typeof schema === 'boolean') return schema;
  const again = (part: unknown, inner: Value) => accepts(part as Schema, inner, formats);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const properties = schema.properties ?? {};
  const own = isObject ? Object.entries(value) : [];
  const length = typeof value === 'string' ? Array.from(value).length : undefined;
  const items = Array.isArray(value) ? (value as unknown[]) : undefined;
  const number = typeof value === 'number' ? value : undefined;
  const verdicts: Record<string, (limit: never) => boolean> = {
    type: (type: string) => isOfType(type, value),
    enum: (all: unknown[]) => all.includes(value),
    const: (only: unknown) => only === value,
    anyOf: (all: Schema[]) => all.some((part) => again(part, value)),
    allOf: (all: Schema[]) => all.every((part) => again(part, value)),
    not: (part: Schema) => !again(part, value),
    required: (keys: string[]) => !isObject || keys.every((key) => Object.hasOwn(value, key)),
    properties: () => own.every(([key, inner]) => !Object.hasOwn(properties, key) || again(properties[key], inner)),
    additionalProperties: (part: Schema) =>
      own.every(([key, inner]) => Object.hasOwn(properties, key) || again(part, inner)),
    propertyNames: (part: Schema) => own.every(([key]) => again(part, key)),
    maxProperties: (most: number) => own.length <= most,
    items: (part: Schema) => items?.every((entry) => again(part, entry)) ?? true,
    minItems: (least: number) => items === undefined || items.length >= least,
    maxItems: (most: number) => items === undefined || items.length <= most,
    minLength: (least: number) => length === undefined || length >= least,
    maxLength: (most: number) => length === undefined || length <= most,
    pattern: (pattern: string) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
    minimum: (least: number) => number === undefined || number >= least,
    maximum: (most: number) => number === undefined || number <= most,
    format: (name: string) => typeof value !== 'string' || meaning(formats, name)(value),
  };
  return Object.entries(schema).every(([keyword, limit]) => {
    if (NOTES.has(keyword)) return true;
    const verdict = verdicts[keyword];
    if (!verdict) throw new Error(`The JSON Schema holds ${keyword}, which this reading of it does not know.`);
    return verdict(limit as never);
  });
}

function meaning(formats: Readonly<Record<string, (text: string) => boolean>>, name: string) {
  const format = formats[name];
  if (!format) throw new Error(`The JSON Schema holds the format ${name}, which nobody has explained.`);
  return format;
}

function isOfType(type: string, value: Value): boolean {
  switch (type) {
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}
