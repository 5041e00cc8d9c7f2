import { hash, timingSafeEqual } from 'node:crypto';

import { Failure } from '../core/failures';
import { pullRequestMessage } from '../core/messages';
import { withoutPats } from '../core/pat';

import type { Clock, Connection, Connections, Log, Secrets, WorkQueue } from './ports';

/**
 * While passwords do not match, the vault is asked again at most this often per connection: a rotation is seen, a flood
 * is not paid for. Within that time the last answer counts for everybody. So a password is refused only if the vault did
 * not have it this long ago, and a rotation refuses nobody that waits as long before it changes the subscriptions. (To
 * answer 503 instead would have Azure DevOps deliver everything with a mistyped password nine times, and hide the
 * mistake from whoever looks at the subscription.)
 */
export const FRESH_READ_SECONDS = 10;
/** Anybody may knock, as often as they like: a log that everybody can fill would be no use, and costs. */
const REFUSAL_TOLD_SECONDS = 60;

/** Every hook is answered within 4 s, the way back included. */
const ANSWER_WITHIN_MS = 3_700;

/** What a payload says, as far as it is believed: ids, and nothing else. */
export type ParsedHook =
  | {
      kind: 'pullRequest';
      eventId: string;
      eventType: string;
      /** Null where a payload has none, as Microsoft's samples. */
      subscriptionId: string | null;
      notificationId: number | null;
      repositoryId: string;
      pullRequestId: number;
      /** Collection and account ids, lower case; empty when the payload has none. */
      organizationIds: string[];
      commentAuthorId?: string;
    }
  | { kind: 'test' }
  | { kind: 'unwanted'; reason: string }
  | { kind: 'malformed'; reason: string };

export interface ReceivedHook {
  connectionId: string;
  /** The `Authorization` header, as it came. */
  authorization: string | null;
  /** Reads the body; undefined when it is larger than the limit (app/body-limit.ts). Called only after authentication. */
  readBody: () => Promise<Uint8Array | undefined>;
}

/** The only answers there are: any other code would put the subscription on probation and lose events. */
export type HookAnswer = 200 | 202 | 401 | 503;

interface Dependencies {
  connections: Pick<Connections, 'find'>;
  secrets: Pick<Secrets, 'readHookSecrets'>;
  queue: WorkQueue;
  parse: (body: unknown) => ParsedHook;
  clock: Clock;
  log: Log;
}

/**
 * Authenticates a service hook, takes its ids and queues them. The answer's body is always empty, as Azure DevOps keeps
 * it for everyone who may see the subscription.
 */
export function createReceiveServiceHook(dependencies: Dependencies): (hook: ReceivedHook) => Promise<HookAnswer> {
  const { connections, secrets, queue, parse, clock, log } = dependencies;
  /** By connection; all that are unknown are one. */
  const refusedAt = new Map<string, number>();
  const freshReads = new Map<string, { at: number; secrets: Promise<string[]> }>();

  const readFresh = (connectionId: string): Promise<string[]> => {
    const now = clock.now().getTime();
    const last = freshReads.get(connectionId);
    if (last && now - last.at < FRESH_READ_SECONDS * 1_000) return last.secrets;
    const read = secrets.readHookSecrets(connectionId, { fresh: true });
    freshReads.set(connectionId, { at: now, secrets: read });
    return read;
  };

  const isAuthentic = async (connectionId: string, password: string): Promise<boolean> =>
    matchesAny(password, await secrets.readHookSecrets(connectionId)) ||
    matchesAny(password, await readFresh(connectionId));

  const noteRefusal = (connection: Connection | undefined, hook: ReceivedHook): void => {
    const of = connection?.id ?? 'unknown';
    const now = clock.now().getTime();
    if (now - (refusedAt.get(of) ?? -Infinity) < REFUSAL_TOLD_SECONDS * 1_000) return;
    refusedAt.set(of, now);
    log.warn('A service hook was refused: bad credentials or an unknown connection', {
      connectionId: toldId(hook.connectionId),
    });
  };

  const receive = async (hook: ReceivedHook): Promise<HookAnswer> => {
    const password = basicPassword(hook.authorization);
    const connection = password === undefined ? undefined : await connections.find(hook.connectionId);
    if (password === undefined || !connection || !(await isAuthentic(connection.id, password))) {
      noteRefusal(connection, hook);
      return 401;
    }
    const fields = { connectionId: connection.id };
    // The body is no matter then; any answer but 200 would have it delivered again.
    if (connection.state === 'leaving') {
      log.info('A service hook was dropped: its connection is being disconnected', fields);
      return 200;
    }
    const body = await hook.readBody();
    const parsed = body === undefined ? tooLarge : parse(parseJson(body));
    if (parsed.kind !== 'pullRequest') {
      log.info('A service hook was dropped', {
        ...fields,
        kind: parsed.kind,
        ...('reason' in parsed ? { reason: parsed.reason } : {}),
      });
      return 200;
    }
    const key = { connectionId: connection.id, repositoryId: parsed.repositoryId, pullRequestId: parsed.pullRequestId };
    const where = {
      ...key,
      eventType: parsed.eventType,
      eventId: parsed.eventId,
      notificationId: parsed.notificationId,
    };
    if (
      parsed.organizationIds.length > 0 &&
      !parsed.organizationIds.some((id) => connection.organizationIds.includes(id))
    ) {
      log.warn('A service hook was dropped: it comes from another organization', where);
      return 200;
    }
    if (parsed.commentAuthorId !== undefined && connection.identities.some(({ id }) => id === parsed.commentAuthorId)) {
      log.info('A service hook was dropped: the comment is our own', where);
      return 200;
    }
    const delivery = [connection.id, parsed.subscriptionId ?? '', `${parsed.notificationId ?? ''}`, parsed.eventId];
    const messageId = `hook/${idOf(...delivery)}`;
    // A comment may hold a command, which only a look into the threads shows.
    await queue.send(pullRequestMessage(key, 'hook', parsed.commentAuthorId !== undefined), { messageId });
    log.info('A service hook was queued', { ...where, messageId });
    return 202;
  };

  return async (hook) => {
    try {
      return await within(ANSWER_WITHIN_MS, receive(hook));
    } catch (error) {
      // Whatever keeps a hook from being queued, 503 is the one answer after which Azure DevOps delivers it again.
      const reason = error instanceof Failure ? error.message : 'unexpected';
      log.error('A service hook could not be queued; Azure DevOps will deliver it again', {
        connectionId: toldId(hook.connectionId),
        reason,
        ...(error instanceof Failure ? {} : { error: error instanceof Error ? error.name : typeof error }),
      });
      return 503;
    }
  };
}

/**
 * The parts give up by themselves, but one after another they may take longer than Azure DevOps should wait. What is
 * queued after the answer comes once more, under the same message id.
 */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new Failure({
          kind: 'unavailable',
          message: 'The queue, the connection or its secrets did not answer in time.',
        }),
      );
    }, milliseconds);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

const tooLarge: ParsedHook = { kind: 'malformed', reason: 'larger than 2 MB' };

const utf8 = new TextDecoder();

/** Undefined for anything that is not JSON: the parser calls that malformed. */
function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return undefined;
  }
}

/** The password of a Basic header; undefined when there is none. The user name is not a secret and is not looked at. */
function basicPassword(authorization: string | null): string | undefined {
  const encoded = /^basic ([a-z0-9+/]+={0,2})$/i.exec(authorization?.trim() ?? '')?.[1];
  if (encoded === undefined || encoded.length > 1_000) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon === -1 || colon === decoded.length - 1 ? undefined : decoded.slice(colon + 1);
}

/** Constant time in the password, and no earlier end for the first of two secrets. */
function matchesAny(password: string, accepted: readonly string[]): boolean {
  const given = hash('sha256', password, 'buffer');
  return accepted
    .filter((secret) => secret !== '')
    .map((secret) => timingSafeEqual(given, hash('sha256', secret, 'buffer')))
    .includes(true);
}

/** Anybody may write an address: into the log goes what could be an id, and is no secret in the wrong place. */
function toldId(connectionId: string): string {
  return /^[a-z0-9-]{1,64}$/.test(connectionId) ? withoutPats(connectionId) : 'none';
}

function idOf(...parts: string[]): string {
  return hash('sha256', parts.join('\u0000'), 'hex').slice(0, 40);
}
