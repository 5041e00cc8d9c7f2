import { setImmediate } from 'node:timers/promises';

import {
  CODE_OWNERS_PLACES,
  parseCodeOwners,
  tooMuch,
  type CodeOwnersFile,
  type OwnersRule,
} from '../core/code-owners';
import { groupKey } from '../core/group-name';
import type { ChangedFile, CodeOwners, OwningGroup, PullRequestKey } from '../core/snapshot';

import type { AzureDevOps, GroupRead } from './ports';
import { seenFrom } from './read-groups';
import { readSlice } from './read-slice';

/** Each costs a request; who owns what more of them own must be said with fewer. */
const MOST_GROUPS = 200;
const GROUPS_AT_ONCE = 20;
/** Then others have a turn: a long file takes a while with each path. */
const STEPS_AT_ONCE = 5_000_000;
/** For all paths together; a thousand wildcards and three thousand files have less. */
const MOST_STEPS = 500_000_000;
/** Rules that decide, each with its owners, and once more for each path: beyond, judging them would take too long. */
const MOST_DECISIONS = 50_000;

interface Sources {
  azureDevOps: Pick<AzureDevOps, 'readFirstFile'>;
  key: PullRequestKey;
  targetBranch: string;
  changes: () => Promise<ChangedFile[]>;
  group: (name: string) => Promise<GroupRead>;
  /** Ids of the people of the pull request. */
  people: ReadonlySet<string>;
}

/**
 * Who owns the changed files, as the file on the target branch says: what the pull request makes of that file counts when
 * it is merged. Only groups that own something that changed are asked for.
 */
export async function readCodeOwners(sources: Sources): Promise<CodeOwners> {
  const { azureDevOps, key, targetBranch } = sources;
  const [present, changes] = await Promise.all([
    azureDevOps.readFirstFile(key, CODE_OWNERS_PLACES, targetBranch),
    sources.changes(),
  ]);
  if (!present) return { file: null, rules: [], rulesByPath: {}, groups: {} };
  const owners = parseCodeOwners(present.text, present.path);
  const { rules, rulesByPath } = await ownersOf(owners, present.path, changes);
  return { file: present.path, rules, rulesByPath, groups: await groupsOf(rules, sources) };
}

async function ownersOf(
  owners: CodeOwnersFile,
  place: string,
  changes: readonly ChangedFile[],
): Promise<Pick<CodeOwners, 'rules' | 'rulesByPath'>> {
  const indexes = new Map<OwnersRule, number>();
  const rulesByPath: CodeOwners['rulesByPath'] = {};
  const paths = new Set(changes.flatMap(({ path, originalPath }) => [path, originalPath ?? path]));
  const effort = { steps: 0 };
  let decisions = 0;
  let others = 0;
  for (const path of paths) {
    const rules = new Set(
      [path, ...stoodInFor(path, place)].flatMap((name) => owners.rulesOf(name.replace(/^\//, ''), effort)),
    );
    for (const rule of rules) {
      decisions += 1;
      if (indexes.has(rule)) continue;
      indexes.set(rule, indexes.size);
      decisions += rule.owners.length;
    }
    if (effort.steps > MOST_STEPS || decisions > MOST_DECISIONS) throw tooMuch();
    rulesByPath[path] = [...rules].flatMap((rule) => indexes.get(rule) ?? []);
    if (effort.steps < others + STEPS_AT_ONCE) continue;
    others = effort.steps;
    await setImmediate();
  }
  const rules = [...indexes.keys()].map(({ line, pattern, section, owners: named, problem }) => {
    return { line, pattern, section, owners: [...named], ...(problem === undefined ? {} : { problem }) };
  });
  return { rules, rulesByPath };
}

/** A file at a place that goes before would count in place of the present one: whoever owns that is asked as well. */
function stoodInFor(path: string, place: string): string[] {
  const before = CODE_OWNERS_PLACES.slice(
    0,
    CODE_OWNERS_PLACES.findIndex((other) => other === place),
  );
  return before.some((other) => path === `/${other}`) ? [place] : [];
}

async function groupsOf(
  rules: CodeOwners['rules'],
  { group, people }: Pick<Sources, 'group' | 'people'>,
): Promise<CodeOwners['groups']> {
  const named = rules.flatMap(({ owners, problem, section }) =>
    problem === undefined && !section.isOptional ? owners.filter(({ kind }) => kind === 'group') : [],
  );
  const names = new Map(named.map(({ name }) => [groupKey(name), name]));
  const asked = [...names];
  const groups: CodeOwners['groups'] = {};
  for (let index = 0; index < Math.min(asked.length, MOST_GROUPS); index += GROUPS_AT_ONCE) {
    const some = asked.slice(index, Math.min(index + GROUPS_AT_ONCE, MOST_GROUPS));
    await Promise.all(some.map(async ([key, name]) => (groups[key] = await owningGroup(name, group, people))));
  }
  for (const [key] of asked.slice(MOST_GROUPS)) {
    groups[key] = {
      known: false,
      reason: `More than ${MOST_GROUPS} groups own what changed, and no more are asked for.`,
    };
  }
  return groups;
}

async function owningGroup(name: string, group: Sources['group'], people: ReadonlySet<string>): Promise<OwningGroup> {
  const read = await readSlice(group(name));
  if (read.ok) return { known: true, ...seenFrom(people, read.value) };
  const { message, remedy } = read.failure;
  return { known: false, reason: message, ...(remedy === undefined ? {} : { remedy }) };
}
