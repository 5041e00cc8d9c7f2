import { z } from 'zod';

import { conventionalHelp, conventionalProblem, conventionOptions, namesSchema } from '../core/conventional-commit';
import { defineGate, stricter } from '../core/gate';
import { judged, type Fault } from '../core/outcome';
import { isSquashOnly } from '../core/merge-strategies';
import { matchesWhole, patternSchema } from '../core/pattern';
import { allOf, anyOf, code, count, quote, shorten } from '../core/phrase';
import type { BroughtCommit } from '../core/snapshot';
import { titleFaults } from '../core/squashed-title';

/** More commits named would say no more. */
const MOST_NAMED = 5;

const options = z.strictObject({
  maximum: z.int().min(1).max(250).default(100).meta(stricter('lower', 'At most this many commits.')),
  ...conventionOptions(
    '`conventional-commits`: the first line of each message is `type(scope): description`, as Conventional Commits 1.0.0 says. Merge commits are spared, as git words them.',
  ),
  pattern: patternSchema()
    .optional()
    .meta(
      stricter(
        'fixed',
        'The whole first line of each message must match this pattern (RE2 syntax). Merge commits are spared.',
      ),
    ),
  patternHelp: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .meta(stricter('fixed', 'A sentence for the author that says in words what the pattern wants.')),
  forbiddenBeginnings: z
    .array(z.string().min(1).max(100))
    .max(50)
    .default(['fixup!', 'squash!', 'amend!'])
    .meta(stricter('superset', 'What no message may begin with, whatever its case.')),
  authorDomains: namesSchema().meta(
    stricter(
      'subset',
      "Domains of which the author's e-mail address must have one, such as `contoso.com`; a subdomain is another one. Git takes the address that it is given: this finds what was forgotten, not who hides.",
    ),
  ),
  signOff: z
    .boolean()
    .default(false)
    .meta(
      stricter(
        'on',
        "Each message must have a line `Signed-off-by: Name <address>` with its author's address, as `git commit --signoff` writes it. Merge commits are spared.",
      ),
    ),
  mergeCommits: z
    .enum(['allow', 'refuse'])
    .default('allow')
    .meta(stricter('later', '`refuse`: no commit may have two parents; branches are brought up to date by rebasing.')),
  underSquash: z
    .enum(['title', 'commits'])
    .default('title')
    .meta(
      stricter(
        'fixed',
        '`title`: where the policies of the target branch allow nothing but squashing, the title counts instead of the messages, and neither how many commits there are nor whether they merge. `commits`: the commits count everywhere.',
      ),
    ),
});

export const commits = defineGate({
  name: 'commits',
  summary: 'Require commits with messages, authors and a history as agreed',
  notes: [
    'Where pull requests into the target branch can only be squashed (policy *Limit merge types*, enabled and required), the messages of the commits are lost, and the title becomes the message. What is asked of messages (`convention`, `pattern`, `forbiddenBeginnings`) is then asked of the title; `maximum` and `mergeCommits` do not count, as one commit is left; `authorDomains` and `signOff` are still asked of every commit, as they are about who wrote what. Azure DevOps suggests a message that begins with `Merged PR 123: `, and whoever completes the pull request may edit it.',
  ],
  needs: ['commits', 'details', 'mergeStrategies'],
  asks: ({ underSquash }) => (underSquash === 'commits' ? { spares: ['mergeStrategies'] } : {}),
  options,
  examples: [
    {
      title: 'a message that is not as agreed',
      options: { convention: 'conventional-commits', types: ['feat', 'fix'] },
      given: { commits: [commit('fix: round down'), commit('tidy up')] },
      then: 'failed',
      says: '1 of 2 commits not conventional',
    },
    {
      title: 'a commit that was meant to be folded into another',
      options: {},
      given: { commits: [commit('fixup! fix: round down')] },
      then: 'failed',
      says: '1 of 1 commit begins with "fixup!"',
    },
    {
      title: 'a private address',
      options: { authorDomains: ['contoso.com'] },
      given: { commits: [commit('fix: round down', 'ada@home.example')] },
      then: 'failed',
      says: '1 of 1 commit by another domain',
    },
    {
      title: 'a title that is not as agreed, where pull requests are squashed',
      options: { convention: 'conventional-commits' },
      given: { commits: [commit('tidy up')], details: { title: 'Vouchers' }, mergeStrategies: ['squash'] },
      then: 'failed',
      says: 'title not conventional',
    },
    {
      title: 'commits as agreed',
      options: { convention: 'conventional-commits', signOff: true, mergeCommits: 'refuse' },
      given: { commits: [commit('fix(basket): round down\n\nSigned-off-by: Ada Author <ada@contoso.com>')] },
      then: 'succeeded',
      says: '1 commit',
    },
  ],
  evaluate({ commits: brought, details, mergeStrategies }, wanted) {
    const { maximum, pattern, authorDomains, forbiddenBeginnings } = wanted;
    const worded = brought.filter(({ isMerge }) => !isMerge);
    const isSquashed = wanted.underSquash === 'title' && isSquashOnly(mergeStrategies);
    const found: Fault[] = isSquashed ? titleFaults(details.title, wanted) : [];
    const about = (wrong: readonly BroughtCommit[], key: string, short: string, what: string, help: string) => {
      if (wrong.length === 0) return;
      const message = `${namesOf(wrong)} ${what}.`;
      const finding = { severity: 'medium' as const, key, message, help };
      found.push({ short: `${wrong.length} of ${count(brought.length, 'commit')} ${short}`, finding });
    };
    if (!isSquashed && brought.length > maximum) {
      found.push({
        short: `${brought.length} > ${count(maximum, 'commit')}`,
        finding: {
          severity: 'medium',
          key: 'maximum',
          message: `The pull request brings ${count(brought.length, 'commit')}; at most ${maximum} are allowed.`,
          help: 'Squash those that belong together, or split the pull request.',
        },
      });
    }
    if (!isSquashed && wanted.convention === 'conventional-commits') {
      const problems = worded.filter((each) => conventionalProblem(firstLine(each), wanted) !== undefined);
      about(
        problems,
        'convention',
        'not conventional',
        doesNot(problems, 'follow Conventional Commits'),
        `${conventionalHelp(wanted)} ${REWORD}`,
      );
    }
    if (!isSquashed && pattern !== undefined) {
      const others = worded.filter((each) => !matchesWhole(pattern, firstLine(each)));
      const what = doesNot(others, `match ${code(shorten(pattern, 200))} with the first line of the message`);
      const help = wanted.patternHelp ?? 'Reword the first line so that the whole of it matches the pattern.';
      about(
        others,
        'pattern',
        others.length === 1 ? 'does not match the pattern' : 'do not match the pattern',
        what,
        `${help} ${REWORD}`,
      );
    }
    for (const beginning of isSquashed ? [] : forbiddenBeginnings) {
      const begun = brought.filter(({ message }) =>
        message.trimStart().toLowerCase().startsWith(beginning.toLowerCase()),
      );
      const begins = `${begun.length === 1 ? 'begins' : 'begin'} with ${quote(beginning)}`;
      about(
        begun,
        `beginning ${beginning.toLowerCase()}`,
        begins,
        `${begins}, which is not to be merged`,
        'Fold them into the commits that they mend with `git rebase --interactive --autosquash`, or reword them, and push with --force-with-lease.',
      );
    }
    if (authorDomains !== undefined) {
      const strangers = brought.filter(
        ({ author }) => !authorDomains.some((domain) => isSame(domain, domainOf(author.email))),
      );
      const said = allOf(
        [...new Set(strangers.map(({ author }) => quote(domainOf(author.email))))].slice(0, MOST_NAMED),
      );
      about(
        strangers,
        'authorDomains',
        'by another domain',
        `${strangers.length === 1 ? 'has' : 'have'} an author whose address is of ${said}; ${anyOf(authorDomains.map(quote))} is asked for`,
        'Set `git config user.email`, renew the author with `git rebase --exec "git commit --amend --reset-author --no-edit"`, and push with --force-with-lease.',
      );
    }
    if (wanted.signOff) {
      const unsigned = worded.filter((each) => !isSignedOff(each));
      about(
        unsigned,
        'signOff',
        'not signed off',
        `${unsigned.length === 1 ? 'is' : 'are'} not signed off by ${unsigned.length === 1 ? 'its author' : 'their authors'}`,
        'Sign off with `git rebase --signoff`, or `git commit --amend --signoff` for the last one, and push with --force-with-lease.',
      );
    }
    if (!isSquashed && wanted.mergeCommits === 'refuse') {
      const merges = brought.filter(({ isMerge }) => isMerge);
      about(
        merges,
        'mergeCommits',
        merges.length === 1 ? 'merges' : 'merge',
        `${merges.length === 1 ? 'merges' : 'merge'} another branch`,
        'Rebase onto the target branch instead of merging it, and push with --force-with-lease.',
      );
    }
    const all = brought.length === 0 ? 'no commits' : count(brought.length, 'commit');
    return judged(found, isSquashed ? `${all}, squashed` : all);
  },
});

const REWORD = 'Reword with `git rebase --interactive`, and push with --force-with-lease.';

/** The first commits with their first lines: `Commit 1a2b3c4d ("tidy up")`. */
function namesOf(wrong: readonly BroughtCommit[]): string {
  const some = wrong.slice(0, MOST_NAMED).map((each) => `${each.id.slice(0, 8)} (${quote(firstLine(each))})`);
  const others = wrong.length - some.length;
  const all = allOf([...some, ...(others > 0 ? [count(others, 'other')] : [])]);
  return `${wrong.length === 1 ? 'Commit' : 'Commits'} ${all}`;
}

function doesNot(wrong: readonly BroughtCommit[], what: string): string {
  return `${wrong.length === 1 ? 'does' : 'do'} not ${what}`;
}

function firstLine({ message }: BroughtCommit): string {
  return (message.split('\n', 1)[0] ?? '').trim();
}

function isSame(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function isSignedOff({ message, author }: BroughtCommit): boolean {
  return message.split('\n').some((line) => {
    if (!line.toLowerCase().startsWith('signed-off-by: ')) return false;
    const start = line.lastIndexOf('<');
    const end = line.lastIndexOf('>');
    return start > 0 && end > start && isSame(line.slice(start + 1, end), author.email);
  });
}

function commit(message: string, email = 'ada@contoso.com', id = 'a'.repeat(40)): BroughtCommit {
  return { id, message, author: { name: 'Ada Author', email }, isMerge: false };
}
