import { z } from 'zod';

import { CliError } from './cli-error';
import { managementClient, type CallManagement } from './management-client';
import { findConnection } from './settings-scope';

const letterSchema = z.object({
  reference: z.string(),
  recordedAt: z.string(),
  kind: z.enum(['pullRequest', 'sweep', 'operation', 'unknown']).catch('unknown'),
  connectionId: z.string().nullable(),
  connection: z.string().nullable(),
  repositoryId: z.string().nullable(),
  pullRequestId: z.int().nullable(),
  reason: z.string(),
  description: z.string(),
  judgedSince: z.boolean().nullable(),
});
export type DeadLetterAnswer = z.output<typeof letterSchema>;

export const wholeLetterSchema = letterSchema.extend({
  messageId: z.string(),
  sessionId: z.string(),
  enqueuedAt: z.string().nullable(),
  body: z.string(),
});
export type WholeDeadLetter = z.output<typeof wholeLetterSchema>;

const pageSchema = z.object({
  deadLetters: z.array(letterSchema),
  next: z.string().nullable(),
  isWhole: z.boolean(),
});
export type DeadLetterPage = z.output<typeof pageSchema>;

const meSchema = z.object({ isAdmin: z.boolean() });

/** What the API gives at once. */
const LARGEST_PAGE = 200;

export interface DeadLetterFilters {
  connection?: string;
  pullRequest?: string;
  since?: Date;
  olderThan?: Date;
}

/**
 * Where the records are that the caller may see: of the connection that is named; without one, of the whole deployment for
 * its administrators, and of the only connection for everybody else.
 */
export async function findDeadLetters(connection: string | undefined): Promise<{ call: CallManagement; path: string }> {
  const call = await managementClient();
  const isWhole = connection === undefined && meSchema.parse((await call('GET', '/me')).body).isAdmin;
  const prefix = isWhole ? '' : (await findConnection(call, connection)).path;
  return { call, path: `${prefix}/dead-letters` };
}

/** Newest first, so many at most. */
export async function readDeadLetters(
  call: CallManagement,
  path: string,
  { pullRequest, since, olderThan }: DeadLetterFilters,
  most: number,
): Promise<DeadLetterPage> {
  if (pullRequest !== undefined && !/^[1-9]\d{0,9}$/.test(pullRequest))
    throw new CliError('--pull-request takes a number, as Azure DevOps shows it.');
  const deadLetters: DeadLetterAnswer[] = [];
  let next: string | null = null;
  let isWhole = true;
  do {
    const query = new URLSearchParams({
      limit: String(Math.min(most - deadLetters.length, LARGEST_PAGE)),
      ...(pullRequest === undefined ? {} : { pullRequest }),
      ...(since === undefined ? {} : { since: since.toISOString() }),
      ...(olderThan === undefined ? {} : { until: olderThan.toISOString() }),
      ...(next === null ? {} : { after: next }),
    });
    const page: DeadLetterPage = pageSchema.parse((await call('GET', `${path}?${query.toString()}`)).body);
    deadLetters.push(...page.deadLetters);
    next = page.next;
    isWhole &&= page.isWhole;
  } while (next !== null && deadLetters.length < most);
  return { deadLetters, next, isWhole };
}
