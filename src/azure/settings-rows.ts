import { createHash } from 'node:crypto';

import type { TableEntity } from '@azure/data-tables';
import { z } from 'zod';

import type { SettingsScope, SettingsVersion } from '../app/ports';
import { Failure } from '../core/failures';
import { connectionKey, projectKey, repositoryKey } from './row-keys';
import type { Row } from './table-client';
import { readText, writeText } from './text-column';

/** The row's own shape; the document inside carries a schemaVersion of its own. */
const SCHEMA_VERSION = 1;
const LARGEST_DOCUMENT = 512 * 1024;
const LONGEST_NOTE = 1_000;
/** What a deleted document leaves behind. A release that knows no deletion reads it as one that says nothing. */
const DELETED_TEXT = '{}';

const rowSchema = z.looseObject({
  schemaVersion: z.number().int().max(SCHEMA_VERSION),
  version: z.int().positive().optional(),
  textHash: z.string().optional(),
  isDeleted: z.boolean().default(false),
  documentSchemaVersion: z.int().positive().optional(),
  savedBy: z.string().default(''),
  note: z.string().default(''),
});

/** Columns that Table Storage keeps of every row. */
const OWN_COLUMNS = new Set(['partitionKey', 'rowKey', 'etag', 'timestamp', 'odata.metadata']);

export type Keys = { partitionKey: string; rowKey: string };

/** Where the present version of a scope is. All scopes of a connection, and their histories, are one partition. */
export function presentKeys(scope: SettingsScope): Keys {
  return { partitionKey: connectionKey(scope.connectionId), rowKey: rowKeyOf(scope) };
}

function rowKeyOf(scope: SettingsScope): string {
  switch (scope.kind) {
    case 'connection':
      return 'connection';
    case 'project':
      return `project_${projectKey(scope.projectId)}`;
    case 'repository':
      return `repository_${repositoryKey(scope.repositoryId)}`;
  }
}

/** The present versions of all scopes are between these; histories are beyond. */
export const PRESENT_RANGE = { start: 'connection', end: 'version_' } as const;

/** The scope of a row in that range; undefined for what this release does not know. */
export function scopeOf(connectionId: string, rowKey: string): SettingsScope | undefined {
  if (rowKey === 'connection') return { kind: 'connection', connectionId };
  const [, kind, id = ''] = /^(project|repository)_([0-9a-f-]{36})$/.exec(rowKey) ?? [];
  if (kind === 'project') return { kind, connectionId, projectId: id };
  if (kind === 'repository') return { kind, connectionId, repositoryId: id };
  return undefined;
}

/** Where one version is kept; versions sort by number. */
export function versionKeys({ partitionKey, rowKey }: Keys, version: number): Keys {
  return { partitionKey, rowKey: `version_${rowKey}_${String(version).padStart(10, '0')}` };
}

/** All of a scope's history. */
export function versionRange({ rowKey }: Keys): { start: string; end: string } {
  return { start: `version_${rowKey}_`, end: `version_${rowKey}_:` };
}

export function versionNumber(rowKey: string): number {
  return Number(/_(\d{10})$/.exec(rowKey)?.[1] ?? 0);
}

/** What a new version has in its columns, wherever it is kept. Throws for a document that is too large. */
export function versionColumns(
  version: number,
  document: unknown,
  by: { savedBy: string; note?: string; documentSchemaVersion?: number },
): Record<string, unknown> {
  const isDeleted = document === undefined;
  const text = isDeleted ? DELETED_TEXT : JSON.stringify(document);
  const size = Buffer.byteLength(text, 'utf8');
  if (size > LARGEST_DOCUMENT) {
    throw new Failure({
      kind: 'tooLarge',
      message: `The settings are too large: ${Math.ceil(size / 1024)} KiB as JSON, at most ${LARGEST_DOCUMENT / 1024} KiB can be kept; shorten lists or split them over repositories.`,
    });
  }
  return {
    schemaVersion: SCHEMA_VERSION,
    version,
    isDeleted,
    savedBy: cut(by.savedBy),
    note: cut(by.note ?? ''),
    ...(by.documentSchemaVersion === undefined ? {} : { documentSchemaVersion: by.documentSchemaVersion }),
    textHash: hashOf(text),
    ...writeText('document', text),
  };
}

/** A row as it is, under another key: also one that nobody here can read. */
export function copiedRow(row: Row, keys: Keys): TableEntity {
  const columns = Object.entries(row).filter(([name]) => !OWN_COLUMNS.has(name));
  return { ...Object.fromEntries(columns), ...keys, savedAt: savedAt(row) };
}

/**
 * What a row says. Version 0: this release's history does not know it, because a former release wrote over it, or a
 * person did.
 */
export function parseVersion(row: Row): SettingsVersion {
  const place = `row ${String(row['partitionKey'])}/${String(row['rowKey'])} of table Settings`;
  const saved = { savedAt: savedAt(row), savedBy: '', note: '' };
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) {
    const isNewer = Number(row['schemaVersion']) > SCHEMA_VERSION;
    const told = { version: 0, document: undefined, isDeleted: false, ...saved };
    if (!isNewer) return { ...told, unreadable: damaged(place) };
    const unreadable = `was written by a newer release of Portcullis; deploy that release, or save the settings again (${place}).`;
    return { ...told, unreadable, isNewer };
  }
  const { version = 0, textHash, isDeleted, savedBy, note, documentSchemaVersion } = parsed.data;
  const text = readText(parsed.data, 'document');
  const isOurs = text !== undefined && textHash === hashOf(text);
  const told = { ...saved, version: isOurs ? version : 0, ...(isOurs ? { savedBy, note } : {}) };
  const format = isOurs && documentSchemaVersion !== undefined ? { documentSchemaVersion } : {};
  if (isOurs && isDeleted) return { ...told, document: undefined, isDeleted };
  try {
    const document: unknown = JSON.parse(text ?? '');
    return { ...told, ...format, document, isDeleted: false };
  } catch {
    return { ...told, document: undefined, unreadable: damaged(place), isDeleted: false };
  }
}

function damaged(place: string): string {
  return `is damaged; restore a version with portcullis settings restore, or save the settings again (${place}).`;
}

/** A copy says when the original was written. */
function savedAt(row: Row): Date {
  const copied = row['savedAt'];
  const time = copied instanceof Date ? copied : new Date(String(copied ?? row['timestamp']));
  return Number.isNaN(time.getTime()) ? new Date(0) : time;
}

/** Half a surrogate pair, as a cut may leave it, is not a character that Table Storage takes. */
function cut(text: string): string {
  return Buffer.from(text.slice(0, LONGEST_NOTE), 'utf8').toString('utf8');
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
