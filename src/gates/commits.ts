import { z } from 'zod';

import { about } from '../core/commit-faults';
import { conventionOptions, namesSchema } from '../core/conventional-commit';
import { defineGate, stricter } from '../core/gate';
import { judged, type Fault } from '../core/outcome';
import { isSquashOnly } from '../core/merge-strategies';
import { messageFaults, titleFaults } from '../core/message-rules';
import { patternSchema } from '../core/pattern';
import { allOf, anyOf, count, quote } from '../core/phrase';
import { isSameName } from '../core/same-name';
import type { BroughtCommit } from '../core/snapshot';

/** More domains named would say no more. */
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
    'Where pull requests into the target branch can only be squashed (policy *Limit merge types*, enabled and required), the messages of the commits are lost, and the title becomes the message. What is asked of messages (`convention`, `pattern`, `forbiddenBeginnings`) is then asked of the title; `maximum` and `mergeCommits` do not count, as one commit is left; `authorDomains` and `signOff` are still asked of every commit, as they are about who wrote what. Azure DevOps suggests a message that begins with `Merged PR 123: `, and whoever completes the pull request may edit it. Where the gate `title` asks for the same convention, an author is told twice: one of the two is enough, and only `commits` also holds where pull requests are not squashed.',
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
    const isSquashed = wanted.underSquash === 'title' && isSquashOnly(mergeStrategies);
    const faults = isSquashed
      ? [...titleFaults(details.title, wanted), ...authorFaults(brought, wanted)]
      : [
          ...amountFaults(brought, wanted.maximum),
          ...messageFaults(brought, wanted),
          ...authorFaults(brought, wanted),
          ...(wanted.mergeCommits === 'refuse' ? mergeFaults(brought) : []),
        ];
    const all = brought.length === 0 ? 'no commits' : count(brought.length, 'commit');
    return judged(faults, isSquashed ? `${all}, squashed` : all);
  },
});

type Wanted = z.output<typeof options>;

function amountFaults({ length }: readonly BroughtCommit[], maximum: number): Fault[] {
  if (length <= maximum) return [];
  const message = `The pull request brings ${count(length, 'commit')}; at most ${maximum} are allowed.`;
  const help = 'Squash those that belong together, or split the pull request.';
  const finding = { severity: 'medium' as const, key: 'maximum', message, help };
  return [{ short: `${length} > ${count(maximum, 'commit')}`, finding }];
}

function authorFaults(brought: readonly BroughtCommit[], { authorDomains, signOff }: Wanted): Fault[] {
  const faults: Fault[] = [];
  if (authorDomains !== undefined) {
    const strangers = brought.filter(
      ({ author }) => !authorDomains.some((domain) => isSameName(domain, domainOf(author.email))),
    );
    const others = [...new Set(strangers.map(({ author }) => quote(domainOf(author.email))))];
    const has = strangers.length === 1 ? 'has' : 'have';
    const what = `${has} an author whose address is of ${allOf(others.slice(0, MOST_NAMED))}; ${anyOf(authorDomains.map(quote))} is asked for`;
    faults.push(...about(brought, strangers, 'authorDomains', 'by another domain', what, RENEW));
  }
  if (signOff) {
    const unsigned = brought.filter((each) => !each.isMerge && !isSignedOff(each));
    const [is, by] = unsigned.length === 1 ? ['is', 'its author'] : ['are', 'their authors'];
    const what = `${is} not signed off by ${by}`;
    faults.push(...about(brought, unsigned, 'signOff', 'not signed off', what, SIGN_OFF));
  }
  return faults;
}

function mergeFaults(brought: readonly BroughtCommit[]): Fault[] {
  const wrong = brought.filter(({ isMerge }) => isMerge);
  const merges = wrong.length === 1 ? 'merges' : 'merge';
  const help = 'Rebase onto the target branch instead of merging it, and push with --force-with-lease.';
  return about(brought, wrong, 'mergeCommits', merges, `${merges} another branch`, help);
}

const RENEW =
  'Set `git config user.email`, renew the author with `git rebase --exec "git commit --amend --reset-author --no-edit"`, and push with --force-with-lease.';
const SIGN_OFF =
  'Sign off with `git rebase --signoff`, or `git commit --amend --signoff` for the last one, and push with --force-with-lease.';

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function isSignedOff({ message, author }: BroughtCommit): boolean {
  return message.split('\n').some((line) => {
    if (!line.toLowerCase().startsWith('signed-off-by: ')) return false;
    const start = line.lastIndexOf('<');
    const end = line.lastIndexOf('>');
    return start > 0 && end > start && isSameName(line.slice(start + 1, end), author.email);
  });
}

function commit(message: string, email = 'ada@contoso.com', id = 'a'.repeat(40)): BroughtCommit {
  return { id, message, author: { name: 'Ada Author', email }, isMerge: false };
}
