import { z } from 'zod';

import { branchGlob } from '../core/branch-glob';
import { branchName as shortName } from '../core/circumstances';
import { defineGate, stricter } from '../core/gate';
import { matchesAnyGlob } from '../core/glob';
import { FINE, judged, type Fault } from '../core/outcome';
import { matchesWhole, patternSchema } from '../core/pattern';
import { anyOf, code, quote, shorten } from '../core/phrase';

/** What Microsoft's guide to a branching strategy proposes; it holds where the settings name nothing of their own. */
const CUSTOMARY = ['feature/**', 'bugfix/**', 'hotfix/**', 'release/**', 'users/**'] as const;

const branches = () => z.array(branchGlob()).max(100);

const options = z.strictObject({
  allowed: branches()
    .min(1)
    .optional()
    .meta(
      stricter(
        'fixed',
        `Globs of names, without \`refs/heads/\`, of which one must match. Without it and without a pattern: ${anyOf(CUSTOMARY.map(code))}.`,
      ),
    ),
  pattern: patternSchema()
    .optional()
    .meta(
      stricter(
        'fixed',
        'The whole name must match this pattern (RE2 syntax); beside `allowed`, matching one of both is enough.',
      ),
    ),
  help: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .meta(stricter('fixed', 'A sentence for the author that says in words which names are wanted.')),
  exempt: branches()
    .default([])
    .meta(stricter('subset', 'Globs of source branches whose names are not looked at, such as `main`.')),
});

export const branchName = defineGate({
  name: 'branch-name',
  summary: 'Require a source branch that is named as agreed',
  needs: ['details'],
  options,
  examples: [
    {
      title: 'a branch outside of the agreed folders',
      options: { allowed: ['feature/**', 'bugfix/**'], help: 'Begin with feature/ or bugfix/.' },
      given: { details: { sourceBranch: 'refs/heads/ada-test' } },
      then: 'failed',
      says: '"ada-test" is not as agreed',
    },
    {
      title: 'a branch that names its work item',
      options: { pattern: '(feature|bugfix)/\\d+-[a-z0-9-]+' },
      given: { details: { sourceBranch: 'refs/heads/feature/1234-voucher' } },
      then: 'succeeded',
      says: 'fine',
    },
    {
      title: 'a branch that is merged back',
      options: { exempt: ['main', 'release/*'] },
      given: { details: { sourceBranch: 'refs/heads/main', targetBranch: 'refs/heads/release/2' } },
      then: 'notApplicable',
      says: '"main" is exempt',
    },
  ],
  evaluate({ details }, { allowed, pattern, help, exempt }) {
    const name = shortName(details.sourceBranch);
    const short = quote(shorten(name, 60));
    if (matchesAnyGlob(exempt, name))
      return { state: 'notApplicable', description: `${short} is exempt`, findings: [] };
    const globs = allowed ?? (pattern === undefined ? CUSTOMARY : []);
    if (matchesAnyGlob(globs, name) || (pattern !== undefined && matchesWhole(pattern, name))) return judged([], FINE);
    const wanted = [
      ...globs.map(code),
      ...(pattern === undefined ? [] : [`the pattern ${code(shorten(pattern, 200))}`]),
    ];
    const fault: Fault = {
      short: `${short} is not as agreed`,
      finding: {
        severity: 'low',
        key: 'name',
        message: `The source branch ${quote(name)} does not match ${anyOf(wanted)}.`,
        // A pull request keeps its source branch for good.
        help: `${help === undefined ? '' : `${help} `}Push the commits to a branch with such a name, and open a new pull request from there.`,
      },
    };
    return judged([fault], FINE);
  },
});
