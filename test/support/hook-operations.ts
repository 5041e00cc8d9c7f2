import type { Shop } from '../azure-devops-shop';
import { createCredentials } from '../../src/app/credentials';
import { grantHooks } from '../../src/app/hooks/grant-hooks';
import { readHooksStatus, type HooksStatus } from '../../src/app/hooks/hooks-status';
import { syncOperation } from '../../src/app/hooks/sync-operation';
import type { Connection } from '../../src/app/ports';
import { createFakeIdentity, createFakeSecrets } from '../../src/app/testing/fake-stores';
import { createTestClock } from '../../src/app/testing/test-clock';
import { createWire } from '../../src/app/testing/wire';
import { createWithHooks } from '../../src/composition/service-hooks';

const SLICE_SECONDS = 20;
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A sync from its beginning to its end. */
export interface Synced {
  result: unknown;
  slices: number;
  requests: { method: string; url: string }[];
  /** Those that change something. */
  writes: string[];
  /** What it worked, and what it waited for endpoints to know the password. */
  seconds: number;
  waitedSeconds: number;
}

/** The service hooks of a connection to the simulated organization: the genuine operation through the genuine door. */
export function hookOperations(shop: Shop, connection: Connection) {
  const clock = { now: () => new Date(shop.clock.now()) };
  const vault = createFakeSecrets(createWire(createTestClock()));
  vault.rotatePat(connection.id, 'bot-pat');
  const secrets = vault.port;
  const credentials = createCredentials({ secrets, identity: createFakeIdentity().port });
  const withHooks = createWithHooks(credentials, clock, log);
  const operation = syncOperation({ withHooks, secrets, clock, log });
  const begun = { connection, request: {}, operationId: 'o1', by: { id: 'local', name: 'ada' } };

  return {
    async sync(): Promise<Synced> {
      let [slices, waitedSeconds, result]: [number, number, unknown] = [0, 0, undefined];
      const began = performance.now();
      const requests = await shop.requestsOf(async () => {
        for (let cursor: unknown, isDone = false; !isDone; slices += 1) {
          const deadline = new Date(clock.now().getTime() + SLICE_SECONDS * 1_000);
          const slice = await operation.work({ ...begun, cursor, deadline });
          isDone = slice.state === 'done';
          if (slice.state === 'done') result = slice.result;
          else {
            cursor = slice.cursor;
            waitedSeconds += slice.dueIn ?? 0;
            shop.clock.advance((slice.dueIn ?? 0) * 1_000);
          }
        }
      });
      const seconds = (performance.now() - began) / 1_000;
      return { result, slices, requests, writes: writesOf(requests), seconds, waitedSeconds };
    },
    status: (): Promise<HooksStatus> => withHooks(connection, (hooks) => readHooksStatus(hooks, secrets, connection)),
  };
}

/** The administrator grants the gate's account its rights in each Git project by itself. */
export async function grantAllProjects(shop: Shop): Promise<void> {
  const hooks = shop.hooks('bot-pat');
  const granting = shop.granting('admin-pat');
  const bot = await hooks.readMyself();
  for (const { name } of await hooks.readGitProjects()) await grantHooks(granting, bot, name);
}

function writesOf(requests: readonly { method: string; url: string }[]): string[] {
  return requests.map(({ method }) => method).filter((method) => !['GET', 'OPTIONS'].includes(method));
}
