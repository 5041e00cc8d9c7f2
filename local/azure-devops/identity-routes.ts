import { badRequest } from './errors';
import { mailOf } from './flavour';
import { enumSchema, list, type ApiRequest } from './http';
import { subjectDescriptorOf } from './identities';
import { descriptorOf, identityShape, memberships } from './identity-shape';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Identity, State } from './state-model';

const membershipSchema = enumSchema(memberships, [0, 1, 2, 3, 4]);

/** Identities by ids, by descriptors, or by a search that also finds names that are only near. */
export function identityRoutes({ state }: Simulation): Route[] {
  return [
    {
      method: 'GET',
      template: 'identities',
      answer(request) {
        const membership = membershipSchema.safeParse(request.query.text('queryMembership') ?? 'none');
        if (!membership.success) throw badRequest(membership.error.issues[0]?.message ?? '');
        return list(
          wanted(state, request).map((identity) => identity && identityShape(state, identity, membership.data)),
        );
      },
    },
  ];
}

/** Where an id or a descriptor is nobody's, a null stands. */
function wanted(state: State, { query }: ApiRequest): (Identity | null)[] {
  const named = (name: string, of: (identity: Identity) => string): (Identity | null)[] | undefined =>
    query
      .text(name)
      ?.split(',')
      .map((each) => state.identities.find((identity) => equal(of(identity), each.trim())) ?? null);
  const found =
    named('identityIds', ({ id }) => id) ??
    named('descriptors', (identity) => descriptorOf(state, identity)) ??
    named('subjectDescriptors', subjectDescriptorOf);
  if (found) return found;
  const filter = query.text('searchFilter');
  const value = query.text('filterValue')?.toLowerCase();
  if (filter === undefined || !value) throw badRequest('The search needs a searchFilter and a filterValue.');
  const searched = SEARCHED[filter.toLowerCase()];
  if (!searched) throw badRequest(`The searchFilter ${filter} is not known.`);
  return state.identities.filter((identity) => searched(identity).some((text) => text.toLowerCase().includes(value)));
}

const equal = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const SEARCHED: Readonly<Record<string, (identity: Identity) => string[]>> = {
  accountname: ({ uniqueName, displayName, isContainer }) => [isContainer ? displayName : uniqueName],
  displayname: ({ displayName }) => [displayName],
  mailaddress: (identity) => (identity.isContainer ? [] : [mailOf(identity)]),
  general: ({ displayName, uniqueName }) => [displayName, uniqueName],
  localgroupname: ({ displayName, isContainer }) => (isContainer ? [displayName] : []),
};
