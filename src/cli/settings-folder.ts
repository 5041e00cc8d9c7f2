import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { CliError } from './cli-error';
import { unreadReason } from './read-settings-file';
import { refusal } from './settings-answers';
import { parseDocument } from './settings-write-commands';

/** A document of a folder, and whose it is by the names in its path. */
export interface FolderDocument {
  /** The path within the folder, with slashes. */
  file: string;
  names: [] | [project: string] | [project: string, repository: string];
  document: unknown;
}

const LAYOUT = 'connection.yaml, projects/<project>.yaml and repositories/<project>/<repository>.yaml';
const DOCUMENT = /\.(?:ya?ml|json)$/i;
/** What a reviewed repository has beside its settings. */
const BESIDE = /^README(?:\.\w+)?$|^LICENSE(?:\.\w+)?$|\.md$/i;

/** All documents of a folder, by path. Throws a CliError with everything that is no settings document in its place. */
export async function readSettingsFolder(folder: string): Promise<FolderDocument[]> {
  const files = await filesIn(folder);
  const problems: string[] = [];
  const documents: FolderDocument[] = [];
  for (const file of files) {
    const names = namesOf(file);
    if (!names) {
      if (!BESIDE.test(file.split('/').at(-1) ?? ''))
        problems.push(`${file}: nothing is looked for here; ${LAYOUT} are.`);
      continue;
    }
    const parsed = parseDocument(await readFile(join(folder, file), 'utf8'));
    problems.push(...parsed.problems.map((problem) => `${file}: ${problem}`));
    documents.push({ file, names, document: parsed.document });
  }
  if (problems.length > 0) throw refusal('Nothing was saved.', problems);
  // Nothing at all is what a checkout that failed leaves: with --prune it would delete everything.
  if (documents.length === 0) throw new CliError(`There are no settings in ${folder}: ${LAYOUT} are looked for.`);
  return documents;
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter((file) => !file.split('/').some((part) => part.startsWith('.')))
      .sort();
  } catch (error) {
    throw new CliError(`${folder} cannot be read: ${unreadReason(error)}.`);
  }
}

function namesOf(file: string): FolderDocument['names'] | undefined {
  if (!DOCUMENT.test(file)) return undefined;
  const [kind = '', project = '', repository = '', ...rest] = file.replace(DOCUMENT, '').split('/');
  if (rest.length > 0) return undefined;
  if (kind === 'connection' && project === '') return [];
  if (kind === 'projects' && project !== '' && repository === '') return [project];
  if (kind === 'repositories' && project !== '' && repository !== '') return [project, repository];
  return undefined;
}
