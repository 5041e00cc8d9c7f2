import type { PullRequestSnapshot, Read, SliceName } from '../core/snapshot';

import { readGroups } from './read-groups';
import { readSlice } from './read-slice';
import {
  mutableSliceNames,
  sliceReaders,
  type EarlySources,
  type LateSources,
  type MutableSliceName,
  type SliceReader,
} from './slice-readers';

type MutableSlices = Pick<PullRequestSnapshot, MutableSliceName | 'groups'>;

/**
 * Begins to read the slices that can change without a new iteration. Those that turn out to be needed besides are read
 * when they are asked for, and so is what depends on the pull request.
 *
 * @param early the slices that are surely needed
 */
export function beginMutableSlices(
  sources: EarlySources,
  early: ReadonlySet<SliceName>,
): (needs: ReadonlySet<SliceName>, late: LateSources) => Promise<MutableSlices> {
  const begun = new Map<string, Promise<Read<unknown>>>();
  const readEarly = (name: MutableSliceName, from: EarlySources): Promise<Read<unknown>> | undefined => {
    const { early: read, asks } = readerOf(name);
    if (!read) return undefined;
    const asked = [name, ...(asks ? from.asks[asks] : [])].join(' ');
    const reading = begun.get(asked) ?? readSlice(read(from));
    begun.set(asked, reading);
    return reading;
  };
  const ahead = mutableSliceNames
    .filter((name) => early.has(name))
    .flatMap((name) => [readEarly(name, sources), readerOf(name).begin?.(sources)]);
  const groups = early.has('groups') ? sources.asks.groups.map((name) => sources.group(name)) : [];
  // What fails is told to whoever waits for it; perhaps nobody will.
  for (const reading of [...ahead, ...groups]) reading?.catch(() => undefined);

  return async (needs, late) => {
    const read = mutableSliceNames
      .filter((name) => needs.has(name))
      .map(async (name): Promise<[string, Read<unknown>]> => [
        name,
        await (readEarly(name, late) ?? readSlice(readLate(name, late))),
      ]);
    const [slices, seen] = await Promise.all([
      Promise.all(read),
      needs.has('groups') ? readGroups(late.asks.groups, late.group, late.pullRequest, late.iterations) : undefined,
    ]);
    return { ...Object.fromEntries(slices), ...(seen ? { groups: seen } : {}) };
  };
}

function readerOf(name: MutableSliceName): SliceReader<MutableSliceName> {
  return sliceReaders[name];
}

async function readLate(name: MutableSliceName, from: LateSources): Promise<unknown> {
  return readerOf(name).late?.(from);
}
