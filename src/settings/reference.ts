import type { Gate } from '../core/gate';
import { gates as registry } from '../gates/registry';

import { deploymentDefaults } from './defaults';
import { jsonSchemaOf } from './json-schema';
import { markdownCode, markdownTable } from '../core/markdown-table';
import { optionTable, referenceKeys, yamlBlock } from './option-table';
import { generatedFrom, page, stricterNote } from './reference-page';

/** The page of one gate: what it is for, its options, its examples. */
export function renderGateReference(gate: Gate): string {
  return page([
    `# ${gate.name}`,
    generatedFrom(`src/gates/${gate.name}.ts`),
    `${gate.summary}.`,
    ...(gate.notes ?? []),
    `It reads ${gate.needs.map(markdownCode).join(', ')}. ${defaultMode(gate)}`,
    '## Options',
    'Beside `mode`, `when` and `waivable`, which [every gate takes](../../settings/reference.md#gates), it takes:',
    optionTable(referenceKeys(jsonSchemaOf(gate.options))),
    stricterNote,
    '## Examples',
    'Each of these runs as a test.',
    ...gate.examples.flatMap((example) => exampleText(gate, example)),
  ]);
}

/** The gates' rows for the project's README. */
export function renderGatesTable(gates: readonly Gate[] = registry): string {
  const rows = gates.map((gate) => [
    `[${gate.name}](src/gates/reference/${gate.name}.md)`,
    gate.summary,
    modeByDefault(gate),
  ]);
  return markdownTable(['gate', 'what it is for', 'by default'], rows);
}

function exampleText(gate: Gate, example: Gate['examples'][number]): string[] {
  const heading = `${example.title.charAt(0).toUpperCase()}${example.title.slice(1)}`;
  return [
    `### ${heading}`,
    yamlBlock({ gates: { [gate.name]: { mode: 'block', ...example.options } } }),
    Object.keys(example.given).length > 0 ? 'Given a pull request with' : 'Given an ordinary pull request,',
    ...(Object.keys(example.given).length > 0 ? [yamlBlock(example.given)] : []),
    `the gate ${IT[example.then]}: ${markdownCode(`${gate.name} ${example.says}`)}`,
  ];
}

/** An outcome in a sentence about the gate. */
const IT: Record<Gate['examples'][number]['then'], string> = {
  failed: 'has **failed**',
  succeeded: 'has **succeeded**',
  pending: 'is **pending**',
  error: 'is an **error**',
  notApplicable: 'is **not applicable**',
};

function modeByDefault(gate: Gate): string {
  const modes = new Map(Object.entries(deploymentDefaults.gates).map(([name, { mode }]) => [name, mode]));
  return modes.get(gate.name) ?? 'off';
}

function defaultMode(gate: Gate): string {
  return `By default its mode is \`${modeByDefault(gate)}\`.`;
}
