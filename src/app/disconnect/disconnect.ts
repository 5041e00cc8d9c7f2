import { Failure, toFailure } from '../../core/failures';
import type { WithHooks } from '../hooks/hook-slices';
import { isOfConnection } from '../hooks/wanted-hooks';
import type { Connection, Connections, KeptMessages, KeptRows, KeptSecret, KeptSecrets } from '../ports';

/** A part that could be looked at, or why it could not. */
export type Looked<T> = { found: T; trouble: null } | { found: null; trouble: string };

/** What disconnecting would take away, beside branch policies and rights, which the gate's account has no say in. */
export interface Inventory {
  state: Connection['state'];
  subscriptions: Looked<number>;
  secrets: Looked<KeptSecret[]>;
  rows: Looked<Record<string, number>>;
  messages: Looked<{ scheduled: number; waiting: number }>;
}

export interface Disconnect {
  look(connection: Connection): Promise<Inventory>;
  /** The last step: the connection itself, once everything else is gone. Throws `superseded` before. */
  finish(connection: Connection): Promise<void>;
}

interface Dependencies {
  connections: Connections;
  rows: KeptRows;
  secrets: KeptSecrets;
  messages: KeptMessages;
  withHooks: WithHooks;
}

export function createDisconnect({ connections, rows, secrets, messages, withHooks }: Dependencies): Disconnect {
  return {
    look: async (connection) => {
      const { id, state } = connection;
      const [subscriptions, standing, kept, waiting] = await Promise.all([
        looked(() =>
          withHooks(
            connection,
            async (hooks) => (await hooks.list()).filter((each) => isOfConnection(each, id)).length,
          ),
        ),
        looked(() => secrets.list(id)),
        looked(() => rows.count(id)),
        looked(() => messages.count(id)),
      ]);
      return { state, subscriptions, secrets: standing, rows: kept, messages: waiting };
    },

    finish: async ({ id, name, state }) => {
      const standing = state === 'leaving' ? (await secrets.list(id)).filter((each) => each.state === 'stands') : [];
      if (state !== 'leaving' || standing.length > 0) {
        const message = `Connection ${name} is still ${state === 'leaving' ? 'being disconnected' : 'in service'}: run portcullis disconnect, which deletes it last.`;
        throw new Failure({ kind: 'superseded', message });
      }
      // Operations of it, and what came in between.
      await rows.remove(id, { isTimeLeft: () => true });
      await connections.remove(id);
    },
  };
}

async function looked<T>(look: () => Promise<T>): Promise<Looked<T>> {
  try {
    return { found: await look(), trouble: null };
  } catch (error) {
    return { found: null, trouble: toFailure(error).message };
  }
}
