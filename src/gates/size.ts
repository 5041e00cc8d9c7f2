import { z } from 'zod';

import { defineGate, stricter } from '../core/gate';
import { globSchema, matchesAnyGlob } from '../core/glob';
import { judged, type Fault } from '../core/outcome';
import { code, count } from '../core/phrase';
import type { ChangedFile } from '../core/snapshot';

const options = z.strictObject({
  maximumLines: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(600)
    .meta(stricter('lower', 'At most this many added and deleted lines together.')),
  maximumFiles: z.int().min(1).max(100_000).default(50).meta(stricter('lower', 'At most this many changed files.')),
  ignore: z
    .array(globSchema())
    .max(200)
    .default([
      '**/package-lock.json',
      '**/yarn.lock',
      '**/pnpm-lock.yaml',
      '**/packages.lock.json',
      '**/poetry.lock',
      '**/Cargo.lock',
      '**/go.sum',
      '**/*.min.{js,css}',
      '**/*.snap',
      '**/*.[Dd]esigner.cs',
    ])
    .meta(stricter('subset', 'Globs of files that do not count, such as generated ones; paths have no leading slash.')),
});

export const size = defineGate({
  name: 'size',
  summary: 'Keep pull requests small enough to be reviewed well',
  needs: ['changes', 'lineCounts'],
  options,
  examples: [
    {
      title: 'too many lines',
      options: { maximumLines: 600 },
      given: {
        changes: [{ path: '/src/basket.ts', kinds: ['edit'] }],
        lineCounts: [{ path: '/src/basket.ts', additions: 700, deletions: 112 }],
      },
      then: 'failed',
      says: '812 > 600 lines',
    },
    {
      title: 'a generated file does not count',
      options: { maximumLines: 600 },
      given: {
        changes: [
          { path: '/package-lock.json', kinds: ['edit'] },
          { path: '/src/basket.ts', kinds: ['edit'] },
        ],
        lineCounts: [
          { path: '/package-lock.json', additions: 9_000, deletions: 4_000 },
          { path: '/src/basket.ts', additions: 12, deletions: 3 },
        ],
      },
      then: 'succeeded',
      says: '15 lines in 1 file',
    },
  ],
  evaluate({ changes, lineCounts }, { maximumLines, maximumFiles, ignore }) {
    const counted = changes.filter((change) => !isIgnored(change, ignore));
    const paths = new Set(counted.map((change) => change.path));
    const counts = lineCounts.filter((file) => paths.has(file.path));
    const lines = counts.reduce((sum, file) => sum + ('uncounted' in file ? 0 : file.additions + file.deletions), 0);
    const tooLarge = counts.filter((file) => 'uncounted' in file && file.uncounted === 'tooLarge');
    const faults: Fault[] = [];
    if (lines > maximumLines) {
      faults.push({
        short: `${lines} > ${maximumLines} lines`,
        finding: {
          severity: 'medium',
          key: 'maximumLines',
          message: `${count(lines, 'line')} are added or deleted; at most ${maximumLines} are asked for.`,
          help: 'Split the change into pull requests that can be reviewed on their own.',
        },
      });
    }
    if (counted.length > maximumFiles) {
      faults.push({
        short: `${counted.length} > ${maximumFiles} files`,
        finding: {
          severity: 'medium',
          key: 'maximumFiles',
          message: `${count(counted.length, 'file')} change; at most ${maximumFiles} are asked for.`,
          help: 'Split the change into pull requests that can be reviewed on their own.',
        },
      });
    }
    for (const file of tooLarge) {
      faults.push({
        short: 'a file is too large to count',
        finding: {
          severity: 'medium',
          key: `tooLarge ${file.path}`,
          message: `${code(file.path)} is too large for its lines to be counted.`,
          help: 'Leave it out of the pull request, or have it ignored in the settings if it is generated.',
        },
      });
    }
    const binary = counts.filter((file) => 'uncounted' in file && file.uncounted === 'binary').length;
    // A NUL makes any file binary: whoever reads the answer must see that something was not counted.
    const notCounted = binary === 0 ? '' : `, ${binary} of them binary`;
    return judged(faults, `${count(lines, 'line')} in ${count(counted.length, 'file')}${notCounted}`);
  },
});

/** A renamed file is ignored only if it was ignored before, too: renaming must not hide a change. */
function isIgnored(change: ChangedFile, ignored: readonly string[]): boolean {
  return [change.path, change.originalPath ?? change.path].every((path) =>
    matchesAnyGlob(ignored, path.replace(/^\//, '')),
  );
}
