import { z } from 'zod';

import { listOf } from './answers';
import { ask, type Door } from './door';

const headers = z.object({ 'x-ms-continuationtoken': z.string().optional().catch(undefined) });

/**
 * One page of a list of the git area that node-api cannot page through, by the id of its location.
 *
 * @param token what the page before said comes next; undefined for the first
 */
export async function askPage<Item extends z.ZodType>(
  door: Door,
  doing: string,
  item: Item,
  { location, route, query }: { location: string; route: object; query: object },
  token: string | undefined,
): Promise<{ found: z.output<Item>[]; next: string | undefined }> {
  const page = z.object({ result: listOf(item), headers });
  const answer = await ask(doing, page, async () => {
    const { vsoClient, rest } = door.git;
    const asked = { ...query, ...(token === undefined ? {} : { continuationToken: token }) };
    const { requestUrl, apiVersion } = await vsoClient.getVersioningData('7.1', 'git', location, route, asked);
    return rest.get(requestUrl ?? '', door.git.createRequestOptions('application/json', apiVersion));
  });
  const next = answer.headers['x-ms-continuationtoken'];
  return { found: answer.result, next: next === '' ? undefined : next };
}
