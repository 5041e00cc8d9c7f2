import type { TestEnvironment } from './local-environment';

/** Whose settings a path is about: `''`, `/projects/<id>` or `/repositories/<id>`. */
export type Part = '' | `/projects/${string}` | `/repositories/${string}`;

export interface ManagementAnswer {
  status: number;
  etag: string | null;
  /** Parsed JSON, which the tests look into freely. */
  body: ReturnType<typeof JSON.parse>;
}

/** The management API, as the command uses it, with an administrator's token. */
export function management({ host, managementToken, connectionId }: TestEnvironment) {
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    condition: Record<string, string> = {},
  ): Promise<ManagementAnswer> => {
    const response = await fetch(`${host.url}/api/management/connections/${connectionId}${path}`, {
      method,
      headers: { authorization: `Bearer ${managementToken}`, 'content-type': 'application/json', ...condition },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, etag: response.headers.get('etag'), body: await response.json() };
  };
  const matching = (etag: string | null): Record<string, string> =>
    etag === null ? { 'if-none-match': '*' } : { 'if-match': etag };
  return {
    send,
    settings: (part: Part) => send('GET', `${part}/settings`),
    effective: (part: Part) => send('GET', `${part}/settings/effective`),
    history: (part: Part) => send('GET', `${part}/settings/history`),
    validate: (part: Part, document: unknown) => send('POST', `${part}/settings/validate`, { document }),
    /** Saves over what stands there now. */
    async save(part: Part, document: unknown): Promise<ManagementAnswer> {
      const { etag } = await send('GET', `${part}/settings`);
      return send('PUT', `${part}/settings`, document, matching(etag));
    },
    /** Saves over the version of that ETag; null = there was none. */
    saveOver: (part: Part, document: unknown, etag: string | null) =>
      send('PUT', `${part}/settings`, document, matching(etag)),
    async restore(part: Part, version: number): Promise<ManagementAnswer> {
      const { etag } = await send('GET', `${part}/settings`);
      return send('POST', `${part}/settings/restore`, { version }, matching(etag));
    },
  };
}
