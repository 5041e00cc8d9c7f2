import type { Gate } from '../core/gate';
import { gates as registry } from '../gates/registry';

import { deploymentDefaults } from './defaults';
import { generalShape } from './general-schema';
import { jsonSchemaOf, schemaAt, settingsJsonSchema } from './json-schema';
import { markdownCode, markdownTable } from '../core/markdown-table';
import { defaultsTable, optionTable, referenceKeys, yamlBlock } from './option-table';
import { settingsExamples as examples } from './reference-examples';
import { bullets, generatedFrom, page, stricterNote } from './reference-page';
import { resolveSettings } from './resolve';
import { whenSchema } from './when-schema';

/** The page of everything in a document that is no gate's own. */
export function renderSettingsReference(gates: readonly Gate[] = registry): string {
  return page([
    '# Settings',
    generatedFrom('src/settings/settings-reference.ts and the schemas beside it'),
    'A document of settings, in YAML or JSON, says what is asked of pull requests. Unknown keys and gates are refused, with the place and the nearest spelling.',
    yamlBlock(examples.overview),
    ...scopesPart,
    ...keysPart(gates),
    ...gatesPart(gates),
    ...circumstancesPart,
    ...whenPart,
    ...componentsPart,
    ...locksPart(gates),
    ...waiversPart,
    ...filePart,
    '## Defaults',
    'Every value that holds where nobody says anything else.',
    defaultsTable(settingsJsonSchema(gates), new Map(Object.entries(deploymentDefaults.gates))),
  ]);
}

const scopesPart = [
  '## Scopes',
  'There is one document for each scope. What a narrower scope says overrides what a wider one says; the repository of a pull request decides which documents meet.',
  markdownTable(
    ['scope', 'whose document', 'set by'],
    [
      ['deployment', 'what Portcullis does by itself', 'nobody: it comes with the release'],
      ['connection', 'an organization or collection', '`portcullis settings set`'],
      ['project', 'one project', '`portcullis settings set --project Shop`'],
      ['repository', 'one repository', '`portcullis settings set --repository Shop/web`'],
      [
        'file',
        '`.portcullis.yaml` in the repository, if it may',
        'a pull request; see [repositoryFile](#repositoryfile)',
      ],
    ],
  ),
  'Mappings merge key by key, so that a narrower condition (`when`) adds to a wider one; everything else, lists included, is replaced. A key that nobody sets has its default. A new repository or project needs no document: the wider ones hold. `portcullis settings effective --repository Shop/web` shows every value that holds, the scope that says it, and the scope that locks it. What is kept is what a document says and not its text: comments do not come back, so a document that explains itself is better kept in a folder for `portcullis settings apply`.',
];

function keysPart(gates: readonly Gate[]): string[] {
  const { gates: _, ...general } = settingsJsonSchema(gates).properties ?? {};
  return [
    '## Keys',
    'Beside `gates`, a document may have:',
    optionTable(referenceKeys({ properties: general })),
    stricterNote,
    'Globs take `*` (within a part), `**`, `?`, `[abc]` and `{a,b}`. Those of branches are matched against the branch without `refs/heads/`, those of files against the path without its leading slash.',
  ];
}

function gatesPart(gates: readonly Gate[]): string[] {
  const [first] = gates;
  const common = ['mode', 'when', 'waivable'].flatMap((key) => {
    const schema = first && schemaAt(settingsJsonSchema(gates), ['gates', first.name, key]);
    return schema ? [[key, schema] as const] : [];
  });
  return [
    '## Gates',
    'Gates by name. Each has a page with its own options; beside them, every gate takes:',
    optionTable(common),
    markdownTable(
      ['mode', 'what it means'],
      [
        ['`off`', 'The gate is not judged. A gate that nobody names is off, too.'],
        ['`advise`', 'The gate is judged and told, and never blocks. A gate that is named without a mode advises.'],
        ['`block`', 'A failure, or a gate that cannot judge, keeps the pull request from being completed.'],
      ],
    ),
    markdownTable(
      ['gate', 'what it is for'],
      gates.map((gate) => [`[${gate.name}](../gates/reference/${gate.name}.md)`, gate.summary]),
    ),
    'Without any settings, these are on:',
    yamlBlock(examples.defaults),
  ];
}

const circumstancesPart = [
  '## When pull requests are judged',
  bullets([
    '`enabled: false` switches a scope off: the status is *not applicable*, which lifts the branch policy.',
    '`phase: shadow` tries settings out. Everything is judged, and the status is green and tells what it would have been: `shadow: would have failed: …`. Where a gate could not judge, it is *not applicable*. `phase: enforce` counts.',
    '`branches` names the target branches that are gated: those that one of `include` matches and none of `exclude`. Pull requests into others are *not applicable*.',
    '`drafts: skip` leaves a draft unjudged: it is *pending*, and cannot be completed anyway. `drafts: judge` judges it like any other.',
    '`bots` spares the pull requests of some accounts some gates. An account is named exactly, by its `uniqueName` or id; a display name is anybody’s to choose and counts for nothing. The REST API tells both of whoever opened a pull request, as `createdBy`.',
  ]),
  yamlBlock(examples.bots),
];

const whenPart = [
  '## when',
  'A gate with a condition is judged on the pull requests that it is meant for, and *not applicable* to the others, with the reason. Every key that is there must hold; of a list, one entry is enough.',
  yamlBlock(examples.when),
  optionTable(referenceKeys(jsonSchemaOf(whenSchema)), ['name', 'allowed', 'description']),
  'In a component, `paths` and `size` are about the files of that component. A file too large to be counted might have any number of lines: then the gate is judged.',
];

const componentsPart = [
  '## Components',
  'Parts of a monorepo, by the files that belong to them. Each has a status of its own, `portcullis/<name>`; `portcullis/verdict` stays the answer for all of them together, and the one for the branch policy.',
  yamlBlock(examples.components),
  bullets([
    'A gate that looks at changed files judges each touched component by itself, and once more the files that no component claims. Other gates judge the pull request as a whole.',
    'What a component says of a gate overrides, key by key, what stands above. A gate that it names is judged for it even if it looks at no files.',
    'A component that no gate judges by itself is an *error*, which is told when it is saved. Where a wider scope locks the gates that look at files, name one in the component, and it is judged there once more.',
    'A component none of whose files changed is *not applicable*. A file that is moved out of one, or into one, counts on both sides.',
    'There are at most 20, those of all scopes together. A name has 1 to 50 lower-case letters, digits and hyphens, begins with no hyphen, and is neither `verdict` nor `evaluate`. `paths` may stand in a wider scope than the rest, but one of them must have it.',
  ]),
];

function locksPart(gates: readonly Gate[]): string[] {
  return [
    '## Locks',
    'What a scope locks, narrower ones may only tighten. A value that asks for less is refused when it is saved; where it stands already, it counts for nothing, `portcullis settings effective` says so, and its document is not saved again until it is mended. `lock` takes:',
    bullets([
      `keys beside gates: ${Object.keys(generalShape(gates)).map(markdownCode).join(', ')} and \`components\`, as a whole or one key inside, like \`branches.include\`;`,
      'a gate, like `gates.size`;',
      'one key of a gate, like `gates.size.maximumLines`. That key holds in components, too; everything else of the gate is free, and so is switching it off.',
    ]),
    'A locked gate is judged whatever narrower scopes say. It keeps its options or stricter ones, its `mode` or a stricter one, its `when`, its `waivable`, and the authority to waive it. Where narrower scopes speak of `enabled`, `phase`, `branches`, `drafts` and `bots`, this counts for other gates, and for this one only where it is stricter: judged, before waiting as a draft, before being tried out, before not at all. Components of narrower scopes do not cut its files into parts that are each small enough; they can only have it judged once more. A gate that is locked while it is off may be switched on in any way.',
    'Say a project has',
    yamlBlock(examples.lockingProject),
    'and one of its repositories',
    yamlBlock(examples.lockedRepository),
    'Then size is judged there all the same: it blocks, at 300 lines, on drafts as well. Everything else is switched off. The repository’s document is told:',
    bullets(warningsOfExample(gates)),
  ];
}

/** As the product says it. */
function warningsOfExample(gates: readonly Gate[]): string[] {
  const resolved = resolveSettings(
    [
      { scope: 'project', document: examples.lockingProject },
      { scope: 'repository', document: examples.lockedRepository },
    ],
    gates,
  );
  return resolved.ok ? resolved.warnings.map(({ path, message }) => `\`${path}\`: ${message}`) : [];
}

const waiversPart = [
  '## Waivers',
  'A waiver is a recorded exception from a gate. Nobody can make one yet: waivers come with the commands in comments. Today `waivable` and `waivers.authority` are checked, merged and locked like everything else, so that they hold from the first day.',
];

const filePart = [
  '## repositoryFile',
  'Whether a repository may have settings of its own in `.portcullis.yaml`, at its root. The file is read **from the target branch**: a pull request that edits it is judged by the present one, and its own version is only validated. It takes what any document takes, except `repositoryFile` and `lock`.',
  markdownTable(
    ['repositoryFile', 'what it means'],
    [
      ['`off`', 'The file is not looked at.'],
      ['`tighten`', 'The file counts where it asks for more: it finds everything locked.'],
      ['`full`', 'The file counts like a narrower scope, within the locks of the others.'],
    ],
  ),
  'While the file on the target branch is invalid, every pull request is an *error*, except one that mends or deletes it: that one is judged by the wider settings alone.',
];
