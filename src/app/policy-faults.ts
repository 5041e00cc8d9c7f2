import { distance } from 'fastest-levenshtein';
import { z } from 'zod';

import { STATUS_GENRE, VERDICT_NAME } from '../core/plan-statuses';

import { covers, scopesSchema, type PolicyScope, type PolicyTarget } from './policy-scope';
import { isSuspended } from './policy-suspension';
import type { BranchPolicy } from './ports';

/** The context that the policy requires, as people write it. */
export const CONTEXT = `${STATUS_GENRE}/${VERDICT_NAME}`;

/** More than so many wrong characters make it another context, not a misspelt one. */
const MOST_TYPOS = 3;

export type FaultKind =
  'misspelt' | 'off' | 'optional' | 'suspended' | 'conditional' | 'noReset' | 'anybody' | 'otherIdentity' | 'narrowed';

/** One thing that keeps a policy from doing its work, as a phrase after "Policy 12 ". */
export interface Fault {
  kind: FaultKind;
  message: string;
  /** The settings that are wrong, as they should be. */
  mended: Record<string, unknown>;
}

/** A status policy that requires the verdict, or means to. */
export interface VerdictPolicy {
  policy: BranchPolicy;
  scopes: PolicyScope[];
  isMisspelt: boolean;
  faults: Fault[];
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const settingsSchema = z.looseObject({
  statusGenre: text,
  statusName: text,
  authorId: text.transform((id) => id.toLowerCase()),
  invalidateOnSourceUpdate: z.boolean().nullish(),
  policyApplicability: z.union([z.number(), z.string()]).nullish(),
  filenamePatterns: z.array(z.string()).nullish(),
  scope: scopesSchema,
});

/**
 * The policies that cover the target and require `portcullis/verdict`, or something spelt nearly so, with what is wrong
 * with each.
 *
 * @param identityId the account that the gate posts as; undefined = not known, and then not compared
 */
export function findVerdictPolicies(
  policies: readonly BranchPolicy[],
  target: PolicyTarget,
  identityId: string | undefined,
): VerdictPolicy[] {
  return allVerdictPolicies(policies, identityId).filter(({ scopes }) => covers(scopes, target));
}

/** The same, wherever they apply. */
export function allVerdictPolicies(policies: readonly BranchPolicy[], identityId: string | undefined): VerdictPolicy[] {
  return policies.flatMap((policy) => {
    const found = judgeVerdictPolicy(policy, identityId);
    return found ? [found] : [];
  });
}

/**
 * A policy that requires `portcullis/verdict`, or something spelt nearly so, wherever it applies; undefined for others.
 *
 * @param isComponent whether the status of a component will do as well
 */
export function judgeVerdictPolicy(
  policy: BranchPolicy,
  identityId: string | undefined,
  isComponent: (name: string) => boolean = () => false,
): VerdictPolicy | undefined {
  const parsed = settingsSchema.safeParse(policy.settings);
  if (!parsed.success) return undefined;
  const { statusGenre, statusName, scope: scopes } = parsed.data;
  const isExact = statusGenre === STATUS_GENRE && (statusName === VERDICT_NAME || isComponent(statusName));
  if (!isExact && !isNearlyOurs(statusGenre, statusName)) return undefined;
  return { policy, scopes, isMisspelt: !isExact, faults: faultsOf(policy, parsed.data, identityId, isExact) };
}

function faultsOf(
  policy: BranchPolicy,
  settings: z.output<typeof settingsSchema>,
  identityId: string | undefined,
  isExact: boolean,
): Fault[] {
  const { isEnabled, isBlocking } = policy;
  const { statusGenre, statusName, authorId, filenamePatterns, policyApplicability } = settings;
  const patterns = (filenamePatterns ?? []).filter((pattern) => pattern.trim() !== '');
  const given = statusGenre === '' ? statusName : `${statusGenre}/${statusName}`;
  const found: (Fault | false)[] = [
    !isExact && {
      kind: 'misspelt',
      message: `requires the status "${given}"${statusGenre === '' ? ' without a genre' : ''}, which nobody posts: it is spelt ${CONTEXT}, with the genre ${STATUS_GENRE} and the name ${VERDICT_NAME}.`,
      mended: { statusGenre: STATUS_GENRE, statusName: VERDICT_NAME },
    },
    !isEnabled && { kind: 'off', message: 'is switched off.', mended: {} },
    !isBlocking && {
      kind: isSuspended(policy) ? 'suspended' : 'optional',
      message: isSuspended(policy)
        ? 'is suspended: pull requests are completed whatever the verdict is, until portcullis policy restore.'
        : 'is optional: pull requests are completed whatever the verdict is.',
      mended: {},
    },
    isConditional(policyApplicability) && {
      kind: 'conditional',
      message: 'applies only once a status is posted (conditional): while Portcullis is down, nothing blocks.',
      mended: { policyApplicability: null },
    },
    settings.invalidateOnSourceUpdate !== true && {
      kind: 'noReset',
      message: 'does not reset with new changes: a verdict would count for code that was pushed after it.',
      mended: { invalidateOnSourceUpdate: true },
    },
    authorId === '' && {
      kind: 'anybody',
      message: 'takes the status from anybody: everyone who may contribute to pull requests could post a verdict.',
      mended: { authorId: identityId },
    },
    authorId !== '' &&
      identityId !== undefined &&
      authorId !== identityId && {
        kind: 'otherIdentity',
        message: `takes the status from another identity (${authorId}) than Portcullis posts as (${identityId}): no verdict counts.`,
        mended: { authorId: identityId },
      },
    patterns.length > 0 && {
      kind: 'narrowed',
      message: `applies only to pull requests that change certain paths (${patterns.join(', ')}): others are not gated.`,
      mended: { filenamePatterns: [] },
    },
  ];
  return found.filter((fault) => fault !== false);
}

/** 0 and null mean by default; whatever else, a word of a later release too, is not that. */
function isConditional(applicability: string | number | null | undefined): boolean {
  return !['', '0', 'default'].includes(String(applicability ?? '').toLowerCase());
}

/** The portal takes `genre/name` in one field, so that typos of all kinds end up in either part. */
function isNearlyOurs(genre: string, name: string): boolean {
  const plain = (context: string): string => context.toLowerCase().replace(/[^a-z0-9]/g, '');
  const given = plain(`${genre}${name}`);
  const wanted = plain(CONTEXT);
  return given.length <= 2 * wanted.length && distance(given, wanted) <= MOST_TYPOS;
}
