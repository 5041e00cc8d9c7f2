import { z } from 'zod';

import { CliError } from './cli-error';
import { managementClient, type CallManagement } from './management-client';

const connectionsSchema = z.array(
  z.object({
    id: z.string().default(''),
    url: z.string(),
    identities: z.array(z.object({ id: z.guid(), displayName: z.string() })).default([]),
    projectPats: z
      .array(z.object({ projectId: z.string(), projectName: z.string(), accountId: z.string().nullable() }))
      .default([]),
    broken: z.object({ reason: z.string() }).nullish(),
  }),
);

/** The account that Portcullis posts as, or why it is not known. */
export type GateIdentity = { ok: true; id: string } | { ok: false; reason: string };

/** The connection of the running Portcullis to an organization or a collection, or why none was found. */
export type FoundConnection =
  | { ok: true; call: CallManagement; id: string; identityId: string | undefined; broken: string | undefined }
  | { ok: false; reason: string };

/**
 * Asks the running Portcullis which account it posts as in an organization or collection. Whatever keeps it from answering
 * is a reason: the account can be named by hand.
 *
 * @param project by name or id: with a PAT of its own, Portcullis posts there as that one's account
 */
export async function findGateIdentity(base: string, project?: string): Promise<GateIdentity> {
  const connection = await findConnectionTo(base, project);
  if (!connection.ok) return connection;
  return connection.identityId === undefined
    ? { ok: false, reason: 'The running Portcullis does not say which account it posts as.' }
    : { ok: true, id: connection.identityId };
}

/** Asks the running Portcullis for its connection; that it does not answer is a reason like another. */
export async function findConnectionTo(base: string, project?: string): Promise<FoundConnection> {
  try {
    const call = await managementClient();
    const connections = connectionsSchema.parse((await call('GET', '/connections')).body);
    const connection = connections.find(({ url }) => isSameOrganization(url, base));
    if (!connection) return { ok: false, reason: `The running Portcullis has no connection to ${base}.` };
    const { id, identities, projectPats, broken } = connection;
    const wanted = project?.toLowerCase();
    const own = projectPats.find(
      (each) => each.projectId.toLowerCase() === wanted || each.projectName.toLowerCase() === wanted,
    );
    const identityId = (own?.accountId ?? identities[0]?.id)?.toLowerCase();
    return { ok: true, call, id, identityId, broken: broken?.reason };
  } catch (error) {
    if (error instanceof CliError) return { ok: false, reason: error.message };
    return { ok: false, reason: 'The running Portcullis answered something unexpected.' };
  }
}

/** One organization has two addresses on Services; this machine has two names. */
export function isSameOrganization(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(url: string): string {
  return url
    .toLowerCase()
    .replace(/\/+$/, '')
    .replace(/^https:\/\/([a-z0-9-]+)\.visualstudio\.com$/, 'https://dev.azure.com/$1')
    .replace(/^http:\/\/127\.0\.0\.1(?=[:/]|$)/, 'http://localhost');
}
