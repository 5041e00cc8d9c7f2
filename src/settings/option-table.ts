import { stringify } from 'yaml';

import { allowedText, type JsonSchema } from './json-schema';
import { markdownCode, markdownTable } from './markdown-table';

/** Longer defaults stand below the table, which would be too wide to read otherwise. */
const LONGEST_DEFAULT = 60;

/** A key as the reference shows it: its name with dots, and its schema. */
export type ReferenceKey = readonly [name: string, schema: JsonSchema];

/** The keys of a mapping, those of mappings inside it by their dotted names. */
export function referenceKeys(schema: JsonSchema, prefix = ''): ReferenceKey[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]): ReferenceKey[] => {
    if (typeof property === 'boolean') return [];
    const path = `${prefix}${name}`;
    return property.properties ? referenceKeys(property, `${path}.`) : [[path, property]];
  });
}

/** Every key with its type, default, stricter direction and description; long defaults follow below. */
export function optionTable(keys: readonly ReferenceKey[]): string {
  const rows = keys.map(([name, schema]) => [
    markdownCode(name),
    allowedText(schema),
    defaultText(schema),
    stricterText(schema),
    schema.description ?? '',
  ]);
  const table = markdownTable(['name', 'allowed', 'default', 'stricter', 'description'], rows);
  const long = keys.filter(([, schema]) => isLong(schema)).map(([name, schema]) => longDefault(name, schema));
  return [table, ...long].join('\n\n');
}

/** YAML as prettier would have it, fenced. */
export function yamlBlock(value: unknown): string {
  return `\`\`\`yaml\n${stringify(value, { singleQuote: true, lineWidth: 0 })}\`\`\``;
}

function defaultText(schema: JsonSchema): string {
  if (schema.default === undefined) return 'none';
  return isLong(schema) ? 'see below' : markdownCode(JSON.stringify(schema.default));
}

function isLong(schema: JsonSchema): boolean {
  return schema.default !== undefined && JSON.stringify(schema.default).length > LONGEST_DEFAULT;
}

function longDefault(name: string, schema: JsonSchema): string {
  const leaf = name.split('.').at(-1) ?? name;
  return `The default of ${markdownCode(name)}:\n\n${yamlBlock({ [leaf]: schema.default })}`;
}

/** Metadata travels through the JSON Schema under its own name. */
function stricterText(schema: JsonSchema): string {
  const words: Record<string, string> = {
    lower: 'lower',
    higher: 'higher',
    subset: 'fewer',
    superset: 'more',
    on: '`true`',
  };
  const direction: unknown = schema['stricter'];
  return typeof direction === 'string' ? (words[direction] ?? '–') : '–';
}
