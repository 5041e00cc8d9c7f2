import {
  odata,
  TableClient,
  type TableEntity,
  type TableEntityQueryOptions,
  type TransactionAction,
} from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';

import { Failure } from '../core/failures';
import { bounded } from './bounded';
import { isPlainLoopback } from './loopback';
import { describeAnswer, parseRestAnswer } from './rest-answers';

/** Where the tables are: locally a connection string, in Azure an account and the deployment's identity. */
export type TableStorage =
  { connectionString: string } | { accountName: string; tableEndpoint?: string; credential: TokenCredential };

/** A row as it was read; parse it before use. `timestamp` and `etag` are Table Storage's own. */
export type Row = Record<string, unknown>;

/**
 * One table, with the few operations that the adapters need. Everything is given up after 3 s, retries included (a page
 * of a search after 8 s), and throws `unavailable` with the table and the account's host in the sentence; who lost a race is an answer, not an error.
 */
export interface Table {
  get(partitionKey: string, rowKey: string): Promise<Row | undefined>;
  /** All rows of a partition, by row key. */
  list(partitionKey: string): Promise<Row[]>;
  /** The rows of a partition with keys from `start` up to `end`, by row key, page by page; each page is bounded by itself. */
  listRows(partitionKey: string, start: string, end: string, columns?: readonly string[]): Promise<Row[]>;
  /** The first rows, at most `limit`, of a partition with keys after `after` whose columns have these values, by row key. */
  listFirst(
    partitionKey: string,
    options: { after: string; limit: number; where?: Readonly<Record<string, string>> },
  ): Promise<Row[]>;
  /** Some columns of all rows in the partitions from `start` up to `end`, page by page; each page is bounded by itself. */
  listRange(start: string, end: string, columns: readonly string[]): Promise<Row[]>;
  /** The first rows, at most `limit`, that a filter of the service's own lets pass, in the order of their keys. */
  listWhere(filter: string, options: { columns?: readonly string[]; limit: number }): Promise<Row[]>;
  /** Some rows of the whole table, and where the next ones begin; `size` is the most that come, not the fewest. */
  listPage(options: { size: number; from?: string | undefined }): Promise<{ rows: Row[]; next: string | undefined }>;
  /** False when there is such a row already. */
  insert(row: TableEntity): Promise<boolean>;
  /** Replaces the row that still has this ETag; false when it has another one by now, or is gone. */
  replace(row: TableEntity, etag: string): Promise<boolean>;
  /** Writes the row whatever is there. */
  upsert(row: TableEntity): Promise<void>;
  /** Removes the row; nothing happens when it is gone already. */
  remove(partitionKey: string, rowKey: string): Promise<void>;
  /** Removes the row that still has this ETag; false when it has another one by now, or is gone. */
  removeExactly(partitionKey: string, rowKey: string, etag: string): Promise<boolean>;
  /** All or nothing, at most 100 actions on one partition; false when any condition does not hold any more. */
  transact(actions: TransactionAction[]): Promise<boolean>;
}

const GIVE_UP_MS = 3_000;
/** Looking through rows for what no key tells, the service takes up to 5 s before it says where to go on. */
const SEARCH_MS = 8_000;
/** The service's own. */
const LARGEST_PAGE = 1_000;
/** 404 and 412 for an update or a delete, 409 for an insert: somebody else was faster. */
const LOST_RACE = [404, 409, 412];

/** Opens a table, without a request: the table is created when the first operation finds it missing. */
export function tableClient(table: string, storage: TableStorage): Table {
  const client = connect(table, storage);
  const host = new URL(client.url).host;
  let creating: Promise<void> | undefined;

  const createTable = (): Promise<void> => {
    creating ??= bounded(GIVE_UP_MS, (abortSignal) => client.createTable({ abortSignal })).finally(() => {
      creating = undefined;
    });
    return creating;
  };

  /** Asking only when the table turns out to be missing costs the hot paths nothing. */
  const run = async <T>(
    operation: (options: { abortSignal: AbortSignal }) => Promise<T>,
    giveUpMs = GIVE_UP_MS,
  ): Promise<T> => {
    try {
      return await bounded(giveUpMs, async (abortSignal) => {
        try {
          return await operation({ abortSignal });
        } catch (error) {
          if (parseRestAnswer(error).code !== 'TableNotFound') throw error;
          await createTable();
          return await operation({ abortSignal });
        }
      });
    } catch (error) {
      throw tableFailure(error, table, host);
    }
  };

  const won = async (operation: Promise<unknown>): Promise<boolean> => {
    try {
      await operation;
      return true;
    } catch (error) {
      const { status, code } = parseRestAnswer(error);
      if (status !== undefined && LOST_RACE.includes(status) && code !== 'TableNotFound') return false;
      throw error;
    }
  };

  const listPages = async (
    queryOptions: TableEntityQueryOptions,
    limit = Infinity,
    giveUpMs = GIVE_UP_MS,
  ): Promise<Row[]> => {
    const rows: Row[] = [];
    let continuationToken: string | undefined;
    const size = limit < LARGEST_PAGE ? { maxPageSize: limit } : {};
    do {
      const page = await run(async (options) => {
        const pages = client.listEntities<Row>({ ...options, queryOptions });
        const settings = { ...size, ...(continuationToken === undefined ? {} : { continuationToken }) };
        for await (const first of pages.byPage(settings)) return first;
        return undefined;
      }, giveUpMs);
      rows.push(...(page ?? []));
      continuationToken = page?.continuationToken;
    } while (continuationToken !== undefined && rows.length < limit);
    return rows.slice(0, limit);
  };

  return {
    get: (partitionKey, rowKey) =>
      run(async (options) => {
        try {
          return await client.getEntity(partitionKey, rowKey, options);
        } catch (error) {
          const { status, code } = parseRestAnswer(error);
          if (status === 404 && code !== 'TableNotFound') return undefined;
          throw error;
        }
      }),
    list: (partitionKey) =>
      run(async (options) => {
        const filter = odata`PartitionKey eq ${partitionKey}`;
        const rows: Row[] = [];
        for await (const row of client.listEntities<Row>({ ...options, queryOptions: { filter } })) rows.push(row);
        return rows;
      }),
    listRows: (partitionKey, start, end, columns) =>
      listPages({
        filter: odata`PartitionKey eq ${partitionKey} and RowKey ge ${start} and RowKey lt ${end}`,
        ...(columns ? { select: [...columns] } : {}),
      }),
    listFirst: (partitionKey, { after, limit, where = {} }) => {
      // `odata` leaves what stands at the very beginning as it is, unquoted.
      const conditions = Object.entries(where).map(([column, value]) => ` and ${column}${odata` eq ${value}`}`);
      const range = odata`PartitionKey eq ${partitionKey} and RowKey gt ${after}`;
      const giveUpMs = conditions.length === 0 ? GIVE_UP_MS : SEARCH_MS;
      return listPages({ filter: `${range}${conditions.join('')}` }, limit, giveUpMs);
    },
    listRange: (start, end, columns) =>
      listPages({ filter: odata`PartitionKey ge ${start} and PartitionKey lt ${end}`, select: [...columns] }),
    listWhere: (filter, { columns, limit }) =>
      listPages({ filter, ...(columns ? { select: [...columns] } : {}) }, limit, SEARCH_MS),
    listPage: ({ size, from }) =>
      run(async (options) => {
        const settings = { maxPageSize: size, ...(from === undefined ? {} : { continuationToken: from }) };
        for await (const page of client.listEntities<Row>(options).byPage(settings)) {
          return { rows: [...page], next: page.continuationToken };
        }
        return { rows: [], next: undefined };
      }),
    insert: (row) => run((options) => won(client.createEntity(row, options))),
    replace: (row, etag) => run((options) => won(client.updateEntity(row, 'Replace', { ...options, etag }))),
    upsert: (row) =>
      run(async (options) => {
        await client.upsertEntity(row, 'Replace', options);
      }),
    remove: (partitionKey, rowKey) =>
      run(async (options) => {
        await won(client.deleteEntity(partitionKey, rowKey, options));
      }),
    removeExactly: (partitionKey, rowKey, etag) =>
      run((options) => won(client.deleteEntity(partitionKey, rowKey, { ...options, etag }))),
    transact: (actions) => run((options) => won(client.submitTransaction(actions, options))),
  };
}

function connect(table: string, storage: TableStorage): TableClient {
  const options = {
    // Few and quick: a caller waits, and the queue or the hook's own retries come back later anyway.
    retryOptions: { maxRetries: 2, retryDelayInMs: 100, maxRetryDelayInMs: 400 },
    allowInsecureConnection: true,
  };
  if ('connectionString' in storage) {
    const client = TableClient.fromConnectionString(storage.connectionString, table, options);
    isPlainLoopback(client.url, 'Table Storage');
    return client;
  }
  const endpoint = storage.tableEndpoint ?? `https://${storage.accountName}.table.core.windows.net`;
  isPlainLoopback(endpoint, 'Table Storage');
  return new TableClient(endpoint.replace(/\/+$/, ''), table, storage.credential, options);
}

function tableFailure(error: unknown, table: string, host: string): Failure {
  if (error instanceof Failure) return error;
  const answer = describeAnswer(error);
  const { status } = parseRestAnswer(error);
  const advice =
    status === 401 || status === 403
      ? 'give the deployment’s identity the role Storage Table Data Contributor on the account, and check its firewall'
      : 'it is tried again later';
  return new Failure({
    kind: 'unavailable',
    message: `Table Storage could not be used (table ${table} at ${host}: ${answer}); ${advice}.`,
    mayHaveApplied: status === undefined,
  });
}
