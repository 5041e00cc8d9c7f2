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
    cause: z.enum(['hook', 'settle', 'next', 'retry', 'sweep', 'until']),
    connectionId: z.string().min(1).max(64),
    repositoryId: guid,
    pullRequestId: z.int().positive(),
    /** Compare everything that stands in Azure DevOps, comments included, although nothing seems to have changed. */
    thorough: z.boolean().default(false),
    /** How many retries went before this one. */
    attempt: z.int().nonnegative().default(0),
    /** The id of the message that began a chain of retries. */
    chain: z.string().max(128).optional(),
  }),
  z.object({
    schemaVersion: z.literal(MESSAGE_SCHEMA_VERSION),
    /** Look after all active pull requests of a connection, or of a part of it. */
    kind: z.literal('sweep'),
    connectionId: z.string().min(1).max(64),
    /** Judge each of them again, whatever the ledger says. */
    full: z.boolean().default(false),
    /** Only those of this project. A release that does not know this looks after all of them. */
    projectId: guid.optional(),
    /** Only those of this repository, whatever its project. */
    repositoryId: guid.optional(),
  }),
  z.object({
    schemaVersion: z.literal(MESSAGE_SCHEMA_VERSION),
    /** Go on with an administrator's long work; what it is stands in the table of operations. */
    kind: z.literal('operation'),
    connectionId: z.string().min(1).max(64),
    operationId: z.string().min(1).max(64),
    /** Which slice of it, and which try of that; one that is done already is not done again. */
    step: z.int().nonnegative(),
    attempt: z.int().nonnegative(),
  }),
]);

export type Message = z.output<typeof messageSchema>;
export type PullRequestMessage = Extract<Message, { kind: 'pullRequest' }>;
export type SweepMessage = Extract<Message, { kind: 'sweep' }>;
export type OperationMessage = Extract<Message, { kind: 'operation' }>;

/** The version of a message that a newer release wrote; undefined for everything else, readable or not. */
export function newerVersion(body: unknown): number | undefined {
  const parsed = z.looseObject({ schemaVersion: z.int().gt(MESSAGE_SCHEMA_VERSION) }).safeParse(body);
  return parsed.success ? parsed.data.schemaVersion : undefined;
}

/** One session per pull request: its messages are worked on in order, one at a time. Never looks like a number. */
export function sessionId(key: Pick<PullRequestKey, 'repositoryId' | 'pullRequestId'>): string {
  return `pr/${key.repositoryId.toLowerCase()}/${key.pullRequestId}`;
}

/**
 * A pull request as one connection sees it, for message ids. Two connections may see the same one, or two whose
 * repositories have equal ids, as copied collections do: the broker must not fold the messages of one into the other's.
 */
export function subjectOf(key: PullRequestKey): string {
  return `${key.connectionId}/${sessionId(key)}`;
}

/** The session that a message belongs to: its pull request's, or its connection's for a sweep and for an operation. */
export function sessionOf(message: Message): string {
  return message.kind === 'pullRequest' ? sessionId(message) : `${message.kind}/${message.connectionId}`;
}

/** The message that a hook, a settling or a spacing leaves for a pull request. */
export function pullRequestMessage(
  { connectionId, repositoryId, pullRequestId }: PullRequestKey,
  cause: PullRequestMessage['cause'],
  thorough = false,
): PullRequestMessage {
  const key = { connectionId, repositoryId, pullRequestId };
  return { schemaVersion: MESSAGE_SCHEMA_VERSION, kind: 'pullRequest', cause, ...key, thorough, attempt: 0 };
}

export function sweepMessage(
  connectionId: string,
  full = false,
  part: Pick<SweepMessage, 'projectId' | 'repositoryId'> = {},
): SweepMessage {
  return { schemaVersion: MESSAGE_SCHEMA_VERSION, kind: 'sweep', connectionId, full, ...part };
}

export function operationMessage(
  connectionId: string,
  operationId: string,
  step: number,
  attempt: number,
): OperationMessage {
  return { schemaVersion: MESSAGE_SCHEMA_VERSION, kind: 'operation', connectionId, operationId, step, attempt };
}
