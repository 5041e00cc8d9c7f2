import { Command } from 'commander';

import { orError } from './cli-error';
import { changeCommand } from './connections-change-command';
import { managementClient } from './management-client';
import { readConnections, type ListedConnections } from './read-connections';
import { columns, visible, wrapped } from './terminal-text';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;

/** `portcullis connections`: what is connected, and what is broken of it. */
export function connectionsCommand(): Command {
  return new Command('connections')
    .summary('list what is connected')
    .description(
      'Lists the connections: name, address, in whose name authors see comments, until when the PAT lasts, and since when ' +
        'one is broken.',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nportcullis test <connection> says what is wrong with one.\n\nExit status: 0 done, 2 error.',
    )
    .action(async (options: { json?: boolean }) => {
      const connections = await orError(async () => readConnections(await managementClient()));
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, connections }, null, 2)}\n`
          : connectionsText(connections),
      );
    })
    .addCommand(changeCommand());
}

export function connectionsText(connections: ListedConnections): string {
  if (connections.length === 0) return 'No organization is connected yet: portcullis connect <url>.\n';
  const rows = connections.map((connection) =>
    [
      connection.name,
      connection.url,
      connection.identities[0]?.displayName ?? '',
      endOf(connection.credential),
      connection.id,
      stateOf(connection),
    ].map(visible),
  );
  const notes = connections.flatMap(({ name, description, labels, broken, network }) => [
    ...(broken ? [wrapped(`${name}: ${broken.reason}`)] : []),
    ...(description === '' ? [] : [wrapped(`${name}: ${description}`)]),
    ...(labels.length === 0 ? [] : [wrapped(`${name}: ${labels.map((label) => `#${label}`).join(' ')}`)]),
    ...(network.proxy === null ? [] : [wrapped(`${name}: through ${network.proxy}`)]),
    ...(network.caCertificates.length === 0
      ? []
      : [wrapped(`${name}: also trusts ${network.caCertificates.map((each) => each.name).join(', ')}`)]),
  ]);
  const table = columns([['name', 'address', 'comments as', 'PAT until', 'id', 'state'], ...rows]);
  return `${[table, ...(notes.length === 0 ? [] : [notes.join('\n')])].join('\n\n')}\n`;
}

function endOf(credential: ListedConnections[number]['credential']): string {
  if (credential.kind === 'managedIdentity') return 'no PAT';
  return credential.expiresOn?.slice(0, 10) ?? 'not known';
}

function stateOf({ state, broken }: ListedConnections[number]): string {
  if (state === 'leaving') return 'is being disconnected';
  return broken ? `broken since ${broken.since}` : 'works';
}
