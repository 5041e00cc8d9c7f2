import { announcesBreakingChange, conventionalProblem, parseConventionalHeader } from './conventional-commit';

/** Headers from https://www.conventionalcommits.org/en/v1.0.0/#examples, and what is none by its specification. */
test.each<[string, unknown]>([
  ['feat: allow provided config object to extend other configs', { type: 'feat', isBreaking: false }],
  ['feat!: send an email to the customer', { type: 'feat', isBreaking: true, scope: undefined }],
  ['feat(api)!: send an email', { type: 'feat', scope: 'api', isBreaking: true, description: 'send an email' }],
  ['docs: correct spelling of CHANGELOG', { type: 'docs' }],
  ['feat(lang): add Polish language', { type: 'feat', scope: 'lang' }],
  ['Fix(Parser): any case but for BREAKING CHANGE', { type: 'fix', scope: 'Parser' }],
  ['fix(a/b, c): scopes as people write them', { scope: 'a/b, c' }],
  ['revert: let us never again speak of it', { type: 'revert' }],
  ['feat: a: b', { description: 'a: b' }],
])('%s', (line, parts) => {
  expect(parseConventionalHeader(line)).toMatchObject(parts as object);
});

test.each([
  '',
  'feat',
  'feat:',
  'feat: ',
  'feat:no space',
  'feat add',
  'feat(): empty scope',
  'feat( ): blank scope',
  'feat(a: open',
  'feat!(a): mark before scope',
  'feat (a): space',
  ': no type',
  ' feat: space before',
  'Revert "feat: x"',
  "Merge branch 'main'",
  'two words: x',
])('%j is none', (line) => {
  expect(parseConventionalHeader(line)).toBeUndefined();
});

test('long hostile lines take no time', () => {
  const start = performance.now();
  for (const line of ['a('.repeat(5e5), 'a'.repeat(1e6), `a(${'b'.repeat(1e6)}`, `a: ${' '.repeat(1e6)}`]) {
    parseConventionalHeader(line);
  }
  expect(performance.now() - start).toBeLessThan(500);
});

test.each([
  ['BREAKING CHANGE: vouchers are gone', true],
  ['Text\n\nBREAKING-CHANGE: vouchers are gone', true],
  ['breaking change: in small letters', false],
  ['BREAKING CHANGE:', false],
  ['no BREAKING CHANGE: here', false],
])('%j announces a breaking change: %s', (text, announces) => {
  expect(announcesBreakingChange(text)).toBe(announces);
});

test.each<[string, string[] | undefined, string[] | undefined, string | undefined]>([
  ['feat: x', undefined, undefined, undefined],
  ['FEAT(Api): x', ['feat'], ['api'], undefined],
  ['chore: x', ['feat', 'fix'], undefined, 'has the type "chore"'],
  ['feat: x', undefined, ['api'], 'has no scope'],
  ['feat(web): x', undefined, ['api'], 'has the scope "web"'],
  ['x', ['feat'], ['api'], 'does not begin like `type(scope): description`'],
])('%s with types %j and scopes %j', (line, types, scopes, problem) => {
  expect(conventionalProblem(line, { types, scopes })).toBe(problem);
});
