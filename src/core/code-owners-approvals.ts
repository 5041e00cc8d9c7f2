import { approvalsOf, pushersOf, type Approvals, type ApprovalTerms, type Why } from './approvals';
import { isOneOf } from './circumstances';
import type { Owner } from './code-owners-line';
import type { WantedReviewer } from './gate';
import { groupKey } from './group-name';
import { isGuid } from './guid';
import type { ChangedFile, CodeOwners, Identity, OwningRule, Push, Reviewer } from './snapshot';

/** Rules of the same owners in the same section, and what changed of theirs. */
export interface Ownership {
  rules: OwningRule[];
  owners: readonly Owner[];
  /** Without leading slashes. */
  files: string[];
  /** How many of the owners must approve. */
  needed: number;
}

/** Owners who have not approved, or not enough of them. */
export interface Lack extends Ownership {
  /** How many approvals of theirs count. */
  counted: number;
  /** Owners who cannot approve, or whose approval does not count, and why: the end of a sentence that begins with the name. */
  barred: { identity: Identity; why: Why }[];
}

/** What keeps anybody from saying whether the owners have approved. */
export type Unjudged =
  | { kind: 'rule'; rule: OwningRule; problem: string; files: string[] }
  | { kind: 'group'; ownership: Ownership; name: string; reason: string; remedy: string | undefined };

export interface OwnersJudged {
  /** Files that somebody must approve. */
  ownedFiles: number;
  lacks: Lack[];
  unjudged: Unjudged[];
}

interface Given {
  author: Identity;
  changes: readonly ChangedFile[];
  reviewers: readonly Reviewer[];
  pushes: readonly Push[];
  owned: CodeOwners;
}

interface Wanted {
  approvals: number;
  afterLastPush: boolean;
  userDomain?: string | undefined;
}

/** Nobody approves what they pushed, owner or not. */
export function termsOf({ afterLastPush }: Pick<Wanted, 'afterLastPush'>): ApprovalTerms {
  return { afterLastPush, byOthers: true, withSuggestions: true };
}

/** Whether the owners of every changed file have approved, each section by itself; of a renamed file under both names. */
export function judgeOwners(given: Given, wanted: Wanted): OwnersJudged {
  const { author, changes, reviewers, pushes, owned } = given;
  const approvals = approvalsOf(author.id, reviewers, pushes, termsOf(wanted));
  const people = concernedIn(given, approvals);
  const pushers = pushersOf(pushes);
  const ownerships = ownershipsOf(changes, owned, wanted.approvals);
  const lacks: Lack[] = [];
  const unjudged: Unjudged[] = [];
  for (const ownership of ownerships) {
    const [first] = ownership.rules;
    if (first?.problem !== undefined) {
      unjudged.push({ kind: 'rule', rule: first, problem: first.problem, files: ownership.files });
      continue;
    }
    const isOwner = ({ id, uniqueName }: Identity): boolean =>
      ownership.owners.some((owner) => includes(owner, { id, uniqueName, displayName: '' }, owned, wanted.userDomain));
    const counted = approvals.counted.filter(({ identity }) => isOwner(identity)).length;
    if (counted >= ownership.needed) continue;
    // Perhaps an approval of theirs is there: nobody knows.
    const unknown = ownership.owners.flatMap(({ kind, name }) => {
      const group = kind === 'group' ? owned.groups[groupKey(name)] : undefined;
      return group?.known === false ? [{ name, reason: group.reason, remedy: group.remedy }] : [];
    });
    if (unknown.length > 0) unjudged.push(...unknown.map((group) => ({ kind: 'group' as const, ownership, ...group })));
    else lacks.push({ ...ownership, counted, barred: barredOf(people.filter(isOwner), author, pushers, approvals) });
  }
  const files = new Set(ownerships.flatMap((ownership) => ownership.files));
  return { ownedFiles: files.size, lacks, unjudged };
}

/** The owners who should be asked, as settings want it: those who are no reviewers yet, and may approve. */
export function wantedReviewers(
  lacks: readonly Lack[],
  { author, reviewers, pushes, owned }: Given,
  { addReviewers, userDomain }: Wanted & { addReviewers: 'off' | 'optional' | 'required' },
): WantedReviewer[] {
  if (addReviewers === 'off') return [];
  const present = reviewers.map(({ identity }) => identity);
  const others = new Set(
    [author, ...present, ...pushes.map(({ by }) => by)].flatMap(({ id, uniqueName }) => [id, uniqueName.toLowerCase()]),
  );
  const wanted = new Map<string, WantedReviewer>();
  for (const owner of lacks.flatMap((lack) => lack.owners)) {
    const isRequired = addReviewers === 'required';
    if (owner.kind === 'group') {
      const group = owned.groups[groupKey(owner.name)];
      if (group?.known !== true || present.some(({ id }) => id === group.id)) continue;
      wanted.set(group.id, { id: group.id, name: group.name, isRequired });
    } else {
      const name = uniqueNameOf(owner, userDomain);
      if (isNobody(owner, userDomain) || others.has(name.toLowerCase())) continue;
      const whom = isGuid(name) ? { id: name.toLowerCase() } : { uniqueName: name };
      wanted.set(name.toLowerCase(), { ...whom, name, isRequired });
    }
  }
  return [...wanted.values()];
}

/** Names of changed files that nobody must approve. */
export function unownedOf(changes: readonly ChangedFile[], { rules, rulesByPath }: CodeOwners): string[] {
  const isOwned = (path: string): boolean =>
    (rulesByPath[path] ?? []).some((index) => {
      const rule = rules[index];
      return rule !== undefined && (rule.problem !== undefined || isAsked(rule));
    });
  return [...new Set(changes.flatMap(namesOf))].filter((path) => !isOwned(path)).map(withoutSlash);
}

function ownershipsOf(changes: readonly ChangedFile[], { rules, rulesByPath }: CodeOwners, least: number): Ownership[] {
  const byOwners = new Map<string, Ownership & { paths: Set<string>; known: Set<OwningRule> }>();
  // A line may name thousands, and thousands of files may be theirs.
  const keys = new Map<OwningRule, string>();
  for (const change of changes) {
    for (const path of namesOf(change)) {
      for (const rule of (rulesByPath[path] ?? []).flatMap((index) => rules[index] ?? [])) {
        if (rule.problem === undefined && !isAsked(rule)) continue;
        const key = keys.get(rule) ?? keyOf(rule);
        keys.set(rule, key);
        const before = byOwners.get(key);
        const needed = Math.max(rule.section.approvals, least);
        const ownership = before ?? {
          rules: [],
          owners: rule.owners,
          files: [],
          needed,
          paths: new Set(),
          known: new Set(),
        };
        if (!ownership.known.has(rule)) ownership.rules.push(rule);
        ownership.known.add(rule);
        ownership.paths.add(path);
        byOwners.set(key, ownership);
      }
    }
  }
  return [...byOwners.values()].map(({ rules: own, owners, needed, paths }) => ({
    rules: own,
    owners,
    needed,
    files: [...paths].map(withoutSlash),
  }));
}

/** Equal for rules that ask the same of the same people. */
export function keyOf({ section, owners, line, problem }: OwningRule): string {
  if (problem !== undefined) return `line ${line}`;
  const names = owners.map(({ kind, name }) => `${kind} ${groupKey(name)}`).sort();
  return JSON.stringify([section.name.toLowerCase(), ...names]);
}

function isAsked({ owners, section }: OwningRule): boolean {
  return owners.length > 0 && !section.isOptional;
}

/** Whether an owner is somebody, or a group of which they are. Names of persons are theirs exactly, never parts of them. */
function includes(owner: Owner, identity: Identity, { groups }: CodeOwners, domain: string | undefined): boolean {
  if (owner.kind === 'person') return isOneOf(identity, [uniqueNameOf(owner, domain)]);
  const group = groups[groupKey(owner.name)];
  return group?.known === true && group.memberIds.includes(identity.id);
}

/** A name without a domain belongs to the one that the settings say. */
function uniqueNameOf({ name }: Owner, domain: string | undefined): string {
  const isBare = !/[@\\]/.test(name) && !isGuid(name);
  if (!isBare || domain === undefined) return name;
  return domain.includes('.') ? `${name}@${domain}` : `${domain}\\${name}`;
}

/** Whether a name is without a domain, where unique names have one. */
export function isNobody(owner: Owner, domain: string | undefined): boolean {
  return owner.kind === 'person' && !/@|\\/.test(uniqueNameOf(owner, domain)) && !isGuid(owner.name);
}

/** Who may be barred: others, who were only asked to review, may be thousands. */
function concernedIn({ author, reviewers, pushes }: Given, { discounted }: Approvals): Identity[] {
  const uncounted = new Set(discounted.map(({ reviewer }) => reviewer.identity.id));
  const pushers = pushes.map(({ by }) => by);
  const own = new Set([author, ...pushers].map(({ id }) => id));
  const reviewing = reviewers.flatMap(({ isGroup, identity }) =>
    !isGroup && (uncounted.has(identity.id) || own.has(identity.id)) ? [identity] : [],
  );
  return [...new Map([author, ...reviewing, ...pushers].map((person) => [person.id, person])).values()];
}

function barredOf(
  owners: readonly Identity[],
  author: Identity,
  pushers: ReadonlySet<string>,
  { discounted }: Approvals,
): Lack['barred'] {
  return owners.flatMap((identity) => {
    if (identity.id === author.id) return [{ identity, why: 'opened the pull request' }];
    if (pushers.has(identity.id)) return [{ identity, why: 'pushed to it' }];
    const approval = discounted.find(({ reviewer }) => reviewer.identity.id === identity.id);
    return approval ? [{ identity, why: approval.why }] : [];
  });
}

function namesOf({ path, originalPath }: ChangedFile): string[] {
  return [...new Set([path, originalPath ?? path])];
}

function withoutSlash(path: string): string {
  return path.replace(/^\//, '');
}
