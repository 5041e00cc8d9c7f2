import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { checkApiVersion } from './api-version';
import { AzureDevOpsError, badRequest, errorBody, notAuthorized, notSimulated } from './errors';
import type { Faults } from './faults';
import { isServer } from './flavour';
import { createQuery, type ApiAnswer } from './http';
import { ANONYMOUS, authenticate, tokenOf } from './identities';
import { preciseNow, type RequestLog } from './request-log';
import type { Router } from './router';
import { requireScope } from './scopes';
import { signInPage } from './sign-in-page';
import type { Simulation } from './simulation';
import type { Identity } from './state-model';

export interface ApiOptions {
  simulation: Simulation;
  router: Router;
  faults: Faults;
  log: RequestLog;
  /** Milliseconds that each request waits before anything happens. */
  latency(): number;
}

export interface ApiCall {
  url: URL;
  project?: string;
  segments: readonly string[];
  body: Buffer;
}

interface Rendered {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string | undefined;
}

/** Answers one request to the REST API, faults and latency included, and logs it. */
export async function answerApi(
  options: ApiOptions,
  call: ApiCall,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { simulation, faults, log } = options;
  const start = preciseNow();
  const method = request.method ?? 'GET';
  const identity = authenticate(simulation.state, request.headers);
  const write = (rendered: Rendered | undefined): void => {
    log.add({
      method,
      url: `${call.url.pathname}${call.url.search}`,
      headers: visibleHeaders(request),
      body: { type: request.headers['content-type'] ?? '', bytes: call.body },
      identity: identity?.key ?? null,
      status: rendered?.status ?? 0,
      responseBody: { type: rendered?.headers['content-type'] ?? '', bytes: rendered?.body },
      start,
      end: preciseNow(),
    });
  };
  const send = (rendered: Rendered): void => {
    write(rendered);
    response.writeHead(rendered.status, {
      ...rendered.headers,
      ...(rendered.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(rendered.body)) }),
    });
    response.end(rendered.body);
  };

  const latency = options.latency();
  if (latency > 0) await new Promise((resolve) => setTimeout(resolve, latency));
  const fault = faults.take(method, call.url.pathname);
  if (fault?.status !== undefined) {
    const error = new AzureDevOpsError(fault.status, 'SimulatedFaultException', 'A fault that a test asked for.', 0);
    const rendered = render({ status: fault.status, body: fault.body ?? errorBody(error) });
    send({ ...rendered, headers: { ...rendered.headers, ...lowerCased(fault.headers ?? {}) } });
    return;
  }
  switch (fault?.action) {
    case 'reset':
      write(undefined);
      response.destroy();
      return;
    case 'hang':
      write(undefined);
      return;
    case 'html203': {
      send(signInAnswer());
      return;
    }
    case 'garbage': {
      send({ status: 200, headers: { 'content-type': JSON_TYPE }, body: '{"count":2,"value":[{"id":1,' });
      return;
    }
    case 'drop':
    case 'hang-after':
    case undefined:
      break;
  }
  const rendered = await applied(options, call, request, identity);
  if (fault?.action === 'drop') {
    write(undefined);
    response.destroy();
  } else if (fault?.action === 'hang-after') write(undefined);
  else send(rendered);
}

const JSON_TYPE = 'application/json; charset=utf-8';

const signInAnswer = (): Rendered => ({
  status: 203,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: signInPage,
});

async function applied(
  options: ApiOptions,
  call: ApiCall,
  request: IncomingMessage,
  identity: Identity | undefined,
): Promise<Rendered> {
  const { router } = options;
  const method = request.method ?? 'GET';
  if (!identity) return isServer(options.simulation.state) ? challenge() : refusal(request, method);
  try {
    const query = createQuery(call.url.searchParams);
    const match = router.match(method, call.segments.length === 0 ? [''] : call.segments);
    if (!match) throw notSimulated(method, call.url.pathname);
    const token = tokenOf(options.simulation.state, request.headers);
    if (identity === ANONYMOUS && method !== 'OPTIONS' && !isWhoAmI(call)) throw notAuthorized();
    if (token) requireScope(token, identity, method, call.segments);
    checkApiVersion(method, request.headers, query, match.route, options.simulation.service.newestVersion);
    const answer = await match.route.answer({
      method,
      path: call.url.pathname,
      query,
      headers: request.headers,
      body: call.body,
      identity,
      parameters: call.project === undefined ? match.parameters : { ...match.parameters, project: call.project },
    });
    return render(answer);
  } catch (error) {
    if (error instanceof AzureDevOpsError) return render({ status: error.status, body: errorBody(error) });
    // A part of the body that only its own operation could judge.
    if (error instanceof z.ZodError)
      return render({ status: 400, body: errorBody(badRequest(z.prettifyError(error))) });
    console.error(`Azure DevOps simulator: ${method} ${call.url.pathname}:`, error);
    const message = `TF400898: An Internal Error Occurred. ${String(error)}`;
    const internal = new AzureDevOpsError(500, 'TeamFoundationServiceException', message, 0);
    return render({ status: 500, body: errorBody(internal) });
  }
}

const isWhoAmI = ({ segments }: ApiCall): boolean => segments[0]?.toLowerCase() === 'connectiondata';

/** A credential that is missing or refused: a sign-in page for those who read, 401 for those who said they are no browser. */
function refusal(request: IncomingMessage, method: string): Rendered {
  const suppressed = String(request.headers['x-tfs-fedauthredirect'] ?? '').toLowerCase() === 'suppress';
  if (!suppressed && (method === 'GET' || method === 'POST' || method === 'OPTIONS')) return signInAnswer();
  const rendered = render({ status: 401, body: errorBody(notAuthorized()) });
  return { ...rendered, headers: { ...rendered.headers, 'www-authenticate': 'Basic realm="Azure DevOps simulator"' } };
}

/** A Server has no page to sign in: its web server asks for the account of the domain. */
const challenge = (): Rendered => ({
  status: 401,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'www-authenticate': 'Basic realm="Azure DevOps Server", Negotiate, NTLM',
  },
  body: '<!DOCTYPE html><html><head><title>401 - Unauthorized</title></head><body>Access is denied.</body></html>\n',
});

function render(answer: ApiAnswer): Rendered {
  const headers = lowerCased(answer.headers ?? {});
  if (answer.body === undefined) return { status: answer.status, headers, body: undefined };
  if (Buffer.isBuffer(answer.body)) return { status: answer.status, headers, body: answer.body };
  const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  return { status: answer.status, headers: { 'content-type': JSON_TYPE, ...headers }, body };
}

const lowerCased = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function visibleHeaders(request: IncomingMessage): Record<string, string | string[]> {
  const visible: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (name !== 'authorization' && value !== undefined) visible[name] = value;
  }
  return visible;
}
