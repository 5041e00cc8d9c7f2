import { ClientApiBase } from 'azure-devops-node-api/ClientApiBases';
import type { z } from 'zod';

import { ask, openDoor, type ConnectOptions } from '../door';

/** Plain requests, for what the product itself never asks; failures are sentences. */
export interface Rest {
  base: string;
  get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>>;
  post<Schema extends z.ZodType>(path: string, body: unknown, schema: Schema): Promise<z.output<Schema>>;
  patch<Schema extends z.ZodType>(path: string, body: unknown, schema: Schema): Promise<z.output<Schema>>;
  dispose(): void;
}

export function openRest(options: ConnectOptions): Rest {
  const door = openDoor(options);
  const api = door.observe(new ClientApiBase(door.base, []));
  const url = (path: string): string => `${door.base}/${path}`;
  const asJson = () => api.createRequestOptions('application/json', '7.1');
  const wrote = { wrote: true };
  return {
    base: door.base,
    get: (path, schema) =>
      ask(`read ${path}`, schema, async () => (await api.rest.get<unknown>(url(path), asJson())).result),
    post: (path, body, schema) =>
      ask(
        `post to ${path}`,
        schema,
        async () => (await api.rest.create<unknown>(url(path), body, asJson())).result,
        wrote,
      ),
    patch: (path, body, schema) =>
      ask(
        `change ${path}`,
        schema,
        async () => (await api.rest.update<unknown>(url(path), body, asJson())).result,
        wrote,
      ),
    dispose: () => door.exchange.dispose(),
  };
}
