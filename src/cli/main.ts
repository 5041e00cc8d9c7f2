import { Command, CommanderError } from 'commander';

import { holdsPat } from '../core/pat';

import { accessCommand } from './access-command';
import { auditCommand } from './audit-command';
import { CliError } from './cli-error';
import { connectCommand } from './connect-command';
import { connectionsCommand } from './connections-command';
import { deadLettersCommand } from './dead-letters-command';
import { disconnectCommand } from './disconnect-command';
import { doctorCommand } from './doctor-command';
import { evaluateCommand } from './evaluate-command';
import { explainCommand } from './explain-command';
import { healthCommand } from './health-command';
import { hooksCommand } from './hooks-command';
import { logoCommand } from './logo-command';
import { nodeProblem } from './node-version';
import { patCommand } from './pat-command';
import { peopleCommand } from './people-command';
import { policyCommand } from './policy-command';
import { repositoriesCommand } from './repositories-command';
import { settingsCommand } from './settings-command';
import { visible } from './terminal-text';
import { testCommand } from './test-command';

/** A command that was called wrongly: never the answer that 1 is. */
const USAGE = 2;

// The build writes the version in its place.
const version = process.env['PORTCULLIS_VERSION'] ?? 'unbuilt';

const firstSteps = `
From nothing to a merge that is refused:
  portcullis connect https://dev.azure.com/contoso/Shop/_git/web          # asks for a PAT, and tests it
  portcullis hooks grant                                                  # with your own, in AZURE_DEVOPS_PAT
  portcullis hooks sync
  portcullis policy install https://dev.azure.com/contoso/Shop/_git/web
  portcullis doctor                                                       # what is still missing

It begins in phase shadow, which blocks nothing, unless connect is told --phase enforce.
portcullis <command> --help tells the options, the credential and the exit status of each.`;

const program = new Command('portcullis')
  .description('The pull-request gate for Azure DevOps, from the command line')
  .version(version, '-V, --version', 'print the version')
  // Else `settings get --version 2` would print this one, and succeed.
  .enablePositionalOptions()
  .addHelpText('after', firstSteps)
  .commandsGroup('Connections, in the order in which they are needed:')
  .addCommand(connectCommand())
  .addCommand(hooksCommand())
  .addCommand(repositoriesCommand())
  .addCommand(policyCommand())
  .addCommand(patCommand())
  .addCommand(connectionsCommand())
  .addCommand(testCommand())
  .addCommand(doctorCommand())
  .addCommand(deadLettersCommand())
  .addCommand(healthCommand())
  .addCommand(accessCommand())
  .addCommand(auditCommand())
  .addCommand(peopleCommand())
  .addCommand(logoCommand())
  .addCommand(disconnectCommand())
  .commandsGroup('Gates and settings:')
  .addCommand(evaluateCommand())
  .addCommand(explainCommand())
  .addCommand(settingsCommand())
  .commandsGroup('Help:')
  .helpCommand(true);

/** Commander's own errors become ours, with our exit status. */
function tellErrorsHere(command: Command): void {
  command.exitOverride().showHelpAfterError('(add --help to see how)');
  for (const below of command.commands) tellErrorsHere(below);
}

/** Commands of commands that do something when they are called alone. */
const ALONE: readonly string[] = ['connections'];

/** Any other, called alone, tells what it has, as if it had been asked: that is no mistake. */
function withHelp(command: Command, args: readonly string[]): string[] {
  const [first, ...others] = args;
  if (first === undefined) {
    return command.commands.length === 0 || ALONE.includes(command.name()) ? [] : ['--help'];
  }
  const below = command.commands.find((each) => each.name() === first);
  return below ? [first, ...withHelp(below, others)] : [...args];
}

// Whoever reads the output, head for instance, may have read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

/** Every process of this machine may read arguments, and some of them are sent on. */
function withoutSecrets(args: string[]): string[] {
  if (!args.some(holdsPat)) return args;
  const advice =
    'set an environment variable, or send it to standard input (--help says which). This one was readable: revoke it.';
  throw new CliError(`An argument looks like a PAT, which is never one: ${advice}`, USAGE);
}

async function run(): Promise<void> {
  const problem = nodeProblem(process.versions.node);
  if (problem !== undefined) throw new CliError(problem, USAGE);
  await program.parseAsync(withHelp(program, withoutSecrets(process.argv.slice(2))), { from: 'user' });
}

tellErrorsHere(program);
run().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    // It has said so already.
    process.exitCode = error.exitCode === 0 ? 0 : USAGE;
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  // Names from Azure DevOps stand in it, and what answers as Portcullis may be anybody.
  process.stderr.write(`${message.split('\n').map(visible).join('\n')}\n`);
  process.exitCode = error instanceof CliError ? error.exitCode : USAGE;
});
