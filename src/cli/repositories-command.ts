import { Command } from 'commander';

import { askAtTerminal, hasTerminal, NOBODY_TO_ASK } from './agree';
import { CliError, orError } from './cli-error';
import { followOperation } from './follow-operation';
import { managementClient, type CallManagement } from './management-client';
import { listSchema, listText, previewSchema, previewText, resultSchema, resultText } from './repositories-text';
import { connected, findConnection } from './settings-scope';

const NOT_FINE = 1;
const ERROR = 2;
const SCHEMA_VERSION = 1;

interface Options {
  connection?: string;
  project?: string[];
  match?: string[];
  all?: boolean;
  note?: string;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

const switchHelp = `
Which:
  Shop/web Shop/api             these repositories: each gets it written into its own settings
  --match 'Shop/legacy-*'       the repositories that match now, as if they were named
  --project Shop --match 'x-*'  those of the project that match now
  --project Shop                the whole project, with what is created in it later: the project's
                                settings say it, and what its repositories say otherwise gives way
  --all                         the same for the whole connection

Where a wider scope locks \`enabled\`, switching off is refused. Broken off, run it again: it does
what is left.

Exit status: 0 all of it is so, 1 some was refused or nobody agreed, 2 error.`;

const defaultsHelp = `
What is there already keeps what it has: where it would follow, that is written into its own
settings first. A project that says something itself goes on deciding for its repositories.

Examples:
  portcullis repositories defaults off                  created later: not gated until it is enabled
  portcullis repositories defaults on --project Shop    the same for one project

Exit status: 0 it is so, 1 refused or nobody agreed, 2 error.`;

/** `portcullis repositories`: what there is, and whether it is gated. */
export function repositoriesCommand(): Command {
  return new Command('repositories')
    .summary('list repositories, and switch gating on and off')
    .description('The projects and repositories of a connection, and whether their pull requests are gated.')
    .addCommand(listCommand())
    .addCommand(switchCommand('enable', true))
    .addCommand(switchCommand('disable', false))
    .addCommand(defaultsCommand());
}

function listCommand(): Command {
  return new Command('list')
    .argument('[connection]', 'its name or id; needed only when there are several')
    .description(
      'Lists every repository that Portcullis sees: default branch, disabled, forked, gated or not and which scope says so; projects without Git; settings of what is gone.',
    )
    .summary('list what there is, and whether it is gated')
    .option('--project <name>', 'of one project alone')
    .option('--json', 'print JSON')
    .action((connection: string | undefined, options: ListOptions) => orError(() => list(connection, options)));
}

interface ListOptions {
  project?: string;
  json?: boolean;
}

async function list(connection: string | undefined, options: ListOptions): Promise<void> {
  const call = await managementClient();
  const { name, path } = await findConnection(call, connection);
  const listed = listSchema.parse((await call('GET', `${path}/repository-list`)).body);
  const wanted = options.project?.toLowerCase();
  const isWanted = (project: string): boolean => wanted === undefined || project.toLowerCase() === wanted;
  const shown = {
    ...listed,
    projects: listed.projects.filter((project) => isWanted(project.name)),
    repositories: listed.repositories.filter(({ project }) => isWanted(project.name)),
    newProjects: listed.newProjects.filter((project) => isWanted(project.name)),
  };
  if (wanted !== undefined && shown.projects.length === 0) {
    throw new CliError(`Portcullis sees no project ${options.project ?? ''} in ${name}.`, ERROR);
  }
  print(options, shown, listText(shown));
}

function switchCommand(name: string, enabled: boolean): Command {
  return changing(new Command(name))
    .description(
      enabled
        ? 'Has the pull requests of repositories gated; active ones are judged at once.'
        : 'Has repositories gated no more. Where a branch policy requires the verdict, each iteration of a pull request gets one notApplicable, which fulfils it.',
    )
    .summary(enabled ? 'have repositories gated' : 'have repositories gated no more')
    .argument('[repositories...]', 'project/repository, for instance Shop/web')
    .option('--project <name>', 'a whole project; may be given several times', collect)
    .option('--match <glob>', 'repositories by name; may be given several times', collect)
    .option('--all', 'the whole connection')
    .addHelpText('after', switchHelp)
    .action(async (repositories: string[], options: Options) => {
      const { project: projects = [], match = [], all = false } = options;
      await orError(() => change({ enabled, repositories, projects, match, all }, options));
    });
}

function defaultsCommand(): Command {
  return changing(new Command('defaults'))
    .description('Says whether repositories and projects that are created later are gated.')
    .summary('say whether what is created later is gated')
    .argument('<on|off>', 'gated, or not until somebody enables it', parseSwitch)
    .option('--project <name>', 'for repositories of one project')
    .addHelpText('after', defaultsHelp)
    .action(async (enabled: boolean, options: Omit<Options, 'project'> & { project?: string }) => {
      const projects = options.project === undefined ? [] : [options.project];
      await orError(() => change({ enabled, projects, defaults: true }, options));
    });
}

function changing(command: Command): Command {
  return connected(command)
    .option('--note <text>', 'what for: the histories of the settings tell it')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--yes', 'without asking; needed where there is no terminal')
    .option('--json', 'print JSON');
}

interface Wanted {
  enabled: boolean;
  defaults?: boolean;
  repositories?: string[];
  projects: string[];
  match?: string[];
  all?: boolean;
}

type Asked = Pick<Options, 'connection' | 'note' | 'dryRun' | 'yes' | 'json'>;

/** Shows what would change, asks, has it done and tells what came of it. */
async function change(wanted: Wanted, options: Asked): Promise<void> {
  const call = await managementClient();
  const { path } = await findConnection(call, options.connection);
  const post = (body: object, expected: number): ReturnType<CallManagement> =>
    call('POST', `${path}/repository-switches`, { body, expected: [expected] });
  const preview = previewSchema.parse((await post({ ...wanted, dryRun: true }, 200)).body);
  if (preview.refused.length > 0) process.exitCode = NOT_FINE;
  if (options.dryRun || preview.documents.count === 0) {
    const last = options.dryRun ? 'Nothing was changed: this was a dry run.\n' : '';
    print(options, { preview, result: null }, `${previewText(preview, wanted)}${last}`);
    return;
  }
  if (options.json !== true || !options.yes) process.stderr.write(previewText(preview, wanted));
  if (!options.yes) {
    if (!hasTerminal()) throw new CliError(NOBODY_TO_ASK, ERROR);
    if (!(await askAtTerminal())) {
      process.stderr.write('Nothing was changed.\n');
      process.exitCode = NOT_FINE;
      return;
    }
  }
  const body = options.note === undefined ? wanted : { ...wanted, note: options.note };
  const started = (await post(body, 202)).body;
  const result = resultSchema.parse(await followOperation(call, { path, started, exitCode: ERROR }));
  if (result.refused.length > 0) process.exitCode = NOT_FINE;
  print(options, { preview, result }, resultText(result));
}

function print({ json }: { json?: boolean }, body: object, text: string): void {
  process.stdout.write(json ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...body }, null, 2)}\n` : text);
}

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function parseSwitch(text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new CliError(`It is on or off, not ${text}.`, ERROR);
}
