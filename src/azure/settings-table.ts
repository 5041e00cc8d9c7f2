import { randomUUID } from 'node:crypto';

import type { TransactionAction } from '@azure/data-tables';

import type { SettingsStore, SettingsVersion } from '../app/ports';
import { isConnectionId } from './row-keys';
import {
  copiedRow,
  parseVersion,
  PRESENT_RANGE,
  presentKeys,
  scopeOf,
  versionColumns,
  versionKeys,
  versionNumber,
  versionRange,
  type Keys,
} from './settings-rows';
import { tableClient, type Row, type Table, type TableStorage } from './table-client';

const MOST_VERSIONS = 20;

/**
 * Settings documents in table `Settings`: the present version of each scope in a row of its own, with which evaluations
 * read it, and beside it a row for each of the last 20 versions, the present one too. A row that this release cannot read
 * is told as `unreadable`: settings are never taken for absent.
 */
export function settingsTable(storage: TableStorage): SettingsStore {
  const table = tableClient('Settings', storage);
  return {
    read: async (scope) => {
      if (!isConnectionId(scope.connectionId)) return undefined;
      const { partitionKey, rowKey } = presentKeys(scope);
      const row = await table.get(partitionKey, rowKey);
      return row && { ...parseVersion(row), etag: String(row['etag']) };
    },
    save: async (scope, document, by, expectedEtag) => {
      const keys = presentKeys(scope);
      const columns = { ...versionColumns(0, document, by), writeId: randomUUID() };
      const [present, kept] = await Promise.all([
        table.get(keys.partitionKey, keys.rowKey),
        keptVersions(table, keys, ['RowKey']),
      ]);
      if ((present?.['etag'] ?? null) !== expectedEtag) return false;
      const isWritten = await table.transact(saving(keys, columns, present, kept.map(numberOf)));
      if (isWritten) return true;
      // The client repeats a write whose answer was lost: then the conflict is with ourselves.
      const standing = await table.get(keys.partitionKey, keys.rowKey);
      return standing?.['writeId'] === columns.writeId;
    },
    history: async (scope) => {
      if (!isConnectionId(scope.connectionId)) return [];
      const keys = presentKeys(scope);
      const [row, kept] = await Promise.all([table.get(keys.partitionKey, keys.rowKey), keptVersions(table, keys)]);
      const versions = kept
        .map((copy): SettingsVersion => ({ ...parseVersion(copy), version: numberOf(copy) }))
        .reverse();
      const present = row && parseVersion(row);
      if (!present || versions.some(({ version }) => version === present.version)) return versions;
      return [{ ...present, version: nextVersion(present.version, versions) }, ...versions].slice(0, MOST_VERSIONS);
    },
    readAll: async (connectionId) => {
      if (!isConnectionId(connectionId)) return [];
      const { start, end } = PRESENT_RANGE;
      return (await table.listRows(connectionId, start, end)).flatMap((row) => {
        const scope = scopeOf(connectionId, String(row['rowKey']));
        return scope ? [{ ...parseVersion(row), scope, etag: String(row['etag']) }] : [];
      });
    },
    list: async (connectionId) => {
      if (!isConnectionId(connectionId)) return [];
      const { start, end } = PRESENT_RANGE;
      const rows = await table.listRows(connectionId, start, end, ['RowKey', 'isDeleted']);
      return rows.flatMap((row) => {
        const scope = scopeOf(connectionId, String(row['rowKey']));
        return scope ? [{ scope, isDeleted: row['isDeleted'] === true, etag: String(row['etag']) }] : [];
      });
    },
  };
}

/** The present row and its copy are written, what is beyond the last 20 goes: all of it, or nothing. */
function saving(
  keys: Keys,
  columns: Record<string, unknown>,
  present: Row | undefined,
  kept: readonly number[],
): TransactionAction[] {
  const standing = present && parseVersion(present);
  const newest = Math.max(0, standing?.version ?? 0, ...kept);
  // What was written past the history is in it before it is written over.
  const copied =
    present && standing && !kept.includes(standing.version) ? newest + (standing.version === 0 ? 1 : 0) : 0;
  const version = Math.max(newest, copied) + 1;
  const row = { ...columns, version };
  const copies = [...(copied > 0 ? [copied] : []), version];
  const dropped = kept.filter((number) => !copies.includes(number)).toSorted((a, b) => b - a);
  return [
    present === undefined
      ? ['create', { ...row, ...keys }]
      : ['update', { ...row, ...keys }, 'Replace', { etag: String(present['etag']) }],
    ...(present && copied > 0
      ? [['create', copiedRow(present, versionKeys(keys, copied))] satisfies TransactionAction]
      : []),
    ['create', { ...row, ...versionKeys(keys, version) }],
    ...dropped
      .slice(MOST_VERSIONS - copies.length)
      .map((number): TransactionAction => ['delete', versionKeys(keys, number)]),
  ];
}

function keptVersions(table: Table, keys: Keys, columns?: readonly string[]): Promise<Row[]> {
  const { start, end } = versionRange(keys);
  return table.listRows(keys.partitionKey, start, end, columns);
}

function numberOf(row: Row): number {
  return versionNumber(String(row['rowKey']));
}

function nextVersion(known: number, versions: readonly SettingsVersion[]): number {
  return known > 0 ? known : Math.max(0, ...versions.map(({ version }) => version)) + 1;
}
