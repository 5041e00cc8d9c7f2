import { ordinary } from '../gates/testing/ordinary-pull-request';

import type { Slices } from './snapshot';
import { needsOf, whyNot, type When } from './when';

/** Into main from feature/voucher by ada@contoso.com: /src/basket.ts and /src/voucher.ts, 55 lines. */
const why = (when: When, given: Partial<Slices> = {}): string | undefined => whyNot(when, { ...ordinary, ...given });
const moved = [{ path: '/lib/basket.ts', originalPath: '/src/basket.ts', kinds: ['rename' as const] }];

describe('a gate is meant for a pull request when every key holds, and of a list one entry', () => {
  test.each<[string, When, Partial<Slices>?]>([
    ['nothing said', {}],
    ['target branch', { targetBranch: ['release/*', 'main'] }],
    ['source branch', { sourceBranch: ['feature/**'] }],
    ['author by name', { authors: ['ADA@contoso.com'] }],
    ['author by id', { authors: [ordinary.details.author.id] }],
    ['label, whatever its case', { labels: ['hotfix', 'Urgent'] }, { labels: ['urgent'] }],
    ['path', { paths: ['docs/**', 'src/*.ts'] }],
    ['path before a rename', { paths: ['src/**'] }, { changes: moved }],
    ['path after a rename', { paths: ['lib/**'] }, { changes: moved }],
    ['exactly as many files', { size: { minimumFiles: 2, maximumFiles: 2 } }],
    ['exactly as many lines', { size: { minimumLines: 55, maximumLines: 55 } }],
    [
      'lines that nobody could count might be any number',
      { size: { maximumLines: 1 } },
      { lineCounts: [{ path: '/src/basket.ts', uncounted: 'tooLarge' }] },
    ],
    ['everything at once', { targetBranch: ['main'], paths: ['src/**'], size: { minimumLines: 1 } }],
  ])('%s', (_, when, given = {}) => {
    expect(why(when, given)).toBeUndefined();
  });
});

describe('else it says why not, in words for the author', () => {
  test.each<[string, When, string, Partial<Slices>?]>([
    ['target branch', { targetBranch: ['release/*'] }, 'not into release/*'],
    ['source branch', { sourceBranch: ['hotfix/*'] }, 'not from hotfix/*'],
    ['author', { authors: ['Ada Author'] }, 'not by one of its authors'],
    ['no label', { labels: ['urgent'] }, 'no label urgent'],
    ['part of a label', { labels: ['urgent'] }, 'no label urgent', { labels: ['urgently', 'not urgent'] }],
    ['path', { paths: ['docs/**'] }, 'no changed file in docs/**'],
    ['too few files', { size: { minimumFiles: 3 } }, '2 files < 3'],
    ['too many files', { size: { maximumFiles: 1 } }, '2 files > 1'],
    ['too few lines', { size: { minimumLines: 56 } }, '55 lines < 56'],
    ['too many lines', { size: { maximumLines: 54 } }, '55 lines > 54'],
    ['one key of two', { targetBranch: ['main'], paths: ['docs/**'] }, 'no changed file in docs/**'],
  ])('%s', (_, when, reason, given = {}) => {
    expect(why(when, given)).toBe(reason);
  });
});

test.each<[When | undefined, string[]]>([
  [undefined, []],
  [{ targetBranch: ['main'], sourceBranch: ['x'], authors: ['x'] }, []],
  [{ labels: ['x'] }, ['labels']],
  [{ paths: ['x'] }, ['changes']],
  [{ size: { maximumFiles: 1 } }, ['changes']],
  [{ size: { minimumFiles: 1, minimumLines: 1 } }, ['changes', 'lineCounts']],
  [{ labels: ['x'], paths: ['x'] }, ['labels', 'changes']],
])('only what it takes is read: %j', (when, needs) => {
  expect(needsOf(when)).toEqual(needs);
});
