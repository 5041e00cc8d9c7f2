import { grantHooks, type GrantChange, type GrantedHooks } from '../app/hooks/grant-hooks';
import type { WithHooks } from '../app/hooks/hook-slices';
import type { Clock, Credentials, DoorCredential, Log } from '../app/ports';
import { withCredential } from '../app/with-credential';
import { administerHookRights, connectServiceHooks } from '../azure-devops/connect';
import { IDENTITY_RENEWAL } from '../core/entra';

import { personalCredential } from './personal-credential';
import { personalNetwork } from './personal-network';

/** Opens the service hooks of a connection with its own credential, as often as they are needed. */
export function createWithHooks(credentials: Credentials, clock: Clock, log: Log): WithHooks {
  return (connection, use, options) => {
    const { url, network, apiVersion } = connection;
    const open = async (given: DoorCredential): ReturnType<typeof use> => {
      const credential = given.kind === 'pat' ? given : { ...given, renewal: IDENTITY_RENEWAL };
      const hooks = connectServiceHooks({ url, network, apiVersion, credential, log, now: () => clock.now() });
      try {
        return await use(hooks);
      } finally {
        hooks.dispose();
      }
    };
    return withCredential(credentials, connection, open, options);
  };
}

/**
 * Lets the gate's account have service hook subscriptions, with the credential of whoever calls; see `grantHooks`. Throws
 * `Failure`.
 */
export async function grantHookRights(
  base: string,
  account: { id: string; displayName: string },
  project: string | undefined,
  agree: (change: GrantChange) => Promise<boolean>,
  log: Log,
): Promise<GrantedHooks> {
  const credential = await personalCredential(base, 'Security (Manage), Identity (Read) and Project and Team (Read)');
  const granting = administerHookRights({ url: base, network: personalNetwork(base), credential, log });
  try {
    return await grantHooks(granting, account, project, agree);
  } finally {
    granting.dispose();
  }
}
