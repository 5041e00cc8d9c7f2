import type { Connection, FinishedEvaluation, Operation } from '../../app/ports';
import { accessTable } from '../access-table';
import { auditTable } from '../audit-table';
import { connectionsTable } from '../connections-table';
import { deadLettersTable } from '../dead-letters-table';
import { knownProjectsTable } from '../known-projects-table';
import { ledgerTable } from '../ledger-table';
import { operationsTable } from '../operations-table';
import { orphans } from '../orphans';
import { readPseudonymKey } from '../pseudonym-key';
import { settingsTable } from '../settings-table';
import { sweepsTable } from '../sweeps-table';
import type { TableStorage } from '../table-client';

export const ann = {
  id: 'a1000000-0000-4000-8000-000000000001',
  signIn: 'Ann Author (ann@contoso.example)',
  mail: 'ann@contoso.example',
};
export const olga = { id: 'a1000000-0000-4000-8000-000000000002', signIn: 'Olga Other (olga@contoso.example)' };
export const CONNECTION = 'contoso';
export const repositoryId = '3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f';
export const projectId = 'a0700000-0000-4000-8000-00000000000c';
export const scope = { kind: 'connection', connectionId: CONNECTION } as const;
const at = new Date('2026-03-01T00:00:00Z');
const key = { connectionId: CONNECTION, repositoryId, pullRequestId: 7 };

/** Every table, written by its own adapter, with all that each can say, and Ann named wherever it can be. */
export async function fillTables(tables: TableStorage): Promise<void> {
  await connectionsTable(tables).save(connected);
  const settings = settingsTable(tables);
  const saved = { savedBy: ann.signIn, note: `asked for by ${ann.mail}`, documentSchemaVersion: 1 };
  await settings.save(scope, { bots: { identities: [ann.mail] } }, saved, null);
  const etag = (await settings.read(scope))?.etag ?? null;
  await settings.save(scope, { bots: { identities: [ann.mail] }, drafts: 'judge' }, { ...saved, note: '' }, etag);

  const ledger = ledgerTable(tables);
  const beganAt = await ledger.begin(key, 'evaluation-1');
  await ledger.finish(key, { ...evaluation, beganAt });
  await ledger.postpone(key, { dueAt: at, attempt: 1, chain: 'hook/1' });
  await knownProjectsTable(tables).change(CONNECTION, { found: [projectId], foundAt: at, gone: [] });
  await sweepsTable(tables).note(CONNECTION, { at, active: 3 });
  await deadLettersTable(tables).record({
    reference: 'reference-1',
    reason: 'what is not ours',
    description: `of ${ann.mail}`,
    messageId: 'x',
    sessionId: 'y',
    enqueuedAt: at,
    body: `{"from":"${ann.mail}"}`,
    key,
  });
  const operations = operationsTable(tables);
  await operations.add(operation('operation-1', 'succeeded'));
  await operations.add(operation('operation-2', 'running'));
  const grants = accessTable(tables);
  const projects = [{ id: projectId, name: 'Shop' }];
  const grant = { connectionId: CONNECTION, role: 'project-admin', projects } as const;
  await grants.save({ ...grant, subject: { id: ann.id, kind: 'person', name: 'Ann' }, grantedBy: olga.signIn });
  await grants.save({ ...grant, subject: { id: olga.id, kind: 'person', name: 'Olga' }, grantedBy: ann.signIn });
  const audit = auditTable({ tables, clock: { now: () => new Date() }, days: 400 });
  const change = { connectionId: CONNECTION, details: {} };
  await audit.record({ ...change, by: { id: ann.id, name: ann.signIn }, action: 'settings.save', subject: 'contoso' });
  await audit.record({
    ...change,
    by: { id: olga.id, name: olga.signIn },
    action: 'access.grant',
    subject: 'person Ann',
    details: { subjectId: ann.id, role: 'reader' },
  });
  await orphans(tables).list();
  await settings.save({ kind: 'connection', connectionId: 'gone' }, {}, { savedBy: 'Portcullis' }, null);
  await orphans(tables).list();
  await readPseudonymKey(tables);
}

const connected: Connection = {
  id: CONNECTION,
  name: 'contoso',
  kind: 'services',
  url: 'https://dev.azure.example/contoso',
  organizationIds: ['a1000000-0000-4000-8000-0000000000e0'],
  state: 'connected',
  identities: [{ id: 'a1000000-0000-4000-8000-0000000000d0', displayName: 'Ann A.', uniqueName: ann.mail }],
  broken: { since: at, reason: `The PAT of ${ann.mail} was revoked.` },
  description: `Ask ${ann.signIn}.`,
  labels: ['production', `of ${ann.mail}`],
  credential: { kind: 'pat', expiresOn: at },
  projectPats: [{ projectId, projectName: 'Shop', expiresOn: at, accountId: 'a1000000-0000-4000-8000-0000000000d0' }],
  publicUrl: 'https://gate.example',
  expiryWarnings: [{ projectId: null, expiresOn: at, days: 7 }],
  refusedWrites: ['status'],
  network: { proxy: 'http://proxy.contoso.example:8080', caCertificates: 'a certificate' },
  apiVersion: '7.1',
};

const evaluation: FinishedEvaluation = {
  evaluationId: 'evaluation-1',
  beganAt: at,
  inputs: 'hash',
  iterationId: 1,
  sourceCommit: 'c0ffee',
  state: 'failed',
  description: 'approvals missing: Ann Author (ann@contoso.example)',
  outcomes: [{ gate: 'reviewers', state: 'failed' }],
  validUntil: at,
  waitsFor: [8],
  listed: 'fingerprint',
  comparedAt: at,
};

function operation(id: string, state: Operation['state']): Operation {
  return {
    id,
    connectionId: CONNECTION,
    kind: 'hooks-sync',
    request: { why: `told by ${ann.mail}` },
    by: { id: ann.id, name: ann.signIn },
    state,
    step: 1,
    attempts: 0,
    cursor: { next: 'x' },
    progress: { done: 1, total: 2, doing: 'reading' },
    result: { account: ann.mail },
    trouble: `${ann.mail} lacks a right.`,
    createdAt: at,
    changedAt: at,
    dueAt: at,
  };
}
