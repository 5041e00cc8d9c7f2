import { count } from '../core/phrase';

import type { DoctorAnswer } from './doctor-command';
import { visible, wrapped } from './terminal-text';

type Line = DoctorAnswer['lines'][number];

const signs = { ok: '✓', warning: '!', broken: '✗' } as const;

/** In order as far as anybody knows: it was not tried. */
const NOT_TRIED = 'scopes-to-write';

/** A report for people: by connection and project, what is wrong with what mends it, and what it comes to. */
export function doctorText({ lines }: DoctorAnswer, { isVerbose }: { isVerbose: boolean }): string {
  const told = lines.filter(({ state }) => isVerbose || state !== 'ok');
  const width = Math.max(...told.map(({ check }) => check.length), 0) + 4;
  const groups = new Map<string, Line[]>();
  for (const line of told) {
    const title = titleOf(line);
    groups.set(title, [...(groups.get(title) ?? []), line]);
  }
  const parts = [...groups].map(([title, group]) =>
    [visible(title), ...group.map((line) => lineText(line, width))].join('\n'),
  );
  return `${[...parts, verdictOf(lines, isVerbose)].join('\n\n')}\n`;
}

function titleOf({ where: { connection, project } }: Line): string {
  if (connection === null) return 'Portcullis';
  return project === null ? `Connection ${connection}` : `Connection ${connection}, project ${project}`;
}

function lineText({ check, state, message, help, isUnknown }: Line, width: number): string {
  const sign = isUnknown ? '?' : check === NOT_TRIED && state === 'ok' ? '–' : signs[state];
  return [
    wrapped(message, `${sign} ${check}`.padEnd(width)),
    ...(help === undefined ? [] : [wrapped(help, ' '.repeat(width))]),
  ].join('\n');
}

function verdictOf(lines: readonly Line[], isVerbose: boolean): string {
  const broken = lines.filter(({ state }) => state === 'broken').length;
  const unknown = lines.filter(({ isUnknown }) => isUnknown).length;
  const warnings = lines.filter(({ state, isUnknown }) => state === 'warning' && !isUnknown).length;
  const well = lines.length - broken - unknown - warnings;
  const shown = isVerbose ? '' : ', and --verbose shows them';
  if (broken + unknown + warnings === 0) return `All is well: ${count(well, 'thing')} were looked at${shown}.`;
  const unlooked = unknown === 0 ? [] : [`${unknown} not looked at`];
  const counts = [...(broken === 0 ? [] : [`${broken} broken`]), ...unlooked, count(warnings, 'warning')].join(', ');
  return broken === 0 && unknown === 0 ? `Nothing is broken; ${counts}.` : `${counts}.`;
}
