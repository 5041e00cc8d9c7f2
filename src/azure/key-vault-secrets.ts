import type { TokenCredential } from '@azure/identity';

import type { Clock, Secrets } from '../app/ports';
import { Failure } from '../core/failures';
import { isGuid } from '../core/guid';
import { connectionKey, isConnectionId, projectKey } from './row-keys';
import { secretCache } from './secret-cache';
import { secretClient, type VaultCaller } from './secret-client';

/** After a rotation the former hook secret is taken for this long: deliveries under way, and retries, still carry it. */
const FORMER_SECRET_HOURS = 24;

export interface KeyVaultOptions {
  vaultUrl: string;
  /** Absent for the local environment's vault on loopback. */
  credential?: TokenCredential;
  clock: Clock;
  /** Default: the app's. */
  caller?: VaultCaller;
}

/**
 * Secrets in Key Vault (their names stand in tables.md). Values are kept in memory for 5 minutes, and up to an hour while
 * the vault itself fails. Throws `credentialRefused` when there is no PAT and `unavailable` when the vault fails.
 */
export function keyVaultSecrets({ vaultUrl, credential, clock, caller = 'app' }: KeyVaultOptions): Secrets {
  const client = secretClient(vaultUrl, credential, caller);
  const cache = secretCache(client.read, clock);
  const now = (): number => clock.now().getTime();

  const save = async (
    name: string,
    value: string,
    properties: { contentType: string; expiresOn?: Date },
    options?: { recovers: boolean },
  ): Promise<void> => {
    await client.write(name, value, properties, options);
    cache.put(name, { value, expiresOn: properties.expiresOn });
  };

  return {
    readPat: async (connectionId, { projectId, fresh = false } = {}) => {
      const name = patName(connectionId, projectId);
      const secret = await cache.read(name, { fresh });
      if (secret !== undefined) return secret.value;
      // An absence is not remembered: the PAT that an admin saves now counts at once.
      cache.forget(name);
      throw new Failure({
        kind: 'credentialRefused',
        message: `There is no usable PAT for ${projectId === undefined ? '' : `project ${projectId} of `}connection ${connectionId}: secret ${name} in ${client.host} is missing, disabled or empty; give it one with portcullis pat rotate.`,
      });
    },
    readStoredPat: async (connectionId, projectId) => {
      const secret = await cache.read(patName(connectionId, projectId), { fresh: true });
      return secret && { pat: secret.value, expiresOn: secret.expiresOn ?? null };
    },
    readCandidatePat: async (connectionId) =>
      (await cache.read(candidateName(connectionKey(connectionId)), { fresh: true }))?.value,
    saveCandidatePat: (connectionId, pat, expiresOn) => {
      const properties = { contentType: 'Azure DevOps PAT', expiresOn };
      return save(candidateName(connectionKey(connectionId)), pat, properties, { recovers: true });
    },
    removeCandidatePat: async (connectionId) => {
      const name = candidateName(connectionKey(connectionId));
      await client.remove(name);
      cache.forget(name);
    },
    removePat: async (connectionId, projectId) => {
      const name = patName(connectionId, projectId);
      await client.remove(name);
      cache.forget(name);
    },
    readHookSecrets: async (connectionId, options) => {
      if (!isConnectionId(connectionId)) return [];
      const { current, former } = hookNames(connectionId);
      const found = await Promise.all([cache.read(current, options), cache.read(former, options)]);
      const values = found
        .filter((secret) => secret !== undefined)
        // Key Vault hands out secrets after their end as well.
        .filter(({ expiresOn }) => expiresOn === undefined || expiresOn.getTime() > now())
        .map(({ value }) => value);
      return [...new Set(values)];
    },
    savePat: async (connectionId, pat, expiresOn, projectId) => {
      const properties = { contentType: 'Azure DevOps PAT', expiresOn };
      // We delete those of projects ourselves.
      await save(patName(connectionId, projectId), pat, properties, { recovers: projectId !== undefined });
    },
    saveHookSecret: async (connectionId, secret) => {
      const { current, former } = hookNames(connectionKey(connectionId));
      const replaced = await cache.read(current, { fresh: true });
      // Saving the same secret again must not push the former one out early.
      if (replaced?.value === secret) return;
      const contentType = 'Portcullis hook secret';
      if (replaced !== undefined) {
        const expiresOn = new Date(now() + FORMER_SECRET_HOURS * 3_600_000);
        await save(former, replaced.value, { contentType, expiresOn });
      }
      await save(current, secret, { contentType });
    },
    endFormerHookSecret: async (connectionId, endsAt) => {
      const { former } = hookNames(connectionKey(connectionId));
      const standing = await cache.read(former, { fresh: true });
      if (standing === undefined) return;
      if (standing.expiresOn !== undefined && standing.expiresOn <= endsAt) return;
      await save(former, standing.value, { contentType: 'Portcullis hook secret', expiresOn: endsAt });
    },
  };
}

/** Whether a secret is this connection's: it has one of the names that they may have. */
export function isSecretOf(name: string, connectionId: string): boolean {
  const { current, former } = hookNames(connectionKey(connectionId));
  const lower = name.toLowerCase();
  const candidate = candidateName(connectionId);
  if ([patName(connectionId, undefined), candidate, current, former].includes(lower)) return true;
  const prefix = projectPatPrefix(connectionId);
  return lower.startsWith(prefix) && isGuid(lower.slice(prefix.length));
}

/** Projects' ids are of equal length, so that no two names can be the same. */
function patName(connectionId: string, projectId: string | undefined): string {
  if (projectId === undefined) return `pat-${connectionKey(connectionId)}`;
  return `${projectPatPrefix(connectionId)}${projectKey(projectId)}`;
}

function projectPatPrefix(connectionId: string): string {
  return `project-pat-${connectionKey(connectionId)}-`;
}

function candidateName(connectionId: string): string {
  return `candidate-pat-${connectionId}`;
}

/** No prefix is another one's beginning, so that no connection's id can lead to another one's secret. */
function hookNames(connectionId: string): { current: string; former: string } {
  return { current: `hook-${connectionId}`, former: `former-hook-${connectionId}` };
}
