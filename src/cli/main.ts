import { Command } from 'commander';

import { CliError } from './cli-error';
import { settingsCommand } from './settings-command';

const program = new Command('portcullis')
  .description('The pull-request gate for Azure DevOps: what its administrator needs')
  .showHelpAfterError('(add --help to see how)')
  .addCommand(settingsCommand());

program.parseAsync().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n`);
  process.exitCode = error instanceof CliError ? error.exitCode : 1;
});
