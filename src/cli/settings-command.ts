import { Command } from 'commander';
import { stringify } from 'yaml';
import { z } from 'zod';

import { parseSettingsText } from '../settings';

import { CliError } from './cli-error';
import { managementClient, type CallManagement } from './management-client';
import { readSettingsFile } from './read-settings-file';

interface Scope {
  repository?: string;
  connection?: string;
  json?: boolean;
}

const connectionsSchema = z.array(z.object({ id: z.string(), name: z.string() }));
const repositorySchema = z.object({ id: z.string(), name: z.string(), project: z.object({ name: z.string() }) });
const settingsSchema = z.object({ document: z.unknown() });

/** `portcullis settings get|set`: one document per scope, the connection's or a repository's. */
export function settingsCommand(): Command {
  const scoped = (command: Command) =>
    command
      .option(
        '--repository <project/repository>',
        'the settings of one repository, for instance Shop/web; else the connection\u2019s',
      )
      .option('--connection <name>', 'the connection, by name or id; needed only when there are several');
  const get = scoped(new Command('get'))
    .description('print the settings of a scope as YAML')
    .option('--json', 'print JSON instead')
    .action(async (scope: Scope) => {
      const call = await managementClient();
      const { path, name } = await locate(call, scope);
      const answer = await call('GET', path, { expected: [200, 404] });
      if (answer.status === 404) throw new CliError(`${name} has no settings of its own yet; the wider ones apply.`);
      const { document } = settingsSchema.parse(answer.body);
      process.stdout.write(scope.json ? `${JSON.stringify(document, null, 2)}\n` : stringify(document));
    });
  const set = scoped(new Command('set'))
    .description('replace the settings of a scope by a document')
    .argument('[file]', 'a YAML or JSON file; - or nothing for standard input', '-')
    .action(async (file: string, scope: Scope) => {
      const text = await readSettingsFile(file);
      // Nothing at all is what a failed command before a pipe sends: it must not reset a scope.
      if (text.replace(/^\s*#.*$/gm, '').trim() === '') {
        throw new CliError('The document is empty; nothing was saved. To drop all settings of this scope, send {}.');
      }
      const parsed = parseSettingsText(text);
      if (!parsed.ok) {
        const problems = parsed.problems.map(({ path, message }) => `\n  ${path === '' ? '' : `${path}: `}${message}`);
        throw new CliError(`The settings were not saved.${problems.join('')}`);
      }
      const call = await managementClient();
      const { path, name } = await locate(call, scope);
      const present = await call('GET', path, { expected: [200, 404] });
      const condition: Record<string, string> =
        present.etag === null ? { 'if-none-match': '*' } : { 'if-match': present.etag };
      await call('PUT', path, { body: parsed.document, headers: condition });
      process.stdout.write(
        `Saved the settings of ${name}. They count from the next evaluation of each pull request.\n`,
      );
    });
  return new Command('settings').description('read and replace settings').addCommand(get).addCommand(set);
}

/** The management path of a scope, and what a person calls it. */
async function locate(call: CallManagement, scope: Scope): Promise<{ path: string; name: string }> {
  const connections = connectionsSchema.parse((await call('GET', '/connections')).body);
  const connection = chooseConnection(connections, scope.connection);
  const base = `/connections/${encodeURIComponent(connection.id)}`;
  if (scope.repository === undefined) return { path: `${base}/settings`, name: `connection ${connection.name}` };
  const query = `?name=${encodeURIComponent(scope.repository)}`;
  const { id, name, project } = repositorySchema.parse((await call('GET', `${base}/repositories${query}`)).body);
  return { path: `${base}/repositories/${id}/settings`, name: `repository ${project.name}/${name}` };
}

function chooseConnection(connections: z.output<typeof connectionsSchema>, wanted: string | undefined) {
  const names = connections.map(({ name }) => name).join(', ');
  const [only, ...others] = connections;
  if (wanted === undefined) {
    if (only && others.length === 0) return only;
    throw new CliError(
      only
        ? `There are several connections (${names}): say which with --connection.`
        : 'No organization is connected yet.',
    );
  }
  const found = connections.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted.toLowerCase());
  if (!found) throw new CliError(`There is no connection ${wanted}; there are ${names || 'none'}.`);
  return found;
}
