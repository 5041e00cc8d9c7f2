import type { Connection, Credentials, DeploymentIdentity, Secrets } from './ports';

interface Dependencies {
  secrets: Secrets;
  identity: DeploymentIdentity;
}

/** A project's own PAT, where it has one; else what the connection says. */
export function createCredentials({ secrets, identity }: Dependencies): Credentials {
  return {
    async read(connection, { projectId, fresh = false } = {}) {
      const { id, url, credential } = connection;
      const own = projectPatOf(connection, projectId);
      if (own) return { kind: 'pat', pat: await secrets.readPat(id, { projectId: own.projectId, fresh }) };
      if (credential.kind === 'pat') return { kind: 'pat', pat: await secrets.readPat(id, { fresh }) };
      return { kind: 'bearer', token: await identity.readToken(url) };
    },
  };
}

/** The PAT that is used in this project, and in no other; undefined where the connection's own credential is. */
export function projectPatOf(
  { projectPats }: Pick<Connection, 'projectPats'>,
  projectId: string | undefined,
): Connection['projectPats'][number] | undefined {
  if (projectId === undefined) return undefined;
  const wanted = projectId.toLowerCase();
  return projectPats.find((each) => each.projectId.toLowerCase() === wanted);
}
