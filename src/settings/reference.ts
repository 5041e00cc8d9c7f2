import type { Gate } from '../core/gate';
import { gates as registry } from '../gates/registry';

import { deploymentDefaults } from './defaults';
import { jsonSchemaOf, settingsJsonSchema } from './json-schema';
import { markdownCode, markdownTable } from './markdown-table';
import { optionTable, referenceKeys, yamlBlock } from './option-table';

const stricterNote =
  'The column *stricter* says which way an option asks for more; – means that neither way is stricter than the other.';

/** The page of one gate: what it is for, its options, its examples. */
export function renderGateReference(gate: Gate): string {
  return page([
    `# ${gate.name}`,
    generatedFrom(`src/gates/${gate.name}.ts`),
    `${gate.summary}.`,
    `It reads ${gate.needs.map(markdownCode).join(', ')}. ${defaultMode(gate)}`,
    '## Options',
    'Beside `mode` (`off`, `advise` or `block`), the gate takes:',
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

/** The page of everything in a document that is no gate's own. */
export function renderSettingsReference(gates: readonly Gate[] = registry): string {
  const { gates: ofGates, ...general } = settingsJsonSchema(gates).properties ?? {};
  const example = {
    phase: 'enforce',
    branches: { include: ['main', 'release/*'] },
    drafts: 'skip',
    gates: { title: { pattern: '(feat|fix|docs|chore)(\\(.+\\))?: .{5,72}' }, size: { mode: 'block' } },
  };
  return page([
    '# Settings',
    generatedFrom('src/settings/schema.ts'),
    'One document per scope, in YAML or JSON. What a repository says overrides what its connection says, which overrides what a deployment does by default: mappings merge key by key, and everything else, lists included, is replaced. A key that nobody sets has its default. Unknown keys and gates are refused.',
    yamlBlock(example),
    '## Keys',
    optionTable(referenceKeys({ properties: general })),
    stricterNote,
    'Globs take `*` (within a part), `**`, `?`, `[abc]` and `{a,b}`, and are matched against the branch without `refs/heads/`.',
    '## Gates',
    typeof ofGates === 'object' ? `${ofGates.description ?? ''} Each takes \`mode\` beside its own options:` : '',
    markdownTable(
      ['mode', 'what it means'],
      [
        ['`off`', 'The gate is not judged. A gate that nobody names is off, too.'],
        ['`advise`', 'The gate is judged and told, and never blocks. A gate that is named without a mode advises.'],
        ['`block`', 'A failure, or a gate that cannot judge, keeps the pull request from being completed.'],
      ],
    ),
    'Without any settings, these gates are on:',
    yamlBlock(deploymentDefaults),
    markdownTable(
      ['gate', 'what it is for'],
      gates.map((gate) => [`[${gate.name}](../gates/reference/${gate.name}.md)`, gate.summary]),
    ),
  ]);
}

function exampleText(gate: Gate, example: Gate['examples'][number]): string[] {
  const heading = `${example.title.charAt(0).toUpperCase()}${example.title.slice(1)}`;
  return [
    `### ${heading}`,
    yamlBlock({ gates: { [gate.name]: { mode: 'block', ...example.options } } }),
    Object.keys(example.given).length > 0 ? 'Given a pull request with' : 'Given an ordinary pull request,',
    ...(Object.keys(example.given).length > 0 ? [yamlBlock(example.given)] : []),
    `the gate has **${example.then}**: ${markdownCode(`${gate.name} ${example.says}`)}`,
  ];
}

function modeByDefault(gate: Gate): string {
  const modes = new Map(Object.entries(deploymentDefaults.gates).map(([name, { mode }]) => [name, mode]));
  return modes.get(gate.name) ?? 'off';
}

function defaultMode(gate: Gate): string {
  return `By default its mode is \`${modeByDefault(gate)}\`.`;
}

function generatedFrom(source: string): string {
  return `<!-- Written by \`npm run generate\` from ${source}: edit that instead. -->`;
}

function page(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
