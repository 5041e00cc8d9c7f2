import { Failure } from '../core/failures';

import type { Connection, Grant, Grants, Principal, Role, SignedIn } from './ports';

/** What somebody may do in a connection. */
export interface Rights {
  role: Role;
  /** What a project-admin administers, by id; nobody else needs any. */
  projectIds: readonly string[];
}

/** What an administrator asks for somebody. */
export interface WantedGrant {
  subject: Grant['subject'];
  role: Role;
  /** By names or ids. */
  projects: readonly string[];
}

export interface Access {
  /** What a caller may do in each connection; undefined = the connection does not exist for them. */
  rightsOf(caller: SignedIn): Promise<(connectionId: string) => Rights | undefined>;
  list(connectionId: string): Promise<Grant[]>;
  /** Gives it in place of what the subject has there; `notFound` for a project that is not there. */
  grant(connection: Connection, wanted: WantedGrant, by: Principal): Promise<Omit<Grant, 'grantedAt'>>;
  /** What is taken; undefined when there was nothing. */
  revoke(connectionId: string, subjectId: string): Promise<Grant | undefined>;
}

interface Dependencies {
  grants: Grants;
  readProjects: (connection: Connection) => Promise<{ id: string; name: string }[]>;
}

const RANKS: readonly Role[] = ['reader', 'project-admin', 'admin'];
const EVERYTHING: Rights = { role: 'admin', projectIds: [] };

/**
 * Who may do what. An administrator of the deployment may do everything, whatever is granted or revoked: nobody can be
 * locked out of a connection for good. Everybody else has what was granted to them, or to a group that they are in.
 */
export function createAccess({ grants, readProjects }: Dependencies): Access {
  return {
    rightsOf: async (caller) => {
      if (caller.isAdmin) return () => EVERYTHING;
      const subjects = new Set([caller.id, ...caller.groups]);
      const theirs = (await grants.list()).filter(({ subject }) => subjects.has(subject.id));
      return (connectionId) => rightsFrom(theirs.filter((grant) => grant.connectionId === connectionId));
    },
    list: (connectionId) => grants.list(connectionId),
    grant: async (connection, { subject, role, projects }, by) => {
      const grant = {
        connectionId: connection.id,
        subject,
        role,
        projects: role === 'project-admin' ? found(connection, await readProjects(connection), projects) : [],
        grantedBy: by.name,
      };
      await grants.save(grant);
      return grant;
    },
    revoke: async (connectionId, subjectId) => {
      const grant = (await grants.list(connectionId)).find(({ subject }) => subject.id === subjectId);
      const isRemoved = await grants.remove(connectionId, subjectId);
      return isRemoved ? grant : undefined;
    },
  };
}

/** Whether they may change what is at or below a project, or, without one, the connection. */
export function mayChange({ role, projectIds }: Rights, projectId: string | undefined): boolean {
  if (role === 'admin') return true;
  return role === 'project-admin' && projectId !== undefined && projectIds.includes(projectId);
}

function rightsFrom(grants: readonly Grant[]): Rights | undefined {
  const role = RANKS.findLast((rank) => grants.some((grant) => grant.role === rank));
  if (role === undefined) return undefined;
  const administered = grants.filter((grant) => grant.role === 'project-admin').flatMap(({ projects }) => projects);
  return { role, projectIds: administered.map(({ id }) => id) };
}

function found(
  connection: Connection,
  known: readonly { id: string; name: string }[],
  wanted: readonly string[],
): Grant['projects'] {
  const projects = wanted.map((idOrName) => {
    const text = idOrName.toLowerCase();
    const project = known.find(({ id }) => id === text) ?? known.find(({ name }) => name.toLowerCase() === text);
    if (project) return { id: project.id, name: project.name };
    throw new Failure({
      kind: 'notFound',
      message: `Portcullis sees no project ${idOrName} in ${connection.name}; portcullis access grant takes names as Azure DevOps shows them.`,
    });
  });
  return projects.filter(({ id }, index) => projects.findIndex((other) => other.id === id) === index);
}
