import { setTimeout as delay } from 'node:timers/promises';

import { z } from 'zod';

import { grantHooks } from '../src/app/hooks/grant-hooks';
import type { Log } from '../src/app/ports';
import { connectionsTable } from '../src/azure/connections-table';
import { administerHookRights } from '../src/azure-devops/connect';
import { readEnvironment } from '../src/composition/environment';

import type { LocalEnvironment } from './environment';

/** The simulated organization as the management API answers it. */
export interface Connected {
  id: string;
  /** Whom Portcullis posts as there. */
  account: { id: string; displayName: string };
}

const NAME = 'contoso';
const PAT_DAYS = 90;
const PATIENCE_MS = 60_000;

const identitySchema = z.object({ id: z.string(), displayName: z.string() });
const connectionSchema = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  identities: z.tuple([identitySchema]).rest(identitySchema),
});
const operationSchema = z.object({
  id: z.string(),
  state: z.enum(['queued', 'running', 'succeeded', 'failed']),
  trouble: z.string().nullable(),
});

/**
 * Connects the simulated organization as its administrator would, by the management API: connects it, lets its account
 * have service hooks, and has them brought in order. What an earlier start connected stays, at this start's address.
 */
export async function connectSimulatedOrganization(environment: LocalEnvironment, log: Log): Promise<Connected> {
  const { host, simulator, managementToken } = environment;
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${host.url}/api/management${path}`, {
      method,
      headers: { authorization: `Bearer ${managementToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    throw new Error(`Portcullis answered ${response.status} to ${method} ${path}: ${JSON.stringify(answer)}`);
  };

  const known = z.array(connectionSchema).parse(await call('GET', '/connections'));
  const present = known.find(({ name }) => name === NAME);
  // At another port it is the same organization; in Azure DevOps nothing moves like that, so no route does it.
  if (present && present.url !== simulator.url) await move(environment, present.id);
  const { id, identities } = present
    ? connectionSchema.parse(await call('PATCH', `/connections/${present.id}`, { publicUrl: host.url }))
    : await connect(call, environment);
  const [account] = identities;
  await grant(simulator.url, account, log);
  await follow(call, `/connections/${id}`, await call('POST', `/connections/${id}/hooks/sync`));
  return { id, account };
}

type Call = (method: string, path: string, body?: unknown) => Promise<unknown>;

async function connect(call: Call, { host, simulator }: LocalEnvironment): Promise<z.output<typeof connectionSchema>> {
  const expiresOn = new Date(Date.now() + PAT_DAYS * 86_400_000).toISOString();
  const answer = await call('POST', '/connections', {
    url: simulator.url,
    name: NAME,
    credential: { kind: 'pat', pat: 'bot-pat', expiresOn },
    phase: 'enforce',
    publicUrl: host.url,
  });
  return z.object({ connection: connectionSchema }).parse(answer).connection;
}

async function move({ appSettings, simulator }: LocalEnvironment, id: string): Promise<void> {
  const connections = connectionsTable(readEnvironment(appSettings).tables);
  await connections.change(id, (present) => ({ ...present, url: simulator.url }));
}

/** As Olga Admin, straight to Azure DevOps: Portcullis never has her credential. */
async function grant(url: string, account: Connected['account'], log: Log): Promise<void> {
  const granting = administerHookRights({ url, credential: { kind: 'pat', pat: 'admin-pat' }, log });
  try {
    await grantHooks(granting, account, undefined);
  } finally {
    granting.dispose();
  }
}

async function follow(call: Call, connectionPath: string, started: unknown): Promise<void> {
  let { operation } = z.object({ operation: operationSchema }).parse(started);
  const until = Date.now() + PATIENCE_MS;
  while (operation.state !== 'succeeded') {
    if (operation.state === 'failed' || Date.now() > until) {
      throw new Error(`The service hooks are not in place: ${operation.trouble ?? 'it takes too long'}`);
    }
    await delay(50);
    operation = operationSchema.parse(await call('GET', `${connectionPath}/operations/${operation.id}`));
  }
}
