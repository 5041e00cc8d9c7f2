import type { Context } from 'hono';

/** A request's body; undefined for what is no JSON. A parser's own words would quote it, and it may hold a PAT. */
export async function readJson(context: Context): Promise<unknown> {
  return parseJson(await context.req.text());
}

/** The same of a text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
