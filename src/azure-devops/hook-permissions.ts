import type { ClientApiBase } from 'azure-devops-node-api/ClientApiBases';
import { z } from 'zod';

import type { HookRights } from '../app/ports';

import { listOf } from './answers';
import { ask, unexpectedAnswer, type Door } from './door';

/** The security namespace ServiceHooks, the same everywhere, and its bits. */
export const NAMESPACE = 'cb594ebe-87dd-4fc9-ac2c-6a10a4c92046';
export const BITS = { view: 1, edit: 2, remove: 4 } as const;
export const SECURITY_VERSION = '7.1';

const ROOT = 'PublisherSecurity';

/** Of 55 characters each, in a URL that every proxy takes. */
const TOKENS_AT_ONCE = 40;

const evaluated = listOf(z.boolean());

/** Where rights are kept; null = at the root, which projects inherit from. */
export function tokenOf(projectId: string | null): string {
  return projectId === null ? ROOT : `${ROOT}/${projectId}`;
}

/**
 * What the account behind the door may do with subscriptions: at the root, and for each project, inheritance and groups
 * included. Everybody may ask it of themselves.
 */
export async function readOwnHookRights(
  door: Door,
  api: ClientApiBase,
  projectIds: readonly string[],
): Promise<{ root: HookRights; projects: Map<string, HookRights> }> {
  const ids = [null, ...new Set(projectIds)];
  const both = await evaluate(door, api, BITS.view | BITS.edit, ids);
  const lacking = ids.filter((id) => both.get(id) !== true);
  const [view, edit] = await Promise.all([
    evaluate(door, api, BITS.view, lacking),
    evaluate(door, api, BITS.edit, lacking),
  ]);
  const rightsOf = (id: string | null): HookRights =>
    both.get(id) === true ? { view: true, edit: true } : { view: view.get(id) === true, edit: edit.get(id) === true };
  return {
    root: rightsOf(null),
    projects: new Map(ids.filter((id) => id !== null).map((id) => [id, rightsOf(id)])),
  };
}

/** Whether the account has all the bits, by place. */
async function evaluate(
  door: Door,
  api: ClientApiBase,
  bits: number,
  ids: readonly (string | null)[],
): Promise<Map<string | null, boolean>> {
  const found = new Map<string | null, boolean>();
  for (let from = 0; from < ids.length; from += TOKENS_AT_ONCE) {
    const some = ids.slice(from, from + TOKENS_AT_ONCE);
    const tokens = new URLSearchParams({ tokens: some.map(tokenOf).join(',') });
    const url = api.vsoClient.resolveUrl(`_apis/permissions/${NAMESPACE}/${bits}?${tokens.toString()}`);
    const doing = `read what the account may do with service hook subscriptions of ${door.base}`;
    const answers = await ask(doing, evaluated, async () => {
      const options = api.createRequestOptions('application/json', SECURITY_VERSION);
      return (await api.rest.get<unknown>(url, options)).result;
    });
    if (answers.length !== some.length) throw unexpectedAnswer(doing, `${answers.length} of ${some.length} answers`);
    some.forEach((id, index) => found.set(id, answers[index] === true));
  }
  return found;
}
