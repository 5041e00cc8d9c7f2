import { adviceOn } from '../app/people/advice';
import { PERSONAL_ELSEWHERE } from '../core/personal-elsewhere';

import type { FoundPerson, ToldPlace } from './people-command';

/** More of one kind are only counted: the JSON has them all. */
const MOST_KEPT = 20;

const ACTS = {
  replace: 'gets the pseudonym',
  delete: 'is deleted',
  keep: 'stays',
  later: 'stays for now',
  missed: 'was being written',
} as const satisfies Record<ToldPlace['outcome'], string>;

/** What forgetting somebody does, for people. */
export function foundLines({ person }: FoundPerson, places: readonly ToldPlace[]): string[] {
  const called = person.terms.map(({ text }) => text).join(', ');
  return [
    `Named as: ${called}.`,
    ...(places.length === 0 ? ['Nothing that Portcullis keeps names them.'] : countLines(places)),
    ...keptLines(places),
    ...elsewhereLines(),
    'What they do in Portcullis from now on is new, and names them again.',
  ];
}

/** What was done, for people. */
export function doneLines({ pseudonym }: FoundPerson, places: readonly ToldPlace[]): string[] {
  if (places.length === 0)
    return ['Nothing that Portcullis keeps names them: nothing was changed.', ...elsewhereLines()];
  const isAll = places.every(({ outcome }) => outcome === 'replace' || outcome === 'delete');
  return [
    `${pseudonym} stands where the person was named${isAll ? '' : ', but for what is told below'}.`,
    ...countLines(places),
    ...keptLines(places),
    ...elsewhereLines(),
  ];
}

function countLines(places: readonly ToldPlace[]): string[] {
  const groups = Map.groupBy(places, ({ table, column, outcome }) => `${table} ${column} ${outcome}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    return [
      `- ${first.table}, ${first.column}: ${group.length} ${group.length === 1 ? 'row' : 'rows'}; ${ACTS[first.outcome]} (${first.what})`,
    ];
  });
}

function keptLines(places: readonly ToldPlace[]): string[] {
  const left = places.filter(({ outcome }) => outcome !== 'replace' && outcome !== 'delete');
  if (left.length === 0) return [];
  const lines = left.slice(0, MOST_KEPT).map((place) => {
    const paths = place.said.flatMap(({ path }) => (path === '' ? [] : [path]));
    return `- ${place.table} ${place.row}${paths.length === 0 ? '' : `, ${paths.slice(0, 5).join(', ')}`}: ${adviceOn(place)}`;
  });
  const rest = left.length > MOST_KEPT ? [`- and ${left.length - MOST_KEPT} more: --json tells them all.`] : [];
  return ['What this does not change, and what does:', ...lines, ...rest];
}

function elsewhereLines(): string[] {
  return ['What this does not reach:', ...PERSONAL_ELSEWHERE.map(({ where, what }) => `- ${where}: ${what}.`)];
}
