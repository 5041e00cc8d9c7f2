import { z } from 'zod';

import { branchGlob } from '../core/branch-glob';
import { branchName } from '../core/circumstances';
import { defineGate, stricter } from '../core/gate';
import { matchesAnyGlob } from '../core/glob';
import { groupKey, groupNameSchema, isInGroup } from '../core/group-name';
import { judged, type Fault } from '../core/outcome';
import { anyOf, code, quote, quoteName, shorten } from '../core/phrase';

const globs = (description: string) => z.array(branchGlob()).min(1).max(100).meta({ description });

const rule = z.strictObject({
  into: globs('Globs of target branches, without `refs/heads/`.'),
  from: globs('Globs of the source branches that may be merged there.'),
  forks: z
    .boolean()
    .default(false)
    .meta({ description: "Whether a fork's branches of these names may, too: anybody names the branches of a fork." }),
  authorGroups: z.array(groupNameSchema()).min(1).max(20).optional().meta({
    description: 'Groups of which one must have the author in it, also through other groups. Without it, anybody.',
  }),
});

const options = z.strictObject({
  rules: z
    .array(rule)
    .max(50)
    .default([])
    .meta(
      stricter(
        'superset',
        'Who may aim where: each rule names target branches (`into`), the source branches that may be merged there (`from`; those of forks only with `forks: true`), and whose (`authorGroups`, which take the PAT scope Identity (Read)). Where several rules name a target, all of them must hold.',
      ),
    ),
  targets: z
    .array(branchGlob())
    .min(1)
    .max(100)
    .optional()
    .meta(
      stricter(
        'subset',
        'Globs of the branches, without `refs/heads/`, that pull requests may go into at all. Without it, any.',
      ),
    ),
});

const RELEASERS = { id: '66666666-6666-4666-8666-666666666666', name: '[Shop]\\Releasers', memberIds: [] };

export const targetBranch = defineGate({
  name: 'target-branch',
  summary: 'Say which branches may be merged into which',
  needs: ['details', 'groups'],
  options,
  examples: [
    {
      title: 'a feature that aims at main',
      options: { rules: [{ into: ['main'], from: ['release/*', 'hotfix/*'] }] },
      given: { details: { sourceBranch: 'refs/heads/feature/voucher', targetBranch: 'refs/heads/main' } },
      then: 'failed',
      says: '"feature/voucher" may not go into "main"',
    },
    {
      title: 'a release that aims at main',
      options: { rules: [{ into: ['main'], from: ['release/*', 'hotfix/*'] }] },
      given: { details: { sourceBranch: 'refs/heads/release/2.1', targetBranch: 'refs/heads/main' } },
      then: 'succeeded',
      says: '"release/2.1" may go into "main"',
    },
    {
      title: 'a branch of a fork that is named like a release',
      options: { rules: [{ into: ['main'], from: ['release/*'] }] },
      given: {
        details: { sourceBranch: 'refs/heads/release/mine', targetBranch: 'refs/heads/main', isFork: true },
      },
      then: 'failed',
      says: 'a fork may not go into "main"',
    },
    {
      title: 'an author who is not among those who release',
      options: { rules: [{ into: ['main'], from: ['**'], authorGroups: [RELEASERS.name] }] },
      given: { groups: { [groupKey(RELEASERS.name)]: RELEASERS } },
      then: 'failed',
      says: 'only [Shop]\\Releasers may aim at "main"',
    },
    {
      title: 'a target that nothing may go into',
      options: { targets: ['main', 'release/*'] },
      given: { details: { targetBranch: 'refs/heads/experiment' } },
      then: 'failed',
      says: 'nothing may go into "experiment"',
    },
  ],
  asks: ({ rules }) => {
    const groups = rules.flatMap(({ authorGroups = [] }) => authorGroups);
    return { groups, spares: groups.length === 0 ? ['groups'] : [] };
  },
  evaluate({ details, groups }, { rules, targets }) {
    const { isFork } = details;
    const [source, target] = [branchName(details.sourceBranch), branchName(details.targetBranch)];
    const [shortSource, shortTarget] = [source, target].map((name) => quote(shorten(name, 40)));
    const named = rules.filter(({ into }) => matchesAnyGlob(into, target));
    const faults: Fault[] = [];
    if (targets !== undefined && !matchesAnyGlob(targets, target)) {
      faults.push({
        short: `nothing may go into ${shortTarget}`,
        finding: {
          severity: 'medium',
          key: 'targets',
          message: `Pull requests may go into ${anyOf(targets.map(code))}; this one aims at ${quote(target)}.`,
          help: "Change the target branch on the pull request's page.",
        },
      });
    }
    for (const { into, from, forks, authorGroups } of named) {
      if (authorGroups && !authorGroups.some((name) => isInGroup(groups, name, details.author.id))) {
        const whose = anyOf(authorGroups.map((name) => shorten(name, 60)));
        faults.push({
          short: `only ${whose} may aim at ${shortTarget}`,
          finding: {
            severity: 'medium',
            key: `authors ${into.join(' ')}`,
            message: `Only members of ${whose} open pull requests into ${quote(target)}; ${quoteName(details.author)} is none.`,
            help: 'Choose another target branch, or ask one of them to open the pull request.',
          },
        });
      }
      const isNamed = matchesAnyGlob(from, source);
      if (isNamed && (forks || !isFork)) continue;
      faults.push({
        short: isNamed ? `a fork may not go into ${shortTarget}` : `${shortSource} may not go into ${shortTarget}`,
        finding: {
          severity: 'medium',
          key: `rule ${into.join(' ')}`,
          message: isNamed
            ? `Only branches of this repository that match ${anyOf(from.map(code))} may be merged into ${quote(target)}; ${quote(source)} is a fork's.`
            : `Only branches that match ${anyOf(from.map(code))} may be merged into ${quote(target)}; this one is ${quote(source)}.`,
          help: "Change the target branch on the pull request's page, or merge by way of such a branch.",
        },
      });
    }
    return judged(faults, `${shortSource} may go into ${shortTarget}`);
  },
});
