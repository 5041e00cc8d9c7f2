import { Command } from 'commander';

import { parseSettingsText, problemText } from '../settings';

import { CliError } from './cli-error';
import { managementClient, type CallManagement } from './management-client';
import { readSettingsFile } from './read-settings-file';
import { DELETION, parseVersion, readPresent, readVersion, refusal, tellNotices, validate } from './settings-answers';
import { locate, scoped, type LocatedScope, type ScopeOptions } from './settings-scope';
import { assertVersion, writeChange, type WriteOptions } from './settings-write';

type Options = ScopeOptions & WriteOptions & { ifVersion?: number };

const FILE = 'a YAML or JSON file; - or nothing for standard input';

/** `set`, `validate`, `restore` and `delete`. */
export function settingsWriteCommands(): Command[] {
  const writing = (command: Command, yes = 'save without asking') =>
    scoped(command)
      .option('--note <text>', 'what for: the history tells it')
      .option('--if-version <number>', 'only over this version, which you looked at', parseVersion)
      .option('--dry-run', 'show what would change, and save nothing')
      .option('--yes', yes);
  const set = writing(new Command('set'))
    .description('replace the settings of a scope by a document, once it was seen to be right')
    .argument('[file]', FILE, '-')
    .action(async (file: string, options: Options) => {
      const document = await readDocument(file, 'The settings were not saved.');
      const call = await managementClient();
      const scope = await locate(call, options);
      const present = await readPresent(call, scope);
      assertVersion(scope, present, options.ifVersion);
      const notices = await lookAt(call, scope, { document });
      const request = { method: 'PUT' as const, path: scope.path, body: document };
      await writeChange(call, { scope, present, document, request, notices }, options);
    });
  const check = scoped(new Command('validate'))
    .description('tell whether a document would be saved; save nothing')
    .argument('[file]', FILE, '-')
    .action(async (file: string, options: ScopeOptions) => {
      const document = await readDocument(file, 'The settings would be refused.');
      const call = await managementClient();
      const scope = await locate(call, options);
      const { problems, notices } = await validate(call, scope, { document });
      if (problems.length > 0) throw refusal(`The settings of ${scope.name} would be refused.`, problems);
      tellNotices(notices);
      process.stdout.write(`These settings of ${scope.name} are right.\n`);
    });
  const restore = writing(new Command('restore'))
    .description('save a version of the history again, as a new one')
    .argument('<version>', 'a number that portcullis settings history shows', parseVersion)
    .action(async (number: number, options: Options) => {
      const call = await managementClient();
      const scope = await locate(call, options);
      const present = await readPresent(call, scope);
      assertVersion(scope, present, options.ifVersion);
      const { document } = await readVersion(call, scope, number);
      const notices = await lookAt(call, scope, document === undefined ? DELETION : { document });
      const request = { method: 'POST' as const, path: `${scope.path}/restore`, body: { version: number } };
      await writeChange(call, { scope, present, document, request, notices }, options);
    });
  const remove = writing(new Command('delete'), 'delete without asking; needed where there is no terminal')
    .description('delete the settings of a scope: the wider ones apply then')
    .action(async (options: Options) => {
      const call = await managementClient();
      const scope = await locate(call, options);
      const present = await readPresent(call, scope);
      if (!present.version) throw new CliError(`${scope.name} has no settings of its own.`);
      assertVersion(scope, present, options.ifVersion);
      const notices = await lookAt(call, scope, DELETION);
      const request = { method: 'DELETE' as const, path: scope.path };
      await writeChange(call, { scope, present, document: undefined, request, notices }, options);
    });
  return [set, check, restore, remove];
}

/** What there is to know before something is written. Throws what it would be refused for. */
async function lookAt(call: CallManagement, scope: LocatedScope, body: object): Promise<string[]> {
  const { problems, notices } = await validate(call, scope, body);
  if (problems.length > 0) throw refusal('The settings were not saved.', problems);
  return notices;
}

async function readDocument(file: string, refused: string): Promise<unknown> {
  const parsed = parseDocument(await readSettingsFile(file));
  if (parsed.problems.length > 0) throw refusal(refused, parsed.problems);
  return parsed.document;
}

/** A document, or what is wrong with its text. */
export function parseDocument(text: string): { document: unknown; problems: string[] } {
  // Nothing at all is what a failed command before a pipe sends: it must not reset a scope.
  if (text.replace(/^\s*#.*$/gm, '').trim() === '') {
    const problem = 'The document is empty. To say nothing in this scope, write {}.';
    return { document: undefined, problems: [problem] };
  }
  const parsed = parseSettingsText(text);
  return parsed.ok
    ? { document: parsed.document, problems: [] }
    : { document: undefined, problems: parsed.problems.map(problemText) };
}
