import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { z } from 'zod';

import { isLoopback } from '../core/loopback';
import { problemText } from '../settings';

import { CliError } from './cli-error';

/** Where `npm start` says everything is, seen from the project's folder. */
const ENDPOINTS_FILE = '.local/endpoints.json';

const endpointsSchema = z.object({ portcullis: z.url(), managementToken: z.string().min(1) });
const errorSchema = z.object({
  message: z.string(),
  problems: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

export interface ManagementAnswer {
  status: number;
  etag: string | null;
  body: unknown;
}

/** Calls the management API; throws a CliError with the API's own sentence unless the status is among `expected`. */
export type CallManagement = (
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  options?: { body?: unknown; headers?: Record<string, string>; expected?: readonly number[]; isSecret?: boolean },
) => Promise<ManagementAnswer>;

/** Finds the running Portcullis: PORTCULLIS_URL and PORTCULLIS_TOKEN, else the local environment's endpoints file. */
export async function managementClient(): Promise<CallManagement> {
  const { portcullis, managementToken } = await findEndpoints();
  return async (method, path, { body, headers = {}, expected = [200], isSecret = false } = {}) => {
    if (isSecret) assertUnseen(portcullis);
    const response = await send(`${portcullis}/api/management${path}`, {
      method,
      headers: { authorization: `Bearer ${managementToken}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = { status: response.status, etag: response.headers.get('etag'), body: parse(text) };
    if (expected.includes(answer.status)) return answer;
    const told = errorSchema.safeParse(answer.body);
    if (!told.success)
      throw new CliError(`${portcullis} answered ${response.status} to ${method} ${path}; is this Portcullis?`);
    const problems = (told.data.problems ?? []).map((problem) => `\n  ${problemText(problem)}`);
    throw new CliError(`${told.data.message}${problems.join('')}`);
  };
}

/** What is secret goes to this machine, or encrypted. */
function assertUnseen(portcullis: string): void {
  const { protocol, hostname, host } = new URL(portcullis);
  if (protocol === 'https:' || isLoopback(hostname)) return;
  throw new CliError(`The PAT is not sent to ${host} in the clear: put its https:// address into PORTCULLIS_URL.`);
}

async function findEndpoints(): Promise<z.output<typeof endpointsSchema>> {
  const { PORTCULLIS_URL: portcullis, PORTCULLIS_TOKEN: managementToken } = process.env;
  if (portcullis !== undefined && managementToken !== undefined) {
    return { portcullis: portcullis.replace(/\/+$/, ''), managementToken };
  }
  const file = resolve(ENDPOINTS_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new CliError(
      `Portcullis was not found: ${file} does not exist. Start it with npm start, and call this from the same folder.`,
    );
  }
  const endpoints = endpointsSchema.safeParse(parse(text));
  if (!endpoints.success) throw new CliError(`${file} is not what npm start writes; start Portcullis again.`);
  return endpoints.data;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch {
    throw new CliError(`Portcullis does not answer at ${new URL(url).origin}; start it with npm start.`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
