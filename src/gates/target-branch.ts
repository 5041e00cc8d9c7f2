import { z } from 'zod';

import { branchGlob } from '../core/branch-glob';
import { branchName } from '../core/circumstances';
import { defineGate, stricter } from '../core/gate';
import { matchesAnyGlob } from '../core/glob';
import { judged, type Fault } from '../core/outcome';
import { anyOf, code, quote, shorten } from '../core/phrase';

const globs = (description: string) => z.array(branchGlob()).min(1).max(100).meta({ description });

const rule = z.strictObject({
  into: globs('Globs of target branches, without `refs/heads/`.'),
  from: globs('Globs of the source branches that may be merged there.'),
  forks: z
    .boolean()
    .default(false)
    .meta({ description: "Whether a fork's branches of these names may, too: anybody names the branches of a fork." }),
});

const options = z.strictObject({
  rules: z
    .array(rule)
    .max(50)
    .default([])
    .meta(
      stricter(
        'superset',
        'Who may aim where: each rule names target branches (`into`) and the source branches that may be merged there (`from`); those of forks only with `forks: true`. Where several rules name a target, all of them must hold.',
      ),
    ),
  otherTargets: z
    .enum(['allowed', 'refused'])
    .default('allowed')
    .meta(stricter('later', 'What holds for target branches that no rule names.')),
});

export const targetBranch = defineGate({
  name: 'target-branch',
  summary: 'Say which branches may be merged into which',
  needs: ['details'],
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
      title: 'a target that nobody named',
      options: { rules: [{ into: ['develop'], from: ['**'] }], otherTargets: 'refused' },
      given: { details: { targetBranch: 'refs/heads/experiment' } },
      then: 'failed',
      says: 'nothing may go into "experiment"',
    },
  ],
  evaluate({ details }, { rules, otherTargets }) {
    const { isFork } = details;
    const [source, target] = [branchName(details.sourceBranch), branchName(details.targetBranch)];
    const [shortSource, shortTarget] = [source, target].map((name) => quote(shorten(name, 40)));
    const named = rules.filter(({ into }) => matchesAnyGlob(into, target));
    const faults: Fault[] = [];
    if (named.length === 0 && otherTargets === 'refused') {
      faults.push({
        short: `nothing may go into ${shortTarget}`,
        finding: {
          severity: 'medium',
          key: 'otherTargets',
          message: `No rule of these settings names the target branch ${quote(target)}, and pull requests into other branches are refused.`,
          help: `Change the target branch on the pull request's page to one that matches ${anyOf(intoAll(rules)) || 'a rule'}.`,
        },
      });
    }
    for (const { into, from, forks } of named) {
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

function intoAll(rules: readonly z.output<typeof rule>[]): string[] {
  return [...new Set(rules.flatMap(({ into }) => into))].map(code);
}
