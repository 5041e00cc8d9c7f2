import { Command, Option } from 'commander';
import { z } from 'zod';

import { quoted } from '../core/quoted';

import { CliError, orError } from './cli-error';
import { gatherLabels, parseConnectionName } from './connection-options';
import { managementClient } from './management-client';
import { findConnection } from './settings-scope';
import { columns, visible, wrapped } from './terminal-text';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;
const ERROR = 2;

const listSchema = z.array(
  z.looseObject({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['services', 'server']),
    url: z.string(),
    description: z.string(),
    labels: z.array(z.string()),
    state: z.enum(['connected', 'leaving']),
    credential: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('pat'), expiresOn: z.string().nullable() }),
      z.object({ kind: z.literal('managedIdentity') }),
    ]),
    identities: z.array(z.object({ id: z.string(), displayName: z.string() })),
    broken: z.object({ since: z.string(), reason: z.string() }).nullable(),
  }),
);
export type ListedConnections = z.output<typeof listSchema>;

/** All connections that the running Portcullis has, by name. */
export async function readConnections(call: Awaited<ReturnType<typeof managementClient>>): Promise<ListedConnections> {
  return listSchema.parse((await call('GET', '/connections')).body);
}

interface ChangeOptions {
  name?: string;
  description?: string;
  label?: string[];
  labels?: false;
  publicUrl?: string;
  json?: boolean;
}

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

function changeCommand(): Command {
  return new Command('change')
    .summary('change what people call a connection')
    .description(
      'Changes what people call a connection, or where Azure DevOps reaches Portcullis. Nothing else changes.',
    )
    .argument('<connection>', 'its name or id')
    .option('--name <name>', 'what to call it', parseConnectionName)
    .option('--description <text>', 'what it is for')
    .addOption(
      new Option('--label <label>', 'in place of its labels; may be given several times').argParser(gatherLabels),
    )
    .addOption(new Option('--no-labels', 'take its labels away').conflicts('label'))
    .option('--public-url <url>', 'where hooks are to come; portcullis hooks sync moves them there')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      "\nExample:\n  portcullis connections change contoso --name 'Contoso Ltd' --label production\n\nExit status: 0 done, 2 error.",
    )
    .action(async (given: string, { json, label, labels, ...options }: ChangeOptions) => {
      const wanted = { ...options, ...(label ? { labels: label } : labels === false ? { labels: [] } : {}) };
      if (Object.keys(wanted).length === 0) throw new CliError('Say what to change; add --help to see how.', ERROR);
      const { body } = await orError(async () => {
        const call = await managementClient();
        const { path } = await findConnection(call, given);
        return call('PATCH', path, { body: wanted });
      });
      const [changed] = listSchema.parse([body]);
      if (!changed) return;
      process.stdout.write(
        json
          ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...changed }, null, 2)}\n`
          : changedText(changed, options.publicUrl !== undefined),
      );
    });
}

function changedText({ name, description, labels }: ListedConnections[number], isMoved: boolean): string {
  const more = [
    ...(description === '' ? [] : [description]),
    ...(labels.length === 0 ? [] : [`Labels: ${labels.join(', ')}.`]),
    ...(isMoved
      ? [`Service hooks come to the former address until portcullis hooks sync ${quoted(name)} moves them.`]
      : []),
  ];
  return `${[`${name} is changed.`, ...more].map((line) => wrapped(line)).join('\n')}\n`;
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
  const notes = connections.flatMap(({ name, description, labels, broken }) => [
    ...(broken ? [wrapped(`${name}: ${broken.reason}`)] : []),
    ...(description === '' ? [] : [wrapped(`${name}: ${description}`)]),
    ...(labels.length === 0 ? [] : [wrapped(`${name}: ${labels.map((label) => `#${label}`).join(' ')}`)]),
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
