import { z } from 'zod';

import { defineGate, stricter } from '../core/gate';
import { globSchema, matchesAnyGlob } from '../core/glob';
import { judged, type Fault } from '../core/outcome';
import { code, count } from '../core/phrase';
import type { ChangedFile, LineCount } from '../core/snapshot';
import { pathsOf } from '../core/when';

const options = z.strictObject({
  maximumLines: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(600)
    .meta(stricter('lower', 'At most this many added and deleted lines together.')),
  maximumAdditions: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .meta(stricter('lower', 'At most this many added lines. Without it any number that `maximumLines` lets through.')),
  maximumDeletions: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .meta(
      stricter('lower', 'At most this many deleted lines. Without it any number that `maximumLines` lets through.'),
    ),
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
  weights: z
    .array(
      z.strictObject({
        paths: z.array(globSchema()).min(1).max(100).meta({ description: 'Globs of files.' }),
        weight: z
          .number()
          .min(0)
          .max(10)
          .meta({ description: 'What a line of them counts: 0.5 for half, 2 for double.' }),
      }),
    )
    .max(50)
    .default([])
    .meta(
      stricter(
        'fixed',
        'What a line counts in the limits of lines, by its file: the first entry that matches holds, and elsewhere a line counts as one. Of the two names of a renamed file the heavier holds.',
      ),
    ),
});

type Weights = z.output<typeof options>['weights'];

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
    {
      title: 'lines of tests count half',
      options: { maximumLines: 600, weights: [{ paths: ['**/*.test.ts'], weight: 0.5 }] },
      given: {
        changes: [
          { path: '/src/basket.ts', kinds: ['edit'] },
          { path: '/src/basket.test.ts', kinds: ['edit'] },
        ],
        lineCounts: [
          { path: '/src/basket.ts', additions: 300, deletions: 20 },
          { path: '/src/basket.test.ts', additions: 401, deletions: 0 },
        ],
      },
      then: 'succeeded',
      says: '721 lines in 2 files, weighing 520.5',
    },
    {
      title: 'more added than may be, though the sum is fine',
      options: { maximumAdditions: 400 },
      given: {
        changes: [{ path: '/src/basket.ts', kinds: ['edit'] }],
        lineCounts: [{ path: '/src/basket.ts', additions: 401, deletions: 3 }],
      },
      then: 'failed',
      says: '401 > 400 added lines',
    },
  ],
  evaluate({ changes, lineCounts }, { maximumFiles, ignore, weights, ...limits }) {
    const counted = changes.filter((change) => !isIgnored(change, ignore));
    const weightsOfFiles = new Map(counted.map((change) => [change.path, weightOf(change, weights)]));
    const counts = lineCounts.filter((file) => weightsOfFiles.has(file.path));
    const tooLarge = counts.filter(
      (file) => 'uncounted' in file && file.uncounted === 'tooLarge' && weightsOfFiles.get(file.path) !== 0,
    );
    const sum = (linesOf: (file: Counted) => number): Sum => {
      const inFiles = counts.flatMap((file) =>
        'uncounted' in file ? [] : [{ lines: linesOf(file), each: weightsOfFiles.get(file.path) ?? 1 }],
      );
      return {
        lines: inFiles.reduce((all, { lines }) => all + lines, 0),
        // Ten times 0.1 is not quite 1 otherwise.
        weighing: Math.round(inFiles.reduce((all, { lines, each }) => all + lines * each, 0) * 100) / 100,
      };
    };
    const both = sum(({ additions, deletions }) => additions + deletions);
    const faults = [
      beyond('maximumLines', limits.maximumLines, both, '', 'added or deleted'),
      beyond(
        'maximumAdditions',
        limits.maximumAdditions,
        sum(({ additions }) => additions),
        'added ',
        'added',
      ),
      beyond(
        'maximumDeletions',
        limits.maximumDeletions,
        sum(({ deletions }) => deletions),
        'deleted ',
        'deleted',
      ),
    ].filter((fault) => fault !== undefined);
    if (counted.length > maximumFiles) {
      faults.push({
        short: `${counted.length} > ${maximumFiles} files`,
        finding: {
          severity: 'medium',
          key: 'maximumFiles',
          message: `${count(counted.length, 'file')} change; at most ${maximumFiles} are asked for.`,
          help: SPLIT,
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
    const weighing = both.weighing === both.lines ? '' : `, weighing ${both.weighing}`;
    return judged(faults, `${count(both.lines, 'line')} in ${count(counted.length, 'file')}${notCounted}${weighing}`);
  },
});

const SPLIT = 'Split the change into pull requests that can be reviewed on their own.';

type Counted = Extract<LineCount, { additions: number }>;

/** Lines as they are, and as they count. */
interface Sum {
  lines: number;
  weighing: number;
}

function beyond(
  key: string,
  maximum: number | undefined,
  { lines, weighing }: Sum,
  kind: string,
  done: string,
): Fault | undefined {
  if (maximum === undefined || weighing <= maximum) return undefined;
  const isWeighed = weighing !== lines;
  return {
    short: `${weighing} > ${maximum} ${isWeighed ? 'weighed ' : ''}${kind}lines`,
    finding: {
      severity: 'medium',
      key,
      message: `${count(lines, 'line')} ${lines === 1 ? 'is' : 'are'} ${done}${isWeighed ? `, weighing ${weighing} by these settings` : ''}; at most ${maximum} are asked for.`,
      help: SPLIT,
    },
  };
}

/** What a line of a file counts, in weightsOfFiles. A rename must not make a change lighter. */
function weightOf(change: ChangedFile, weights: Weights): number {
  const ofEach = pathsOf(change).map((path) => weights.find(({ paths }) => matchesAnyGlob(paths, path))?.weight ?? 1);
  return Math.max(...ofEach);
}

/** A renamed file is ignored only if it was ignored before, too: renaming must not hide a change. */
function isIgnored(change: ChangedFile, ignored: readonly string[]): boolean {
  return pathsOf(change).every((path) => matchesAnyGlob(ignored, path));
}
