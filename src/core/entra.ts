/** The resource Azure DevOps in Entra, the same in every tenant. */
export const AZURE_DEVOPS_SCOPE = '499b84ac-1321-427f-aa17-267ca6975798/.default';

/** What Azure DevOps names as the tenant of an organization that lives by Microsoft accounts. */
export const NO_TENANT = '00000000-0000-0000-0000-000000000000';

/** The tenant that a token of Entra is from, by its own word: good for a sentence, never for a decision. */
export function tenantOf(token: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const tenant = typeof claims === 'object' && claims !== null && 'tid' in claims ? claims.tid : undefined;
    return typeof tenant === 'string' && GUID.test(tenant) ? tenant.toLowerCase() : undefined;
  } catch {
    return undefined;
  }
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Whether an address is of Azure DevOps Services, by the host itself, whatever was concluded from the rest: an Entra token
 * must never reach another.
 */
export function isServicesUrl(url: string | URL): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' && (hostname === 'dev.azure.com' || /^[a-z0-9-]+\.visualstudio\.com$/.test(hostname));
}

/** What gives the deployment's managed identity a place in an organization, as a clause and as sentences. */
export const IDENTITY_RENEWAL =
  'add the managed identity to the organization as a user (Organization settings, Users, Add users, by its name or the object ' +
  'id of its enterprise application) with the access level Basic, and to the projects';

export const IDENTITY_HELP =
  'In Azure DevOps, under Organization settings, Users, Add users, look for the managed identity by its name or by the ' +
  'object id of its enterprise application, give it the access level Basic and add it to the projects. The organization must ' +
  'be connected to the Entra tenant of the identity (Organization settings, Microsoft Entra).';
