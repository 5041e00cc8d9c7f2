import { askAtTerminal, hasTerminal, NOBODY_TO_ASK } from './agree';
import { CliError } from './cli-error';
import { documentDiff } from './document-diff';
import type { CallManagement } from './management-client';
import { conflictError, tellNotices, whoSaved, write, type Present } from './settings-answers';
import type { LocatedScope } from './settings-scope';
import { indented } from './terminal-text';

export interface WriteOptions {
  yes?: boolean;
  dryRun?: boolean;
  note?: string;
}

/** A change of one scope's settings, and the request that makes it. */
export interface Change {
  scope: LocatedScope;
  present: Present;
  document: unknown;
  /** What there is to know before it is made. */
  notices?: readonly string[];
  request: { method: 'PUT' | 'DELETE' | 'POST'; path: string; body?: unknown };
}

/**
 * Shows what a change does, asks at a terminal, and makes it. Without a terminal a document is written: the call said
 * what to do, and every version can be restored. A deletion wants `yes` then, as one option that is left out makes it that
 * of a whole connection.
 */
export async function writeChange(call: CallManagement, change: Change, options: WriteOptions): Promise<void> {
  const { scope, present, document, request, notices = [] } = change;
  const isUnreadable = present.version?.unreadable !== undefined;
  const diff = documentDiff(present.version?.document, document);
  if (diff.length === 0 && present.version && !isUnreadable) {
    process.stdout.write(`Nothing to change: ${scope.name} has these settings already.\n`);
    return;
  }
  showDiff(scope.name, diff);
  tellNotices(notices);
  if (options.dryRun) {
    process.stdout.write('Nothing was saved: this was a dry run.\n');
    return;
  }
  if (!options.yes) {
    if (!hasTerminal() && request.method === 'DELETE') throw new CliError(NOBODY_TO_ASK);
    if (hasTerminal() && !(await askAtTerminal())) throw new CliError('Nothing was changed.');
  }
  const { method, path, body } = request;
  const written = await write(call, method, path, { body, condition: present.condition, note: options.note });
  if (written.kind === 'conflict') throw conflictError(scope.name, written.present, document);
  tellNotices(written.notices.filter((notice) => !notices.includes(notice)));
  const { version, isDeleted } = written.version;
  const what = isDeleted ? 'Deleted the settings' : `Saved version ${version} of the settings`;
  process.stdout.write(`${what} of ${scope.name}. Its active pull requests are judged again now.\n`);
}

export function showDiff(name: string, diff: readonly string[]): void {
  process.stderr.write(`${name}\n${indented(diff.join('\n'), 2)}\n`);
}

/** Refuses when another version stands than the one that somebody looked at. */
export function assertVersion(scope: LocatedScope, { version }: Present, wanted: number | undefined): void {
  if (wanted === undefined || (version?.version ?? 0) === wanted) return;
  if (!version)
    throw new CliError(`${scope.name} has no settings of its own, so no version ${wanted}; nothing was saved.`);
  throw new CliError(`${whoSaved(version)} since version ${wanted} of ${scope.name}; nothing was saved. Look again.`);
}
