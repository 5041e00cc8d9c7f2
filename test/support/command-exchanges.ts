import { z } from 'zod';

import { contractProblems } from './contract';

const logged = z.array(
  z.object({
    method: z.string(),
    url: z.string(),
    status: z.number(),
    headers: z.record(z.string(), z.unknown()),
    body: z.unknown(),
    responseBody: z.unknown(),
  }),
);

/** What is wrong, by the official documents, with what the product itself sent to a simulator and was answered. */
export async function productProblems(simulatorUrl: string): Promise<{ exchanges: number; problems: string[] }> {
  const response = await fetch(new URL('/_simulator/requests', simulatorUrl));
  const ours = logged
    .parse(await response.json())
    .filter(({ headers }) => String(headers['user-agent']).startsWith('Portcullis/'))
    .map((exchange) => ({ ...exchange, identity: 'gate' }));
  return { exchanges: ours.length, problems: contractProblems(ours, 'gate') };
}
