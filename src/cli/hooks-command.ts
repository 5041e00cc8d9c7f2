import { Command } from 'commander';

import type { GrantChange } from '../app/hooks/grant-hooks';
import { rotateResultSchema } from '../app/hooks/rotate-operation';
import { syncResultSchema } from '../app/hooks/hook-slices';

import { agreeAtTerminal } from './agree';
import { CliError, orError } from './cli-error';
import { followOperation } from './follow-operation';
import { rotateText, statusText, syncText, hooksStatusSchema } from './hooks-text';
import { rotateHooksWithVault } from './hooks-with-vault';
import { managementClient } from './management-client';
import { vaultOption, vaultToWrite } from './own-vault';
import { readConnections } from './read-connections';
import { noteForAudit } from './audit-note';
import { findConnection } from './settings-scope';
import { visible } from './terminal-text';
import { trustAddress } from './trusted-address';
import { warningsTo } from './warnings';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;
const NOT_FINE = 1;
const ERROR = 2;

interface Options {
  vault?: string;
  json?: boolean;
}

const exitHelp = `
Exit status: 0 all is in place, 1 something is not, 2 error.`;

const grantHelp = `
Examples:
  portcullis hooks grant                       # the one connection that there is, all projects
  portcullis hooks grant contoso --project Shop
  portcullis hooks grant server --organization https://tfs.contoso.com/tfs/DefaultCollection --yes

Credential: yours, not the one that Portcullis works with: the PAT in the environment
variable AZURE_DEVOPS_PAT; without it, for Azure DevOps Services, the sign-in of az login.
A PAT needs Security (Manage), Identity (Read) and Project and Team (Read), its account
to administer the collection, or the project. It is sent to Azure DevOps alone: dev.azure.com, or
the server that you name with --organization or agree to. Who gets the rights is shown first.

Exit status: 0 Portcullis' account may, 1 nobody agreed, 2 error.`;

const syncHelp = `
Examples:
  portcullis hooks sync                        # the one connection that there is
  portcullis hooks sync contoso --json

Creates what is missing, repairs what was changed or disabled, removes doubles. What is in
order is not written. Subscriptions of others are not touched. Interrupting this only stops
the watching.
${exitHelp}`;

const rotateHelp = `
Example:
  portcullis hooks rotate contoso

Stores a new password beside the present one, waits until every endpoint knows it, changes
the subscriptions, and lets the former one end 15 minutes later. No hook is refused.
${exitHelp}`;

/** `portcullis hooks`: the service hook subscriptions through which Azure DevOps tells Portcullis what happens. */
export function hooksCommand(): Command {
  const command = (name: string): Command =>
    new Command(name)
      .argument('[connection]', 'its name or id; needed only when there are several')
      .option('--json', 'print JSON');
  return new Command('hooks')
    .summary('keep the service hooks in order: grant, sync, status, rotate')
    .description(
      "The service hook subscriptions, which are Portcullis' own: how they are, and what brings them in order.",
    )
    .addCommand(
      command('grant')
        .summary("let Portcullis' account have service hook subscriptions")
        .description(
          "Lets Portcullis' account view, edit and delete service hook subscriptions, in all projects or in one.",
        )
        .option('--project <name>', 'in this project alone')
        .option(
          '--organization <url>',
          'where it is, for a server: else only Portcullis says where your credential goes',
        )
        .option('--yes', 'without asking; needed where there is no terminal')
        .addHelpText('after', grantHelp)
        .action(grant),
    )
    .addCommand(
      command('sync')
        .summary('create, repair and remove subscriptions until they are in order')
        .description('Brings the service hook subscriptions of all Git projects in order.')
        .addHelpText('after', syncHelp)
        .action((name: string | undefined, options: Options) => long(name, options, 'sync')),
    )
    .addCommand(
      command('status')
        .summary('tell how the subscriptions are')
        .description('Tells of every service hook subscription whether it is in place, and what is wrong if it is not.')
        .addHelpText('after', exitHelp)
        .action(status),
    )
    .addCommand(
      command('rotate')
        .summary('give the subscriptions a new password')
        .description('Gives all service hook subscriptions a new password, without refusing a hook.')
        .addOption(vaultOption())
        .addHelpText('after', rotateHelp)
        .action((name: string | undefined, options: Options) => long(name, options, 'rotate')),
    );
}

interface GrantOptions extends Options {
  project?: string;
  organization?: string;
  yes?: boolean;
}

async function grant(name: string | undefined, { project, json, organization, yes }: GrantOptions): Promise<void> {
  const call = await managementClient();
  const wanted = await findConnection(call, name);
  const connection = (await readConnections(call)).find(({ id }) => id === wanted.id);
  const account = connection?.identities[0];
  if (!connection || !account) {
    throw new CliError(`Portcullis does not say which account it has in ${wanted.name}.`, ERROR);
  }
  const { grantHookRights } = await import('../composition/service-hooks');
  await trustAddress(connection, organization, ERROR);
  const ask = agreeAtTerminal(yes ?? false, ERROR);
  const agreement = { isRefused: false };
  const agree = async (change: GrantChange): Promise<boolean> => {
    const { id, name: shown } = change.account;
    const heading = `${shown}, ${id}, as which Portcullis says that it posts, will be given in ${connection.url}:`;
    const places = change.project === null ? 'all projects' : `project ${change.project}`;
    agreement.isRefused = !(await ask({
      heading,
      diff: [`+ view, edit and delete service hook subscriptions of ${places}`],
    }));
    return !agreement.isRefused;
  };
  const granted = await orError(() =>
    grantHookRights(connection.url, account, project, agree, warningsTo(process.stderr)),
  );
  if (agreement.isRefused) throw new CliError('Nothing was changed.', NOT_FINE);
  const where = granted.project === null ? 'all projects' : `project ${granted.project}`;
  if (granted.changed) {
    const note = await noteForAudit(connection.url, 'hooks.grant', { account: account.displayName, where });
    if (!note.isRecorded) process.stderr.write(`It is not in the audit log of Portcullis: ${visible(note.reason)}\n`);
  }
  print(
    json,
    { connection: connection.name, account: account.displayName, ...granted },
    visible(
      `${account.displayName} ${granted.changed ? 'may now' : 'could already'} view and edit service hook subscriptions of ${where}.`,
    ),
  );
}

async function long(name: string | undefined, { json, vault: named }: Options, verb: 'sync' | 'rotate'): Promise<void> {
  const { connection, result } = await orError(async () => {
    const call = await managementClient();
    const found = await findConnection(call, name);
    const { path, name: connectionName } = found;
    const vault = verb === 'rotate' ? await vaultToWrite(call, named) : undefined;
    if (vault) return { connection: connectionName, result: await rotateHooksWithVault(call, vault, found) };
    const { body } = await call('POST', `${path}/hooks/${verb}`, { expected: [202] });
    const followed = await followOperation(call, { path, started: body, exitCode: ERROR });
    return { connection: connectionName, result: followed };
  });
  const synced = verb === 'sync' ? syncResultSchema.parse(result) : rotateResultSchema.parse(result);
  const text = 'formerEndsAt' in synced ? rotateText(rotateResultSchema.parse(synced)) : syncText(synced);
  print(json, { connection, ...synced }, text);
  process.exitCode = synced.refused.length === 0 ? 0 : NOT_FINE;
}

async function status(name: string | undefined, { json }: Options): Promise<void> {
  const { connection, found } = await orError(async () => {
    const call = await managementClient();
    const { path, name: connectionName } = await findConnection(call, name);
    return { connection: connectionName, found: hooksStatusSchema.parse((await call('GET', `${path}/hooks`)).body) };
  });
  print(json, { connection, ...found }, statusText(found));
  process.exitCode = found.ok ? 0 : NOT_FINE;
}

function print(json: boolean | undefined, value: object, text: string): void {
  const told = json ? JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...value }, null, 2) : text;
  process.stdout.write(`${told}\n`);
}
