import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { Command } from 'commander';
import { z } from 'zod';

import { CliError, orError } from './cli-error';
import { documentText } from './document-diff';
import { managementClient } from './management-client';
import { unreadReason } from './read-settings-file';
import { readPresent, unreadableText } from './settings-answers';
import { connected, findConnection, type Connection } from './settings-scope';
import { visible, wrapped } from './terminal-text';

/** Nothing was written: never the answer that 1 is. */
const ERROR = 2;

const documentsSchema = z.array(
  z.object({
    scope: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('connection') }),
      z.object({ kind: z.literal('project'), projectId: z.guid() }),
      z.object({ kind: z.literal('repository'), repositoryId: z.guid() }),
    ]),
    name: z.string().nullable(),
  }),
);
type Listed = z.output<typeof documentsSchema>[number];

const help = `
The folder has the layout that portcullis settings apply takes, so that what was exported can be
reviewed, kept in a repository, and applied again, here or elsewhere. It must be new or empty.
Versions, notes and who saved what are not in it.

Exit status: 0 all of them are written, 1 some could not be, and are named, 2 error.`;

/** `portcullis settings export <folder>`: all documents of a connection, as `apply` reads them. */
export function settingsExportCommand(): Command {
  return connected(new Command('export'))
    .summary('write all settings of a connection into a folder')
    .description('Writes the present settings of a connection, of its projects and of its repositories into a folder.')
    .argument('<folder>', 'a new or empty folder')
    .addHelpText('after', help)
    .action(exportSettings);
}

async function exportSettings(folder: string, options: { connection?: string }): Promise<void> {
  const { call, connection, listed } = await orError(async () => {
    const client = await managementClient();
    const found = await findConnection(client, options.connection);
    const documents = await client('GET', `${found.path}/settings-documents`);
    return { call: client, connection: found, listed: documentsSchema.parse(documents.body) };
  });
  await mustBeEmpty(folder);
  const left: string[] = [];
  const files = new Set<string>();
  for (const each of listed) {
    const file = fileOf(each);
    const about = aboutOf(each);
    if (file === undefined) {
      left.push(`${about}: it is gone, or cannot be the name of a file; its settings are left out.`);
      continue;
    }
    const { version } = await orError(() => readPresent(call, { path: pathOf(connection, each) })).catch(
      (error: unknown) => {
        if (files.size > 0) process.stderr.write(`${folder} is not complete: delete it before you export again.\n`);
        throw error;
      },
    );
    // Deleted meanwhile.
    if (!version) continue;
    const unreadable = unreadableText(about, version);
    if (unreadable !== undefined) left.push(unreadable);
    // File systems may not tell upper from lower case, as Azure DevOps does not.
    else if (files.has(file.toLowerCase())) left.push(`${about}: another one has this name; it is left out.`);
    else {
      files.add(file.toLowerCase());
      await writeDocument(join(folder, file), version.document);
    }
  }
  for (const each of left) process.stderr.write(`${wrapped(each, '- ')}\n`);
  const what = files.size === 1 ? '1 document is' : `${files.size} documents are`;
  process.stdout.write(`${what} written to ${visible(folder)}, as portcullis settings apply takes them.\n`);
  if (left.length > 0) process.exitCode = 1;
}

async function mustBeEmpty(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    // A checkout is as good as empty: what stands there before is committed.
    const entries = (await readdir(folder)).filter((name) => name !== '.git');
    if (entries.length === 0) return;
  } catch (error) {
    throw new CliError(`${folder} cannot be written into: ${unreadReason(error)}.`, ERROR);
  }
  throw new CliError(`${folder} is not empty: export into a new folder, and compare.`, ERROR);
}

async function writeDocument(file: string, document: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  // Never over what is there, nor through a link.
  await writeFile(file, documentText(document), { flag: 'wx' });
}

/** Undefined for what has no name any more, or one that would lead elsewhere: who answers as Portcullis may be anybody. */
function fileOf({ scope, name }: Listed): string | undefined {
  if (scope.kind === 'connection') return 'connection.yaml';
  const parts = name?.split('/') ?? [];
  if (parts.length !== (scope.kind === 'project' ? 1 : 2) || !parts.every(isFileName)) return undefined;
  return `${scope.kind === 'project' ? 'projects' : 'repositories'}/${parts.join('/')}.yaml`;
}

/** As Azure DevOps allows names, which is less than file systems do; `apply` passes over hidden files. */
function isFileName(name: string): boolean {
  return /^[^.\\/:*?"<>|\p{Cc}][^\\/:*?"<>|\p{Cc}]{0,199}$/u.test(name) && !/[. ]$/.test(name);
}

function aboutOf({ scope, name }: Listed): string {
  if (scope.kind === 'connection') return 'the settings of the connection';
  const id = scope.kind === 'project' ? scope.projectId : scope.repositoryId;
  return `the settings of ${scope.kind} ${visible(name ?? id)}`;
}

function pathOf({ path }: Connection, { scope }: Listed): string {
  if (scope.kind === 'connection') return `${path}/settings`;
  return scope.kind === 'project'
    ? `${path}/projects/${scope.projectId}/settings`
    : `${path}/repositories/${scope.repositoryId}/settings`;
}
