import { z } from 'zod';

const identity = z.object({ id: z.string(), key: z.string(), displayName: z.string(), uniqueName: z.string() });
export type SimulatedIdentity = z.output<typeof identity>;

export interface People {
  /** Somebody with the PAT `<key>-pat`. */
  add(key: string, displayName?: string): Promise<SimulatedIdentity>;
  /** The group with exactly these members from now on, people and groups; who is not named has left. */
  putGroup(name: string, members: readonly string[]): Promise<SimulatedIdentity>;
  renameGroup(name: string, rename: string, members: readonly string[]): Promise<SimulatedIdentity>;
  /** Who there is, by the short name. */
  find(key: string): Promise<SimulatedIdentity>;
  /** All that a PAT may from now on, such as `vso.code`; null = everything. */
  limit(pat: string, scopes: readonly string[] | null): Promise<void>;
  /** Whether the service's own threads name people as today, or by ids, as old versions and the Server do. */
  shapeThreads(shape: 'identities' | 'tfIds'): Promise<void>;
}

/** People and groups of the simulated organization. `url` is any address of the simulator. */
export function people(url: string): People {
  const control = async (method: string, name: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(new URL(`/_simulator/${name}`, url), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${name}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return {
    add: async (key, displayName) => identity.parse(await control('POST', 'people', { key, displayName })),
    putGroup: async (name, members) => identity.parse(await control('POST', 'groups', { name, members })),
    renameGroup: async (name, rename, members) =>
      identity.parse(await control('POST', 'groups', { name, members, rename })),
    async find(key) {
      const all = z.array(identity).parse(await control('GET', 'identities'));
      const found = all.find((each) => each.key === key);
      if (!found) throw new Error(`There is no identity ${key}.`);
      return found;
    },
    async limit(token, scopes) {
      await control('POST', 'pats', { token, scopes });
    },
    async shapeThreads(shape) {
      await control('POST', 'system-threads', { shape });
    },
  };
}
