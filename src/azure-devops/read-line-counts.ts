import type { ChangedFile, LineCount, PullRequestKey } from '../core/snapshot';
import { countLines, MOST_STEPS } from '../core/line-count';

import { placeOf } from './answers';
import { unexpectedAnswer, type Door } from './door';
import type { ArchiveLimits, Unpacked } from './read-archive';
import { LARGEST_BLOB, readBlobs } from './read-blobs';

const BLOBS_PER_BATCH = 200;
const BATCHES_AT_ONCE = 3;
const LARGEST_TOTAL = 100 * 1024 * 1024;
/** For all files of a pull request; a single file has `MOST_STEPS`. */
const STEPS_IN_ALL = 10 * MOST_STEPS;

/** The end of the queue that all calls of this process stand in. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Lines gained and lost by each file, in the order of `changes`. A pure rename is 0/0, as are a submodule and a deleted file
 * of which the service does not say what it was. Files whose versions are larger than 1 MB, or that come after 100 MB in all, are
 * `tooLarge`. One call at a time in a process, so that the memory for all of them is the memory for one.
 */
export function readLineCounts(door: Door, key: PullRequestKey, changes: ChangedFile[]): Promise<LineCount[]> {
  const counted = last.then(() => countAll(door, key, changes));
  last = counted.catch(() => undefined);
  return counted;
}

async function countAll(door: Door, key: PullRequestKey, changes: ChangedFile[]): Promise<LineCount[]> {
  let left = LARGEST_TOTAL;
  const limits: ArchiveLimits = {
    perFile: LARGEST_BLOB,
    take: (bytes) => {
      if (bytes > left) return false;
      left -= bytes;
      return true;
    },
  };
  const nameless = changes.find(
    ({ kinds, objectId, isSubmodule }) =>
      objectId === undefined && isSubmodule !== true && (kinds.includes('add') || kinds.includes('edit')),
  );
  if (nameless) {
    throw unexpectedAnswer(`count the lines of ${placeOf(key)} in ${door.base}`, `no object id for ${nameless.path}`);
  }
  let stepsLeft = STEPS_IN_ALL;
  const counts = new Map<ChangedFile, LineCount>();
  const batches = toBatches(changes.filter((change) => blobsOf(change).length > 0));

  const work = async (): Promise<void> => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const blobs = await readBlobs(door, key, [...new Set(batch.flatMap(blobsOf))], limits);
      for (const change of batch) {
        const count = countFile(change, blobs, Math.min(MOST_STEPS, stepsLeft));
        stepsLeft -= count.steps;
        counts.set(change, count.line);
        // Counting takes the event loop; others may need it between two files.
        await new Promise(setImmediate);
      }
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, work));
  return changes.map((change) => counts.get(change) ?? { path: change.path, additions: 0, deletions: 0 });
}

/** The blobs that must be compared; none when a file only moved, and none of a submodule. */
function blobsOf({ objectId, originalObjectId, kinds, isSubmodule }: ChangedFile): string[] {
  if (isSubmodule === true) return [];
  const isNew = kinds.includes('add') && !kinds.includes('rename');
  const before = isNew ? undefined : originalObjectId;
  const after = kinds.includes('delete') ? undefined : objectId;
  if (before === after) return [];
  // A list that does not tell what a moved file was before says that it is the same.
  if (before === undefined && kinds.includes('rename') && !kinds.includes('edit')) return [];
  return [before, after].filter((id) => id !== undefined);
}

/** Both versions of a file travel in the same batch, so that each batch can be forgotten when it is counted. */
function toBatches(changes: ChangedFile[]): ChangedFile[][] {
  const batches: ChangedFile[][] = [];
  let ids = new Set<string>();
  for (const change of changes) {
    const wanted = blobsOf(change);
    const current = batches.at(-1);
    if (current && new Set([...ids, ...wanted]).size <= BLOBS_PER_BATCH) {
      current.push(change);
    } else {
      batches.push([change]);
      ids = new Set();
    }
    for (const id of wanted) ids.add(id);
  }
  return batches;
}

function countFile(
  change: ChangedFile,
  blobs: Map<string, Unpacked>,
  mostSteps: number,
): { line: LineCount; steps: number } {
  const { path, kinds, objectId, originalObjectId } = change;
  const before = originalObjectId === undefined ? undefined : blobs.get(originalObjectId);
  const after = kinds.includes('delete') || objectId === undefined ? undefined : blobs.get(objectId);
  if (before === 'tooLarge' || after === 'tooLarge') return { line: { path, uncounted: 'tooLarge' }, steps: 0 };
  const counted = countLines(before, after, mostSteps);
  if (counted === 'binary') return { line: { path, uncounted: 'binary' }, steps: 0 };
  const { additions, deletions, steps } = counted;
  return { line: { path, additions, deletions }, steps };
}
