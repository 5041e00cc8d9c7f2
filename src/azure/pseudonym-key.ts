import { randomBytes } from 'node:crypto';

import { z } from 'zod';

import { Failure } from '../core/failures';
import { DEPLOYMENT } from './orphans';
import { tableClient, type TableStorage } from './table-client';

const PARTITION = 'pseudonyms';
const ROW = 'key';
const SCHEMA_VERSION = 1;
const rowSchema = z.object({ key: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * The key of the deployment's pseudonyms, made when it is first asked for. It stands in a table and not in the vault: where
 * the console may not write secrets, people have to be forgotten all the same. It opens nothing; who has it and the tables
 * can try out whether a pseudonym is of somebody they think of, and without it nobody can.
 */
export async function readPseudonymKey(storage: TableStorage): Promise<string> {
  const table = tableClient(DEPLOYMENT, storage);
  // Of two who make one at the same time the first wins: what is read back counts.
  if ((await table.get(PARTITION, ROW)) === undefined) {
    const key = randomBytes(32).toString('hex');
    await table.insert({ partitionKey: PARTITION, rowKey: ROW, schemaVersion: SCHEMA_VERSION, key });
  }
  const row = rowSchema.safeParse(await table.get(PARTITION, ROW));
  if (row.success) return row.data.key;
  const message = `The key of pseudonyms is damaged (table ${DEPLOYMENT}, ${PARTITION}/${ROW}). Delete that row: a new key is made, and people who are forgotten from then on get other pseudonyms than before.`;
  throw new Failure({ kind: 'unexpected', message });
}
