import { z } from 'zod';
import type { Repository } from '../state-model';

const MATCH_KINDS = ['Exact', 'Prefix', 'DefaultBranch'] as const;

const scopeSchema = z.looseObject({
  /** None: every repository of the project. */
  repositoryId: z.string().nullish(),
  /** None: every branch of the repository. */
  refName: z.string().nullish(),
  /** Written in any case; answered as here. */
  matchKind: z
    .string()
    .nullish()
    .transform((given, context) => {
      if (!given) return undefined;
      const kind = MATCH_KINDS.find((each) => each.toLowerCase() === given.toLowerCase());
      if (!kind) context.addIssue(`'${given}' is none of ${MATCH_KINDS.join(', ')}`);
      return kind;
    }),
});
export type PolicyScope = z.infer<typeof scopeSchema>;

/** The part that the settings of every branch policy have. */
export const scopedSchema = z.looseObject({
  scope: z
    .array(
      scopeSchema.refine(
        ({ matchKind, repositoryId, refName }) => matchKind !== 'DefaultBranch' || (!repositoryId && !refName),
        'A scope of the default branch names neither a repository nor a branch.',
      ),
    )
    .min(1),
});

/** The scopes of stored settings, which were parsed when they came. */
export const scopesOf = (settings: Record<string, unknown>): readonly PolicyScope[] =>
  scopedSchema.parse(settings).scope;

/** Whether any of the scopes covers a branch. */
export function coversBranch(scopes: readonly PolicyScope[], repository: Repository, refName: string): boolean {
  return scopes.some((scope) => {
    if (scope.repositoryId && scope.repositoryId.toLowerCase() !== repository.id) return false;
    if (scope.matchKind === 'DefaultBranch') return refName === repository.defaultBranch;
    if (!scope.refName) return true;
    if (scope.matchKind === 'Prefix') {
      // By folder: refs/heads/release covers refs/heads/release/1, not refs/heads/released.
      const folder = scope.refName.replace(/\/*$/, '');
      return refName === folder || refName.startsWith(`${folder}/`);
    }
    return refName === scope.refName;
  });
}

/** Whether any of the scopes covers a repository, whatever the branch. */
export const coversRepository = (scopes: readonly PolicyScope[], repository: Repository): boolean =>
  scopes.some(({ repositoryId }) => !repositoryId || repositoryId.toLowerCase() === repository.id);

/**
 * Whether path filters include a changed path. Filters apply from left to right, each including or, behind a `!`,
 * excluding; a star stands for any characters, slashes among them. Filters that begin with an exclusion begin with everything.
 *
 * @param paths with a leading slash
 */
export function pathsMatch(patterns: readonly string[], paths: readonly string[]): boolean {
  const filters = patterns
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '')
    .map((pattern) => ({ isExclusion: pattern.startsWith('!'), matches: wildcard(pattern.replace(/^!/, '')) }));
  const [first] = filters;
  if (!first) return true;
  return paths.some((path) =>
    filters.reduce(
      (included, { isExclusion, matches }) => (matches.test(path) ? !isExclusion : included),
      first.isExclusion,
    ),
  );
}

function wildcard(pattern: string): RegExp {
  const rooted = /^[/*]/.test(pattern) ? pattern : `/${pattern}`;
  const whole = rooted.endsWith('/') ? `${rooted}*` : rooted;
  const parts = whole.split(/\*+/).map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
