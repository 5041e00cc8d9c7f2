import type { Identity } from '../core/snapshot';

import type { Connection, ProjectPat } from './ports';

/** Nothing where it tells of it already, or of none. */
export function withEnd(
  present: Connection,
  projectId: string | undefined,
  expiresOn: Date | null,
): Connection | undefined {
  if (projectId === undefined) {
    return present.credential.kind === 'pat' ? { ...present, credential: { kind: 'pat', expiresOn } } : undefined;
  }
  if (expiresOn === null) return undefined;
  const projectPats = present.projectPats.map((each) => (each.projectId === projectId ? { ...each, expiresOn } : each));
  return { ...present, projectPats };
}

/** As whoever posts from now on. */
export function withIdentityFirst(present: Connection, account: Identity): Connection {
  return { ...present, identities: [account, ...present.identities.filter(({ id }) => id !== account.id)] };
}

/** With a PAT for one project, in place of the one that it had. */
export function withProjectPat(
  present: Connection,
  project: { id: string; name: string },
  expiresOn: Date,
  account: Identity,
): Connection {
  const pat: ProjectPat = { projectId: project.id, projectName: project.name, expiresOn, accountId: account.id };
  const others = present.projectPats.filter(({ projectId }) => projectId !== project.id);
  const isKnown = present.identities.some(({ id }) => id === account.id);
  // The first is whom the connection posts as elsewhere.
  const identities = isKnown ? present.identities : [...present.identities, account];
  return { ...present, identities, projectPats: [...others, pat] };
}
