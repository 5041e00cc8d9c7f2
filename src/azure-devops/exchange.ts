import type { Agent, IncomingMessage } from 'node:http';

import { AdoHttpClient } from 'azure-devops-node-api/AdoHttpClientBases';
import { HttpClientResponse, type HttpClient } from 'typed-rest-client/HttpClient';
import type { IRequestHandler } from 'typed-rest-client/Interfaces';
import { z } from 'zod';

import { version } from '../../package.json';
import type { ConnectionNetwork, Log, Trace } from '../app/ports';
import { Failure } from '../core/failures';

import { isGoodAnswer, sortAnswer, sortNetworkError, type SaidError, type SeenAnswer } from './classify-failure';
import { credentialHandler, secretForms, type Credential } from './credential';
import { describeRequest, type RequestDescription } from './describe-request';
import { createAgent, STRAIGHT } from './network-agent';
import { createPace, sleep } from './pace';
import { BodyTooLarge, readBody } from './read-body';
import { sightAnswer, sightSilence, type Sighting } from './sighting';
import { urlTemplate } from './url-template';

const SOCKET_TIMEOUT_MS = 30_000;
const BODY_DEADLINE_MS = 60_000;
const LARGEST_JSON = 32 * 1024 * 1024;
/** Three such answers at once, and what is inflated of them, stay within 200 MB. */
const LARGEST_ZIP = 32 * 1024 * 1024;
const LARGEST_ERROR = 64 * 1024;
const RETRY_BUDGET_MS = 8_000;
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 2_000;
const SLOWNESS_TOLD_MS = 60_000;

const untraced: Pick<Trace, 'request' | 'pause'> = {
  request: (_request, send) => send(() => undefined),
  pause: (wait) => wait(),
};

export interface ExchangeOptions {
  /** The connection's base URL, without a trailing slash. */
  base: string;
  /** A second address of the same service; requests go nowhere else. */
  second?: string;
  network?: ConnectionNetwork;
  credential: Credential;
  log: Log;
  /** Told of every request that is sent, and of every pause. */
  trace?: Pick<Trace, 'request' | 'pause'> | undefined;
  now: () => Date;
  /** Told of every exchange, whatever came of it. */
  onSighting?: ((sighting: Sighting) => void) | undefined;
  /** For how long a read without an answer is asked again. */
  patienceMs?: number | undefined;
}

/** The one way to Azure DevOps: every request of every API client goes through `client.request`, which is observed. */
export interface Exchange {
  client: HttpClient;
  /** The body behind the stream that node-api hands out for an archive; undefined for a stream it did not hand out. */
  archiveOf(stream: object): Buffer | undefined;
  /** `text` without what must never be shown: the credential, and secrets that `hide` was told. */
  redact(text: string): string;
  hide(secret: string): void;
  dispose(): void;
}

/**
 * node-api turns 404 and the sign-in page into null, retries nothing that matters and knows no Retry-After; here every
 * answer is seen first. Anything that is not a good answer is thrown as a `Failure`, so that null never means anything.
 */
export function createExchange(options: ExchangeOptions): Exchange {
  const {
    base,
    second = base,
    network = STRAIGHT,
    credential,
    log,
    trace = untraced,
    now,
    onSighting,
    patienceMs = RETRY_BUDGET_MS,
  } = options;
  const pace = createPace(now, trace.pause);
  const archives = new WeakMap<object, Buffer>();
  const hidden = secretForms(credential);
  const redact = (text: string): string =>
    hidden.reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '***')), text);

  let toldAt = -Infinity;
  /** A service that is busy says so with every answer: once a minute is told, the rest stands in what an evaluation cost. */
  const noteSlowness = (fields: Record<string, unknown>): void => {
    const isTold = performance.now() - toldAt < SLOWNESS_TOLD_MS;
    if (!isTold) toldAt = performance.now();
    log[isTold ? 'debug' : 'warn']('Azure DevOps asks to slow down', fields);
  };

  const open = (origin: URL): Line => {
    const agent = createAgent(origin, network);
    const opened = new AdoHttpClient(`Portcullis/${version}`, [credentialHandler(credential), sendThrough(agent)], {
      allowRedirects: false,
      allowRetries: false,
      keepAlive: true,
      socketTimeout: SOCKET_TIMEOUT_MS,
      // None, whatever the environment of the process says: the agent knows the connection's.
      proxy: { proxyUrl: '' },
    });
    return { opened, agent, send: opened.request.bind(opened) };
  };
  const home = open(new URL(base));
  // A credential's handler gives it to one host only, the first that it sees: each address has a client of its own.
  const lines = new Map([[new URL(base).origin, home]]);
  const { origin } = new URL(second);
  if (!lines.has(origin)) lines.set(origin, open(new URL(second)));
  let disposed = false;

  const once = async (
    request: RequestDescription,
    { send }: Line,
    ask: Ask,
    answered: (status: number) => void,
  ): Promise<HttpClientResponse> => {
    let answer: IncomingMessage;
    try {
      answer = (await send(ask.verb, ask.url, ask.data, ask.headers)).message;
      answered(answer.statusCode ?? 0);
    } catch (error) {
      onSighting?.(sightSilence(error));
      throw sortNetworkError(request, error);
    }
    onSighting?.(sightAnswer(answer, ask.url));
    const retryAfterSeconds = pace.note(answer.headers);
    if (retryAfterSeconds !== undefined) {
      noteSlowness({ connection: base, status: answer.statusCode, retryAfterSeconds });
    }
    const seen = see(answer, ask.verb, retryAfterSeconds);
    if (!isGoodAnswer(seen)) {
      // The status says enough when the rest of the answer is missing or endless.
      const said = await readBody(answer, LARGEST_ERROR, BODY_DEADLINE_MS).then(readError, () => undefined);
      throw sortAnswer(request, credential, seen, said && { ...said, message: redact(said.message) });
    }
    const isArchive = String(ask.headers['Accept']).startsWith('application/zip');
    const maximumBytes = isArchive ? LARGEST_ZIP : LARGEST_JSON;
    let body: Buffer;
    try {
      body = await readBody(answer, maximumBytes, BODY_DEADLINE_MS);
    } catch (error) {
      throw error instanceof BodyTooLarge ? tooLarge(request, maximumBytes) : sortNetworkError(request, error);
    }
    if (isArchive) archives.set(answer, body);
    return new ReadResponse(answer, body);
  };

  const observed = async (ask: Ask): Promise<HttpClientResponse> => {
    const url = new URL(ask.url);
    const request = describeRequest(base, ask.verb, url);
    const line = lines.get(url.origin);
    if (!line) {
      throw new Failure({
        kind: 'unexpected',
        message: `Portcullis did not send a request meant for ${base} to another host.`,
      });
    }
    const startedAt = performance.now();
    for (let attempt = 0; ; attempt++) {
      try {
        await pace.keep(request);
        return await trace.request(
          { method: ask.verb, template: () => urlTemplate(base, url), url, attempt },
          (answered) => once(request, line, ask, answered),
        );
      } catch (error) {
        if (!(error instanceof Failure) || error.kind !== 'unavailable' || !request.isRead || disposed) throw error;
        const pause = Math.random() * Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);
        const wait = Math.max(pause, (error.retryAfterSeconds ?? 0) * 1000);
        if (performance.now() - startedAt + wait > patienceMs) throw error;
        log.debug('Azure DevOps did not answer a read; asking again', { reason: error.message, attempt: attempt + 1 });
        await sleep(pause);
      }
    }
  };

  const client = home.opened;
  client.request = (verb, url, data, headers) => observed({ verb, url, data, headers });
  return {
    client,
    archiveOf: (stream) => archives.get(stream),
    redact,
    hide: (secret) => hidden.push(secret),
    dispose: () => {
      // Reads that nobody waits for any more must not go on, or keep a process from ending.
      disposed = true;
      for (const { opened, agent } of lines.values()) {
        opened.dispose();
        agent.destroy();
      }
    },
  };
}

/** The client of one address, and what sends through it. */
interface Line {
  opened: AdoHttpClient;
  agent: Agent;
  send: HttpClient['request'];
}

/** A handler sees each request when it has been given an agent, and may give it another. */
function sendThrough(agent: Agent): IRequestHandler {
  return {
    prepareRequest: (options) => {
      options.agent = agent;
    },
    canHandleAuthentication: () => false,
    handleAuthentication: () => Promise.reject(new Error('Only the credential signs in.')),
  };
}

interface Ask {
  verb: string;
  url: string;
  data: string | NodeJS.ReadableStream;
  headers: Record<string, unknown>;
}

/** A genuine answer whose body has been read already. */
class ReadResponse extends HttpClientResponse {
  readonly #body: Buffer;

  constructor(message: IncomingMessage, body: Buffer) {
    super(message);
    this.#body = body;
  }

  override readBody(): Promise<string> {
    // A byte order mark, which some gateways add, is none of JSON's business.
    return Promise.resolve(new TextDecoder().decode(this.#body));
  }
}

function tooLarge(request: RequestDescription, maximumBytes: number): Failure {
  return new Failure({
    kind: 'tooLarge',
    message: `Portcullis could not ${request.doing}: there is more than the ${maximumBytes / 1024 / 1024} MB that it reads.`,
    mayHaveApplied: !request.isRead,
  });
}

function see(answer: IncomingMessage, verb: string, retryAfterSeconds: number | undefined): SeenAnswer {
  const user = answer.headers['x-vss-userdata'];
  return {
    status: answer.statusCode ?? 0,
    contentType: contentType(answer),
    // OPTIONS is answered to everybody.
    userId: typeof user === 'string' && verb !== 'OPTIONS' ? user.split(':')[0]?.toLowerCase() : undefined,
    retryAfterSeconds,
  };
}

function contentType(answer: IncomingMessage): string {
  return (answer.headers['content-type'] ?? '').toLowerCase();
}

const errorSchema = z.object({ message: z.string().catch(''), typeKey: z.string().catch('') });

/** Azure DevOps' own words; a body that is not its JSON (a proxy's page, say) is quoted nowhere. */
function readError(body: Buffer): SaidError | undefined {
  try {
    return errorSchema.safeParse(JSON.parse(new TextDecoder().decode(body))).data;
  } catch {
    return undefined;
  }
}
