import { z } from 'zod';

import { whyUncountable } from '../core/approvals';
import { branchName } from '../core/circumstances';
import { judgeOwners, termsOf, unownedOf, wantedReviewers } from '../core/code-owners-approvals';
import { COULD_NOT_JUDGE } from '../core/evaluate';
import { defineGate, stricter, type Outcome } from '../core/gate';
import { judged, waiting, type Fault } from '../core/outcome';
import { count, shorten } from '../core/phrase';
import type { CodeOwners, OwningRule } from '../core/snapshot';

import {
  lackFault,
  missingFileFault,
  restFault,
  uncountableFault,
  unjudgedFault,
  unownedFault,
} from '../core/code-owners-faults';

/** A list of more lines is read by nobody. */
const MOST_FAULTS = 10;

const options = z.strictObject({
  approvals: z
    .int()
    .min(1)
    .max(10)
    .default(1)
    .meta(
      stricter(
        'higher',
        'At least this many owners must approve what they own; a section of the file may ask for more, as in `[Docs][2]`.',
      ),
    ),
  everyFile: z
    .boolean()
    .default(false)
    .meta(stricter('on', 'Every changed file must have an owner, in a section that is not optional.')),
  afterLastPush: z
    .boolean()
    .default(true)
    .meta(stricter('on', 'An approval counts only if it was cast after the last push or change of the target branch.')),
  missingFile: z
    .enum(['allow', 'fail'])
    .default('allow')
    .meta(stricter('later', 'Whether a target branch without a CODEOWNERS file is fine, unless `everyFile` is on.')),
  userDomain: z
    .string()
    .regex(/^[\p{L}\p{N}._-]+$/u, 'is no domain: write it as in contoso.com, without an @')
    .max(200)
    .optional()
    .meta(
      stricter(
        'fixed',
        'Where names without a domain belong: with `contoso.com`, `@ada` is `ada@contoso.com`. Without it such a name is nobody, as one before another @ may be somebody else.',
      ),
    ),
  addReviewers: z
    .enum(['off', 'optional', 'required'])
    .default('off')
    .meta(
      stricter(
        'later',
        'Owners whose approval is missing are added to the reviewers, each once: who is taken off again stays away. It takes a PAT with the scope Code (Read & write), and Identity (Read) for people.',
      ),
    ),
});

const REVIEWERS = '[Shop]\\Reviewers';
const RITA = '44444444-4444-4444-8444-444444444444';
const RULE: OwningRule = {
  line: 3,
  pattern: '/src/',
  section: { name: '', approvals: 1, isOptional: false },
  owners: [{ kind: 'group', name: REVIEWERS }],
};
const BY_GROUP: Partial<CodeOwners> = {
  rules: [RULE],
  rulesByPath: { '/src/basket.ts': [0], '/src/voucher.ts': [0] },
  groups: { '[shop]\\reviewers': { known: true, id: 'a-group', name: REVIEWERS, memberIds: [RITA] } },
};

export const codeOwners = defineGate({
  name: 'code-owners',
  summary: 'Require approvals by the owners of what changed, as CODEOWNERS on the target branch says',
  notes: [
    'The file is the first of `CODEOWNERS`, `.azuredevops/CODEOWNERS`, `.github/CODEOWNERS`, `.gitlab/CODEOWNERS` and `docs/CODEOWNERS` **on the target branch**, of at most 1 MB: what a pull request makes of it counts when it is merged. A new file at a place that goes before also needs the approval of who owns the present one. Of a renamed file both names count. The file is like any other: give it an owner of its own, in a line such as `/.github/ @[Shop]\\Maintainers`, or anybody may change it.',
    'Each line is a pattern and its owners, as GitHub and GitLab document it; the last line that matches decides, and one without owners leaves its files to nobody. A name matches at any depth, a slash at the beginning or inside ties it to the root, `docs/` and `docs` mean everything below, `docs/*` only what is directly there; `*` and `?` stop at slashes, `**` does not. Case matters. `\\ ` is a space, `\\#`, `\\[` and `\\*` are the characters themselves, and what follows a `#` behind a space is a comment.',
    "Sections are GitLab's: `[Docs]`, `^[Docs]` where nobody has to approve, `[Docs][2]` where two must, `[Docs] @[Shop]\\Writers` for lines without owners. Each section is judged by itself; those of one name are one. A file with sections, or in `.gitlab/`, is read as GitLab reads it in two more things: a slash inside does not tie a pattern to the root, and a pattern that ends in a wildcard never means a folder.",
    'Owners are people by their unique name, `ada@contoso.com` or `@ada@contoso.com` (on a server `@CONTOSO\\ada`), or by id, and groups as Azure DevOps names them, with everybody who is in them through other groups: `@[Shop]\\Reviewers`, where there are spaces in quotes `"@[Shop]\\Shop Team"`; `@Shop/Reviewers`, as GitHub writes it, is the same as the first. A display name is nobody\'s own, and never counts. Groups want a PAT with the scope Identity (Read).',
    'Patterns that begin with `!`, ranges such as `[a-z]`, roles such as `@@maintainer`, and headings and names that cannot be read are told with their line, and only where they decide about a file that changed: then nobody can say who owns it, and the gate is `error`. Beside owners who can be read, one who cannot is left out.',
    'Neither the author nor anybody who pushed since it was opened can approve what they own, nor can a build service. When the file on the target branch or a group changes, the verdict follows within the hour, or at once after a comment `/gate re-run`.',
  ],
  needs: ['details', 'changes', 'reviewers', 'pushes', 'codeOwners'],
  options,
  examples: [
    {
      title: 'nobody who owns the file has approved',
      options: {},
      given: { codeOwners: BY_GROUP, reviewers: [] },
      then: 'pending',
      says: '/src/ needs an approval by [Shop]\\Reviewers',
    },
    {
      title: 'somebody of the group has',
      options: {},
      given: { codeOwners: BY_GROUP },
      then: 'succeeded',
      says: '2 owned files',
    },
    {
      title: 'a section that asks for two',
      options: {},
      given: {
        codeOwners: {
          ...BY_GROUP,
          rules: [{ ...RULE, section: { name: 'Shop', approvals: 2, isOptional: false } }],
        },
      },
      then: 'pending',
      says: '/src/ needs 2 approvals by [Shop]\\Reviewers',
    },
    {
      title: 'a file that nobody owns, where each must have an owner',
      options: { everyFile: true },
      given: { codeOwners: { ...BY_GROUP, rulesByPath: { '/src/basket.ts': [0], '/src/voucher.ts': [] } } },
      then: 'failed',
      says: 'src/voucher.ts has no owner',
    },
    {
      title: 'a line that cannot be read',
      options: {},
      given: {
        codeOwners: { ...BY_GROUP, rules: [{ ...RULE, owners: [], problem: 'begins with `!`' }] },
      },
      then: 'error',
      says: 'could not judge: mend line 3 of CODEOWNERS',
    },
    {
      title: 'no file on the target branch',
      options: {},
      given: { codeOwners: { file: null } },
      then: 'notApplicable',
      says: 'no CODEOWNERS on main',
    },
  ],
  evaluate({ details, changes, reviewers, pushes, codeOwners: owned }, wanted) {
    const { file } = owned;
    const branch = branchName(details.targetBranch);
    if (file === null) {
      const description = `no CODEOWNERS on ${shorten(branch, 60)}`;
      if (wanted.missingFile === 'allow' && !wanted.everyFile)
        return { state: 'notApplicable', description, findings: [] };
      return judged([missingFileFault(description, branch)], '');
    }
    const place = { file, branch, userDomain: wanted.userDomain };
    const given = { author: details.author, changes, reviewers, pushes, owned };
    const { ownedFiles, lacks, unjudged } = judgeOwners(given, wanted);
    const unowned = wanted.everyFile ? unownedOf(changes, owned) : [];
    const uncountable = ownedFiles > 0 ? whyUncountable(pushes, termsOf(wanted)) : undefined;
    const failed = unowned.length > 0 ? [unownedFault(unowned, place)] : [];
    const unknown = [
      ...(uncountable === undefined ? [] : [uncountableFault(uncountable)]),
      ...unjudged.map((each) => unjudgedFault(each, place)),
    ];
    const all = [...failed, ...unknown, ...lacks.map((lack) => lackFault(lack, place))];
    if (all.length === 0) return judged([], ownedFiles === 0 ? 'no owned file' : count(ownedFiles, 'owned file'));
    const outcome = failed.length > 0 ? judged(all, '') : unknown.length > 0 ? couldNotJudge(all) : waiting(all);
    const asked = wantedReviewers(lacks, given, wanted);
    const findings = atMost(all).map(({ finding }) => finding);
    return { ...outcome, findings, ...(asked.length > 0 ? { reviewers: asked } : {}) };
  },
});

function couldNotJudge(faults: readonly Fault[]): Outcome {
  const outcome = judged(faults, '');
  return { ...outcome, state: 'error', description: `${COULD_NOT_JUDGE}${outcome.description}` };
}

function atMost(faults: readonly Fault[]): Fault[] {
  const others = faults.length - MOST_FAULTS;
  return others > 0 ? [...faults.slice(0, MOST_FAULTS), restFault(others)] : [...faults];
}
