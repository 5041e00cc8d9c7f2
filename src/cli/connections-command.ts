import { Command } from 'commander';
import { z } from 'zod';

import { managementClient } from './management-client';
import { columns, visible } from './terminal-text';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;

const listSchema = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['services', 'server']),
    url: z.string(),
    identities: z.array(z.object({ id: z.string(), displayName: z.string() })),
    broken: z.object({ since: z.string(), reason: z.string() }).nullable(),
  }),
);
export type ListedConnections = z.output<typeof listSchema>;

/** All connections that the running Portcullis has, by name. */
export async function readConnections(call: Awaited<ReturnType<typeof managementClient>>): Promise<ListedConnections> {
  return listSchema.parse((await call('GET', '/connections')).body);
}

/** `portcullis connections`: what is connected, and what is broken of it. */
export function connectionsCommand(): Command {
  return new Command('connections')
    .summary('list what is connected')
    .description(
      'Lists the connections: name, address, in whose name authors see comments, and since when one is broken.',
    )
    .option('--json', 'print JSON')
    .addHelpText('after', '\nportcullis test <connection> says what is wrong with one.')
    .action(async (options: { json?: boolean }) => {
      const connections = await readConnections(await managementClient());
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, connections }, null, 2)}\n`
          : connectionsText(connections),
      );
    });
}

export function connectionsText(connections: ListedConnections): string {
  if (connections.length === 0) return 'No organization is connected yet.\n';
  const rows = connections.map(({ id, name, url, identities, broken }) =>
    [name, url, identities[0]?.displayName ?? '', id, broken ? `broken since ${broken.since}` : 'works'].map(visible),
  );
  const reasons = connections.flatMap(({ name, broken }) => (broken ? [visible(`${name}: ${broken.reason}`)] : []));
  const table = columns([['name', 'address', 'comments as', 'id', 'state'], ...rows]);
  return `${[table, ...reasons].join('\n\n')}\n`;
}
