import { Command } from 'commander';
import { z } from 'zod';

import { CliError } from './cli-error';
import { documentText } from './document-diff';
import { managementClient, type CallManagement } from './management-client';
import {
  parseVersion,
  readPresent,
  readVersion,
  tellNotices,
  timeText,
  unreadableText,
  versionSchema,
  type Version,
} from './settings-answers';
import { locate, scoped, type LocatedScope, type ScopeOptions } from './settings-scope';
import { columns, visible } from './terminal-text';

/** In the table; `--json` has it whole. */
const LONGEST_VALUE = 50;

/** Each target branch has its own. */
const OF_FILES =
  'repositoryFile: a .portcullis.yaml on the target branch of a pull request counts as well, and is not shown here.';

type Options = ScopeOptions & { json?: boolean };

const effectiveSchema = z.object({
  values: z.array(
    z.object({ path: z.string(), value: z.unknown(), from: z.string(), lockedBy: z.string().optional() }),
  ),
  warnings: z.array(z.object({ scope: z.string(), path: z.string(), message: z.string() })),
});

/** `get`, `effective` and `history`: they change nothing. */
export function settingsReadCommands(): Command[] {
  const get = scoped(new Command('get'))
    .description('print the settings of a scope as YAML')
    .option('--json', 'print JSON instead')
    .action(async (options: Options) => {
      const call = await managementClient();
      const scope = await locate(call, options);
      const { version } = await readPresent(call, scope);
      const unreadable = unreadableText(scope.name, version);
      if (unreadable !== undefined) throw new CliError(unreadable);
      if (version) process.stdout.write(options.json ? json(version.document) : documentText(version.document));
      else {
        const sentence = `${scope.name} has no settings of its own; ${await widerText(call, scope)}.`;
        // A comment is YAML, too.
        if (options.json) process.stderr.write(`${sentence}\n`);
        process.stdout.write(options.json ? json({}) : `# ${sentence}\n`);
      }
    });
  const effective = scoped(new Command('effective'))
    .description('print every value that holds in a scope, where it comes from, and who locks it')
    .option('--json', 'print JSON instead')
    .action(async (options: Options) => {
      const call = await managementClient();
      const { path } = await locate(call, options);
      const { values, warnings } = effectiveSchema.parse((await call('GET', `${path}/effective`)).body);
      if (options.json) {
        process.stdout.write(json({ values, warnings }));
        return;
      }
      const rows = values.map((each) => [each.path, valueText(each.value), each.from, each.lockedBy ?? '']);
      process.stdout.write(`${columns([['path', 'value', 'from', 'locked by'], ...rows])}\n`);
      tellNotices(warnings.map(({ scope, path: at, message }) => `${at} (${scope}): ${message}`));
      if (values.some(({ path: at, value }) => at === 'repositoryFile' && value !== 'off')) tellNotices([OF_FILES]);
    });
  const history = scoped(new Command('history'))
    .description('print the last 20 versions of a scope: when, who, and the note they left; or one of them, as YAML')
    .argument('[version]', 'one of them: print its settings', parseVersion)
    .option('--json', 'print JSON instead')
    .action(async (number: number | undefined, options: Options) => {
      const call = await managementClient();
      const scope = await locate(call, options);
      if (number !== undefined) {
        printVersion(await readVersion(call, scope, number), options);
        return;
      }
      const versions = z.array(versionSchema).parse((await call('GET', `${scope.path}/history`)).body);
      if (options.json) {
        process.stdout.write(json(versions));
        return;
      }
      if (versions.length === 0) {
        process.stdout.write(`${scope.name} never had settings of its own.\n`);
        return;
      }
      const rows = versions.map((each) => {
        const marks = [
          ...(each.isDeleted ? ['(deleted)'] : []),
          ...(each.unreadable === undefined ? [] : ['(unreadable)']),
        ];
        const note = [...marks, visible(each.note)].join(' ').trim();
        return [String(each.version), timeText(each.savedAt), visible(each.savedBy) || 'not known', note];
      });
      process.stdout.write(`${columns([['version', 'when', 'who', 'note'], ...rows])}\n`);
    });
  return [get, effective, history];
}

function printVersion(version: Version, options: Options): void {
  const unreadable = unreadableText(`version ${version.version}`, version);
  if (unreadable !== undefined) throw new CliError(unreadable);
  if (options.json) process.stdout.write(json(version));
  else if (version.isDeleted) process.stdout.write(`# Version ${version.version} deleted the settings.\n`);
  else process.stdout.write(documentText(version.document));
}

/** `those of connection contoso and the deployment defaults apply`. */
async function widerText(call: CallManagement, { wider }: LocatedScope): Promise<string> {
  const read = await Promise.all(
    wider.map(async (each) => ((await readPresent(call, each)).version ? [`those of ${each.name}`] : [])),
  );
  const names = [...read.flat(), 'the deployment defaults'];
  return `${names.join(' and ')} apply`;
}

function valueText(value: unknown): string {
  const text = visible(typeof value === 'string' ? value : JSON.stringify(value ?? null));
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
