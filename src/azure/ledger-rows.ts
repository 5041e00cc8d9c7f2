import type { TableEntity } from '@azure/data-tables';
import { z } from 'zod';

import type { FinishedEvaluation, PendingRetry } from '../app/ports';
import type { PullRequestKey } from '../core/snapshot';
import { connectionKey, repositoryKey, rowKey } from './row-keys';
import type { Row } from './table-client';
import { readText, writeText } from './text-column';
import { isTimestamp, timestampDate } from './timestamps';

/** Rows of a newer release count as absent: then the pull request is judged again, which is always safe. */
export const SCHEMA_VERSION = 1;
const INTENT = 'intent_';
export const DONE = 'done';
export const RETRY = 'retry';

const states = ['succeeded', 'failed', 'pending', 'notApplicable', 'error'] as const;
const timestamp = z.string().refine(isTimestamp);

/** Numbers in a text, with blanks between them; none where there is no such text. */
export const numbers = z
  .string()
  .regex(/^\d{1,10}(?: \d{1,10})*$/)
  .optional()
  .catch(undefined)
  .transform((text) => (text === undefined ? [] : text.split(' ').map(Number)));

const intentSchema = z.object({
  schemaVersion: z.number().int().max(SCHEMA_VERSION),
  rowKey: z.string().startsWith(INTENT),
  timestamp,
});

const doneSchema = z.looseObject({
  schemaVersion: z.number().int().max(SCHEMA_VERSION),
  evaluationId: z.string(),
  beganAt: timestamp,
  inputs: z.string(),
  iterationId: z.number().int().optional(),
  sourceCommit: z.string(),
  state: z.enum(states),
  description: z.string(),
  validUntil: z.iso.datetime().optional(),
  listed: z.string().default(''),
  comparedAt: z.iso.datetime().optional(),
  waitsFor: numbers,
});

const retrySchema = z.object({
  schemaVersion: z.number().int().max(SCHEMA_VERSION),
  dueAt: z.iso.datetime(),
  attempt: z.int().nonnegative(),
  chain: z.string(),
});

const outcomesSchema = z.array(z.object({ gate: z.string(), state: z.enum(states) }));

const versionOfDoneSchema = z.object({
  etag: z.string(),
  beganAt: timestamp.optional().catch(undefined),
});

export interface Intent {
  evaluationId: string;
  /** Table Storage's own `Timestamp`, to its full precision. */
  timestamp: string;
}

/** `<connection>_<repository>_<number>`: the repository's GUID keeps the parts apart. */
export function ledgerPartition(key: PullRequestKey): string {
  return `${connectionKey(key.connectionId)}_${repositoryKey(key.repositoryId)}_${key.pullRequestId}`;
}

export function intentRowKey(evaluationId: string): string {
  return `${INTENT}${rowKey(evaluationId)}`;
}

export function intentRow(partitionKey: string, evaluationId: string): TableEntity {
  return { partitionKey, rowKey: intentRowKey(evaluationId), schemaVersion: SCHEMA_VERSION };
}

/** The row as an intent; undefined when it is none, or of a newer release. */
export function parseIntent(row: Row): Intent | undefined {
  const parsed = intentSchema.safeParse(row);
  if (!parsed.success) return undefined;
  return { evaluationId: parsed.data.rowKey.slice(INTENT.length), timestamp: parsed.data.timestamp };
}

/** `beganAt` is the intent's `Timestamp` as text; everything else is as the evaluation says. */
export function doneRow(partitionKey: string, evaluation: FinishedEvaluation, beganAt: string): TableEntity {
  return {
    partitionKey,
    rowKey: DONE,
    schemaVersion: SCHEMA_VERSION,
    evaluationId: evaluation.evaluationId,
    beganAt,
    inputs: evaluation.inputs,
    ...(evaluation.iterationId === null ? {} : { iterationId: evaluation.iterationId }),
    sourceCommit: evaluation.sourceCommit,
    state: evaluation.state,
    description: evaluation.description,
    ...(evaluation.validUntil === null ? {} : { validUntil: evaluation.validUntil.toISOString() }),
    listed: evaluation.listed,
    ...(evaluation.waitsFor?.length ? { waitsFor: evaluation.waitsFor.join(' ') } : {}),
    ...(evaluation.comparedAt === null ? {} : { comparedAt: evaluation.comparedAt.toISOString() }),
    ...writeText('outcomes', JSON.stringify(evaluation.outcomes)),
  };
}

/** What decides a race about the done row, whatever release wrote it. */
export function parseVersionOfDone(row: Row): z.output<typeof versionOfDoneSchema> {
  return versionOfDoneSchema.parse(row);
}

/** The done row with `beganAt` as text; undefined when this release cannot read it. */
export function parseDone(row: Row): { evaluation: FinishedEvaluation; beganAt: string } | undefined {
  const parsed = doneSchema.safeParse(row);
  const outcomes = parsed.success ? parseOutcomes(readText(parsed.data, 'outcomes')) : undefined;
  if (!parsed.success || outcomes === undefined) return undefined;
  const {
    evaluationId,
    beganAt,
    inputs,
    iterationId,
    sourceCommit,
    state,
    description,
    validUntil,
    listed,
    comparedAt,
    waitsFor,
  } = parsed.data;
  return {
    beganAt,
    evaluation: {
      evaluationId,
      beganAt: timestampDate(beganAt),
      inputs,
      iterationId: iterationId ?? null,
      sourceCommit,
      state,
      description,
      outcomes,
      validUntil: validUntil === undefined ? null : new Date(validUntil),
      ...(waitsFor.length > 0 ? { waitsFor } : {}),
      listed,
      comparedAt: comparedAt === undefined ? null : new Date(comparedAt),
    },
  };
}

export function retryRow(partitionKey: string, { dueAt, attempt, chain }: PendingRetry): TableEntity {
  return { partitionKey, rowKey: RETRY, schemaVersion: SCHEMA_VERSION, dueAt: dueAt.toISOString(), attempt, chain };
}

/** The pending retry; undefined when this release cannot read it: then nothing waits for it. */
export function parseRetry(row: Row): PendingRetry | undefined {
  const parsed = retrySchema.safeParse(row);
  if (!parsed.success) return undefined;
  const { dueAt, attempt, chain } = parsed.data;
  return { dueAt: new Date(dueAt), attempt, chain };
}

function parseOutcomes(text: string | undefined): FinishedEvaluation['outcomes'] | undefined {
  if (text === undefined) return undefined;
  try {
    return outcomesSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
