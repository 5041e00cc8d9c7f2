import { InvalidArgumentError } from 'commander';
import { z } from 'zod';

import { problemText } from '../settings';

import { CliError } from './cli-error';
import { documentDiff } from './document-diff';
import type { CallManagement } from './management-client';
import type { LocatedScope } from './settings-scope';
import { visible, wrapped } from './terminal-text';

/** One version as the management API tells it. */
export const versionSchema = z.object({
  document: z.unknown().optional(),
  version: z.number(),
  savedAt: z.coerce.date(),
  savedBy: z.string(),
  note: z.string(),
  isDeleted: z.boolean(),
  unreadable: z.string().optional(),
});
export type Version = z.output<typeof versionSchema>;

const problemsSchema = z.array(z.object({ path: z.string(), message: z.string() }));
const noticesSchema = z.object({ notices: problemsSchema });
const refusedSchema = z.object({ message: z.string(), problems: problemsSchema });
const conflictSchema = z.object({ present: versionSchema.optional() });

/** What stands in a scope now. */
export interface Present {
  version: Version | undefined;
  /** The condition under which it may be written over. */
  condition: Record<string, string>;
}

export async function readPresent(call: CallManagement, { path }: Pick<LocatedScope, 'path'>): Promise<Present> {
  const { status, etag, body } = await call('GET', path, { expected: [200, 404] });
  if (status === 404 || etag === null) return { version: undefined, condition: { 'if-none-match': '*' } };
  return { version: versionSchema.parse(body), condition: { 'if-match': etag } };
}

/** A version of the history, its document too. */
export async function readVersion(
  call: CallManagement,
  { path }: Pick<LocatedScope, 'path'>,
  number: number,
): Promise<Version> {
  return versionSchema.parse((await call('GET', `${path}/history/${number}`)).body);
}

export function parseVersion(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a number that portcullis settings history shows.');
}

/** Looked at instead of a document. */
export const DELETION = { isDeletion: true } as const;

/** Why a document would be refused, as sentences; empty when it would not. */
export async function validate(
  call: CallManagement,
  { path }: Pick<LocatedScope, 'path'>,
  body: object,
): Promise<{ problems: string[]; notices: string[] }> {
  const answer = await call('POST', `${path}/validate`, { body, expected: [200, 422] });
  if (answer.status === 422)
    return { problems: refusedSchema.parse(answer.body).problems.map(problemText), notices: [] };
  return { problems: [], notices: noticesSchema.parse(answer.body).notices.map(problemText) };
}

export type Written =
  { kind: 'written'; version: Version; notices: string[] } | { kind: 'conflict'; present: Version | undefined };

/** Writes under a condition. */
export async function write(
  call: CallManagement,
  method: 'PUT' | 'DELETE' | 'POST',
  path: string,
  { body, condition, note }: { body?: unknown; condition: Record<string, string>; note: string | undefined },
): Promise<Written> {
  const query = note === undefined ? '' : `?note=${encodeURIComponent(note)}`;
  const expected = [200, 412];
  const answer = await call(method, `${path}${query}`, { body, headers: condition, expected });
  if (answer.status === 412) return { kind: 'conflict', present: conflictSchema.parse(answer.body).present };
  const notices = noticesSchema.parse(answer.body).notices.map(problemText);
  return { kind: 'written', version: versionSchema.parse(answer.body), notices };
}

export function tellNotices(notices: readonly string[]): void {
  for (const notice of notices) process.stderr.write(`${wrapped(notice, 'Note: ')}\n`);
}

/** A refusal that shows both versions. */
export function conflictError(name: string, present: Version | undefined, mine: unknown): CliError {
  const nothing = 'Nothing of yours was saved.';
  if (!present) return new CliError(`The settings of ${name} were deleted meanwhile. ${nothing} Look again.`);
  const diff = documentDiff(present.document, mine);
  const lines = [
    `${whoSaved(present)} meanwhile in ${name}. ${nothing} From that version to yours:`,
    ...diff.map((line) => `  ${line}`),
    'Take their change over into yours, or call this again to write over it.',
  ];
  return new CliError(lines.join('\n'));
}

/** `ada saved version 3 (2026-11-21 14:02 UTC, calmer)`. */
export function whoSaved({ version, savedBy, savedAt, note, isDeleted }: Version): string {
  const who = savedBy === '' ? 'Somebody' : visible(savedBy);
  const about = [timeText(savedAt), ...(note === '' ? [] : [visible(note)])].join(', ');
  if (isDeleted) return `${who} deleted the settings (${about})`;
  return `${who} saved ${version === 0 ? 'another version' : `version ${version}`} (${about})`;
}

export function timeText(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A document that is there and cannot be read; undefined for every other. */
export function unreadableText(name: string, version: Version | undefined): string | undefined {
  return version?.unreadable === undefined ? undefined : `The document of ${name} ${version.unreadable}`;
}

export function refusal(message: string, problems: readonly string[]): CliError {
  return new CliError([message, ...problems.map((problem) => `  ${visible(problem)}`)].join('\n'));
}
