import { branchGlobSchema, includesBranch } from './branches';

describe('includesBranch', () => {
  test.each<[string[], string[], string, boolean]>([
    [['**'], [], 'refs/heads/main', true],
    [['**'], [], 'refs/heads/a/b/c', true],
    [['**'], [], 'refs/heads/.hidden/x', true],
    [['main'], [], 'refs/heads/main', true],
    [['main'], [], 'refs/heads/Main', false],
    [['main'], [], 'refs/heads/main/x', false],
    [['main', 'release/*'], [], 'refs/heads/release/1.0', true],
    [['release/*'], [], 'refs/heads/release/1.0/fix', false],
    [['release/**'], [], 'refs/heads/release/1.0/fix', true],
    [['**'], ['main'], 'refs/heads/main', false],
    [['**'], ['users/**'], 'refs/heads/main', true],
    [['release/{1,2}.?'], [], 'refs/heads/release/2.0', true],
    [['release/[12].x'], [], 'refs/heads/release/3.x', false],
    // Only the prefix of a ref is cut, once.
    [['heads'], [], 'refs/heads/heads', true],
    [['main'], [], 'refs/heads/refs/heads/main', false],
  ])('include %j, exclude %j: %s is %s', (include, exclude, branch, expected) => {
    expect(includesBranch({ include, exclude }, branch)).toBe(expected);
  });
});

describe('globs that are refused', () => {
  test.each<[string, string]>([
    ['refs/heads/main', 'begins with refs/; write the branch alone, like main or release/*'],
    ['/main', 'begins with a slash; write it without'],
    ['!main', 'begins with !; write the branch under exclude instead'],
    ['((a+)+)+b', 'holds more than a glob: *, **, ?, [abc] and {a,b} are allowed'],
  ])('%s', (glob, problem) => {
    const parsed = branchGlobSchema().safeParse(glob);
    expect(parsed.error?.issues.map(({ message }) => message)).toEqual([problem]);
  });

  test.each(['main', 'release/*', '**', '**/hot?fix-*', 'release/{1,2}.[0-9]', 'user/*/*/*/*', 'ünï-cödé_1.0'])(
    '%s is not',
    (glob) => {
      expect(branchGlobSchema().safeParse(glob).success).toBe(true);
    },
  );
});
