import { z } from 'zod';

import type { PullRequestKey } from './snapshot';

/** The version that this release writes; readers take it and the one before. */
export const MESSAGE_SCHEMA_VERSION = 1;

/** Azure DevOps writes ids as GUIDs; anything else in a message is not ours. */
const guid = z.guid().transform((id) => id.toLowerCase());

/**
 * What travels through the queue `work`: ids only, so that order and duplicates do not matter and nothing private is
 * stored. Everything else is read again when the message is worked on.
 */
export const messageSchema = z.discriminatedUnion('kind', [
  z.object({
    schemaVersion: z.literal(MESSAGE_SCHEMA_VERSION),
    /** Something may have happened to a pull request. */
    kind: z.literal('pullRequest'),
    /** Why this message was sent; for people who read logs and dead letters. */
    cause: z.enum(['hook', 'settle', 'next', 'retry']),
    connectionId: z.string().min(1).max(64),
    repositoryId: guid,
    pullRequestId: z.int().positive(),
    /** How many retries went before this one. */
    attempt: z.int().nonnegative().default(0),
    /** The id of the message that began a chain of retries. */
    chain: z.string().max(128).optional(),
  }),
]);

export type Message = z.output<typeof messageSchema>;

/** One session per pull request: its messages are worked on in order, one at a time. Never looks like a number. */
export function sessionId(key: Pick<PullRequestKey, 'repositoryId' | 'pullRequestId'>): string {
  return `pr/${key.repositoryId.toLowerCase()}/${key.pullRequestId}`;
}

/** The message that a hook, a settling or a spacing leaves for a pull request; of the key, the ids alone get in. */
export function pullRequestMessage(
  { connectionId, repositoryId, pullRequestId }: PullRequestKey,
  cause: Message['cause'],
): Message {
  return {
    schemaVersion: MESSAGE_SCHEMA_VERSION,
    kind: 'pullRequest',
    cause,
    connectionId,
    repositoryId,
    pullRequestId,
    attempt: 0,
  };
}
