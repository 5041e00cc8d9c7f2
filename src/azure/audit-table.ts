import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import type { AuditEntry, AuditLog, Clock } from '../app/ports';
import { tableClient, type Row, type TableStorage } from './table-client';
import { readText, writeText } from './text-column';

const SCHEMA_VERSION = 1;
/** Changes by people are few, and are read across connections: one partition lists them in one query. */
export const AUDIT = 'audit';
const DAY_MS = 24 * 60 * 60 * 1_000;
const LATEST = 9_999_999_999_999;
const LONGEST_NAME = 300;
const LONGEST_TEXT = 2_000;
const MOST_DETAILS = 12;

const detailsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const rowSchema = z.object({
  schemaVersion: z.number().int().max(SCHEMA_VERSION),
  rowKey: z.string().regex(/^\d{13}_/),
  byId: z.string(),
  byName: z.string(),
  connectionId: z.string().optional(),
  action: z.string(),
  subject: z.string(),
});

/**
 * Who changed what, in table `Audit`, newest first. Rows are never changed, unless a person is forgotten; those that are
 * older than so many `days` are not listed any more, and old-rows.ts deletes them.
 */
export function auditTable({ tables, clock, days }: { tables: TableStorage; clock: Clock; days: number }): AuditLog {
  const table = tableClient('Audit', tables);
  const firstKeyTooOld = (): string => auditKeyOf(clock.now().getTime() - days * DAY_MS);

  return {
    record: async ({ by, connectionId, action, subject, details }) => {
      await table.insert({
        partitionKey: AUDIT,
        rowKey: `${auditKeyOf(clock.now().getTime())}_${randomUUID()}`,
        schemaVersion: SCHEMA_VERSION,
        byId: cut(by.id, LONGEST_NAME),
        byName: cut(by.name, LONGEST_NAME),
        ...(connectionId === null ? {} : { connectionId }),
        action,
        subject: cut(subject, LONGEST_TEXT),
        ...writeText('details', JSON.stringify(cutDetails(details))),
      });
    },
    list: async ({ connectionId, before, limit }) => {
      const rows = await table.listFirst(AUDIT, {
        after: before ?? '',
        limit: limit + 1,
        ...(connectionId === undefined ? {} : { where: { connectionId } }),
      });
      const listed = rows.filter((row) => String(row['rowKey']) < firstKeyTooOld());
      const page = listed.slice(0, limit);
      const next = listed.length > limit ? String(page.at(-1)?.['rowKey']) : null;
      return { entries: page.map(parseEntry), next };
    },
  };
}

/** Later times sort first. */
export function auditKeyOf(milliseconds: number): string {
  return String(LATEST - milliseconds).padStart(13, '0');
}

function parseEntry(row: Row): AuditEntry {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) {
    // Left out it would be a change that nobody made.
    return {
      at: timeOfKey(String(row['rowKey'])),
      by: { id: '', name: '' },
      connectionId: typeof row['connectionId'] === 'string' ? row['connectionId'] : null,
      action: 'unreadable',
      subject: 'an entry that was written by a newer release, or is damaged (table Audit)',
      details: {},
    };
  }
  const { rowKey, byId, byName, connectionId = null, action, subject } = parsed.data;
  return {
    at: timeOfKey(rowKey),
    by: { id: byId, name: byName },
    connectionId,
    action,
    subject,
    details: parseDetails(readText(row, 'details') ?? ''),
  };
}

function timeOfKey(rowKey: string): Date {
  return new Date(LATEST - Number(rowKey.slice(0, 13)));
}

function parseDetails(text: string): AuditEntry['details'] {
  try {
    return detailsSchema.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

/** At most 12 details of 2,000 characters. */
function cutDetails(details: AuditEntry['details']): AuditEntry['details'] {
  const kept = Object.entries(details).slice(0, MOST_DETAILS);
  return Object.fromEntries(
    kept.map(([name, value]) => [
      cut(name, LONGEST_NAME),
      typeof value === 'string' ? cut(value, LONGEST_TEXT) : value,
    ]),
  );
}

/** Half a surrogate pair, as a cut may leave it, is not a character that Table Storage takes. */
function cut(text: string, longest: number): string {
  const kept = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return kept.toWellFormed();
}
