import { Failure } from '../core/failures';
import type { PullRequestKey } from '../core/snapshot';

import { placeOf } from './answers';
import { unexpectedAnswer, type Door } from './door';
import { readArchive, type ArchiveLimits, type Unpacked } from './read-archive';

/** Larger files are not looked into. */
export const LARGEST_BLOB = 1024 * 1024;

/** The text of one blob, without a byte order mark; undefined where it has more bytes than `largest`. */
export async function readTextBlob(
  door: Door,
  key: PullRequestKey,
  objectId: string,
  largest: number,
): Promise<string | undefined> {
  const blob = (await readBlobs(door, key, [objectId], { perFile: largest, take: () => true })).get(objectId);
  return blob === undefined || blob === 'tooLarge' ? undefined : new TextDecoder().decode(blob);
}

/** Blobs by id. A batch whose archive is too large is asked for again in halves, down to the blob that makes it so. */
export async function readBlobs(
  door: Door,
  key: PullRequestKey,
  ids: string[],
  limits: ArchiveLimits,
): Promise<Map<string, Unpacked>> {
  const doing = `read file contents of ${placeOf(key)} in ${door.base}`;
  let archive: Buffer | undefined;
  try {
    archive = door.exchange.archiveOf(await door.git.getBlobsZip(ids, key.repositoryId));
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'tooLarge') throw error;
    if (ids.length === 1) return new Map(ids.map((id) => [id, 'tooLarge' as const]));
    const half = Math.ceil(ids.length / 2);
    const first = await readBlobs(door, key, ids.slice(0, half), limits);
    const second = await readBlobs(door, key, ids.slice(half), limits);
    return new Map([...first, ...second]);
  }
  if (!archive) throw unexpectedAnswer(doing, 'no archive');
  const blobs = await readArchive(archive, limits).catch(() => {
    throw unexpectedAnswer(doing, 'an archive that cannot be read');
  });
  const missing = ids.find((id) => !blobs.has(id));
  if (missing !== undefined) throw unexpectedAnswer(doing, `an archive without ${missing}`);
  return blobs;
}
