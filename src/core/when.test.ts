import { ordinary, ordinaryPullRequest, type Given } from '../gates/testing/ordinary-pull-request';

import { groupKey } from './group-name';
import type { SliceName } from './snapshot';
import { needsOf, touches, whyNot, type When } from './when';

const edited = (path: string, originalPath?: string) => ({
  path,
  kinds: ['edit' as const],
  ...(originalPath === undefined ? {} : { originalPath }),
});

describe('whyNot', () => {
  const renamed: Given = { changes: [edited('/web/a.ts', '/pay/a.ts')] };
  const counts = (...lineCounts: NonNullable<Given['lineCounts']>): Given => ({ lineCounts });

  const guests = { id: 'g', name: '[Shop]\\Guests', memberIds: [ordinary.details.author.id] };
  const writers = { id: 'w', name: '[Shop]\\Writers', memberIds: ['somebody else'] };
  const member: Given = { groups: { [groupKey(guests.name)]: guests, [groupKey(writers.name)]: writers } };

  test.each<[string, When, Given, string | undefined]>([
    ['no key at all', {}, {}, undefined],
    ['its target', { targetBranch: ['dev', 'main'] }, {}, undefined],
    ['a target by a glob', { targetBranch: ['m*'] }, {}, undefined],
    ['another target', { targetBranch: ['dev', 'release/*'] }, {}, 'not into dev or release/*'],
    ['its source', { sourceBranch: ['feature/*'] }, {}, undefined],
    ['another source', { sourceBranch: ['feature'] }, {}, 'not from feature'],
    ['its author', { authors: ['ADA@contoso.com'] }, {}, undefined],
    ['another author', { authors: ['bob@contoso.com', 'Ada Author'] }, {}, 'not for this author'],
    ['a group that the author is in', { authorGroups: ['[Shop]\\Writers', '[Shop]\\Guests'] }, member, undefined],
    ['a group in another case', { authorGroups: ['[SHOP]\\guests'] }, member, undefined],
    [
      'groups that the author is not in',
      { authorGroups: ['[Shop]\\Writers'] },
      member,
      'author not in [Shop]\\Writers',
    ],
    ['its label, in another case', { labels: ['x', 'Urgent'] }, { labels: ['URGENT'] }, undefined],
    ['other labels', { labels: ['urgent', 'docs'] }, { labels: ['other'] }, 'no label urgent or docs'],
    ['no labels', { labels: ['urgent'] }, {}, 'no label urgent'],
    ['its paths', { paths: ['docs/**', 'src/**'] }, {}, undefined],
    ['other paths', { paths: ['docs/**', '*.md'] }, {}, 'no changed file in docs/** or *.md'],
    ['a renamed file by its new name', { paths: ['web/**'] }, renamed, undefined],
    ['a renamed file by its old name', { paths: ['pay/**'] }, renamed, undefined],
    ['a renamed file by neither', { paths: ['docs/**'] }, renamed, 'no changed file in docs/**'],
    ['no files at all', { paths: ['**'] }, { changes: [] }, 'no changed file in **'],
    ['enough files', { size: { minimumFiles: 2, maximumFiles: 2 } }, {}, undefined],
    ['too few files', { size: { minimumFiles: 3 } }, {}, '2 files < 3'],
    ['too many files', { size: { maximumFiles: 1 } }, {}, '2 files > 1'],
    ['one file', { size: { maximumFiles: 0 } }, renamed, '1 file > 0'],
    ['enough lines', { size: { minimumLines: 55, maximumLines: 55 } }, {}, undefined],
    ['too few lines', { size: { minimumLines: 56 } }, {}, '55 lines < 56'],
    ['too many lines', { size: { maximumLines: 54 } }, {}, '55 lines > 54'],
    [
      'a file without lines',
      { size: { minimumLines: 1 } },
      counts({ path: '/a.png', uncounted: 'binary' }),
      '0 lines < 1',
    ],
    [
      'a file too large to be counted might be anything',
      { size: { minimumLines: 10, maximumLines: 20 } },
      counts({ path: '/a', uncounted: 'tooLarge' }, { path: '/b', additions: 99, deletions: 0 }),
      undefined,
    ],
    [
      'its number of files is known all the same',
      { size: { minimumFiles: 3, minimumLines: 10 } },
      counts({ path: '/a', uncounted: 'tooLarge' }),
      '2 files < 3',
    ],
    ['every key must hold', { targetBranch: ['main'], labels: ['urgent'], paths: ['src/**'] }, {}, 'no label urgent'],
    [
      'the cheapest reason is told',
      { labels: ['urgent'], paths: ['docs/**'], targetBranch: ['dev'] },
      {},
      'not into dev',
    ],
  ])('%s', (_, when, given, expected) => {
    expect(whyNot(when, ordinaryPullRequest(given))).toBe(expected);
  });
});

test.each<[When | undefined, SliceName[]]>([
  [undefined, []],
  [{}, []],
  [{ targetBranch: ['main'], sourceBranch: ['x'], authors: ['a'] }, []],
  [{ labels: ['x'] }, ['labels']],
  [{ paths: ['**'] }, ['changes']],
  [{ size: {} }, []],
  [{ size: { minimumFiles: 0 } }, ['changes']],
  [{ size: { maximumLines: 0 } }, ['changes', 'lineCounts']],
  [{ labels: ['x'], paths: ['**'], size: { minimumLines: 1 } }, ['labels', 'changes', 'lineCounts']],
])('needsOf %j', (when, expected) => {
  expect(needsOf(when)).toEqual(expected);
});

test.each<[string[], boolean]>([
  [['a/**'], true],
  [['b/*'], true],
  [['c/**'], false],
  [[], false],
])('a file moved from a to b touches %j: %s', (globs, expected) => {
  expect(touches(edited('/b/x', '/a/x'), globs)).toBe(expected);
});
