import { z } from 'zod';

import { defineGate, stricter } from '../core/gate';
import { approvalsOf, whyUncountable } from '../core/approvals';
import { globSchema, matchesAnyGlob } from '../core/glob';
import { groupKey, groupNameSchema } from '../core/group-name';
import { judged, waiting, type Fault } from '../core/outcome';
import { anyOf, code, count, firstOf, shorten } from '../core/phrase';
import type { ChangedFile } from '../core/snapshot';
import { pathsOf } from '../core/when';

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
  protected: z
    .array(
      z.strictObject({
        paths: globs('Globs of files that change only with an approval.'),
        except,
        group: groupNameSchema().meta({ description: 'Whose members may approve, also through other groups.' }),
        minimum: z.int().min(1).max(20).default(1).meta({ description: 'At least so many of them.' }),
        help: help.optional(),
      }),
    )
    .max(50)
    .default([])
    .meta(
      stricter(
        'superset',
        'What changes only with the approval of a group: each entry with `paths`, `except`, `group` (`[Project]\\Name`, `[Organization]\\Name` or an id), `minimum` and a `help` sentence. It takes the PAT scope Identity (Read). Approvals count as those of the gate `reviewers` do by default: not by the author or whoever pushed since it was opened, and after the last push. A renamed file is by both of its names.',
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

const INFRA = { paths: ['infra/**'], group: '[Shop]\\Platform' };
const RITA = '44444444-4444-4444-8444-444444444444';

export const paths = defineGate({
  name: 'paths',
  summary: 'Protect files, forbid changes to some, and have others changed together',
  needs: ['details', 'changes', 'reviewers', 'pushes', 'groups'],
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
      title: 'a protected file that nobody of the group has approved',
      options: { protected: [INFRA] },
      given: {
        changes: [{ path: '/infra/main.bicep', kinds: ['edit'] }],
        groups: { [groupKey(INFRA.group)]: { id: RITA, name: INFRA.group, memberIds: [] } },
      },
      then: 'pending',
      says: 'infra/main.bicep: 0 of 1 approval by [Shop]\\Platform',
    },
    {
      title: 'a protected file that somebody of the group has approved',
      options: { protected: [INFRA] },
      given: {
        changes: [{ path: '/infra/main.bicep', kinds: ['edit'] }],
        groups: { [groupKey(INFRA.group)]: { id: RITA, name: INFRA.group, memberIds: [RITA] } },
      },
      then: 'succeeded',
      says: '1 file',
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
  asks: (wanted) => ({
    groups: wanted.protected.map(({ group }) => group),
    spares: wanted.protected.length === 0 ? ['reviewers', 'pushes', 'groups'] : [],
  }),
  evaluate({ details, changes, reviewers, pushes, groups }, { forbidden, together, protected: guarded }) {
    const faults: Fault[] = [];
    // Both names of a renamed file: neither may hide a change.
    const names = changes.map(pathsOf);
    const among = (globsOf: readonly string[], exceptions: readonly string[]): string[] =>
      names.flatMap((each) => each.find((name) => isAmong(name, globsOf, exceptions)) ?? []);
    for (const rule of forbidden) {
      for (const path of among(rule.paths, rule.except)) {
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
      const changed = among(rule.changed, rule.except);
      const [first] = changed;
      if (first === undefined || changes.some((change) => isWritten(change, rule.needs))) continue;
      faults.push({
        short: `no change in ${shorten(anyOf(rule.needs), 60)}`,
        finding: {
          severity: 'medium',
          key: `together ${[...rule.changed, '>', ...rule.needs].join(' ')}`,
          message: `${firstAndOthers(changed)} changed, but no file that matches ${globsText(rule.needs)} was added or edited.`,
          help: rule.help,
        },
      });
    }
    const missing: Fault[] = [];
    const { counted } = approvalsOf(details.author.id, reviewers, pushes, TERMS);
    for (const rule of guarded) {
      const touched = among(rule.paths, rule.except);
      const [first] = touched;
      if (first === undefined) continue;
      const uncountable = whyUncountable(pushes, TERMS);
      if (uncountable !== undefined) {
        const finding = { severity: 'high' as const, key: 'uncountable', message: `${uncountable}.` };
        return { state: 'error', description: shorten(uncountable), findings: [finding] };
      }
      const members = new Set(groups[groupKey(rule.group)]?.memberIds);
      const approved = counted.filter(({ identity }) => members.has(identity.id)).length;
      if (approved >= rule.minimum) continue;
      const whose = shorten(rule.group, 60);
      missing.push({
        short: `${shorten(first, 40)}: ${approved} of ${count(rule.minimum, 'approval')} by ${whose}`,
        finding: {
          severity: 'medium',
          key: `protected ${rule.group} ${rule.paths.join(' ')}`,
          message: `${firstAndOthers(touched)} changed, which takes ${count(rule.minimum, 'approval')} by members of ${whose}; ${approved === 0 ? 'none counts' : `${approved} ${approved === 1 ? 'counts' : 'count'}`} so far.`,
          help:
            rule.help ?? 'Ask one of them who did not push here; an approval from before the last push is given again.',
        },
      });
    }
    if (faults.length === 0 && missing.length > 0) return waiting(missing);
    return judged([...faults, ...missing], count(changes.length, 'file'));
  },
});

const TERMS = { afterLastPush: true, byOthers: true, withSuggestions: true };

function isAmong(path: string, globsOf: readonly string[], exceptions: readonly string[]): boolean {
  return matchesAnyGlob(globsOf, path) && !matchesAnyGlob(exceptions, path);
}

/** Whether something was written there: what is deleted or only renamed was not. */
function isWritten({ path, kinds }: ChangedFile, needs: readonly string[]): boolean {
  return (kinds.includes('add') || kinds.includes('edit')) && matchesAnyGlob(needs, path.replace(/^\//, ''));
}

function firstAndOthers([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? code(first) : `${code(first)} and ${count(others.length, 'other file')}`;
}

function globsText(all: readonly string[]): string {
  return firstOf(all.map(code), MOST_NAMED, 'other', anyOf);
}
