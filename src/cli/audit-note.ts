import { setTimeout as delay } from 'node:timers/promises';

import { CliError } from './cli-error';
import { findConnectionTo } from './gate-identity';

/** Whoever breaks the glass does not wait for what may be down. */
const PATIENCE_MS = 10_000;

/** Whether Portcullis' audit log has it. */
export type AuditNote = { isRecorded: true } | { isRecorded: false; reason: string };

/** Has the running Portcullis note what was done past it; that it does not answer is told, and no error. */
export async function noteForAudit(
  base: string,
  action: string,
  details: Record<string, string | number>,
): Promise<AuditNote> {
  return withinPatience(note(base, action, details), { isRecorded: false, reason: 'it did not answer in time.' });
}

/** What Portcullis answers, or the other thing when it does not come. */
export async function withinPatience<T>(asked: Promise<T>, late: T): Promise<T> {
  const patience = new AbortController();
  const end = delay(PATIENCE_MS, late, { signal: patience.signal, ref: false });
  end.catch(() => undefined);
  try {
    return await Promise.race([asked, end]);
  } finally {
    patience.abort();
  }
}

async function note(base: string, action: string, details: Record<string, string | number>): Promise<AuditNote> {
  try {
    const connection = await findConnectionTo(base);
    if (!connection.ok) return { isRecorded: false, reason: connection.reason };
    const body = { action, subject: base, details };
    await connection.call('POST', `/connections/${connection.id}/audit-notes`, { body, expected: [204] });
    return { isRecorded: true };
  } catch (error) {
    return {
      isRecorded: false,
      reason: error instanceof CliError ? error.message : 'it answered something unexpected.',
    };
  }
}
