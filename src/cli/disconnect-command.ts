import { Command } from 'commander';
import { z } from 'zod';

import { forgetResultSchema } from '../app/disconnect/forget-operation';
import { leaveResultSchema } from '../app/disconnect/leave-operation';
import { mayBlock, type PolicyRemoval } from '../app/disconnect/remove-policies';
import type { KeptSecret } from '../app/ports';
import type { DisconnectAdministration } from '../composition/disconnect';

import { agreeAtTerminal } from './agree';
import { CliError, orError } from './cli-error';
import { doneLines, planLines, policyText } from './disconnect-text';
import { failureText } from './failure-text';
import { followOperation } from './follow-operation';
import { managementClient, type CallManagement } from './management-client';
import { readConnections } from './read-connections';
import { vaultOption, vaultToWrite } from './own-vault';
import { findConnection } from './settings-scope';
import { visible, wrapped } from './terminal-text';
import { trustAddress } from './trusted-address';
import { warningsTo } from './warnings';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;
const NOT_FINE = 1;
const ERROR = 2;

const looked = <Schema extends z.ZodType>(found: Schema) =>
  z.object({ found: found.nullable(), trouble: z.string().nullable() });
const lookedSchema = z.object({
  state: z.enum(['connected', 'leaving']),
  subscriptions: looked(z.int()),
  secrets: looked(z.array(z.object({ name: z.string(), state: z.string(), purgedOn: z.string().nullable() }))),
  rows: looked(z.record(z.string(), z.int())),
  messages: looked(z.object({ scheduled: z.int(), waiting: z.int() })),
});
export type Looked = z.output<typeof lookedSchema>;

const connectionSchema = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  identities: z.array(z.object({ id: z.string() })),
  credential: z.object({ kind: z.enum(['pat', 'managedIdentity']) }),
});
type Named = z.output<typeof connectionSchema>;

/** What became of it. Null where nothing had to be done, or nothing could be asked. */
export interface Disconnected {
  connection: Named;
  policies: PolicyRemoval | null;
  leave: z.output<typeof leaveResultSchema>;
  hooks: Awaited<ReturnType<DisconnectAdministration['removeHooks']>> | null;
  threads: Awaited<ReturnType<DisconnectAdministration['closeThreads']>> | null;
  rights: { places: number; trouble: string | null } | null;
  forget: z.output<typeof forgetResultSchema>;
}

interface Options {
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
  organizationGone?: boolean;
  organization?: string;
  vault?: string;
}

const help = `
In this order: the branch policies that require a status of Portcullis, so that no pull request waits;
then the connection is leaving: nothing is judged any more, open comments of Portcullis are closed, and
service hooks are removed; then the rights that its account was given for service hooks, its secrets,
messages and rows, and the connection itself. Broken off anywhere, call it again: it goes on.

Examples:
  portcullis disconnect contoso --dry-run               # all that would go, and nothing is written
  portcullis disconnect contoso
  portcullis disconnect contoso --yes --json
  portcullis disconnect contoso --organization-gone     # Azure DevOps has nothing of it any more

Credential: yours, beside the sign-in to Portcullis: the PAT in the environment variable AZURE_DEVOPS_PAT,
with Code (Read & write), Security (Manage), Identity (Read) and Project and Team (Read); without it, for
Azure DevOps Services, the sign-in of az login. Its account needs Edit policies, and administers the
organization or the collection.

Exit status: 0 disconnected; 1 something keeps it, or was left; 2 error.`;

/** `portcullis disconnect`: an organization or a collection that Portcullis is to leave, with nothing left behind. */
export function disconnectCommand(): Command {
  return new Command('disconnect')
    .summary('leave an organization or a collection, with nothing left behind')
    .description(
      'Takes away everything that Portcullis has in an organization or a collection, and everything that it keeps of it. ' +
        'Shows what will go and asks first.',
    )
    .argument('<connection>', 'its name or id')
    .option('--dry-run', 'show all that would go, and write nothing')
    .option('--yes', 'do it without asking; needed where there is no terminal')
    .option('--organization <url>', 'where it is, for a server: else only Portcullis says where your credential goes')
    .option('--organization-gone', 'ask nothing of Azure DevOps: the organization was deleted')
    .addOption(vaultOption())
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (given: string, options: Options) => {
      try {
        await disconnect(given, options);
      } catch (error) {
        throw error instanceof CliError ? error : new CliError(failureText(error), ERROR);
      }
    });
}

async function disconnect(given: string, options: Options): Promise<void> {
  const { dryRun = false, yes = false, organizationGone = false, organization } = options;
  const call = await orError(managementClient);
  const { id, path } = await orError(() => findConnection(call, given));
  const connection = connectionSchema.parse((await readConnections(call)).find((each) => each.id === id));
  const inventory = lookedSchema.parse((await call('GET', `${path}/disconnect`)).body);
  if (!organizationGone) await trustAddress(connection, organization, ERROR);
  const { administerDisconnect } = await import('../composition/disconnect');
  const administration = organizationGone
    ? undefined
    : await administerDisconnect(connection.url, warningsTo(process.stderr));
  const found = await administration?.findPolicies();
  const ids = connection.identities.map((each) => each.id);
  const lines = planLines(connection.name, inventory, found, (await administration?.nameAccounts(ids)) ?? []);
  if (dryRun) {
    const plan = { dryRun, connection, policies: found ?? null, ...inventory };
    tell(options, plan, [
      `${connection.name} (${connection.url}) would be disconnected:`,
      ...lines,
      'Nothing was written.',
    ]);
    return;
  }
  const vault = await orError(() => vaultToWrite(call, options.vault));
  const heading = `${connection.name} (${connection.url}) will be disconnected:`;
  if (!(await agreeAtTerminal(yes, ERROR)({ heading, diff: lines })))
    throw new CliError('Nothing was changed.', NOT_FINE);

  const policies = found && (await administration?.removePolicies(found));
  if (policies && mayBlock(policies)) throw new CliError(keptText(policies), NOT_FINE);
  await note(call, path, 'policy.delete', connection.url, { deleted: policies?.policies.length ?? 0 });

  const leave = leaveResultSchema.parse(await operate(call, path, 'leave', { organizationGone }));
  const needsHand = leave.unreachable !== null;
  const hooks =
    administration && (needsHand || leave.hooks.refused.length > 0)
      ? await administration.removeHooks(connection.id)
      : null;
  if (hooks && hooks.refused.length > 0) throw new CliError(hooksText(hooks), NOT_FINE);
  const threads = administration && needsHand ? await administration.closeThreads(ids) : null;
  const rights = administration ? await revoke(administration, ids) : null;
  if (rights) await note(call, path, 'hooks.revoke', connection.url, { places: rights.places });

  // The connection itself goes last, so that calling again goes on.
  const kept = await vault?.kept.remove(connection.id);
  const forgotten = forgetResultSchema.parse(await operate(call, path, 'forget', {}));
  const forget = kept ? { ...forgotten, secretsKept: kept.map(keptAnswer) } : forgotten;
  await call('DELETE', path, { expected: [204] });
  const done: Disconnected = { connection, policies: policies ?? null, leave, hooks, threads, rights, forget };
  tell(options, { dryRun, ...done }, doneLines(done));
  if (rights?.trouble || leftOver(done)) process.exitCode = NOT_FINE;
}

/** As Portcullis tells it of a vault that it writes. */
function keptAnswer({ name, purgedOn }: KeptSecret): Disconnected['forget']['secretsKept'][number] {
  return { name, purgedOn: purgedOn?.toISOString() ?? null };
}

/** Long work, watched to its end. */
async function operate(call: CallManagement, path: string, step: string, body: unknown): Promise<unknown> {
  const started = (await call('POST', `${path}/disconnect/${step}`, { body, expected: [202] })).body;
  return followOperation(call, { path, started, exitCode: NOT_FINE });
}

/** What was done past Portcullis, for its audit log; it goes on without. */
async function note(
  call: CallManagement,
  path: string,
  action: string,
  subject: string,
  details: Record<string, number>,
): Promise<void> {
  if (Object.values(details).every((number) => number === 0)) return;
  await call('POST', `${path}/audit-notes`, { body: { action, subject, details }, expected: [204] });
}

async function revoke(administration: DisconnectAdministration, ids: string[]): Promise<Disconnected['rights']> {
  try {
    return { places: await administration.revoke(ids), trouble: null };
  } catch (error) {
    return { places: 0, trouble: failureText(error) };
  }
}

function leftOver({ leave, threads, policies }: Disconnected): boolean {
  const unclosed = threads === null ? leave.threads.refused : threads.refused;
  return unclosed.length > 0 || (policies?.policies.some(({ state }) => state !== 'deleted') ?? false);
}

function keptText({ policies, refused }: PolicyRemoval): string {
  const reasons = [
    ...refused.map(
      ({ project, reason }) => `the branch policies of project ${project.name} could not be read: ${reason}`,
    ),
    ...policies
      .filter(({ state, blocks }) => state !== 'deleted' && blocks)
      .map((policy) => `${policyText(policy)} could not be deleted: ${policy.note ?? ''}`),
  ];
  return `The connection stays in service, as pull requests would wait for ever: ${reasons.join(' ')} Call this again once that is mended.`;
}

function hooksText({ refused }: NonNullable<Disconnected['hooks']>): string {
  const reasons = refused.map(({ project, reason }) => `${project}: ${reason}`).join(' ');
  return `The connection is leaving, but not gone: service hooks could not be removed. ${reasons} Until then they are answered and dropped. Call this again with the PAT of somebody who may delete them.`;
}

function tell({ json = false }: Options, answer: Record<string, unknown>, lines: readonly string[]): void {
  process.stdout.write(
    json
      ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...answer }, null, 2)}\n`
      : `${lines.map((line) => (/^(?:-| ) /.test(line) ? visible(line) : wrapped(line))).join('\n')}\n`,
  );
}
