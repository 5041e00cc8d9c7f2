import type { Verdict } from './verdict';

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
