import { z } from 'zod';

import type { Grant, Grants } from '../app/ports';
import { connectionKey, isConnectionId, rowKey } from './row-keys';
import { tableClient, type Row, type TableStorage } from './table-client';
import { readText, writeText } from './text-column';
import { isTimestamp, timestampDate } from './timestamps';

const SCHEMA_VERSION = 1;
/** Every connection's id is between these. */
const ALL_CONNECTIONS = { start: '0', end: '{' };
const COLUMNS = [
  'PartitionKey',
  'RowKey',
  'Timestamp',
  'schemaVersion',
  'kind',
  'name',
  'role',
  'grantedBy',
  'grantedAt',
];
/** The projects' text, whole or in its longest: 500 names of 64 characters. */
const PROJECTS = ['projects', 'projects0', 'projects1', 'projects2', 'projects3'];

const rowSchema = z.object({
  schemaVersion: z.number().int().max(SCHEMA_VERSION),
  partitionKey: z.string(),
  rowKey: z.string(),
  timestamp: z.string().refine(isTimestamp),
  kind: z.enum(['person', 'group', 'application']),
  name: z.string(),
  role: z.enum(['reader', 'project-admin', 'admin']),
  grantedBy: z.string(),
  /** Where the row was written again since, by somebody who was forgotten. */
  grantedAt: z.date().optional().catch(undefined),
});
const projectsSchema = z.array(z.object({ id: z.string(), name: z.string() }));

/** Who was given what in which connection, in table `Access`. The last one who writes wins. */
export function accessTable(storage: TableStorage): Grants {
  const table = tableClient('Access', storage);
  return {
    list: async (connectionId) => {
      if (connectionId !== undefined && !isConnectionId(connectionId)) return [];
      const { start, end } = ALL_CONNECTIONS;
      const rows =
        connectionId === undefined
          ? await table.listRange(start, end, [...COLUMNS, ...PROJECTS])
          : await table.list(connectionId);
      return rows.map(parseGrant).filter((grant) => grant !== undefined);
    },
    save: async ({ connectionId, subject, role, projects, grantedBy }) => {
      await table.upsert({
        partitionKey: connectionKey(connectionId),
        rowKey: rowKey(subject.id),
        schemaVersion: SCHEMA_VERSION,
        kind: subject.kind,
        name: subject.name,
        role,
        grantedBy,
        ...writeText('projects', JSON.stringify(projects)),
      });
    },
    remove: async (connectionId, subjectId) => {
      if (!isConnectionId(connectionId)) return false;
      if ((await table.get(connectionId, rowKey(subjectId))) === undefined) return false;
      await table.remove(connectionId, rowKey(subjectId));
      return true;
    },
  };
}

function parseGrant(row: Row): Grant | undefined {
  const parsed = rowSchema.safeParse(row);
  const projects = parseProjects(readText(row, 'projects') ?? '');
  if (!parsed.success || !projects) return undefined;
  const { partitionKey: connectionId, rowKey: id, timestamp, kind, name, role, grantedBy } = parsed.data;
  const grantedAt = parsed.data.grantedAt ?? timestampDate(timestamp);
  return { connectionId, subject: { id, kind, name }, role, projects, grantedBy, grantedAt };
}

function parseProjects(text: string): Grant['projects'] | undefined {
  try {
    return projectsSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
