import { Command } from 'commander';

import { settingsApplyCommand } from './settings-apply-command';
import { settingsReadCommands } from './settings-read-commands';
import { settingsWriteCommands } from './settings-write-commands';

/** `portcullis settings`: one document per scope, the connection's, a project's or a repository's. */
export function settingsCommand(): Command {
  const command = new Command('settings')
    .summary('read and change settings, and say where they come from')
    .description('The settings of a connection, of a project or of a repository: narrower scopes override wider ones.');
  const all = [...settingsReadCommands(), ...settingsWriteCommands(), settingsApplyCommand()];
  for (const each of all) command.addCommand(each);
  return command;
}
