import { branchGlobSchema } from './branches';

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
