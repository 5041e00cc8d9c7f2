import { z } from 'zod';

const STATUS_POLICY = 'cbdc66da-9728-4af8-aada-9a5a32e4a226';
const BRANCH = 'refs/heads/main';

const repositorySchema = z.object({ id: z.string() });
const identitySchema = z.object({ authenticatedUser: repositorySchema });
const policiesSchema = z.object({
  value: z.array(z.object({ id: z.int(), settings: z.looseObject({ statusName: z.string().optional() }) })),
});

/**
 * Requires `portcullis/verdict` on `main` of the seeded repository, as an organization's administrator would: blocking from
 * the start, reset with each push, posted by the gate's own account alone. Done again, it changes nothing.
 *
 * @param authorId the identity whose statuses count; by default that of `bot-pat`
 * @returns the policy's id
 * @throws Error when the simulator refuses
 */
export async function installStatusPolicy(organizationUrl: string, authorId?: string): Promise<number> {
  const api = `${organizationUrl}/Shop/_apis`;
  const { id: repositoryId } = repositorySchema.parse(await call(`${api}/git/repositories/web?api-version=7.1`));
  const known = policiesSchema.parse(
    await call(
      `${api}/git/policy/configurations?repositoryId=${repositoryId}&refName=${BRANCH}&policyType=${STATUS_POLICY}&api-version=7.1`,
    ),
  );
  const present = known.value.find(({ settings }) => settings.statusName === 'verdict');
  if (present) return present.id;
  const created = await call(`${api}/policy/configurations?api-version=7.1`, {
    isEnabled: true,
    isBlocking: true,
    type: { id: STATUS_POLICY },
    settings: {
      statusGenre: 'portcullis',
      statusName: 'verdict',
      defaultDisplayName: 'Portcullis',
      authorId: authorId ?? (await gateIdentity(organizationUrl)),
      invalidateOnSourceUpdate: true,
      policyApplicability: null,
      filenamePatterns: [],
      scope: [{ repositoryId, refName: BRANCH, matchKind: 'Exact' }],
    },
  });
  return z.object({ id: z.int() }).parse(created).id;
}

async function gateIdentity(organizationUrl: string): Promise<string> {
  const me = await call(`${organizationUrl}/_apis/connectionData?api-version=7.1-preview.1`, undefined, 'bot-pat');
  return identitySchema.parse(me).authenticatedUser.id;
}

async function call(url: string, body?: unknown, pat = 'admin-pat'): Promise<unknown> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`:${pat}`).toString('base64')}`,
      'content-type': 'application/json',
      // Without it a refused PAT is answered with a sign-in page and 203.
      'x-tfs-fedauthredirect': 'Suppress',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`the simulator answered ${response.status} to ${url}: ${await response.text()}`);
  return response.json();
}
