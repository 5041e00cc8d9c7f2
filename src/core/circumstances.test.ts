import { branchName, includesBranch } from './circumstances';

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
    expect(includesBranch({ include, exclude }, branchName(branch))).toBe(expected);
  });
});
