import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';

import { quoted } from '../core/quoted';
import { parseAzureDevOpsUrl } from '../core/azure-devops-url';
import { daysFrom, dayOf, DEFAULT_PAT_DAYS, patEndProblem } from '../core/pat-expiry';

import { CliError, orError } from './cli-error';
import { gatherLabels, parseConnectionName } from './connection-options';
import { connectWithVault, type NewCredential } from './connect-with-vault';
import { managementClient, type ManagementAnswer } from './management-client';
import { vaultOption, vaultToWrite } from './own-vault';
import { caCertificateOption, networkOf, proxyOption, type NetworkOptions } from './network-options';
import { readPat } from './read-pat';
import { columns, indented, visible, wrapped } from './terminal-text';
import { testAnswerSchema, testText } from './test-command';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;
const BROKEN = 1;
const ERROR = 2;

const connectedSchema = z.object({
  connection: z.looseObject({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    publicUrl: z.string().nullable(),
    credential: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('pat'), expiresOn: z.string().nullable() }),
      z.object({ kind: z.literal('managedIdentity') }),
    ]),
  }),
  test: testAnswerSchema,
  /** A Portcullis of the release before does not say it. */
  keepsSettings: z.boolean().default(false),
});
const refusedSchema = z.object({ message: z.string(), test: testAnswerSchema });
export type Connected = z.output<typeof connectedSchema>;

interface Options extends NetworkOptions {
  name?: string;
  description?: string;
  label?: string[];
  expires?: Date;
  days?: number;
  managedIdentity?: boolean;
  phase: 'shadow' | 'enforce';
  publicUrl?: string;
  id?: string;
  force?: boolean;
  vault?: string;
  json?: boolean;
}

const help = `
Examples:
  portcullis connect https://dev.azure.com/contoso                  # asks for the PAT
  portcullis connect https://dev.azure.com/contoso/Shop/_git/web    # any page or remote will do
  portcullis connect https://tfs.contoso.com/tfs/DefaultCollection --name server < pat.txt
  portcullis connect https://dev.azure.com/contoso --managed-identity
  portcullis connect https://tfs.contoso.local/tfs/DefaultCollection \\
      --ca-certificate contoso-ca.pem --proxy http://proxy.contoso.com:3128

The account. Portcullis posts as an account of its own: its name and picture are what authors see.
  1. Organization settings, Users, Add users: a new account, access level Basic, in the projects'
     Contributors group, or with Read and Contribute to pull requests on the repositories.
  2. Sign in as it; User settings, Profile: its name and picture (portcullis logo writes one).
  3. User settings, Personal access tokens, New token, for this organization alone: Code (Read),
     Code (Status), Pull Request Threads (Read & write), Work Items (Read); Identity (Read) where
     settings name groups. Note the day on which it ends.

Credential: the PAT of that account, in the environment variable PORTCULLIS_PAT, else on standard
input, else asked for; never an argument. It goes into the Key Vault and never comes out. Or
--managed-identity, on Azure DevOps Services: the deployment's own identity, added to the
organization as a user; then no PAT ends.

Exit status: 0 connected, 1 something is broken and nothing was saved, 2 error.`;

/** `portcullis connect`: an organization or collection that is not connected yet. */
export function connectCommand(): Command {
  return new Command('connect')
    .summary('connect an organization or a collection')
    .description(
      'Tests an address with the PAT of the account that Portcullis is to post as, and connects it: it shows what is wrong, ' +
        'one cause a line, and saves nothing while something is broken.',
    )
    .argument('<url>', 'an address of Azure DevOps in any form')
    .option('--name <name>', 'what to call it; else as the organization is called', parseConnectionName)
    .option('--description <text>', 'what it is for')
    .option('--label <label>', 'for people to find it by; may be given several times', gatherLabels)
    .addOption(
      new Option('--expires <date>', 'the day on which the PAT ends, like 2027-02-01')
        .argParser(parseDay)
        .conflicts('days'),
    )
    .option('--days <number>', `or in how many days it ends; else ${DEFAULT_PAT_DAYS}`, parseDays)
    .addOption(
      new Option('--managed-identity', "with the deployment's own identity in place of a PAT").conflicts([
        'expires',
        'days',
      ]),
    )
    .addOption(
      new Option('--phase <phase>', 'shadow says what would fail and blocks nothing')
        .choices(['shadow', 'enforce'])
        .default('shadow'),
    )
    .option('--public-url <url>', 'where Azure DevOps reaches Portcullis, if not where this command does')
    .addOption(proxyOption())
    .addOption(caCertificateOption())
    .option('--id <id>', 'the id that it had before its row was lost (infra/restore.md)')
    .option('--force', 'connect although something is broken, if only the PAT is accepted')
    .addOption(vaultOption())
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (url: string, options: Options) => {
      const parsed = parseAzureDevOpsUrl(url);
      if (!parsed.ok) throw new CliError(parsed.reason, ERROR);
      const call = await orError(managementClient);
      const network = await networkOf(options);
      const vault = await orError(() => vaultToWrite(call, options.vault));
      const credential = await credentialOf(options);
      const { name, description, label, phase, publicUrl, id, force } = options;
      const rest = { url, name, description, labels: label, phase, publicUrl, force, ...network };
      const post = (given: { id: string | undefined; credential: object }): Promise<ManagementAnswer> =>
        call('POST', '/connections', { body: { ...rest, ...given }, isSecret: true, expected: [201, 422] });
      const answer = await orError(() =>
        vault ? connectWithVault(call, vault, { id, credential }, post) : post({ id, credential }),
      );
      if (answer.status === 422) {
        const { message, test } = refusedSchema.parse(answer.body);
        process.stdout.write(options.json ? jsonText({ connection: null, test }) : testText(test));
        throw new CliError(message, BROKEN);
      }
      const connected = connectedSchema.parse(answer.body);
      process.stdout.write(options.json ? jsonText(connected) : connectedText(connected, url, phase));
    });
}

async function credentialOf({ managedIdentity, expires, days }: Options): Promise<NewCredential> {
  if (managedIdentity) return { kind: 'managedIdentity' };
  const now = new Date();
  const expiresOn = expires ?? daysFrom(now, days ?? DEFAULT_PAT_DAYS);
  const problem = patEndProblem(expiresOn, now);
  if (problem !== undefined) throw new CliError(problem, ERROR);
  return { kind: 'pat', pat: await readPat(ERROR, 'PORTCULLIS_PAT'), expiresOn };
}

/** What is connected now, and what comes next. */
export function connectedText(
  { connection, test, keepsSettings }: Connected,
  given: string,
  phase: Options['phase'],
): string {
  const { id, name, url, publicUrl } = connection;
  const parsed = parseAzureDevOpsUrl(given);
  const target = parsed.ok && parsed.address.project !== undefined ? quoted(given) : `${url}/<project>`;
  const commands = [
    [`portcullis hooks grant ${quoted(name)}`, 'its account may have service hooks'],
    [`portcullis hooks sync ${quoted(name)}`, 'and has them, in every project'],
    [`portcullis policy install ${target}`, 'nothing is completed without the verdict'],
    [`portcullis doctor ${quoted(name)}`, 'whether all is well'],
  ];
  return [
    testText(test),
    `${visible(url)} is connected as ${visible(name)} (${id}).`,
    ...endText(connection),
    wrapped(`Its service hooks will come to ${publicUrl ?? ''}/api/service-hooks/${id}.`),
    ...(keepsSettings
      ? [
          wrapped(
            `Settings that it had before are still there, and count, its phase too: portcullis settings get --connection ${quoted(name)} shows them.`,
          ),
        ]
      : []),
    ...(phase === 'shadow' && !keepsSettings
      ? [
          wrapped(
            'It is in phase shadow: verdicts say what would fail, and block nothing, until its settings say phase: enforce.',
          ),
        ]
      : []),
    '',
    'Next, with the PAT of somebody who administers the organization in AZURE_DEVOPS_PAT:',
    '',
    indented(columns(commands.map(([command = '', why = '']) => [command, `# ${why}`].map(visible))), 2),
    '',
  ].join('\n');
}

/** Azure DevOps does not say when a PAT ends, so nobody else will. */
function endText({ name, credential }: Connected['connection']): string[] {
  if (credential.kind === 'managedIdentity' || credential.expiresOn === null) return [];
  const day = credential.expiresOn.slice(0, 10);
  return [
    wrapped(
      `Its PAT is taken to end on ${day}; warnings come from 30 days before. If that is another day, say it with the same PAT: portcullis pat rotate ${quoted(name)} --expires <day>`,
    ),
  ];
}

function jsonText(answer: Record<string, unknown>): string {
  return `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...answer }, null, 2)}\n`;
}

function parseDay(text: string): Date {
  const day = dayOf(text);
  if (day) return day;
  throw new InvalidArgumentError('It is a date like 2027-02-01.');
}

function parseDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days > 0) return days;
  throw new InvalidArgumentError('It is a number of days, like 90.');
}
