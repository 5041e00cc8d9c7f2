import { rotateOperation } from '../../app/hooks/rotate-operation';
import { syncOperation } from '../../app/hooks/sync-operation';
import type { AnyOperationWork } from '../../app/operation-work';
import { readOnlyKeptSecrets, readOnlySecrets } from '../../app/read-only-secrets';
import { createFakeKept } from '../../app/testing/fake-kept';
import { ALL_RIGHTS } from '../../app/testing/fake-service-hooks';
import { bot, connection, organizationId } from '../../app/testing/samples';
import { createWorld } from '../../app/testing/world';

import { createManagementApi } from '../management-api';

import { managementOf } from './management';

/** Of a connection that there is not. */
export const ID = 'connection-0123456789ab';
export const expiresOn = new Date('2027-02-01T00:00:00Z');
/** What writes the vault. */
export const WRITES = /^secrets\.(save|remove|end)|^keptSecrets\.remove/;
const fine = { ok: true, value: 1 } as const;

/** A management API that only reads its vault: a write of it fails the test. `vault` is the same one as an administrator has it. */
export function readOnlyManagement({ others = true } = {}) {
  const kinds: AnyOperationWork[] = [];
  const world = createWorld({ kinds });
  if (others) world.connections.put({ ...connection, publicUrl: 'https://gate.example' });
  else world.connections.remove(connection.id);
  const kept = createFakeKept(world.wire);
  const secrets = readOnlySecrets(world.secrets.port);
  world.serviceHooks.setRights(bot.id, '', ALL_RIGHTS);
  const management = managementOf(world);
  kinds.push(syncOperation({ ...management, secrets }), rotateOperation({ ...management, secrets }));
  const asked: string[] = [];
  const answer = createManagementApi({
    ...management,
    secrets,
    vault: { url: 'https://contoso.vault.azure.net/', writesSecrets: false },
    kept: { ...kept, secrets: readOnlyKeptSecrets(kept.secrets) },
    look: ({ url, credential }) => {
      const pat = credential.kind === 'pat' ? credential.pat : '';
      asked.push(`${url} ${pat}`);
      const identity = world.azureDevOps.accounts.get(pat);
      return Promise.resolve({
        who: identity
          ? { ok: true, value: { identity, organizationIds: [organizationId] } }
          : { ok: false, why: 'refused', code: '401', reason: 'no' },
        secondsAhead: 0,
        newestVersion: { ok: true, value: '7.2' },
        scopes: { code: fine, workItems: fine, groups: fine },
        repositories: fine,
        repository: undefined,
        subscriptions: undefined,
      });
    },
  });
  const ask = async (method: string, path: string, body?: unknown) => {
    world.wire.clearCalls();
    const response = await answer(
      new Request(`https://gate.example/api/management${path}`, {
        method,
        headers: { authorization: 'Bearer secret' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    expect(world.wire.attempts.filter((call) => WRITES.test(call))).toEqual([]);
    const text = await response.text();
    const told: unknown = text === '' ? {} : JSON.parse(text);
    return { status: response.status, body: told };
  };
  const { port: vault } = world.secrets;
  /** As portcullis connect writes it, as an administrator. */
  const store = async ({ id = ID, candidate = 'new-pat', password = 'password' } = {}) => {
    await vault.saveCandidatePat(id, candidate, expiresOn);
    await vault.savePat(id, 'new-pat', expiresOn);
    if (password !== '') await vault.saveHookSecret(id, password);
  };
  return { ...world, kept, vault, store, asked, ask };
}
