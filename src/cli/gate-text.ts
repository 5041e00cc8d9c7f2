import { stringify } from 'yaml';

import type { Gate } from '../core/gate';
import { deploymentDefaults } from '../settings/defaults';
import { allowedText, jsonSchemaOf, type JsonSchema } from '../settings/json-schema';
import { referenceKeys } from '../settings/option-table';

import { columns, indented, wrapped } from './terminal-text';

const stricterWords: Record<string, string> = {
  lower: 'less is stricter',
  higher: 'more is stricter',
  subset: 'fewer entries are stricter',
  superset: 'more entries are stricter',
  on: 'true is stricter',
};

/** All gates in a table. */
export function gateListText(gates: readonly Gate[]): string {
  const rows = gates.map(({ name, summary }) => [name, modeByDefault(name), summary]);
  const more =
    'portcullis explain <gate> tells its options and shows examples. How much a gate counts is its mode: off, advise ' +
    '(it tells, and never blocks) or block.';
  return `${columns([['gate', 'default', 'what it is for'], ...rows])}\n\n${wrapped(more)}\n`;
}

/** One gate for the terminal: what it is for, its options, its examples. */
export function gateText(gate: Gate): string {
  const options = referenceKeys(jsonSchemaOf(gate.options));
  const parts = [
    `${gate.name}\n${wrapped(`${gate.summary}.`, '  ')}`,
    wrapped(`It reads ${gate.needs.join(', ')}. By default its mode is ${modeByDefault(gate.name)}.`, '  '),
    'Options, beside mode (off, advise or block), when and waivable, which every gate takes',
    ...options.map(([name, schema]) => optionText(name, schema)),
    'Examples',
    ...gate.examples.map((example) => exampleText(gate, example)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function optionText(name: string, schema: JsonSchema): string {
  const direction: unknown = schema['stricter'];
  const stricter = typeof direction === 'string' ? stricterWords[direction] : undefined;
  const facts = [allowedText(schema), defaultText(schema), ...(stricter === undefined ? [] : [stricter])].join('; ');
  return [`  ${name}`, wrapped(schema.description ?? '', '    '), wrapped(facts, '    ')].join('\n');
}

function defaultText(schema: JsonSchema): string {
  const { default: value } = schema;
  if (value === undefined) return 'no default';
  // With spaces between the entries, long lists find places to be wrapped at.
  const text = Array.isArray(value)
    ? `[${value.map((entry) => JSON.stringify(entry)).join(', ')}]`
    : JSON.stringify(value);
  return `default ${text}`;
}

function exampleText(gate: Gate, { title, options, given, then, says }: Gate['examples'][number]): string {
  const heading = `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
  const isOrdinary = Object.keys(given).length === 0;
  return [
    wrapped(heading, '  '),
    yaml({ gates: { [gate.name]: { mode: 'block', ...options } } }),
    isOrdinary ? '    given an ordinary pull request,' : `    given a pull request with\n${indented(yaml(given), 2)}`,
    wrapped(`→ ${then}: ${gate.name} ${says}`, '    '),
  ].join('\n');
}

function yaml(value: unknown): string {
  return indented(stringify(value, { singleQuote: true, lineWidth: 0 }).trimEnd(), 6);
}

function modeByDefault(name: string): string {
  const modes = new Map(Object.entries(deploymentDefaults.gates).map(([gate, { mode }]) => [gate, mode]));
  return modes.get(name) ?? 'off';
}
