import { parseCodeOwners, type OwnersRule } from './code-owners';

/** Where a case comes from: a page of public documentation, and the section of it. */
const GITHUB = {
  example: 'GitHub Docs, "About code owners", Example of a CODEOWNERS file',
  exceptions: 'GitHub Docs, "About code owners", CODEOWNERS syntax: what does not work of .gitignore',
  syntax: 'GitHub Docs, "About code owners", CODEOWNERS syntax',
  protection: 'GitHub Docs, "About code owners", CODEOWNERS and branch protection',
};
const GITLAB = {
  key: 'GitLab Docs, "Syntax of CODEOWNERS file", introduction',
  sections: 'GitLab Docs, "Syntax of CODEOWNERS file", Sections',
  headings: 'GitLab Docs, "Syntax of CODEOWNERS file", Section headings and names',
  defaults: 'GitLab Docs, "Syntax of CODEOWNERS file", Set default Code Owner for a section',
  optional: 'GitLab Docs, "Syntax of CODEOWNERS file", Optional sections',
  absolute: 'GitLab Docs, "Syntax of CODEOWNERS file", Absolute paths',
  relative: 'GitLab Docs, "Syntax of CODEOWNERS file", Relative paths',
  directory: 'GitLab Docs, "Syntax of CODEOWNERS file", Directory paths',
  wildcard: 'GitLab Docs, "Syntax of CODEOWNERS file", Wildcard paths',
  globstar: 'GitLab Docs, "Syntax of CODEOWNERS file", Globstar paths',
  exclusion: 'GitLab Docs, "Syntax of CODEOWNERS file", Exclusion patterns (refused here)',
  roles: 'GitLab Docs, "Syntax of CODEOWNERS file", Add a role as a Code Owner (refused here)',
  groups: 'GitLab Docs, "Syntax of CODEOWNERS file", Add a group as a Code Owner',
  matching: 'GitLab Docs, "Advanced CODEOWNERS configuration", Pattern matching',
  regular: 'GitLab Docs, "Advanced CODEOWNERS configuration", Regular entries and sections',
  duplicates: 'GitLab Docs, "Advanced CODEOWNERS configuration", Sections with duplicate names',
  specific: 'GitLab Docs, "Advanced CODEOWNERS configuration", Define Code Owners for specific files or directories',
  multiple: 'GitLab Docs, "Advanced CODEOWNERS configuration", Require multiple approvals from Code Owners',
  spaces: 'GitLab Docs, "Advanced CODEOWNERS configuration", Entries with spaces',
  unparsable: 'GitLab Docs, "Advanced CODEOWNERS configuration", Unparsable sections (refused here)',
  malformed: 'GitLab Docs, "Advanced CODEOWNERS configuration", Malformed owners',
  zero: 'GitLab Docs, "Advanced CODEOWNERS configuration", Zero owners',
  minimum: 'GitLab Docs, "Advanced CODEOWNERS configuration", Minimum approvals',
};
const GITIGNORE = 'Git documentation, "gitignore", PATTERN FORMAT';
const OURS = 'Our own decision: gates/reference/code-owners.md';

/** The example of GitHub's page, line by line, in its order. */
const GITHUB_EXAMPLE = `
# This is a comment.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/*  docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
/apps/ @octocat
/apps/github @doctocat
`;
const [BEFORE_DOCS, BEFORE_LOGS] = [upTo('docs/*'), upTo('**/logs')];
const WITHOUT_OWNERS = '/apps/ @octocat\n/apps/github';

const README = `
* @admin
[README Owners]
README.md @user1 @user2
internal/README.md @user4
[README other owners]
README.md @user3
`;
const DEFAULTS = `
[Documentation] @docs-team
docs/
README.md
[Database] @database-team @agarcia
model/db/
config/db/database-setup.md @docs-team
`;
const REGULAR = `
* @general-approvers
[Documentation] @docs-team
docs/
README.md
*.txt
[Database] @database-team
model/db/
config/db/database-setup.md @docs-team
`;
const DUPLICATES = `
[Documentation]
ee/docs/    @docs
docs/       @docs
[Database]
README.md  @database
model/db/   @database
[DOCUMENTATION]
README.md  @docs
`;
/** A section makes it GitLab's. */
const gitlab = (lines: string): string => `[Section]\n${lines}`;

function upTo(line: string): string {
  return `${GITHUB_EXAMPLE.slice(0, GITHUB_EXAMPLE.indexOf(line))}${line} docs@example.com\n`;
}

/** Owners by section: `a b | Docs: c`; `(nobody)` where a rule clears them, and nothing where no rule matches. */
function told(rules: readonly OwnersRule[]): string {
  return rules
    .map(({ section, owners, problem }) => {
      const names = problem === undefined ? owners.map(({ name }) => name).join(' ') || '(nobody)' : 'unreadable';
      return section.name === '' || section.name === 'Section' ? names : `${section.name}: ${names}`;
    })
    .join(' | ');
}

test.each<[source: string, file: string, path: string, owners: string]>([
  [GITHUB.example, GITHUB_EXAMPLE, 'README.md', 'global-owner1 global-owner2'],
  [GITHUB.example, GITHUB_EXAMPLE, 'deep/down/below.c', 'global-owner1 global-owner2'],
  [GITHUB.example, GITHUB_EXAMPLE, 'src/index.js', 'js-owner'],
  [GITHUB.example, GITHUB_EXAMPLE, 'index.js', 'js-owner'],
  [GITHUB.example, GITHUB_EXAMPLE, 'cmd/main.go', 'docs@example.com'],
  [GITHUB.example, GITHUB_EXAMPLE, 'notes/todo.txt', '[octo-org]\\octocats'],
  [GITHUB.example, BEFORE_LOGS.replace('**/logs docs@example.com', ''), 'build/logs/1/a.log', 'doctocat'],
  [GITHUB.example, BEFORE_DOCS, 'docs/getting-started.md', 'docs@example.com'],
  [GITHUB.example, BEFORE_DOCS, 'docs/build-app/troubleshooting.md', 'global-owner1 global-owner2'],
  [GITHUB.example, BEFORE_DOCS, 'src/docs/a.md', 'global-owner1 global-owner2'],
  [GITHUB.example, GITHUB_EXAMPLE, 'packages/apps/a.c', 'octocat'],
  [GITHUB.example, GITHUB_EXAMPLE, 'docs/build-app/troubleshooting.md', 'doctocat'],
  [GITHUB.example, GITHUB_EXAMPLE, 'src/docs/a.c', 'global-owner1 global-owner2'],
  [GITHUB.example, GITHUB_EXAMPLE, 'scripts/deploy.sh', 'doctocat octocat'],
  [GITHUB.example, GITHUB_EXAMPLE, 'build/logs/a.log', 'octocat'],
  [GITHUB.example, GITHUB_EXAMPLE, 'scripts/logs/a.log', 'octocat'],
  [GITHUB.example, GITHUB_EXAMPLE, 'deeply/nested/logs/a.log', 'octocat'],
  [GITHUB.example, WITHOUT_OWNERS, 'apps/a.c', 'octocat'],
  [GITHUB.example, WITHOUT_OWNERS, 'apps/github/a.c', '(nobody)'],
  [GITHUB.example, GITHUB_EXAMPLE, 'apps/github/a.c', 'doctocat'],
  [GITHUB.protection, '/apps/ @doctocat @octocat', 'apps/a/b.c', 'doctocat octocat'],
  [GITHUB.protection, '/apps/ @example-org/content-team', 'apps/a.c', '[example-org]\\content-team'],
  [GITHUB.syntax, '/Docs/ @a', 'docs/a.md', ''],
  [GITHUB.syntax, '*.JS @a', 'a.js', ''],
  [GITHUB.syntax, '* user@example.com', 'a', 'user@example.com'],
  [GITHUB.exceptions, '* @a\n!secret/ @b', 'src/a.c', 'a'],
  [GITHUB.exceptions, '* @a\n!secret/ @b', 'secret/a.c', 'unreadable'],
  [GITHUB.exceptions, '* @a\nsrc/[a-z].c @b', 'src/a.c', 'unreadable'],
  [GITHUB.exceptions, '* @a\n/src/[a-z].c @b', 'lib/src.c', 'a'],
  [GITHUB.exceptions, '* @a\n/src/[a-z].c @b\n/src/ @c', 'src/a.c', 'c'],
  [GITIGNORE, 'src/lib @a', 'src/lib/a.c', 'a'],
  [GITIGNORE, 'src/lib @a', 'old/src/lib/a.c', ''],
  [GITIGNORE, '/lib @a', 'lib', 'a'],
  [GITIGNORE, '/lib @a', 'src/lib', ''],
  [GITIGNORE, 'lib @a', 'src/lib/deep/a.c', 'a'],
  [GITIGNORE, 'lib @a', 'src/library', ''],
  [GITIGNORE, 'lib/ @a', 'src/lib', ''],
  [GITIGNORE, '**/foo/bar @a', 'x/y/foo/bar', 'a'],
  [GITIGNORE, '**/foo/bar @a', 'foo/bar', 'a'],
  [GITIGNORE, 'abc/** @a', 'abc/x/y', 'a'],
  [GITIGNORE, 'abc/** @a', 'abc', ''],
  [GITIGNORE, 'a/**/b @a', 'a/b', 'a'],
  [GITIGNORE, 'a/**/b @a', 'a/x/y/b', 'a'],
  [GITIGNORE, 'foo/* @a', 'foo/test.json', 'a'],
  [GITIGNORE, 'foo/* @a', 'foo/bar/hello.c', ''],
  [GITIGNORE, 'f?o @a', 'x/fxo', 'a'],
  [GITIGNORE, 'f?o @a', 'f/o', ''],
  [GITIGNORE, 'a**b.c @a', 'axxb.c', 'a'],
  [GITIGNORE, 'a**b.c @a', 'a/b.c', ''],
  [GITIGNORE, '\\#a @a', '#a', 'a'],
  [GITIGNORE, '\\!a @a', '!a', 'a'],
  [GITIGNORE, 'a\\ b @a', 'a b', 'a'],
  [GITIGNORE, 'a\\*b @a', 'a*b', 'a'],
  [GITIGNORE, 'a\\*b @a', 'axb', ''],
  [GITLAB.sections, README, 'README.md', 'admin | README Owners: user1 user2 | README other owners: user3'],
  [GITLAB.sections, README, 'internal/README.md', 'admin | README Owners: user4 | README other owners: user3'],
  [GITLAB.defaults, DEFAULTS, 'docs/a/b.md', 'Documentation: docs-team'],
  [GITLAB.defaults, DEFAULTS, 'model/db/a.rb', 'Database: database-team agarcia'],
  [GITLAB.defaults, DEFAULTS, 'config/db/database-setup.md', 'Database: docs-team'],
  [GITLAB.regular, REGULAR, 'a.rb', 'general-approvers'],
  [
    GITLAB.regular,
    REGULAR,
    'model/db/CHANGELOG.txt',
    'general-approvers | Documentation: docs-team | Database: database-team',
  ],
  [GITLAB.duplicates, DUPLICATES, 'README.md', 'Documentation: docs | Database: database'],
  [GITLAB.duplicates, DUPLICATES, 'ee/docs/a.md', 'Documentation: docs'],
  [GITLAB.specific, '*.md @doc-team\nterms.md @legal-team', 'terms.md', 'legal-team'],
  [GITLAB.key, gitlab('* @multiple @code @owners'), 'LICENSE', 'multiple code owners'],
  [GITLAB.key, gitlab('LICENSE @legal janedoe@gitlab.com'), 'LICENSE', 'legal janedoe@gitlab.com'],
  [GITLAB.key, gitlab('/docs/ @all-docs\n/docs/* @root-docs'), 'docs/a.md', 'root-docs'],
  [GITLAB.key, gitlab('/docs/ @all-docs\n/docs/* @root-docs'), 'docs/a/b.c', 'all-docs'],
  [GITLAB.key, gitlab('/docs/**/*.md @markdown-docs  # Match specific file types'), 'docs/a/b.md', 'markdown-docs'],
  [GITLAB.key, gitlab('/db/**/index.md @index-docs   # Match a file name'), 'db/a/b/index.md', 'index-docs'],
  [GITLAB.key, '[Documentation]\nee/docs    @docs\ndocs       @docs', 'docs/a.md', 'Documentation: docs'],
  [GITLAB.groups, gitlab('file.md @group-x/subgroup-y'), 'file.md', '[group-x]\\subgroup-y'],
  [GITLAB.groups, gitlab('README @group/with-nested/subgroup'), 'README', '[group]\\with-nested/subgroup'],
  [GITLAB.absolute, gitlab('/README.md @a'), 'README.md', 'a'],
  [GITLAB.absolute, gitlab('/README.md @a'), 'docs/README.md', ''],
  [GITLAB.absolute, gitlab('/docs/README.md @a'), 'docs/README.md', 'a'],
  [GITLAB.relative, gitlab('README.md @a'), 'app/lib/README.md', 'a'],
  [GITLAB.relative, gitlab('internal/README.md @a'), 'docs/api/internal/README.md', 'a'],
  [GITLAB.relative, gitlab('internal/README.md @a'), 'README.md', ''],
  [GITLAB.directory, gitlab('/docs/ @a'), 'docs/a/b/c.md', 'a'],
  [GITLAB.directory, gitlab('/docs/ @a'), 'src/docs/a.md', ''],
  [GITLAB.wildcard, gitlab('/docs/*.md @a'), 'docs/index.md', 'a'],
  [GITLAB.wildcard, gitlab('/docs/*.md @a'), 'docs/api/index.md', ''],
  [GITLAB.wildcard, gitlab('/docs/index.* @a'), 'docs/index.xml', 'a'],
  [GITLAB.wildcard, gitlab('/docs/*spec* @a'), 'docs/qa_specs.rb', 'a'],
  [GITLAB.wildcard, gitlab('/docs/*spec* @a'), 'docs/specs/a.rb', ''],
  [GITLAB.wildcard, gitlab('/docs/*/README.md @a'), 'docs/api/README.md', 'a'],
  [GITLAB.wildcard, gitlab('/docs/*/README.md @a'), 'docs/README.md', ''],
  [GITLAB.globstar, gitlab('/docs/**/index.md @a'), 'docs/index.md', 'a'],
  [GITLAB.globstar, gitlab('/docs/**/index.md @a'), 'docs/api/graphql/index.md', 'a'],
  [GITLAB.matching, gitlab('* @a'), '.gitignore', 'a'],
  [GITLAB.matching, gitlab('**/*.rb @a'), 'app/controllers/users/stars_controller.rb', 'a'],
  [GITLAB.spaces, gitlab('path\\ with\\ spaces/*.md @owner'), 'path with spaces/a.md', 'owner'],
  [GITLAB.spaces, gitlab('folder with spaces/*.md @group'), 'folder', 'group'],
  [GITLAB.malformed, gitlab('/path/* @group user_without_at_symbol @user'), 'path/a', 'group user'],
  [GITLAB.zero, gitlab('/path/* user_without_at_symbol'), 'path/a', 'unreadable'],
  [GITLAB.zero, gitlab('* @a\n/path/*'), 'path/a', '(nobody)'],
  [GITLAB.exclusion, '* @username\n!pom.xml\n[Ruby]\n*.rb @ruby-team', 'pom.xml', 'unreadable'],
  [GITLAB.exclusion, '* @username\n!pom.xml\n[Ruby]\n*.rb @ruby-team', 'a.rb', 'username | Ruby: ruby-team'],
  [GITLAB.roles, gitlab('file.md @@developer'), 'file.md', 'unreadable'],
  [GITLAB.roles, gitlab('file.md @@developer @ada'), 'file.md', 'ada'],
  [GITLAB.unparsable, '* @group\n[Section name\ndocs/ @docs_group', 'a.c', 'group'],
  [GITLAB.unparsable, '* @group\n[Section name\ndocs/ @docs_group', 'docs/a.c', 'group | line 2: unreadable'],
  [OURS, '* @[Shop]\\Reviewers', 'a', '[Shop]\\Reviewers'],
  [OURS, '* "@[Shop]\\Shop Team" @ada', 'a', '[Shop]\\Shop Team ada'],
  [OURS, '* @"[Shop]\\Shop Team"', 'a', '[Shop]\\Shop Team'],
  [OURS, '* [Shop]\\Shop\\ Team', 'a', '[Shop]\\Shop Team'],
  [OURS, '* @[Shop]\\Shop Team', 'a', 'unreadable'],
  [OURS, '* @CONTOSO\\ada', 'a', 'CONTOSO\\ada'],
  [OURS, '* @ada@contoso.com', 'a', 'ada@contoso.com'],
  [OURS, '* 11111111-1111-4111-8111-11111111111A', 'a', '11111111-1111-4111-8111-11111111111a'],
  [OURS, '* @a\nsrc\\lib @b', 'x', 'unreadable'],
  [OURS, '* @a\nsrc//lib @b', 'src/lib', 'unreadable'],
  [OURS, '* @a\n./src @b', 'src', 'unreadable'],
  [OURS, '/ @a', 'deep/a', 'a'],
  [OURS, '/* @a', 'deep/a', ''],
  [OURS, '\uFEFF* @a\r\n*.md\t@b\r\n', 'x.md', 'b'],
  [OURS, 'app/\\[id\\]/page.tsx @a', 'app/[id]/page.tsx', 'a'],
])('%s: %j of %s is %s', (_, file, path, owners) => {
  expect(told(parseCodeOwners(file).rulesOf(path))).toBe(owners);
});

describe('sections', () => {
  const sectionOf = (file: string): unknown => parseCodeOwners(file).rulesOf('a')[0]?.section;
  test.each<[source: string, file: string, section: object]>([
    [GITLAB.headings, '[Section name]\na @a', { name: 'Section name', approvals: 1, isOptional: false }],
    [GITLAB.headings, '^[Section name]\na @a', { name: 'Section name', approvals: 1, isOptional: true }],
    [GITLAB.headings, '[Section name][5]\na @a', { name: 'Section name', approvals: 5, isOptional: false }],
    [GITLAB.headings, '[Section name][2] @group @b\na', { approvals: 2 }],
    [GITLAB.optional, '^[Go]\na @a\n[GO]\nb @b', { name: 'Go', isOptional: false }],
    [GITLAB.multiple, '[Docs][two]\na @a', { approvals: 1 }],
    [GITLAB.minimum, '[Docs][0]\na @a', { approvals: 1 }],
    [OURS, '[Docs][2]\na @a\n[docs]\nb @b', { approvals: 2 }],
  ])('%s: %j', (_, file, section) => {
    expect(sectionOf(file)).toMatchObject(section);
  });
});

describe('what cannot be read', () => {
  test.each<[file: string, line: number, problem: string]>([
    ['!a @b', 1, 'begins with `!`, and a pattern cannot be turned round'],
    ['\n\n[a-z].c @b\na @a', 4, 'stands below line 3, which begins as the heading of a section and is none'],
    ['x/[a-z].c @b', 1, 'has a `[` in its pattern'],
    ['a bob', 1, 'names `bob`, which is no owner'],
    [`a @${'b'.repeat(301)}`, 1, 'names have at most 300 characters'],
    ['a @[Shop]\\Shop Team', 1, 'in quotes `"@[Shop]\\Two Words"`'],
    ['a "@[Shop]\\Shop Team', 1, 'a quotation mark is missing'],
    ['[S] bob\na', 2, 'stands below line 1, which names `bob`'],
    ['a\\', 1, 'ends with a backslash'],
  ])('%j names line %i', (file, line, problem) => {
    const rule = parseCodeOwners(file).rules.find((each) => each.problem !== undefined);
    expect(rule).toMatchObject({ line, problem: expect.stringContaining(problem) });
  });
});

test('in the place of GitLab, a file is read as GitLab reads it', () => {
  const file = 'internal/README.md @a';
  expect(told(parseCodeOwners(file, '.gitlab/CODEOWNERS').rulesOf('docs/internal/README.md'))).toBe('a');
  expect(told(parseCodeOwners(file, '.github/CODEOWNERS').rulesOf('docs/internal/README.md'))).toBe('');
});

describe('takes no long time', () => {
  const within = (milliseconds: number, act: () => unknown): void => {
    const began = performance.now();
    act();
    expect(performance.now() - began).toBeLessThan(milliseconds);
  };
  const deep = `${'a/'.repeat(2_000)}a`;
  test('to read 1 MB of lines', () => {
    const lines = Array.from({ length: 40_000 }, (_, index) => `/src/part-${index}/ @ada`).join('\n');
    within(2_000, () => parseCodeOwners(lines).rulesOf('src/part-7/a.c'));
  });
  test.each([['*a'.repeat(400)], ['**/a/'.repeat(190)], ['!'.repeat(900)], ['\\['.repeat(400)], ['['.repeat(999)]])(
    'for a pattern such as %.12s',
    (pattern) => within(1_000, () => parseCodeOwners(`${pattern}b @a`).rulesOf(deep)),
  );
  test.each([
    [' '.repeat(1_000_000)],
    ['"'.repeat(1_000_000)],
    ['\\ '.repeat(500_000)],
    ['@a/'.repeat(300_000)],
    ['['.repeat(1_000_000)],
  ])('for a line of 1 MB of %.3s', (text) =>
    within(1_500, () => parseCodeOwners(`${text}\na ${text}\n[S] ${text}`).rulesOf('a')),
  );
});
