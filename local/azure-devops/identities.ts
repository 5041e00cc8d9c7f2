import type { IncomingHttpHeaders } from 'node:http';
import { badRequest } from './errors';
import { isWindowsAccount } from './flavour';
import type { Simulation } from './simulation';
import type { Identity, State, Token } from './state-model';

/** The collection's service accounts: who merges, and whom the system's own comments were by in old versions. */
export const SYSTEM_IDENTITY_KEY = 'system';

/** Whom the system's own comments are by today; in no list of people. */
const SERVICE: Identity = {
  id: '00000002-0000-8888-8000-000000000000',
  key: 'service',
  displayName: 'Microsoft.VisualStudio.Services.TFS',
  uniqueName: '',
};

/** Whom the service takes somebody for whose PAT counts for nothing, where it does not ask to sign in. */
export const ANONYMOUS: Identity = {
  id: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa',
  key: 'anonymous',
  displayName: 'Anonymous',
  uniqueName: '',
};

export function identityById(state: State, id: string): Identity {
  const known = [SERVICE, ANONYMOUS].find((each) => each.id === id);
  const identity = known ?? state.identities.find((each) => each.id === id);
  if (!identity)
    throw badRequest(
      `TF14045: The identity with type '' and identifier '${id}' could not be found.`,
      'IdentityNotFoundException',
    );
  return identity;
}

export function systemIdentity(state: State): Identity {
  const identity = state.identities.find((each) => each.key === SYSTEM_IDENTITY_KEY);
  if (!identity) throw new Error('The seed lacks the system identity.');
  return identity;
}

/** Whom the comments that tell a pull request's history are by. */
export const historyAuthor = (state: State): Identity =>
  state.systemThreads === 'identities' ? SERVICE : systemIdentity(state);

/** Finds an identity by its short name, unique name or id. */
export function findIdentity(state: State, name: string): Identity | undefined {
  const wanted = name.toLowerCase();
  return state.identities.find((each) => [each.key, each.uniqueName.toLowerCase(), each.id].includes(wanted));
}

export function identityRef(simulation: Simulation, identity: Identity): Record<string, unknown> {
  const url = simulation.url();
  const descriptor = subjectDescriptorOf(identity);
  return {
    displayName: identity.displayName,
    url: `${url}/_apis/Identities/${identity.id}`,
    _links: { avatar: { href: `${url}/_apis/GraphProfile/MemberAvatars/${descriptor}` } },
    id: identity.id,
    uniqueName: identity.uniqueName,
    imageUrl: `${url}/_api/_common/identityImage?id=${identity.id}`,
    ...(identity.isContainer ? { isContainer: true } : {}),
    descriptor,
  };
}

export const identityRefById = (simulation: Simulation, id: string): Record<string, unknown> =>
  identityRef(simulation, identityById(simulation.state, id));

/** `vssgp.…` of a group, `s2s.…` of the service, `aad.…` of a person, `win.…` on a Server: how the graph names an identity. */
export function subjectDescriptorOf({ id, isContainer, uniqueName }: Identity): string {
  const person = isWindowsAccount(uniqueName) ? 'win' : 'aad';
  const kind = isContainer ? 'vssgp' : id === SERVICE.id ? 's2s' : person;
  return `${kind}.${Buffer.from(id).toString('base64url')}`;
}

/** The PAT that the request carries as Basic password (any user name), or the token of Entra; undefined for none, an unknown or a refused one. */
export function tokenOf(state: State, headers: IncomingHttpHeaders): Token | undefined {
  const match = /^(Basic|Bearer)\s+(\S+)$/i.exec(headers.authorization ?? '');
  if (!match?.[1] || !match[2]) return undefined;
  const isBearer = match[1].toLowerCase() === 'bearer';
  const token = isBearer ? match[2] : passwordOf(match[2]);
  return state.tokens.find((each) => each.token === token && (each.isBearer ?? false) === isBearer && !each.refused);
}

function passwordOf(credentials: string): string {
  const decoded = Buffer.from(credentials, 'base64').toString('utf8');
  return decoded.slice(decoded.indexOf(':') + 1);
}

/** Whose PAT the request carries. */
export function authenticate(state: State, headers: IncomingHttpHeaders): Identity | undefined {
  const token = tokenOf(state, headers);
  if (token?.anonymous) return ANONYMOUS;
  const identity = token && state.identities.find(({ id }) => id === token.identityId);
  return identity?.isActive === false ? undefined : identity;
}
