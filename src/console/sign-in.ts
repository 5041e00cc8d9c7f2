import { createHash, timingSafeEqual } from 'node:crypto';

import type { SignedIn, VerifyEntraToken } from '../app/ports';

import { principalOfPlatform, principalOfToken } from './entra-principal';

/** How people sign in here: one way in each deployment. */
export type SignInWay =
  | { kind: 'none' }
  /** The local environment's one-time token. */
  | { kind: 'local'; token: string }
  | {
      kind: 'entra';
      tenantId: string;
      clientId: string;
      verify: VerifyEntraToken;
      /** App Service Authentication is on: every request came through it, and its principal can be believed. */
      isBehindPlatform: boolean;
    };

export type SignInAnswer =
  { kind: 'signedIn'; caller: SignedIn } | { kind: 'refused'; status: 401 | 403; message: string };

/** Whoever has the local token; the history names them so. */
const LOCAL_ADMINISTRATOR: SignedIn = {
  id: 'local',
  name: 'local administrator',
  kind: 'local',
  isAdmin: true,
  groups: [],
  areGroupsMissing: false,
};

const PLATFORM_PRINCIPAL = 'x-ms-client-principal';

/**
 * Who sends a request. What is in `authorization` is judged by itself: when it proves nothing, nothing else that the
 * request carries counts either. Throws `unavailable` when that cannot be found out now.
 */
export async function signIn(way: SignInWay, request: Request): Promise<SignInAnswer> {
  switch (way.kind) {
    case 'none':
      return closed();
    case 'local':
      // An empty token would be everybody's.
      if (way.token === '') return closed();
      if (isSame(bearerOf(request), way.token)) return { kind: 'signedIn', caller: LOCAL_ADMINISTRATOR };
      return refused('Authorise with the bearer token of .local/endpoints.json, which npm start writes.');
    case 'entra': {
      if (request.headers.has('authorization')) return byToken(way, bearerOf(request));
      const principal = request.headers.get(PLATFORM_PRINCIPAL);
      if (way.isBehindPlatform && principal !== null) return byPlatform(way, request, principal);
      return refused(
        `Sign in: with az login --tenant ${way.tenantId}, and send an access token for api://${way.clientId} as the bearer token.`,
      );
    }
  }
}

type EntraWay = Extract<SignInWay, { kind: 'entra' }>;

async function byToken({ tenantId, clientId, verify }: EntraWay, token: string): Promise<SignInAnswer> {
  const claims = token === '' ? undefined : await verify(token);
  const caller = claims && principalOfToken(claims, tenantId);
  if (caller) return { kind: 'signedIn', caller };
  return refused(
    `The bearer token was not accepted: it is not an access token of tenant ${tenantId} for api://${clientId}, or it has expired. Sign in again with az login --tenant ${tenantId}.`,
  );
}

function byPlatform({ tenantId, clientId }: EntraWay, request: Request, principal: string): SignInAnswer {
  const caller = principalOfPlatform(principal, tenantId, clientId);
  if (!caller) return refused(`Sign in with an account of tenant ${tenantId}.`);
  // A browser sends its cookie along with what another site makes it send; only what changes nothing may come from there.
  const isHarmless = request.method === 'GET' || request.method === 'HEAD';
  if (!isHarmless && request.headers.get('sec-fetch-site') !== 'same-origin') {
    return {
      kind: 'refused',
      status: 403,
      message: 'Another site made your browser ask for this change: make it with the portcullis command.',
    };
  }
  return { kind: 'signedIn', caller };
}

function closed(): SignInAnswer {
  const message = 'The management API is closed here: sign-in is not configured for this deployment.';
  return { kind: 'refused', status: 403, message };
}

function refused(message: string): SignInAnswer {
  return { kind: 'refused', status: 401, message };
}

function bearerOf(request: Request): string {
  return /^bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
}

function isSame(given: string, expected: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
