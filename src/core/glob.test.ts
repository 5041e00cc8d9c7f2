import fc from 'fast-check';
import picomatch from 'picomatch';

import { globSchema, globWeight, matchesAnyGlob } from './glob';

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
  ['{a,b', /braces/],
  ['src/{a}', /braces/],
  ['[a', /\[ without a \]/],
  ['{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}', /more than 50 globs/],
])('%j is refused', (glob, reason) => {
  const parsed = globSchema().safeParse(glob);
  expect(parsed.error?.issues[0]?.message).toMatch(reason);
});

test('a place may refuse more', () => {
  const schema = globSchema((glob) => (glob.startsWith('refs/') ? 'begins with refs/' : undefined));
  expect(schema.safeParse('refs/heads/main').success).toBe(false);
  expect(schema.safeParse('release/*').success).toBe(true);
});

test('what people write matches as picomatch matches it', () => {
  const part = fc.constantFrom('**', '*', 'src', '*.ts', 'a*', '?b', '{src,test}', '*.{ts,js}', '.github', '[ab]c');
  const name = fc.constantFrom('src', 'test', 'a.ts', 'ab', 'bc', '.github', 'x.js', 'c');
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.array(name, { minLength: 1, maxLength: 4 }),
      (glob, path) => {
        const [pattern, text] = [glob.join('/'), path.join('/')];
        // Here they differ on purpose: picomatch wants something below `*/**`, as it does not below `src/**`.
        fc.pre(!/(^|\/)\S*[*?[{]\S*\/\*\*(\/\*\*)*$/.test(pattern));
        expect([pattern, text, matchesAnyGlob([pattern], text)]).toEqual([
          pattern,
          text,
          picomatch.isMatch(text, pattern, { dot: true, noextglob: true, nonegate: true }),
        ]);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('no glob takes long on any path', () => {
  const evil = '**/*a*a*a/**/*a*a*a/**/*a*a*ab';
  expect(globSchema().safeParse(evil).success).toBe(true);
  expect(matchesAnyGlob([evil], 'aaaaaaaaa/'.repeat(25))).toBe(false);
});

test.each([
  ['brackets', `${'['.repeat(100_000)}]`],
  ['commas', `{${','.repeat(300_000)}}`],
])('a text of %s that is far too long is refused at once', (_, text) => {
  const began = performance.now();
  expect(globSchema().safeParse(text).success).toBe(false);
  expect(performance.now() - began).toBeLessThan(5_000);
});

test('thousands of globs on thousands of files take no longer than to look', () => {
  const globs = Array.from({ length: 2_000 }, (_, index) => `services/s${index}/{src,test}/**/*.ts`);
  const began = performance.now();
  for (let index = 0; index < 2_000; index += 1) {
    expect(matchesAnyGlob(globs, `services/none/src/a/b/c/f${index}.ts`)).toBe(false);
  }
  expect(matchesAnyGlob(globs, 'services/s1999/test/deep/a.ts')).toBe(true);
  expect(performance.now() - began).toBeLessThan(5_000);
});

test.each([
  ['src', 1],
  ['src/*.ts', 2],
  ['src/**/*.ts', 3],
  ['src/**/*.t?', 6],
  ['**/a/b/**/c/d', 4],
  ['*a*b*/**', 5],
  ['{a,b}{c,d}', 4],
  ['**/{a,b*}', 5],
])('%s weighs %i: its alternatives and their wildcards', (glob, weight) => {
  expect(globWeight(glob)).toBe(weight);
});

test.each([
  ['the end of a name', '**/*aaaaaaaaaaaaaaaa7', 'a'.repeat(99)],
  ['the middle of a name', '**/*aaaaaaaaaaaaaaaa7*', 'a'.repeat(99)],
  ['folders', '**/a/a/a/a/a/a/b', 'a'],
  ['folders in the middle', '**/a/a/a/b/**', 'a'],
])('globs on thousands of names that nearly match %s', (_, glob, name) => {
  const globs = Array.from({ length: Math.floor(2_000 / globWeight(glob)) }, () => glob);
  const started = process.cpuUsage();
  for (let index = 0; index < 3_000; index += 1) {
    expect(matchesAnyGlob(globs, `${`${name}/`.repeat(300 / (name.length + 1))}${index}`)).toBe(false);
  }
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(20_000);
});
