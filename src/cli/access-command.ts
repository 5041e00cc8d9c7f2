import { Command, Option } from 'commander';
import { z } from 'zod';

import { CliError, orError } from './cli-error';
import { managementClient } from './management-client';
import { connected, findConnection } from './settings-scope';
import { columns, visible } from './terminal-text';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;

const grantSchema = z.object({
  subject: z.object({ id: z.string(), kind: z.enum(['person', 'group', 'application']), name: z.string() }),
  role: z.enum(['reader', 'project-admin', 'admin']),
  projects: z.array(z.object({ id: z.string(), name: z.string() })),
  grantedBy: z.string(),
  grantedAt: z.string().nullable(),
});
export type ListedGrant = z.output<typeof grantSchema>;

const meSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['local', 'person', 'application']),
  isAdmin: z.boolean(),
  areGroupsMissing: z.boolean(),
  connections: z.array(
    z.object({ id: z.string(), name: z.string(), role: z.string(), projectIds: z.array(z.string()) }),
  ),
});
export type Me = z.output<typeof meSchema>;

interface Options {
  connection?: string;
  json?: boolean;
}

interface GrantOptions extends Options {
  role: string;
  kind: string;
  name?: string;
  project?: string[];
}

const help = `
Roles:
  reader         sees everything of the connection, and changes nothing
  project-admin  also changes the settings of some projects and of their repositories, under the locks
  admin          everything in the connection, this list included

Administrators of the whole deployment have the app role admin in Entra. They stand in no list here,
and nothing that is revoked here keeps them out.

Examples:
  portcullis access me                                                  # who you are here
  portcullis access list contoso
  portcullis access grant 3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f --name 'Ann Author' --role reader
  portcullis access grant 3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f --kind group --name 'Shop leads' \\
      --role project-admin --project Shop --project Bank
  portcullis access revoke 3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f

The id is the object id in Entra: az ad user show --id ann@contoso.com --query id

Exit status: 0 done, 2 error.`;

/** `portcullis access`: who may do what. */
export function accessCommand(): Command {
  return new Command('access')
    .summary('say who may read or administer a connection')
    .description('Lists, grants and revokes what people, groups and applications of Entra may do in a connection.')
    .addHelpText('after', help)
    .addCommand(
      new Command('list')
        .description('Lists what was granted in a connection.')
        .argument('[connection]', 'its name or id; needed only when there are several')
        .option('--json', 'print JSON')
        .action((connection: string | undefined, options: Options) =>
          orError(async () => {
            const call = await managementClient();
            const { name, path } = await findConnection(call, connection);
            const grants = z.array(grantSchema).parse((await call('GET', `${path}/access`)).body);
            print(options, { connection: name, grants }, grantsText(name, grants));
          }),
        ),
    )
    .addCommand(
      connected(new Command('grant').description('Grants a role, in place of what they had in the connection.'))
        .argument('<object id>', 'of the person, group or application in Entra')
        .addOption(
          new Option('--role <role>', 'what they may do')
            .choices(['reader', 'project-admin', 'admin'])
            .makeOptionMandatory(),
        )
        .addOption(
          new Option('--kind <kind>', 'what the id is of')
            .choices(['person', 'group', 'application'])
            .default('person'),
        )
        .option('--name <name>', 'whose it is, for whoever reads the list')
        .option('--project <name>', 'of a project-admin: which project; may be given several times', more)
        .option('--json', 'print JSON')
        .action((id: string, options: GrantOptions) => orError(() => grant(id, options))),
    )
    .addCommand(
      connected(new Command('revoke').description('Takes away what somebody was granted in a connection.'))
        .argument('<object id>', 'of the person, group or application in Entra')
        .option('--json', 'print JSON')
        .action((id: string, options: Options) =>
          orError(async () => {
            const call = await managementClient();
            const { name, path } = await findConnection(call, options.connection);
            const answer = await call('DELETE', `${path}/access/${encodeURIComponent(id)}`);
            const { subject, role } = grantSchema.parse(answer.body);
            print(
              options,
              { connection: name, revoked: answer.body },
              visible(`${subject.name} is no ${role} of ${name} any more.`),
            );
          }),
        ),
    )
    .addCommand(
      new Command('me')
        .description('Tells who you are to Portcullis, and what you may do.')
        .option('--json', 'print JSON')
        .action((options: Options) =>
          orError(async () => {
            const me = meSchema.parse((await (await managementClient())('GET', '/me')).body);
            print(options, me, meText(me));
          }),
        ),
    );
}

async function grant(id: string, options: GrantOptions): Promise<void> {
  const call = await managementClient();
  const { name: connection, path } = await findConnection(call, options.connection);
  const { role, kind, name = id, project: projects = [] } = options;
  if ((role === 'project-admin') !== projects.length > 0) {
    throw new CliError('A project-admin takes at least one --project, and other roles take none.');
  }
  const body = { kind, name, role, projects };
  const granted = grantSchema.parse((await call('PUT', `${path}/access/${encodeURIComponent(id)}`, { body })).body);
  const where = granted.projects.length === 0 ? '' : ` for ${granted.projects.map((each) => each.name).join(', ')}`;
  print(
    options,
    { connection, granted },
    visible(`${granted.subject.name} is ${granted.role} of ${connection}${where}.`),
  );
}

function print(options: Options, json: object, text: string): void {
  const shown = options.json ? JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...json }, null, 2) : text;
  process.stdout.write(`${shown}\n`);
}

function more(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** What was granted in a connection, for people. */
export function grantsText(connection: string, grants: readonly ListedGrant[]): string {
  if (grants.length === 0) {
    return visible(`Nothing is granted in ${connection}: only administrators of the deployment see it.`);
  }
  const rows = grants.map(({ subject, role, projects, grantedBy, grantedAt }) =>
    [
      subject.name,
      subject.kind,
      role,
      projects.map(({ name }) => name).join(', '),
      subject.id,
      `${grantedBy}${grantedAt === null ? '' : `, ${grantedAt.slice(0, 10)}`}`,
    ].map(visible),
  );
  return columns([['name', 'kind', 'role', 'projects', 'object id', 'granted by'], ...rows]);
}

/** Who somebody is, for themselves. */
export function meText({ name, id, isAdmin, areGroupsMissing, connections }: Me): string {
  const lines = [
    `You are ${name}${name.includes(id) ? '' : `, ${id}`}.`,
    ...(isAdmin ? ['You administer the whole deployment.'] : connections.map((each) => `${each.name}: ${each.role}`)),
    ...(!isAdmin && connections.length === 0 ? ['Nothing was granted to you here: ask an administrator.'] : []),
    ...(areGroupsMissing
      ? ['You are in so many groups that Entra leaves them out: what was granted to a group does not count for you.']
      : []),
  ];
  return lines.map(visible).join('\n');
}
