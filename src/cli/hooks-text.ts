import { z } from 'zod';

import type { SyncResult } from '../app/hooks/hook-slices';
import { count } from '../core/phrase';

import { columns, indented, visible, wrapped } from './terminal-text';

const time = z.iso.datetime().nullable();

export const hooksStatusSchema = z.object({
  mode: z.enum(['organization', 'projects']),
  account: z.string(),
  ok: z.boolean(),
  places: z.array(
    z.object({
      project: z.string(),
      lines: z.array(
        z.object({
          eventType: z.string(),
          state: z.enum(['inPlace', 'missing', 'wrong', 'onProbation', 'unwanted', 'unknown']),
          faults: z.array(z.string()),
          probation: z.object({ retries: z.int(), since: time, nextRetryAt: time }).nullable(),
        }),
      ),
    }),
  ),
  remedy: z.string().nullable(),
});
export type HooksStatusAnswer = z.output<typeof hooksStatusSchema>;
type Line = HooksStatusAnswer['places'][number]['lines'][number];

const states = {
  inPlace: 'in place',
  missing: 'missing',
  wrong: 'wrong',
  onProbation: 'on probation',
  unwanted: 'not wanted',
  unknown: 'not known',
} as const;

/** How the subscriptions are, for people: a project where all is well is one line. */
export function statusText({ places, account, ok, remedy }: HooksStatusAnswer): string {
  const parts = places.map(({ project, lines }) => {
    const good = lines.filter(({ state }) => state === 'inPlace').length;
    const head = visible(`${project}: ${good} of ${lines.length} in place`);
    const rows = lines
      .filter(({ state }) => state !== 'inPlace')
      .map((line) => [line.eventType, states[line.state], detailsOf(line)].map(visible));
    return rows.length === 0 ? head : `${head}\n${indented(columns(rows), 2)}`;
  });
  const verdict = ok
    ? `All are in place and belong to ${account}.`
    : remedy === null
      ? 'Azure DevOps tries those on probation again by itself.'
      : `${remedy} mends it.`;
  return [...(parts.length === 0 ? ['There is no project with a Git repository.'] : parts), wrapped(verdict)].join(
    '\n',
  );
}

function detailsOf({ faults, probation }: Line): string {
  if (!probation) return faults.join('; ');
  const since = probation.since === null ? 'since less than 20 minutes' : `since ${probation.since}`;
  const next = probation.nextRetryAt === null ? '' : `, the next one at ${probation.nextRetryAt}`;
  return [`${since}, ${count(probation.retries, 'retry', 'retries')}${next}; new events are lost`, ...faults].join(
    '; ',
  );
}

/** What a sync has done, for people. */
export function syncText({
  mode,
  projects,
  changes: { created, repaired, removed },
  total,
  refused,
}: SyncResult): string {
  const done = [
    ...(created > 0 ? [`${created} created`] : []),
    ...(repaired > 0 ? [`${repaired} repaired`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
  ];
  const where = mode === 'organization' ? 'one set for all projects' : `for ${count(projects, 'project')}`;
  const first = `${count(total, 'service hook subscription')}, ${where}: ${done.length === 0 ? 'nothing was to be done' : done.join(', ')}.`;
  return [wrapped(first), ...refused.map(({ project, reason }) => wrapped(reason, `✗ ${visible(project)}: `))].join(
    '\n',
  );
}

/** What a rotation has done, for people. */
export function rotateText(result: SyncResult & { formerEndsAt: string | null }): string {
  const former =
    result.refused.length > 0
      ? 'The former password counts for a day, as subscriptions that could not be changed still carry it.'
      : result.formerEndsAt === null
        ? ''
        : `The former password ends at ${result.formerEndsAt.slice(11, 16)} UTC.`;
  return [syncText(result), ...(former === '' ? [] : [wrapped(former)])].join('\n');
}
