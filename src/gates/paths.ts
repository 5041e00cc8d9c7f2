import { z } from 'zod';

import { defineGate, stricter } from '../core/gate';
import { globSchema, matchesAnyGlob } from '../core/glob';
import { judged, type Fault } from '../core/outcome';
import { anyOf, code, count, shorten } from '../core/phrase';
import type { ChangedFile } from '../core/snapshot';

/** More globs would say no more. */
const MOST_NAMED = 5;

const globs = (description: string) => z.array(globSchema()).min(1).max(100).meta({ description });
const except = z
  .array(globSchema())
  .max(100)
  .default([])
  .meta({ description: 'Globs of files among them that do not count.' });
const help = z.string().min(1).max(500).meta({ description: 'What to do instead, as a sentence that authors read.' });

const options = z.strictObject({
  forbidden: z
    .array(z.strictObject({ paths: globs('Globs of files that may not change.'), except, help }))
    .max(50)
    .default([])
    .meta(
      stricter(
        'superset',
        'What no pull request may add, change, delete or rename: each entry with `paths`, `except` and a `help` sentence; paths have no leading slash.',
      ),
    ),
  together: z
    .array(
      z.strictObject({
        changed: globs('Globs of files of which one has changed in any way, also by a rename out of them.'),
        except,
        needs: globs('Globs of files of which one must then be added or edited, too.'),
        help,
      }),
    )
    .max(50)
    .default([])
    .meta(
      stricter(
        'superset',
        'What changes together: where a file of `changed` changes, one of `needs` must be added or edited; to delete or merely to rename one is not enough.',
      ),
    ),
});

const CHANGELOG = {
  changed: ['src/**'],
  except: ['**/*.test.ts'],
  needs: ['CHANGELOG.md', 'changes/*'],
  help: 'Write a line for those who upgrade.',
};
const VENDORED = { paths: ['vendor/**'], help: 'Change it upstream, and take the new release.' };

export const paths = defineGate({
  name: 'paths',
  summary: 'Forbid changes to some files, and have others changed together',
  needs: ['changes'],
  options,
  examples: [
    {
      title: 'a file that nobody may change',
      options: { forbidden: [VENDORED] },
      given: { changes: [{ path: '/vendor/left-pad.js', kinds: ['edit'] }] },
      then: 'failed',
      says: 'vendor/left-pad.js may not change',
    },
    {
      title: 'a rename does not get around it',
      options: { forbidden: [VENDORED] },
      given: { changes: [{ path: '/src/pad.js', originalPath: '/vendor/left-pad.js', kinds: ['rename'] }] },
      then: 'failed',
      says: 'vendor/left-pad.js may not change',
    },
    {
      title: 'a change without its line in the changelog',
      options: { together: [CHANGELOG] },
      given: { changes: [{ path: '/src/basket.ts', kinds: ['edit'] }] },
      then: 'failed',
      says: 'no change in CHANGELOG.md or changes/*',
    },
    {
      title: 'both together',
      options: { together: [CHANGELOG], forbidden: [VENDORED] },
      given: {
        changes: [
          { path: '/src/basket.ts', kinds: ['edit'] },
          { path: '/changes/voucher.md', kinds: ['add'] },
        ],
      },
      then: 'succeeded',
      says: '2 files',
    },
  ],
  evaluate({ changes }, { forbidden, together }) {
    const faults: Fault[] = [];
    for (const rule of forbidden) {
      for (const change of changes) {
        const path = namesOf(change).find((name) => isAmong(name, rule.paths, rule.except));
        if (path === undefined) continue;
        faults.push({
          short: `${shorten(path, 60)} may not change`,
          finding: {
            severity: 'medium',
            key: `forbidden ${path}`,
            message: `${code(path)} matches ${globsText(rule.paths)}, which no pull request may change.`,
            help: rule.help,
          },
        });
      }
    }
    for (const rule of together) {
      const changed = changes
        .map((change) => namesOf(change).find((name) => isAmong(name, rule.changed, rule.except)))
        .filter((path) => path !== undefined);
      const [first] = changed;
      if (first === undefined || changes.some((change) => isWritten(change, rule.needs))) continue;
      const others = changed.length === 1 ? '' : ` and ${count(changed.length - 1, 'other file')}`;
      faults.push({
        short: `no change in ${shorten(anyOf(rule.needs), 60)}`,
        finding: {
          severity: 'medium',
          key: `together ${[...rule.changed, '>', ...rule.needs].join(' ')}`,
          message: `${code(first)}${others} changed, but no file that matches ${globsText(rule.needs)} was added or edited.`,
          help: rule.help,
        },
      });
    }
    return judged(faults, count(changes.length, 'file'));
  },
});

/** Both names of a renamed file: neither may hide a change. */
function namesOf({ path, originalPath }: ChangedFile): string[] {
  return [...new Set([path, originalPath ?? path])].map((name) => name.replace(/^\//, ''));
}

function isAmong(path: string, globsOf: readonly string[], exceptions: readonly string[]): boolean {
  return matchesAnyGlob(globsOf, path) && !matchesAnyGlob(exceptions, path);
}

/** Whether something was written there: what is deleted or only renamed was not. */
function isWritten({ path, kinds }: ChangedFile, needs: readonly string[]): boolean {
  return (kinds.includes('add') || kinds.includes('edit')) && matchesAnyGlob(needs, path.replace(/^\//, ''));
}

function globsText(all: readonly string[]): string {
  const others = all.length - MOST_NAMED;
  return anyOf([...all.slice(0, MOST_NAMED).map(code), ...(others > 0 ? [count(others, 'other')] : [])]);
}
