import { globSchema, matchesAnyGlob } from './glob';

test.each([
  ['**/package-lock.json', 'package-lock.json', true],
  ['**/package-lock.json', 'web/app/package-lock.json', true],
  ['**/*.min.{js,css}', 'dist/a.min.css', true],
  ['src/*', 'src/a/b.ts', false],
  ['.github/**', '.github/workflows/x.yml', true],
  ['docs/**', 'src/docs/a.md', false],
])('%s on %s: %s', (glob, path, matches) => {
  expect(matchesAnyGlob([glob], path)).toBe(matches);
});

test.each([
  ['', /.+/],
  ['/src/**', /begins with a slash/],
  ['!src/**', /begins with !/],
  ['+(a+)+', /more than a glob/],
  ['(a|b)*', /more than a glob/],
  ['a*b*c*d*e', /too many wildcards/],
  ['**/a/**/b/**/c/**', /too many wildcards/],
])('%j is refused', (glob, reason) => {
  const parsed = globSchema().safeParse(glob);
  expect(parsed.error?.issues[0]?.message).toMatch(reason);
});

test('a place may refuse more', () => {
  const schema = globSchema((glob) => (glob.startsWith('refs/') ? 'begins with refs/' : undefined));
  expect(schema.safeParse('refs/heads/main').success).toBe(false);
  expect(schema.safeParse('release/*').success).toBe(true);
});
