import { randomUUID } from 'node:crypto';
import { findIdentity } from './identities';
import type { Identity, State } from './state-model';

/** Groups of people and of groups, by names such as `[Shop]\Reviewers`. */

export const directMembers = (state: State, group: Identity): Identity[] =>
  state.identities.filter(({ id }) => group.memberIds?.includes(id) === true);

export const directGroups = (state: State, member: Identity): Identity[] =>
  state.identities.filter(({ memberIds }) => memberIds?.includes(member.id) === true);

/** Everyone that `next` leads to, over as many levels as there are; groups may be in each other. */
export function reachable(from: Identity, next: (identity: Identity) => readonly Identity[]): Identity[] {
  const found = new Set<Identity>();
  const look = (identity: Identity): void => {
    for (const each of next(identity)) {
      if (each === from || found.has(each)) continue;
      found.add(each);
      look(each);
    }
  };
  look(from);
  return [...found];
}

export const allGroupsOf = (state: State, member: Identity): Identity[] =>
  reachable(member, (each) => directGroups(state, each));

const EXAMPLE = String.raw`[Shop]\Reviewers`;

/** Creates a group, or changes who is in it. */
export function putGroup(state: State, name: string, members: readonly string[], rename: string | undefined): Identity {
  if (!/^\[[^\]]+\]\\.+$/.test(rename ?? name)) throw new Error(`${rename ?? name} is no group: write ${EXAMPLE}.`);
  const memberIds = members.map((member) => {
    const identity = findIdentity(state, member);
    if (!identity) throw new Error(`There is no identity ${member}.`);
    return identity.id;
  });
  const known = findIdentity(state, name);
  if (known && known.memberIds === undefined) throw new Error(`${name} is no group that can be changed.`);
  const displayName = rename ?? known?.displayName ?? name;
  const group: Identity = {
    id: known?.id ?? randomUUID(),
    key: displayName.toLowerCase(),
    displayName,
    uniqueName: `vstfs:///Classification/TeamProject/${displayName}`,
    isContainer: true,
    memberIds,
  };
  if (known) Object.assign(known, group);
  else state.identities.push(group);
  return known ?? group;
}

/** Adds a person, who signs in with the PAT `<key>-pat`. */
export function addPerson(state: State, key: string, displayName: string, uniqueName: string): Identity {
  if (findIdentity(state, key)) throw new Error(`There is an identity ${key} already.`);
  const person: Identity = {
    id: randomUUID(),
    key: key.toLowerCase(),
    displayName,
    uniqueName,
  };
  state.identities.push(person);
  state.tokens.push({ token: `${person.key}-pat`, identityId: person.id, refused: false });
  return person;
}
