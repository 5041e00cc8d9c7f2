import { stringify } from 'yaml';

import { shorten } from '../core/phrase';

import { allowedText, type JsonSchema } from './json-schema';
import { markdownCode, markdownTable } from '../core/markdown-table';

/** Longer defaults stand below the table, which would be too wide to read otherwise. */
const LONGEST_DEFAULT = 60;

const LONGEST_ALLOWED = 160;

/** A key as the reference shows it: its name with dots, and its schema. */
export type ReferenceKey = readonly [name: string, schema: JsonSchema];

/** The keys of a mapping, those of mappings inside it by their dotted names; what stands below `gates` has its own pages. */
export function referenceKeys(schema: JsonSchema, prefix = ''): ReferenceKey[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]): ReferenceKey[] => {
    if (typeof property === 'boolean') return [];
    const path = `${prefix}${name}`;
    if (name === 'gates') return [[path, { description: property.description ?? '' }]];
    const inside = property.additionalProperties;
    if (typeof inside === 'object') return [[path, property], ...referenceKeys(inside, `${path}.<name>.`)];
    return property.properties ? referenceKeys(property, `${path}.`) : [[path, property]];
  });
}

const columns = ['name', 'allowed', 'default', 'stricter', 'description'] as const;

/** Every key with what there is to know of it; long defaults follow below. */
export function optionTable(
  keys: readonly ReferenceKey[],
  shown: readonly (typeof columns)[number][] = columns,
): string {
  const rows = keys.map(([name, schema]) => {
    const cells = {
      name: markdownCode(name),
      allowed: shortAllowed(schema),
      default: defaultText(schema),
      stricter: stricterText(schema),
      description: schema.description ?? '',
    };
    return shown.map((column) => cells[column]);
  });
  const table = markdownTable(shown, rows);
  const long = keys.filter(([, schema]) => isLong(schema)).map(([name, schema]) => longDefault(name, schema));
  return [table, ...long].join('\n\n');
}

/** Every value that a document may leave out, and what holds then. */
export function defaultsTable(schema: JsonSchema, modes: ReadonlyMap<string, { mode: string }>): string {
  const { gates, ...general } = schema.properties ?? {};
  const ofGates = typeof gates === 'object' ? Object.entries(gates.properties ?? {}) : [];
  const keys = [
    ...referenceKeys({ properties: general }),
    ...ofGates.flatMap(([name, gate]): ReferenceKey[] => {
      if (typeof gate === 'boolean') return [];
      const { mode, when: _, ...others } = gate.properties ?? {};
      const ofMode = typeof mode === 'object' ? mode : {};
      const byDefault = { ...ofMode, default: modes.get(name)?.mode ?? 'off' };
      return referenceKeys({ properties: { mode: byDefault, ...others } }, `gates.${name}.`);
    }),
  ];
  const rows = keys
    .filter(([, { default: value }]) => value !== undefined)
    .map(([name, { default: value }]) => [
      markdownCode(name),
      markdownCode(
        isLong({ default: value }) ? shorten(JSON.stringify(value), LONGEST_DEFAULT) : JSON.stringify(value),
      ),
    ]);
  return markdownTable(['key', 'default'], rows);
}

/** YAML as prettier would have it, fenced. */
export function yamlBlock(value: unknown): string {
  return `\`\`\`yaml\n${stringify(value, { singleQuote: true, lineWidth: 0, aliasDuplicateObjects: false })}\`\`\``;
}

/** Lists of all gates and options stand elsewhere. */
function shortAllowed(schema: JsonSchema): string {
  const text = schema.type === undefined && !schema.anyOf ? 'a mapping' : allowedText(schema);
  return text.length > LONGEST_ALLOWED ? `${text.slice(0, text.indexOf(','))}; see below` : text;
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
  if (direction === 'later') return (schema.enum ?? []).map((word) => markdownCode(String(word))).join(' → ');
  if (direction === 'fixed') return '–';
  return typeof direction === 'string' ? (words[direction] ?? '') : '';
}
