import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { Command } from 'commander';

import { askAtTerminal, hasTerminal, NOBODY_TO_ASK } from './agree';
import { CliError } from './cli-error';
import { documentDiff } from './document-diff';
import { managementClient, type CallManagement } from './management-client';
import { conflictError, tellNotices, write } from './settings-answers';
import { readSettingsFolder } from './settings-folder';
import { planFolder, validatePlan, type PlannedScope } from './settings-plan';
import { connected, findConnection } from './settings-scope';
import { showDiff, type WriteOptions } from './settings-write';

type Options = WriteOptions & { connection?: string; prune?: boolean };

const layoutHelp = `
The folder, as a reviewed repository has it:
  connection.yaml                            the settings of the whole connection
  projects/<project>.yaml                    those of a project
  repositories/<project>/<repository>.yaml   those of a repository

All of it is looked at first, each document together with the wider ones of the folder;
when anything is refused, nothing is written.`;

/** `portcullis settings apply <folder>`: many documents at once, from a reviewed repository. */
export function settingsApplyCommand(): Command {
  return connected(new Command('apply'))
    .summary('save a folder of settings, whatever differs')
    .description('Saves a folder of settings: shows what differs from what stands, asks, and writes that.')
    .argument('<folder>', 'the folder')
    .option('--prune', 'delete the settings of every scope that the folder says nothing of')
    .option('--note <text>', 'what for: the history tells it; else the commit of the folder, if it has one')
    .option('--dry-run', 'show what would change, and write nothing')
    .option('--yes', 'write without asking; needed where there is no terminal')
    .addHelpText('after', layoutHelp)
    .action(apply);
}

async function apply(folder: string, options: Options): Promise<void> {
  const documents = await readSettingsFolder(folder);
  const call = await managementClient();
  const connection = await findConnection(call, options.connection);
  const plan = await planFolder(call, connection, documents, options.prune ?? false);
  const told = await validatePlan(call, plan);
  tellNotices(told);
  const changes = plan.filter(isChanged);
  if (changes.length === 0) {
    process.stdout.write(`Nothing to change: ${counted(plan.length)} as the folder has them.\n`);
    return;
  }
  for (const { scope, document, present } of changes) {
    showDiff(
      `${scope.name}${document === undefined ? ' (deleted)' : ''}`,
      documentDiff(present.version?.document, document),
    );
  }
  if (options.dryRun) {
    process.stdout.write(`Nothing was saved: this was a dry run. ${summed(changes, 'to be ')}.\n`);
    return;
  }
  if (!options.yes) {
    if (!hasTerminal()) throw new CliError(NOBODY_TO_ASK);
    if (!(await askAtTerminal())) throw new CliError('Nothing was changed.');
  }
  const notices = await writeAll(call, changes, options.note ?? (await commitNote(folder)));
  tellNotices(notices.filter((notice) => !told.some((each) => each.endsWith(notice))));
  process.stdout.write(`${summed(changes)}. Active pull requests there are judged again now.\n`);
}

/** From wide to narrow, each over the version that was shown. Returns what there is to tell. */
async function writeAll(
  call: CallManagement,
  changes: readonly PlannedScope[],
  note: string | undefined,
): Promise<string[]> {
  const notices: string[] = [];
  for (const [index, { scope, document, present }] of changes.entries()) {
    const method = document === undefined ? 'DELETE' : 'PUT';
    try {
      const written = await write(call, method, scope.path, { body: document, condition: present.condition, note });
      if (written.kind === 'conflict') throw conflictError(scope.name, written.present, document);
      notices.push(...written.notices);
    } catch (error) {
      const left = changes.slice(index).map((each) => each.scope.name);
      const done = index === 0 ? '' : `${counted(index)} written before, `;
      const said = error instanceof Error ? error.message : String(error);
      throw new CliError(`${said}\n${done}${left.join(', ')} not; apply the folder again.`);
    }
  }
  return notices;
}

function isChanged({ document, present }: PlannedScope): boolean {
  if (!present.version) return document !== undefined;
  return present.version.unreadable !== undefined || documentDiff(present.version.document, document).length > 0;
}

/** `1 document is written, 2 documents are deleted`. */
function summed(changes: readonly PlannedScope[], how = ''): string {
  const deleted = changes.filter(({ document }) => document === undefined).length;
  const written = changes.length - deleted;
  return [
    ...(written > 0 ? [`${counted(written)} ${how}written`] : []),
    ...(deleted > 0 ? [`${counted(deleted)} ${how}deleted`] : []),
  ].join(', ');
}

function counted(documents: number): string {
  return documents === 1 ? '1 document is' : `${documents} documents are`;
}

/** Which commit of a git checkout the folder is; undefined when it is none. */
async function commitNote(folder: string): Promise<string | undefined> {
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('git', ['-C', folder, ...args])).stdout.trim();
  try {
    const commit = await git('rev-parse', '--short=12', 'HEAD');
    const edited = await git('status', '--porcelain', '--', '.');
    return `commit ${commit}${edited === '' ? '' : ', with uncommitted changes'}`;
  } catch {
    return undefined;
  }
}
