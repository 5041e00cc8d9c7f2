import { ClientApiBase } from 'azure-devops-node-api/ClientApiBases';
import { CoreApi } from 'azure-devops-node-api/CoreApi';
import { GitApi } from 'azure-devops-node-api/GitApi';
import { WorkItemTrackingApi } from 'azure-devops-node-api/WorkItemTrackingApi';
import { LocationsApi } from 'azure-devops-node-api/LocationsApi';
import type { z } from 'zod';

import type { ConnectionNetwork, Log, Trace } from '../app/ports';
import { Failure } from '../core/failures';
import { isLoopback } from '../core/loopback';

import type { Credential } from './credential';
import { oneLine } from './describe-request';
import { createExchange, type Exchange } from './exchange';
import { identityBase } from './identity-base';
import { STRAIGHT } from './network-agent';
import { pinnedTo } from './pin-version';
import type { Sighting } from './sighting';

/** A service that invents values must not fill the log. */
const MOST_NOTES = 50;

export interface ConnectOptions {
  /** The organization's or collection's base URL: `https://dev.azure.com/contoso`. */
  url: string;
  /** Straight, with the system's authorities, unless said. */
  network?: ConnectionNetwork;
  /** The newest REST API that is asked for; the newest that both know unless said. */
  apiVersion?: string | null;
  credential: Credential;
  log: Log;
  /** Told of every request that is sent, and of every pause. */
  trace?: Pick<Trace, 'request' | 'pause'>;
  /** The clock that pauses asked for by the service are measured with. */
  now?: () => Date;
  /** Told of every exchange, whatever came of it. */
  onSighting?: (sighting: Sighting) => void;
  /** For how long a read without an answer is asked again, where that is not as long as usual. */
  patienceMs?: number;
}

/** Genuine API clients of one connection, all sending through one observed HTTP client. */
export interface Door {
  base: string;
  log: Log;
  exchange: Exchange;
  /** Makes another client of node-api one of this connection. */
  observe<Api extends ClientApiBase>(api: Api): Api;
  git: GitApi;
  workItems: WorkItemTrackingApi;
  core: CoreApi;
  locations: LocationsApi;
  /** For the one route of identities, which node-api has no client for; at an address of its own on Services. */
  identities: ClientApiBase;
  /** Logs, once per kind and value, that the service says something this release does not know. */
  noteUnknown(what: string, value: unknown): void;
}

/**
 * Nothing is requested until the first call. Throws `unexpected` when `url` is not an http(s) URL, and `credentialRefused`
 * when the credential would travel in the clear, which it does to this machine only.
 */
export function openDoor(options: ConnectOptions): Door {
  const { url, network = STRAIGHT, apiVersion = null, credential, log, trace, now = () => new Date() } = options;
  const { onSighting, patienceMs } = options;
  const base = baseUrl(url, network);
  const identitiesAt = identityBase(base);
  const exchange = createExchange({
    base,
    second: identitiesAt,
    network,
    credential,
    log,
    trace,
    now,
    onSighting,
    patienceMs,
  });
  const known = <Api extends ClientApiBase>(api: Api): Api => observe(api, exchange, apiVersion);
  const noted = new Set<string>();
  return {
    base,
    log,
    exchange,
    observe: known,
    git: known(new GitApi(base, [])),
    workItems: known(new WorkItemTrackingApi(base, [])),
    core: known(new CoreApi(base, [])),
    locations: known(new LocationsApi(base, [])),
    identities: known(new ClientApiBase(identitiesAt, [])),
    noteUnknown(what, value) {
      const said = oneLine(String(value), 60);
      const note = `${what}: ${said}`;
      if (noted.has(note) || noted.size >= MOST_NOTES) return;
      noted.add(note);
      log.warn('Azure DevOps answered a value that this release does not know', {
        connection: base,
        what,
        value: said,
      });
    },
  };
}

function baseUrl(url: string, { proxy }: ConnectionNetwork): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') {
    throw new Failure({
      kind: 'unexpected',
      message: `"${oneLine(url, 100)}" is no address of an organization or a collection.`,
    });
  }
  // On the way to a proxy it leaves this machine.
  if (parsed.protocol === 'http:' && (proxy !== null || !isLoopback(parsed.hostname))) {
    throw new Failure({
      kind: 'credentialRefused',
      message: `The credential is not sent to ${parsed.host} in the clear: use the https:// address of this server.`,
    });
  }
  // A user name or a password in the address would stand in every message.
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
}

/**
 * Makes a client of node-api send through the exchange and hand out answers as they came: its own translation turns
 * unknown enum values into 0 and chokes on dates. Constructed with the connection's URL, it needs no Location and no
 * ResourceAreas round trip; what remains is one OPTIONS per area, which concurrent first calls share here.
 */
export function observe<Api extends ClientApiBase>(
  api: Api,
  exchange: Exchange,
  apiVersion: string | null = null,
): Api {
  api.http = exchange.client;
  api.rest.client = exchange.client;
  api.formatResponse = (answer: unknown) => answer;

  const learn = api.vsoClient.beginGetLocation.bind(api.vsoClient);
  const locate: typeof learn = async (area, id) => {
    // Undefined for one that the service has not, whatever the types say.
    const location = await learn(area, id);
    return location && pinnedTo(apiVersion, location);
  };
  const first = new Map<string, Promise<unknown>>();
  api.vsoClient.beginGetLocation = async (area, id) => {
    const asked = first.get(area);
    if (asked) {
      await asked;
      return locate(area, id);
    }
    const asking = locate(area, id);
    first.set(area, asking);
    asking.catch(() => first.delete(area));
    return asking;
  };
  return api;
}

/** Starts to ask where an area's routes are, so that its first call does not wait for that; a failure shows there. */
export function warm(api: ClientApiBase, area: string): void {
  api.vsoClient.beginGetLocation(area, '').catch(() => undefined);
}

/**
 * Calls an API client and reads its answer. `doing` is the verb phrase for failures: `read the threads of pull request 7`.
 * Throws `Failure` only; `wrote` marks what follows a request that has been carried out.
 */
export async function ask<Schema extends z.ZodType>(
  doing: string,
  schema: Schema,
  call: () => Promise<unknown>,
  { wrote = false } = {},
): Promise<z.output<Schema>> {
  let answer: unknown;
  try {
    answer = await call();
  } catch (error) {
    if (error instanceof Failure) throw error;
    const reason = error instanceof Error ? oneLine(error.message, 200) : 'for an unknown reason';
    throw new Failure({
      kind: 'unexpected',
      message: `Portcullis could not ${doing}: ${reason}.`,
      mayHaveApplied: wrote,
    });
  }
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? 'the answer' : issue.path.join('.');
  throw unexpectedAnswer(doing, `${field}: ${issue?.message ?? 'not understood'}`, { wrote });
}

/** An answer that says something else than it should. `what` names the field and the value. */
export function unexpectedAnswer(doing: string, what: string, { wrote = false } = {}): Failure {
  return new Failure({
    kind: 'unexpected',
    message: `Portcullis could not ${doing}: Azure DevOps answered something unexpected (${oneLine(what, 200)}).`,
    mayHaveApplied: wrote,
  });
}
