import { Command } from 'commander';

import { settingsApplyCommand } from './settings-apply-command';
import { settingsExportCommand } from './settings-export-command';
import { settingsReadCommands } from './settings-read-commands';
import { settingsWriteCommands } from './settings-write-commands';

const whereNext = `
Without --project or --repository it is the connection's settings, which all its repositories
have. What a document may say is in src/settings/reference.md; portcullis explain <gate> tells of
one gate.`;

/** `portcullis settings`: one document per scope, the connection's, a project's or a repository's. */
export function settingsCommand(): Command {
  const command = new Command('settings')
    .summary('read and change settings, and say where they come from')
    .description('The settings of a connection, of a project or of a repository: narrower scopes override wider ones.')
    .addHelpText('after', whereNext);
  const all = [...settingsReadCommands(), ...settingsWriteCommands(), settingsApplyCommand(), settingsExportCommand()];
  for (const each of all) command.addCommand(each);
  return command;
}
