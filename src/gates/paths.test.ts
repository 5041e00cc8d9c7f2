import type { Outcome } from '../core/gate';
import { groupKey } from '../core/group-name';
import type { ChangedFile, ChangeKind } from '../core/snapshot';

import { paths } from './paths';
import { ordinary, ordinaryPullRequest, type Given } from './testing/ordinary-pull-request';

type Options = Parameters<typeof paths.options.parse>[0];

const judge = (changes: ChangedFile[], options: Options = {}): Outcome =>
  paths.evaluate(ordinaryPullRequest({ changes }, paths.needs), paths.options.parse(options));

const changed = (path: string, ...kinds: ChangeKind[]): ChangedFile => ({
  path,
  kinds: kinds.length === 0 ? ['edit'] : kinds,
});
const renamed = (originalPath: string, path: string, ...kinds: ChangeKind[]): ChangedFile => ({
  path,
  originalPath,
  kinds: ['rename', ...kinds],
});

describe('forbidden', () => {
  const options = { forbidden: [{ paths: ['vendor/**', '*.lock'], except: ['vendor/own/**'], help: 'Do not.' }] };
  test.each<[string, ChangedFile[], string, string]>([
    ['nothing', [], 'succeeded', '0 files'],
    ['another file', [changed('/src/vendor/a.ts')], 'succeeded', '1 file'],
    ['edited', [changed('/vendor/a.ts')], 'failed', 'vendor/a.ts may not change'],
    ['added', [changed('/vendor/a.ts', 'add')], 'failed', 'vendor/a.ts may not change'],
    ['deleted', [changed('/vendor/a.ts', 'delete')], 'failed', 'vendor/a.ts may not change'],
    ['by another glob', [changed('/yarn.lock')], 'failed', 'yarn.lock may not change'],
    ['hidden', [changed('/vendor/.git-blame')], 'failed', 'vendor/.git-blame may not change'],
    ['an exception', [changed('/vendor/own/a.ts')], 'succeeded', '1 file'],
    ['renamed into', [renamed('/src/a.ts', '/vendor/a.ts')], 'failed', 'vendor/a.ts may not change'],
    ['renamed out of', [renamed('/vendor/a.ts', '/src/a.ts', 'edit')], 'failed', 'vendor/a.ts may not change'],
    [
      'renamed into an exception',
      [renamed('/vendor/a.ts', '/vendor/own/a.ts')],
      'failed',
      'vendor/a.ts may not change',
    ],
    ['two', [changed('/vendor/a.ts'), changed('/vendor/b.ts')], 'failed', 'vendor/a.ts may not change (+1 more)'],
  ])('%s', (_, changes, state, description) => {
    expect(judge(changes, options)).toMatchObject({ state, description });
  });

  test('each file is a finding of its own, with the help of its rule', () => {
    const { findings } = judge([changed('/vendor/a.ts'), changed('/yarn.lock')], options);
    expect(findings.map(({ key, message, help }) => [key, message, help])).toEqual([
      [
        'forbidden vendor/a.ts',
        '`vendor/a.ts` matches `vendor/**` or `*.lock`, which no pull request may change.',
        'Do not.',
      ],
      [
        'forbidden yarn.lock',
        '`yarn.lock` matches `vendor/**` or `*.lock`, which no pull request may change.',
        'Do not.',
      ],
    ]);
  });

  test('a hostile path is code on one line', () => {
    const { findings, description } = judge([changed('/vendor/`](http://evil.example)\n# x')], options);
    expect(findings[0]?.message).toContain("`vendor/'](http://evil.example) # x` matches");
    expect(description).not.toContain('\n');
  });
});

describe('together', () => {
  const options = { together: [{ changed: ['src/**'], except: ['**/*.test.ts'], needs: ['docs/**'], help: 'Tell.' }] };
  const [source, docs] = [changed('/src/a.ts'), changed('/docs/a.md')];
  test.each<[string, ChangedFile[], string, string]>([
    ['neither', [changed('/a.ts')], 'succeeded', '1 file'],
    ['both', [source, docs], 'succeeded', '2 files'],
    ['the second alone', [docs], 'succeeded', '1 file'],
    ['the first alone', [source], 'failed', 'no change in docs/**'],
    ['the first added', [changed('/src/a.ts', 'add')], 'failed', 'no change in docs/**'],
    ['the first deleted', [changed('/src/a.ts', 'delete')], 'failed', 'no change in docs/**'],
    ['the first renamed away', [renamed('/src/a.ts', '/lib/a.ts')], 'failed', 'no change in docs/**'],
    ['the first renamed to an exception', [renamed('/src/a.ts', '/src/a.test.ts')], 'failed', 'no change in docs/**'],
    ['an exception', [changed('/src/a.test.ts')], 'succeeded', '1 file'],
    ['the second added', [source, changed('/docs/b.md', 'add')], 'succeeded', '2 files'],
    ['the second deleted', [source, changed('/docs/b.md', 'delete')], 'failed', 'no change in docs/**'],
    ['the second only renamed', [source, renamed('/docs/a.md', '/docs/b.md')], 'failed', 'no change in docs/**'],
    ['the second renamed and edited', [source, renamed('/docs/a.md', '/docs/b.md', 'edit')], 'succeeded', '2 files'],
    ['the second renamed away', [source, renamed('/docs/a.md', '/b.md', 'edit')], 'failed', 'no change in docs/**'],
  ])('%s', (_, changes, state, description) => {
    expect(judge(changes, options)).toMatchObject({ state, description });
  });

  test('an author is told which, and what to do', () => {
    const [finding] = judge([source, changed('/src/b.ts')], options).findings;
    expect(finding).toEqual({
      severity: 'medium',
      key: 'together src/** > docs/**',
      message: '`src/a.ts` and 1 other file changed, but no file that matches `docs/**` was added or edited.',
      help: 'Tell.',
    });
  });

  test('many globs are not all named', () => {
    const needs = Array.from({ length: 7 }, (_, index) => `docs/${index}/**`);
    const message = judge([source], { together: [{ changed: ['src/**'], needs, help: 'Tell.' }] }).findings[0]?.message;
    expect(message).toContain('`docs/4/**` or 2 others was added');
  });
});

describe('protected', () => {
  const rita = ordinary.reviewers[0]?.identity ?? ordinary.details.author;
  const platform = '[Shop]\\Platform';
  const rule = { paths: ['infra/**'], except: ['infra/docs/**'], group: platform };
  const again = { iterationId: 2, by: ordinary.details.author, at: '2026-03-04T11:30:00.000Z', isPush: true };
  const guarded = (changes: ChangedFile[], given: Given = {}, over: object = {}): Outcome =>
    paths.evaluate(
      ordinaryPullRequest(
        { changes, groups: { [groupKey(platform)]: { id: 'p', name: platform, memberIds: [rita.id] } }, ...given },
        paths.needs,
      ),
      paths.options.parse({ protected: [{ ...rule, ...over }] }),
    );
  const nobody: Given = { groups: { [groupKey(platform)]: { id: 'p', name: platform, memberIds: [] } } };
  const none = 'infra/a.bicep: 0 of 1 approval by [Shop]\\Platform';

  test.each<[string, ChangedFile[], Given, string, string]>([
    ['nothing of it changed', [changed('/src/a.ts')], nobody, 'succeeded', '1 file'],
    ['an exception', [changed('/infra/docs/a.md')], nobody, 'succeeded', '1 file'],
    ['a member approved', [changed('/infra/a.bicep')], {}, 'succeeded', '1 file'],
    ['nobody of them did', [changed('/infra/a.bicep')], nobody, 'pending', none],
    ['deleted', [changed('/infra/a.bicep', 'delete')], nobody, 'pending', none],
    ['renamed out of it', [renamed('/infra/a.bicep', '/src/a.bicep')], nobody, 'pending', none],
    ['renamed into an exception', [renamed('/infra/a.bicep', '/infra/docs/a.bicep')], nobody, 'pending', none],
    ['approved before the push', [changed('/infra/a.bicep')], { pushes: [...ordinary.pushes, again] }, 'pending', none],
    [
      'approved by a member who pushed',
      [changed('/infra/a.bicep')],
      { pushes: [...ordinary.pushes, { ...again, by: rita, at: '2026-03-04T10:30:00.000Z' }] },
      'pending',
      none,
    ],
    [
      'nobody can say who pushed',
      [changed('/infra/a.bicep')],
      { pushes: [] },
      'error',
      'Azure DevOps keeps no iterations of this pull request, so nobody can say who pu…',
    ],
    ['nobody can say who pushed, elsewhere', [changed('/src/a.ts')], { pushes: [] }, 'succeeded', '1 file'],
  ])('%s', (_, changes, given, state, description) => {
    expect(guarded(changes, given)).toMatchObject({ state, description });
  });

  test('as many as are asked for', () => {
    expect(guarded([changed('/infra/a.bicep'), changed('/infra/b.bicep')], {}, { minimum: 2 })).toMatchObject({
      state: 'pending',
      description: 'infra/a.bicep: 1 of 2 approvals by [Shop]\\Platform',
      findings: [
        {
          message:
            '`infra/a.bicep` and 1 other file changed, which takes 2 approvals by members of [Shop]\\Platform; 1 counts so far.',
        },
      ],
    });
  });

  test('what is forbidden besides fails', () => {
    const forbidden = [{ paths: ['vendor/**'], help: 'Do not.' }];
    const options = paths.options.parse({ protected: [rule], forbidden });
    const input = ordinaryPullRequest(
      { changes: [changed('/infra/a.bicep'), changed('/vendor/b')], ...nobody },
      paths.needs,
    );
    expect(paths.evaluate(input, options)).toMatchObject({
      state: 'failed',
      description: 'vendor/b may not change (+1 more)',
    });
  });

  test('only who protects something asks for approvals', () => {
    expect(paths.asks?.(paths.options.parse({}))).toEqual({ groups: [], spares: ['reviewers', 'pushes', 'groups'] });
    expect(paths.asks?.(paths.options.parse({ protected: [rule] }))).toEqual({ groups: [platform], spares: [] });
  });
});

test('thousands of approvals and of pushes under every rule are counted at once', () => {
  const person = (id: string) => ({ id, displayName: id, uniqueName: id });
  const at = (day: number): string => `2026-01-0${day}T00:00:00.000Z`;
  const outcome = (): unknown =>
    paths.evaluate(
      ordinaryPullRequest(
        {
          changes: [{ path: '/a', kinds: ['edit'] }],
          groups: { '[a]\\b': { id: 'b', name: '[a]\\b', memberIds: [] } },
          reviewers: Array.from({ length: 2_000 }, (_, index) => ({
            identity: person(`reviewer ${index}`),
            isGroup: false,
            isRequired: false,
            vote: 'approved',
            votedAt: at(2),
          })),
          pushes: Array.from({ length: 2_000 }, (_, index) => ({
            iterationId: index + 1,
            by: person('pusher'),
            at: at(1),
            isPush: true,
          })),
        },
        paths.needs,
      ),
      paths.options.parse({ protected: Array.from({ length: 50 }, () => ({ paths: ['**'], group: '[a]\\b' })) }),
    );
  const started = process.cpuUsage();
  expect(outcome()).toMatchObject({ state: 'pending' });
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(10_000);
});
