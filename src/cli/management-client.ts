import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { z } from 'zod';

import { isLoopback } from '../core/loopback';
import { portcullisSignIn, type Deployment } from '../composition/portcullis-sign-in';
import { problemText } from '../settings';

import { agreeToApplication, assertAgreeable } from './agree-to-application';
import { CliError } from './cli-error';
import { visible } from './terminal-text';

/** What was done, but not all that belongs to it: console/guard.ts writes it. */
const NOTICE = 'portcullis-notice';
/** Where `npm start` says everything is, seen from the project's folder. */
const ENDPOINTS_FILE = '.local/endpoints.json';
/** Nobody was asked: never the answer that 1 is. */
const ERROR = 2;

const endpointsSchema = z.object({ portcullis: z.url(), managementToken: z.string().min(1) });
const signInSchema = z.object({ tenantId: z.guid(), clientId: z.guid() });
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

/**
 * Finds the running Portcullis: PORTCULLIS_URL with PORTCULLIS_TOKEN or the sign-in of az login for PORTCULLIS_SCOPE, else the
 * local environment's endpoints file. A token goes to this machine, or encrypted, and follows no redirection.
 */
export async function managementClient(): Promise<CallManagement> {
  const { portcullis, readToken } = await findPortcullis();
  return async (method, path, { body, headers = {}, expected = [200], isSecret = false } = {}) => {
    if (isSecret) assertUnseen(portcullis);
    const response = await send(`${portcullis}/api/management${path}`, {
      method,
      headers: { authorization: `Bearer ${await readToken()}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const notice = response.headers.get(NOTICE);
    if (notice !== null) process.stderr.write(`Note: ${visible(notice)}\n`);
    const text = await response.text();
    const answer = { status: response.status, etag: response.headers.get('etag'), body: parse(text) };
    if (expected.includes(answer.status)) return answer;
    const told = errorSchema.safeParse(answer.body);
    if (!told.success) assertLetIn(portcullis, response.status);
    if (!told.success)
      throw new CliError(`${portcullis} answered ${response.status} to ${method} ${path}; is this Portcullis?`);
    const problems = (told.data.problems ?? []).map((problem) => `\n  ${problemText(problem)}`);
    throw new CliError(`${told.data.message}${problems.join('')}`);
  };
}

interface Found {
  /** Without a trailing slash. */
  portcullis: string;
  readToken: () => Promise<string>;
}

async function findPortcullis(): Promise<Found> {
  const { PORTCULLIS_URL, PORTCULLIS_TOKEN: token = '', PORTCULLIS_SCOPE: scope = '' } = process.env;
  if (PORTCULLIS_URL === undefined || PORTCULLIS_URL === '') return localEnvironment();
  const portcullis = PORTCULLIS_URL.replace(/\/+$/, '');
  if (!URL.canParse(portcullis))
    throw new CliError('PORTCULLIS_URL is no address: it is like https://gate.example.com.');
  assertUnseen(portcullis);
  if (token !== '') return { portcullis, readToken: () => Promise.resolve(token) };
  if (scope === '') assertAgreeable(portcullis);
  const deployment = await readDeployment(portcullis);
  if (scope === '') await agreeToApplication(portcullis, deployment);
  const readToken = portcullisSignIn(deployment, scope === '' ? undefined : scope);
  return { portcullis, readToken };
}

/** What is secret goes to this machine, or encrypted. */
function assertUnseen(portcullis: string): void {
  const { protocol, hostname, host } = new URL(portcullis);
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return;
  throw new CliError(`Your sign-in is not sent to ${host} in the clear: put its https:// address into PORTCULLIS_URL.`);
}

/** Portcullis says why it refuses somebody; whoever answers for it in Azure does not. */
function assertLetIn(portcullis: string, status: number): void {
  if (status !== 403) return;
  throw new CliError(
    `Azure answered 403 before ${portcullis} was asked: let this address in with the template's parameter allowedInbound, or, where a pipeline is signed in, name its client id in allowedApplications.`,
  );
}

/** Ids alone: an address that answers anything else would choose for what a token is got. */
async function readDeployment(portcullis: string): Promise<Deployment> {
  const response = await send(`${portcullis}/api/management/sign-in`, { method: 'GET' });
  const deployment = signInSchema.safeParse(parse(await response.text()));
  if (deployment.success) return deployment.data;
  assertLetIn(portcullis, response.status);
  throw new CliError(
    `${portcullis} does not say how to sign in: put its token into PORTCULLIS_TOKEN, or check PORTCULLIS_URL.`,
  );
}

async function localEnvironment(): Promise<Found> {
  const file = resolve(ENDPOINTS_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new CliError(
      `PORTCULLIS_URL is not set: put the deployment's output portcullisUrl there, and its output portcullisScope into PORTCULLIS_SCOPE. Or, for one on this machine, call this from the folder of npm start (${file} does not exist).`,
      ERROR,
    );
  }
  const endpoints = endpointsSchema.safeParse(parse(text));
  if (!endpoints.success) throw new CliError(`${file} is not what npm start writes; start Portcullis again.`, ERROR);
  const { portcullis, managementToken } = endpoints.data;
  return { portcullis, readToken: () => Promise.resolve(managementToken) };
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'manual' });
  } catch {
    const { origin, hostname } = new URL(url);
    const what = isLoopback(hostname)
      ? 'start it with npm start, or check PORTCULLIS_URL.'
      : 'check PORTCULLIS_URL, whether this machine gets there, and in the portal whether the function app runs.';
    throw new CliError(`Portcullis does not answer at ${origin}: ${what}`, ERROR);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
