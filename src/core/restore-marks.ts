import { STATUS_GENRE, type StatusRow } from './plan-statuses';
import { THREAD_KIND, type ThreadRow } from './plan-threads';

const LINK = /[?&]discussionId=(\d{1,10})(?:&|$)/;

/**
 * The threads with the mark of a summary where somebody took it off: anybody who may contribute can change the properties
 * of anybody's thread, but not who wrote it, nor the statuses of ours that lead to it. Without the mark we would begin a
 * summary anew, and leave the former one to tell what is not true any more.
 *
 * @param name of the status that leads to the summary
 * @param ours every identity that the connection has posted as
 */
export function restoreMarks<Row extends ThreadRow>(
  threads: readonly Row[],
  statuses: readonly StatusRow[],
  name: string,
  ours: ReadonlySet<string>,
  kind: string,
): Row[] {
  const linked = new Set(
    statuses
      .filter((row) => row.genre === STATUS_GENRE && row.name === name && ours.has(row.authorId))
      .map(({ targetUrl }) => Number(LINK.exec(targetUrl ?? '')?.[1])),
  );
  return threads.map((thread) =>
    linked.has(thread.id) ? { ...thread, properties: { ...thread.properties, [THREAD_KIND]: kind } } : thread,
  );
}
