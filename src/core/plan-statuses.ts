import { verdict, type Verdict } from './verdict';

/** Status context: a branch policy names it `portcullis/verdict`. */
export const STATUS_GENRE = 'portcullis';
export const VERDICT_NAME = 'verdict';
/** What `portcullis evaluate --publish` posts: no policy should name it. */
export const EVALUATE_NAME = 'evaluate';

export interface StatusRow {
  id: number;
  iterationId: number | null;
  genre: string;
  name: string;
  state: string;
  description: string;
  targetUrl: string | null;
  authorId: string;
}

export interface WantedStatus extends Verdict {
  iterationId: number | null;
  targetUrl: string;
}

/**
 * The status that has to be posted, or none. Rows are appended and the newest of a context counts, so a row is written
 * only when the newest says something else, judged another iteration, or is not ours (anybody with the right may post
 * one in our name).
 *
 * @param name of the context, within our genre
 */
export function planStatus(
  rows: readonly StatusRow[],
  wanted: WantedStatus,
  myId: string,
  name: string = VERDICT_NAME,
): (WantedStatus & { genre: string; name: string }) | undefined {
  const newest = rows
    .filter((row) => row.genre === STATUS_GENRE && row.name === name)
    .reduce<StatusRow | undefined>(
      (latest, row) => (latest === undefined || row.id > latest.id ? row : latest),
      undefined,
    );
  const same =
    newest?.authorId === myId &&
    newest.iterationId === wanted.iterationId &&
    newest.state === wanted.state &&
    newest.description === wanted.description &&
    newest.targetUrl === wanted.targetUrl;
  return same ? undefined : { ...wanted, genre: STATUS_GENRE, name };
}

/**
 * The statuses of components that have to be posted: those that say something new, and one for each component that the
 * settings do not know any more and that still says something for this iteration.
 */
export function planComponentStatuses(
  rows: readonly StatusRow[],
  components: Readonly<Record<string, Verdict>>,
  place: Pick<WantedStatus, 'iterationId' | 'targetUrl'>,
  myId: string,
): (WantedStatus & { genre: string; name: string })[] {
  const gone = rows
    .filter(({ genre, iterationId, authorId }) => {
      return genre === STATUS_GENRE && iterationId === place.iterationId && authorId === myId;
    })
    .map(({ name }) => name)
    .filter((name) => name !== VERDICT_NAME && name !== EVALUATE_NAME && !Object.hasOwn(components, name));
  const retired = verdict('notApplicable', 'not a component any more');
  const wanted = [...Object.entries(components), ...[...new Set(gone)].map((name) => [name, retired] as const)];
  return wanted.flatMap(([name, says]) => planStatus(rows, { ...says, ...place }, myId, name) ?? []);
}
