import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import type { SettingsScope, SettingsStore } from '../app/ports';
import { Failure } from '../core/failures';
import { connectionKey, isConnectionId, repositoryKey } from './row-keys';
import { tableClient, type TableStorage } from './table-client';
import { readText, writeText } from './text-column';

/** The row's own shape; the document inside carries a schemaVersion of its own. */
const SCHEMA_VERSION = 1;
const LARGEST_DOCUMENT = 512 * 1024;

const rowSchema = z.looseObject({
  schemaVersion: z.number().int().max(SCHEMA_VERSION),
  etag: z.string(),
  writeId: z.string(),
});

/**
 * Settings documents in table `Settings`, one row each, up to 512 KiB of JSON (larger ones are refused: `unexpected`,
 * with a sentence). A row that this release cannot read throws `unexpected`: settings are never taken for absent.
 */
export function settingsTable(storage: TableStorage): SettingsStore {
  const table = tableClient('Settings', storage);
  return {
    read: async (scope) => {
      if (!isConnectionId(scope.connectionId)) return undefined;
      const { partitionKey, rowKey } = keys(scope);
      const row = await table.get(partitionKey, rowKey);
      if (row === undefined) return undefined;
      const parsed = rowSchema.safeParse(row);
      const text = parsed.success ? readText(parsed.data, 'document') : undefined;
      if (!parsed.success || text === undefined) throw unreadable(partitionKey, rowKey);
      return { document: parseDocument(text, partitionKey, rowKey), etag: parsed.data.etag };
    },
    save: async (scope, document, expectedEtag) => {
      if (document === undefined) throw new Failure({ kind: 'unexpected', message: 'There is no document to save.' });
      const text = JSON.stringify(document);
      const size = Buffer.byteLength(text, 'utf8');
      if (size > LARGEST_DOCUMENT) {
        throw new Failure({
          kind: 'unexpected',
          message: `The settings are too large: ${Math.ceil(size / 1024)} KiB as JSON, at most ${LARGEST_DOCUMENT / 1024} KiB can be kept; shorten lists or split them over repositories.`,
        });
      }
      const writeId = randomUUID();
      const row = { ...keys(scope), schemaVersion: SCHEMA_VERSION, writeId, ...writeText('document', text) };
      const won = await (expectedEtag === null ? table.insert(row) : table.replace(row, expectedEtag));
      if (won) return true;
      // The client repeats a write whose answer was lost: then the conflict is with ourselves.
      const kept = rowSchema.safeParse(await table.get(row.partitionKey, row.rowKey));
      return kept.success && kept.data.writeId === writeId;
    },
  };
}

function keys(scope: SettingsScope): { partitionKey: string; rowKey: string } {
  return {
    partitionKey: connectionKey(scope.connectionId),
    rowKey: scope.kind === 'connection' ? 'connection' : `repository_${repositoryKey(scope.repositoryId)}`,
  };
}

function parseDocument(text: string, partitionKey: string, rowKey: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable(partitionKey, rowKey);
  }
}

function unreadable(partitionKey: string, rowKey: string): Failure {
  return new Failure({
    kind: 'unexpected',
    message: `The settings row ${partitionKey}/${rowKey} (table Settings) was written by a newer release or damaged; deploy that release or save the settings again.`,
  });
}
