import { z } from 'zod';

import { count } from '../core/phrase';

import { columns, indented, visible, wrapped } from './terminal-text';

const scope = z.string();
const gatingShape = {
  enabled: z.boolean().nullable(),
  from: scope,
  lockedBy: scope.nullable(),
  isLockedOn: z.boolean(),
  mayFileDiffer: z.boolean(),
  problem: z.string().nullable(),
  hasSettings: z.boolean(),
};
const gating = z.object(gatingShape);

/** What the management API answers to `repository-list`. */
export const listSchema = z.object({
  defaults: gating,
  projects: z.array(
    z.object({
      ...gatingShape,
      id: z.string(),
      name: z.string(),
      repositories: z.int(),
      leftOut: z.string().nullable(),
    }),
  ),
  repositories: z.array(
    z.object({
      ...gatingShape,
      id: z.string(),
      name: z.string(),
      project: z.object({ id: z.string(), name: z.string() }),
      defaultBranch: z.string().nullable(),
      size: z.number().nullable(),
      isDisabled: z.boolean(),
      fork: z.object({ of: z.string().nullable() }).nullable(),
    }),
  ),
  newProjects: z.array(
    z.object({ id: z.string(), name: z.string(), foundAt: z.string(), message: z.string(), mend: z.array(z.string()) }),
  ),
  gone: z.array(
    z.object({ kind: z.string(), id: z.string(), savedAt: z.string(), savedBy: z.string(), note: z.string() }),
  ),
  notes: z.array(z.string()),
});

const refused = z.array(z.object({ reason: z.string(), count: z.int(), names: z.array(z.string()) }));

/** What it answers to a switch that is tried. */
export const previewSchema = z.object({
  documents: z.object({
    count: z.int(),
    first: z.array(z.object({ name: z.string(), says: z.enum(['on', 'off', 'nothing']) })),
  }),
  switched: z.object({ count: z.int(), names: z.array(z.string()) }),
  already: z.int(),
  refused,
  notes: z.array(z.string()),
});

/** What came of a switch. */
export const resultSchema = z.object({ saved: z.int(), refused });

const MOST_SHOWN = 20;

export function listText(list: z.output<typeof listSchema>): string {
  const { defaults, projects, repositories, newProjects, gone, notes } = list;
  const rows = repositories.map((repository) => [
    `${repository.project.name}/${repository.name}`,
    gatedText(repository),
    branchText(repository.defaultBranch),
    remarks(repository),
  ]);
  const table = columns([['repository', 'gated', 'default branch', ''], ...rows].map((row) => row.map(visible)));
  const others = projects.filter(({ leftOut }) => leftOut !== null);
  const left = others.map(({ name, leftOut }) => wrapped(`${name}: ${leftOut ?? ''}`));
  const unready = newProjects.map(({ message, mend }) =>
    [wrapped(message), ...mend.map((command) => `  ${visible(command)}`)].join('\n'),
  );
  const lost = gone.map(({ kind, id, savedBy }) =>
    wrapped(`Settings of ${kind} ${id} are kept, and it is gone (saved by ${savedBy || 'somebody'}).`),
  );
  const on = repositories.filter(({ enabled }) => enabled === true).length;
  const sum = `${on} of ${count(repositories.length, 'repository', 'repositories')} gated. Projects that are created later: ${gatedText(defaults)}.`;
  const parts = [
    repositories.length === 0 ? '' : table,
    left.join('\n'),
    unready.join('\n'),
    lost.join('\n'),
    wrapped(sum),
  ];
  return `${[...parts, ...notes.map((note) => wrapped(note))].filter((part) => part !== '').join('\n\n')}\n`;
}

function gatedText({ enabled, from, isLockedOn, problem }: z.output<typeof gating>): string {
  if (enabled === null) return `error: ${problem ?? 'its settings are wrong'}`;
  const by = from === 'default' ? 'by default' : `by the ${from}`;
  if (!enabled && isLockedOn) return `locked gates alone, off ${by}`;
  return `${enabled ? 'on' : 'off'}, ${by}`;
}

function branchText(ref: string | null): string {
  return ref === null ? '(empty)' : ref.replace(/^refs\/heads\//, '');
}

function remarks({
  isDisabled,
  fork,
  mayFileDiffer,
  lockedBy,
}: z.output<typeof listSchema>['repositories'][number]): string {
  return [
    isDisabled && 'disabled in Azure DevOps',
    fork && `fork${fork.of === null ? '' : ` of ${fork.of}`}`,
    lockedBy && `locked by the ${lockedBy}`,
    mayFileDiffer && 'its .portcullis.yaml may differ',
  ]
    .filter((remark) => typeof remark === 'string')
    .join(', ');
}

/** @param wanted what was asked for: gated or not, now or what is created later */
export function previewText(
  preview: z.output<typeof previewSchema>,
  wanted: { enabled: boolean; defaults?: boolean },
): string {
  const { documents, already } = preview;
  const changes = documents.first.slice(0, MOST_SHOWN).map(({ name, says }) => {
    return `  ${visible(name)}: ${says === 'nothing' ? 'says nothing any more, and follows' : says}`;
  });
  const more = documents.count - changes.length;
  const lines = [
    documents.count === 0
      ? 'There is nothing to change.'
      : `${count(documents.count, 'settings document')} will be saved${consequence(preview, wanted)}`,
    ...changes,
    ...(more > 0 ? [`  … and ${more} more`] : []),
    ...(already > 0
      ? [
          `${count(already, 'repository', 'repositories')} ${already === 1 ? 'is' : 'are'} ${wanted.enabled ? 'gated' : 'off'} already.`,
        ]
      : []),
    ...refusedLines(preview.refused),
    ...preview.notes.map((note) => wrapped(note)),
  ];
  return `${lines.join('\n')}\n`;
}

function consequence(
  { switched }: z.output<typeof previewSchema>,
  { enabled, defaults = false }: { enabled: boolean; defaults?: boolean },
): string {
  if (defaults) return `: what is there keeps what it has, and what is created later is ${enabled ? 'gated' : 'not'}.`;
  const repositories = count(switched.count, 'repository', 'repositories');
  return `: ${repositories} will${enabled ? ' be gated' : ' not be gated any more'}.`;
}

export function resultText({ saved, refused: reasons }: z.output<typeof resultSchema>): string {
  const lines = [`${count(saved, 'settings document')} saved.`, ...refusedLines(reasons)];
  return `${lines.join('\n')}\n`;
}

function refusedLines(reasons: z.output<typeof refused>): string[] {
  return reasons.map(({ reason, count: amount, names }) => {
    const others = amount - names.length;
    const who = `${names.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
    return `Refused: ${visible(reason)}\n${indented(wrapped(who), 2)}`;
  });
}
