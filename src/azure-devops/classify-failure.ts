import { Failure } from '../core/failures';
import { proxyTrouble } from '../core/proxy-address';

import { refusalText, type Credential } from './credential';
import { oneLine, type RequestDescription } from './describe-request';

/** What is seen of an answer before anything else looks at it. */
export interface SeenAnswer {
  status: number;
  contentType: string;
  /** The identity that the service saw behind the credential, where it says so. */
  userId: string | undefined;
  /** Seconds to stay away, where the service asked for it. */
  retryAfterSeconds: number | undefined;
}

/** What Azure DevOps says in the body of an error. */
export interface SaidError {
  message: string;
  typeKey: string;
}

/** Whom the service sees when a credential counts for nothing. */
export const ANONYMOUS_ID = 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa';

const LONGEST_QUOTE = 300;

/** True for an answer that may be read as what was asked for; everything else is one of `sortAnswer`'s failures. */
export function isGoodAnswer(answer: SeenAnswer): boolean {
  return answer.status >= 200 && answer.status < 300 && !isSignIn(answer);
}

/**
 * The failure behind an answer that is not good. A bad PAT shows in many ways (the sign-in page with 200 or 203, a
 * redirect to it, 401, the anonymous identity): they are one failure here.
 */
export function sortAnswer(
  request: RequestDescription,
  credential: Credential,
  answer: SeenAnswer,
  said: SaidError | undefined,
): Failure {
  const { status } = answer;
  const quote =
    said === undefined || said.message === '' ? '' : `: ${oneLine(said.message, LONGEST_QUOTE).replace(/\.$/, '')}`;
  const could = `Portcullis could not ${request.doing}`;

  if (status === 401 || (status >= 300 && status < 400) || isSignIn(answer))
    return refused(request, credential, status, quote);
  if (status === 403) return forbidden(request, said, quote);
  if (status === 404) {
    return new Failure({
      kind: 'notFound',
      message:
        `${could}: it is not there, or this account may not see it${quote}. ` +
        'Check the name or id, and that the account has the licence Basic and the permission Read.',
      remedy: 'needs what is not there, or what this account may not see',
    });
  }
  if (status === 429) {
    return new Failure({
      kind: 'rateLimited',
      message: `${could}: Azure DevOps limits the rate of this account${quote}. Portcullis tries again later.`,
      ...retryAfter(answer),
    });
  }
  if (status === 408 || status >= 500) {
    return new Failure({
      kind: 'unavailable',
      message: `${could}: Azure DevOps answered ${status}${quote}. Portcullis tries again later.`,
      ...retryAfter(answer),
      // A gateway in between gives up on a write without knowing what became of it.
      mayHaveApplied: !request.isRead,
    });
  }
  return new Failure({ kind: 'unexpected', message: `${could}: Azure DevOps answered ${status}${quote}.` });
}

function isSignIn(answer: SeenAnswer): boolean {
  if (answer.userId === ANONYMOUS_ID) return true;
  if (answer.status === 203) return true;
  return answer.status >= 200 && answer.status < 300 && answer.contentType.startsWith('text/html');
}

function refused(request: RequestDescription, credential: Credential, status: number, quote: string): Failure {
  const how = status === 401 ? '401' : `${status} and the way to the sign-in page`;
  return new Failure({
    kind: 'credentialRefused',
    message: `Portcullis could not ${request.doing}: Azure DevOps refused ${refusalText(credential, `${how}${quote}`, request.scope)}`,
  });
}

function forbidden(request: RequestDescription, said: SaidError | undefined, quote: string): Failure {
  const could = `Portcullis could not ${request.doing}`;
  if (said?.typeKey === 'GitPullRequestStatusRejectedByPolicyException' && /author/i.test(said.message)) {
    return new Failure({
      kind: 'permissionMissing',
      message:
        `${could}: a branch policy takes this status from another account${quote}. ` +
        'Set its authorized identity to this account, as portcullis policy install does.',
    });
  }
  if (said?.typeKey === 'GitPullRequestStatusRejectedByPolicyException') {
    return new Failure({
      kind: 'permissionMissing',
      message:
        `${could}: a branch policy takes statuses of iterations only${quote}. ` +
        'This pull request has no iterations: turn off "Reset status whenever there are new changes" in the status policy.',
    });
  }
  // TF401027 names the right that is missing; for the author of a comment there is none.
  const namesRight = said?.message.includes('TF401027') ?? false;
  const permission = said?.message.includes('PullRequestContribute')
    ? 'Contribute to pull requests'
    : request.permission;
  return new Failure({
    kind: 'permissionMissing',
    message:
      `${could}: the account may not${quote}. Grant it "${permission}" there, ` +
      `and check that its PAT has the scope ${request.scope}.`,
    // Azure DevOps does not say which of the two is missing.
    remedy: `needs PAT scope ${request.scope} and "${permission}"`,
    lacksScope: !namesRight,
  });
}

/** Codes of errors that say that no byte of the request left: such a write was certainly not carried out. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** The failure behind a request that got no answer, or half of one: the network, a time-out, a certificate. */
export function sortNetworkError(request: RequestDescription, error: unknown): Failure {
  const code = errorCode(error);
  const proxy = proxyTrouble(code);
  if (proxy) {
    return new Failure({
      kind: 'unavailable',
      message: `Portcullis could not ${request.doing}: the proxy of this connection ${proxy.does}. Portcullis tries again later.`,
    });
  }
  const sent = !neverSent.has(code) && !isConnecting(error) && !isDisposed(error);
  const untrusted = code.includes('CERT') || code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
  const advice = untrusted
    ? "Its certificate is not trusted: give the authority's certificate to the connection (portcullis connections change " +
      '--ca-certificate), or, where the command itself asks, to the command in NODE_EXTRA_CA_CERTS.'
    : 'Portcullis tries again later.';
  return new Failure({
    kind: 'unavailable',
    message: `Portcullis could not ${request.doing}: no answer came${code === '' ? '' : ` (${code})`}. ${advice}`,
    mayHaveApplied: sent && !request.isRead,
  });
}

/** The properties are looked at, not the class: an error of Node's may come from another realm than our `Error`. */
export function errorCode(error: unknown): string {
  if (messageOf(error).startsWith('Request timeout')) return 'timed out';
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? oneLine(code, 60) : '';
}

function isConnecting(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'syscall' in error && error.syscall === 'connect';
}

/** A client that was replaced (a new PAT) while somebody still held it sends nothing any more. */
function isDisposed(error: unknown): boolean {
  return messageOf(error).includes('already been disposed');
}

function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
  return typeof message === 'string' ? message : '';
}

function retryAfter(answer: SeenAnswer): { retryAfterSeconds?: number } {
  return answer.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: answer.retryAfterSeconds };
}
