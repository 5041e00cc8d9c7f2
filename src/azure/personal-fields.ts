import type { PersonalField } from '../app/ports';

/** A column of a table: nobody's, or somebody's, and what forgetting them does with it. */
export type Column = 'nobody' | Pick<PersonalField, 'shape' | 'forget' | 'what'>;

export interface TableFields {
  /** Who may read it through Portcullis; Azure's own roles come on top. */
  readBy: string;
  kept: string;
  columns: Readonly<Record<string, Column>>;
}

const nobody = 'nobody';

/** In every row. */
export const COMMON_COLUMNS: readonly string[] = ['PartitionKey', 'RowKey', 'Timestamp', 'schemaVersion', 'writeId'];

const CONNECTION_ADMIN = 'administrators of the connection, and of the deployment';
const READER = 'whoever may read the connection';

/**
 * Every column that an adapter writes, in the order in which people are forgotten: where ids and names stand side by side,
 * last, so that a run that was broken off finds them again. `personal-fields.test.ts` fails for one that is missing here.
 */
export const TABLES = {
  Settings: {
    readBy: READER,
    kept: 'for ever; of each scope the last 20 versions',
    columns: {
      version: nobody,
      isDeleted: nobody,
      savedAt: nobody,
      textHash: nobody,
      documentSchemaVersion: nobody,
      savedBy: { shape: 'name', forget: 'replace', what: 'who saved a version: the name of their sign-in' },
      note: { shape: 'text', forget: 'replace', what: 'what they wrote about it' },
      document: {
        shape: 'json',
        forget: 'keep',
        what: 'settings that name people: bots.identities, reviewers, groups and authors of when, owners',
      },
    },
  },
  Ledger: {
    readBy: 'nobody',
    kept: '7 days after a pull request was closed; 180 days at most without a change',
    columns: {
      evaluationId: nobody,
      beganAt: nobody,
      inputs: nobody,
      iterationId: nobody,
      sourceCommit: nobody,
      state: nobody,
      validUntil: nobody,
      listed: nobody,
      waitsFor: nobody,
      comparedAt: nobody,
      outcomes: nobody,
      dueAt: nobody,
      attempt: nobody,
      chain: nobody,
      description: {
        shape: 'text',
        forget: 'replace',
        what: 'the status’ text, which may name whose approval is missing',
      },
    },
  },
  Projects: { readBy: READER, kept: 'until a sweep does not see the project any more', columns: { foundAt: nobody } },
  Sweeps: { readBy: READER, kept: 'until the connection is removed', columns: { at: nobody, active: nobody } },
  Deployment: { readBy: 'nobody', kept: 'for ever', columns: { key: nobody } },
  DeadLetters: {
    readBy: CONNECTION_ADMIN,
    kept: '90 days (PORTCULLIS_DEAD_LETTER_DAYS)',
    columns: {
      sessionId: nobody,
      enqueuedAt: nobody,
      connectionId: nobody,
      repositoryId: nobody,
      pullRequestId: nobody,
      messageId: { shape: 'text', forget: 'delete', what: 'an id of our own; of a message that is not ours, anything' },
      reason: { shape: 'text', forget: 'delete', what: 'why nobody could work on a message' },
      description: { shape: 'text', forget: 'delete', what: 'the same, in more words' },
      body: { shape: 'text', forget: 'delete', what: 'the message: ids alone; of one that is not ours, anything' },
    },
  },
  Connections: {
    readBy: READER,
    kept: 'until the connection is removed',
    columns: {
      kind: nobody,
      url: nobody,
      organizationIds: nobody,
      brokenSince: nobody,
      credential: nobody,
      patExpiresOn: nobody,
      state: nobody,
      publicUrl: nobody,
      expiryWarnings: nobody,
      refusedWrites: nobody,
      proxy: nobody,
      caCertificates: nobody,
      apiVersion: nobody,
      name: { shape: 'text', forget: 'keep', what: 'what the connection is called' },
      description: { shape: 'text', forget: 'replace', what: 'what an administrator wrote about it' },
      labels: { shape: 'json', forget: 'replace', what: 'words that an administrator gave it' },
      brokenReason: { shape: 'text', forget: 'replace', what: 'why its credential is refused' },
      identities: {
        shape: 'json',
        forget: 'keep',
        what: 'the accounts whose comments are the gate’s own: id, display name and unique name; a person’s where their PAT is used',
      },
      projectPats: { shape: 'json', forget: 'keep', what: 'whose PAT a project has: the id of one of these accounts' },
    },
  },
  Access: {
    readBy: CONNECTION_ADMIN,
    kept: 'until it is revoked, or the connection is removed',
    columns: {
      RowKey: { shape: 'id', forget: 'delete', what: 'object id in Entra of a person, a group or an application' },
      name: { shape: 'name', forget: 'replace', what: 'what whoever granted it calls them' },
      kind: nobody,
      role: nobody,
      projects: nobody,
      grantedAt: nobody,
      grantedBy: { shape: 'name', forget: 'replace', what: 'who granted it: the name of their sign-in' },
    },
  },
  Operations: {
    readBy: READER,
    kept: 'the last 50 that ended of a connection, 90 days at most',
    columns: {
      kind: nobody,
      state: nobody,
      step: nobody,
      attempts: nobody,
      done: nobody,
      total: nobody,
      createdAt: nobody,
      changedAt: nobody,
      dueAt: nobody,
      byId: { shape: 'id', forget: 'replace', what: 'object id in Entra of whoever asked for it' },
      byName: { shape: 'name', forget: 'replace', what: 'their name, as their sign-in says it' },
      doing: { shape: 'text', forget: 'replace', what: 'what it is at' },
      trouble: { shape: 'text', forget: 'replace', what: 'why it failed: a sentence, which may name an account' },
      request: { shape: 'json', forget: 'replace', what: 'what was asked for' },
      cursor: { shape: 'json', forget: 'replace', what: 'where the next slice of the work begins' },
      result: { shape: 'json', forget: 'replace', what: 'what came of it; may name accounts of Azure DevOps' },
    },
  },
  Audit: {
    readBy: CONNECTION_ADMIN,
    kept: '400 days (PORTCULLIS_AUDIT_DAYS)',
    columns: {
      connectionId: nobody,
      action: nobody,
      byId: { shape: 'id', forget: 'replace', what: 'object id in Entra of whoever changed something' },
      byName: { shape: 'name', forget: 'replace', what: 'their name, as their sign-in says it' },
      subject: { shape: 'text', forget: 'replace', what: 'what was changed; of grants, whose' },
      details: { shape: 'json', forget: 'replace', what: 'more of it; of grants, the object id' },
    },
  },
} as const satisfies Record<string, TableFields>;

export type PersonalTable = keyof typeof TABLES;

export const PERSONAL_TABLES: readonly PersonalTable[] = Object.entries(TABLES).flatMap(([name, { columns }]) =>
  isTable(name) && Object.values<Column>(columns).some((column) => column !== nobody) ? [name] : [],
);

function isTable(name: string): name is PersonalTable {
  return name in TABLES;
}

/** The personal columns of a table. */
export function fieldsOf(table: PersonalTable): PersonalField[] {
  return Object.entries<Column>(TABLES[table].columns).flatMap(([column, field]) =>
    field === nobody ? [] : [{ column, ...field }],
  );
}
