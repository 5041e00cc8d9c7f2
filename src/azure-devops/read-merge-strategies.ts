import { z } from 'zod';

import { mergeStrategies, type MergeStrategy } from '../core/merge-strategies';

import { guid } from './answers';
import { askPage } from './ask-page';
import { unexpectedAnswer, type Door } from './door';

/** `getPolicyConfigurations` of the git area, which node-api does not have. */
const POLICIES_OF_A_BRANCH = '2c420070-a0a2-49cc-9639-c9f271c5ff07';
/** The type of policies that limit merge types, the same everywhere. */
const MERGE_STRATEGY_POLICY = 'fa4e907d-c16b-4a4c-9dfa-4916e5d171ab';
/** A branch has one or two. */
const MOST_PAGES = 20;

const policy = z.object({
  id: z.int(),
  isEnabled: z.boolean(),
  isBlocking: z.boolean(),
  isDeleted: z.boolean().nullish(),
  type: z.object({ id: guid }),
  settings: z.record(z.string(), z.unknown()),
});

/** A branch of a repository, by ids and full ref name. */
interface Branch {
  projectId: string;
  repositoryId: string;
  branch: string;
}

/** How pull requests into a branch may be completed: what all policies allow that are in force and block. */
export async function readMergeStrategies(door: Door, where: Branch): Promise<MergeStrategy[]> {
  const doing = `read which merge types the policies of ${where.branch} in repository ${where.repositoryId} of ${door.base} allow`;
  const inForce = (await readPolicies(door, doing, where)).filter(
    ({ isEnabled, isBlocking, isDeleted, type, settings }) =>
      isEnabled &&
      isBlocking &&
      isDeleted !== true &&
      type.id === MERGE_STRATEGY_POLICY &&
      mayCover(settings['scope'], where),
  );
  return inForce.reduce<MergeStrategy[]>(
    (allowed, { id, settings }) => {
      const those = allowedBy(settings);
      if (those === undefined) throw unexpectedAnswer(doing, `the settings of policy ${id}`);
      return allowed.filter((strategy) => those.includes(strategy));
    },
    [...mergeStrategies],
  );
}

async function readPolicies(
  door: Door,
  doing: string,
  { projectId, repositoryId, branch }: Branch,
): Promise<z.output<typeof policy>[]> {
  const all = new Map<number, z.output<typeof policy>>();
  const query = { repositoryId, refName: branch, policyType: MERGE_STRATEGY_POLICY };
  const list = { location: POLICIES_OF_A_BRANCH, route: { project: projectId }, query };
  let token: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const { found, next } = await askPage(door, doing, policy, list, token);
    for (const each of found) all.set(each.id, each);
    if (next === undefined) return [...all.values()];
    token = next;
  }
  throw unexpectedAnswer(doing, `more than ${MOST_PAGES} pages of policies`);
}

const names: Record<MergeStrategy, string> = {
  noFastForward: 'allownofastforward',
  rebase: 'allowrebase',
  rebaseMerge: 'allowrebasemerge',
  squash: 'allowsquash',
};

/** Undefined where the settings say nothing that is understood. Former versions knew squash and merge only. */
function allowedBy(settings: Record<string, unknown>): readonly MergeStrategy[] | undefined {
  // The service has written the names in either case.
  const said = new Map(Object.entries(settings).map(([name, value]) => [name.toLowerCase(), value]));
  const isSaid = mergeStrategies.some((strategy) => typeof said.get(names[strategy]) === 'boolean');
  if (isSaid) return mergeStrategies.filter((strategy) => said.get(names[strategy]) === true);
  const former = said.get('usesquashmerge');
  if (typeof former !== 'boolean') return undefined;
  return former ? ['squash'] : ['noFastForward'];
}

const scopes = z.array(
  z.object({
    repositoryId: z.string().nullish(),
    refName: z.string().nullish(),
    matchKind: z.string().nullish(),
  }),
);

/** The service lists what applies to the branch; what evidently does not is left out all the same. */
function mayCover(scope: unknown, { repositoryId, branch }: Branch): boolean {
  const given = scopes.safeParse(scope);
  if (!given.success) return true;
  return given.data.some(({ repositoryId: id, refName, matchKind }) => {
    if (id && id.toLowerCase() !== repositoryId.toLowerCase()) return false;
    if (!refName) return true;
    return matchKind?.toLowerCase() === 'exact' ? refName === branch : branch.startsWith(refName);
  });
}
