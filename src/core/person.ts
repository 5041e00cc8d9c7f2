import { isGuid } from './guid';
import { isLetterOrDigit } from './person-words';

/**
 * What a person is called in rows. Ids and accounts (a mail address, a user principal name, DOMAIN\user) are one person's
 * alone, and so is a name by which an administrator asked for them. What else they are called (`alias`) may be others' name, too.
 */
export interface PersonTerm {
  kind: 'id' | 'account' | 'name' | 'alias';
  text: string;
}

export interface Person {
  /** What their pseudonym is made of: the same however they were asked for, as far as rows tell. */
  canonical: string;
  terms: PersonTerm[];
}

/** What one row says of somebody: ids and a name that belong together. */
export interface KnownName {
  id: string;
  /** Whose id it is: an account of Azure DevOps may belong to the same person as an object id in Entra. */
  of: 'entra' | 'azureDevOps';
  /** As a sign-in tells it, `Ann Author (ann@contoso.com)`, or as somebody typed it. */
  name: string;
  account?: string;
}

/** A sign-in's name and account; one without an account is a name alone. */
export function parseSignIn(text: string): { name: string; account: string | null } {
  const trimmed = text.trim();
  if (isAccount(trimmed)) return { name: '', account: trimmed.toLowerCase() };
  const open = trimmed.lastIndexOf(' (');
  const inside = open > 0 && trimmed.endsWith(')') ? trimmed.slice(open + 2, -1) : '';
  if (!isAccount(inside)) return { name: trimmed, account: null };
  return { name: trimmed.slice(0, open).trim(), account: inside.toLowerCase() };
}

export type FoundPerson =
  | { kind: 'one'; person: Person }
  /** Ids of Entra of which only one can be meant. */
  | { kind: 'several'; ids: string[] };

/** Who is meant by ids, accounts and names, and what else rows call them. */
export function findPerson(identities: readonly string[], known: readonly KnownName[]): FoundPerson {
  const ids = new Set<string>();
  const accounts = new Set<string>();
  const names = new Set<string>();
  for (const identity of identities.map((each) => each.trim())) {
    const { name, account } = parseSignIn(identity);
    if (isGuid(identity)) ids.add(identity.toLowerCase());
    else if (account !== null) accounts.add(account);
    if (!isGuid(identity) && name !== '') names.add(name);
  }
  const given = new Set(ids);
  // Pseudonyms stand where ids stood, and the local administrator is nobody.
  const records = distinct(known.filter(({ id }) => isGuid(id))).map((each) => ({
    ...each,
    ...partsOf(each),
    id: each.id.toLowerCase(),
  }));
  const entraIds = new Map<string, Set<string>>();
  for (const { of, id, account } of records) {
    if (of === 'entra' && account !== null) entraIds.set(account, (entraIds.get(account) ?? new Set()).add(id));
  }
  const asked = [...names].map(folded);
  const isMeant = (record: (typeof records)[number]): boolean =>
    ids.has(record.id) ||
    (record.account !== null && accounts.has(record.account)) ||
    (given.size === 0 && accounts.size === 0 && asked.includes(folded(record.name)));

  const meant = new Set<(typeof records)[number]>();
  const aliases = new Set<string>();
  // What one row adds may lead to another: a handful of times, as each adds at least one row.
  for (let before = -1; before < meant.size;) {
    before = meant.size;
    for (const record of records.filter((each) => !meant.has(each) && isMeant(each))) meant.add(record);
    for (const record of meant) {
      // An account that several have had in their time leads to none of them.
      const isShared = record.account !== null && (entraIds.get(record.account)?.size ?? 0) > 1;
      if (given.size > 0 && isShared && !given.has(record.id)) continue;
      ids.add(record.id);
      if (record.account !== null && !isShared) accounts.add(record.account);
      if (record.name !== '') aliases.add(record.name);
    }
  }
  const ofEntra = [...new Set([...meant].filter((each) => each.of === 'entra').map(({ id }) => id))];
  const found = ofEntra.filter((id) => ids.has(id)).sort();
  if (given.size === 0 && found.length > 1) return { kind: 'several', ids: found };
  const canonical = found[0] ?? [...ids].sort()[0] ?? [...accounts].sort()[0] ?? asked.sort()[0] ?? '';
  const terms: PersonTerm[] = [
    ...[...ids].sort().map((text): PersonTerm => ({ kind: 'id', text })),
    ...[...accounts].sort().map((text): PersonTerm => ({ kind: 'account', text })),
    ...[...names].sort().map((text): PersonTerm => ({ kind: 'name', text })),
    ...[...aliases].filter((text) => !names.has(text)).map((text): PersonTerm => ({ kind: 'alias', text })),
  ];
  return { kind: 'one', person: { canonical, terms } };
}

/** The audit log says the same of an administrator in thousands of rows, and hooks wait while they are compared. */
function distinct(known: readonly KnownName[]): KnownName[] {
  return [
    ...new Map(known.map((each) => [JSON.stringify([each.id, each.of, each.name, each.account]), each])).values(),
  ];
}

function partsOf({ name, account }: KnownName): { name: string; account: string | null } {
  const parsed = parseSignIn(name);
  return { name: parsed.name, account: account?.toLowerCase() ?? parsed.account };
}

function isAccount(text: string): boolean {
  const parts = /^[^\s()]+[@\\][^\s()]+$/.test(text) ? text : '';
  return Array.from(parts).some(isLetterOrDigit);
}

/** Whether a text may be taken for a person at all: neither what we call ourselves nor somebody who is forgotten already. */
export function isNameable(identity: string): boolean {
  const text = folded(identity.trim());
  const isOurs = ['local', 'local administrator', 'portcullis', 'person'].includes(text) || isPseudonym(text);
  return text.length >= 3 && text.length <= 256 && Array.from(text).some(isLetterOrDigit) && !isOurs;
}

function isPseudonym(text: string): boolean {
  return /^person-[0-9a-f]{12}$/.test(text);
}

/** Without the difference of case and of how a character is put together. */
export function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
