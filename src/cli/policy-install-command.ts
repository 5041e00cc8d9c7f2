import { Command } from 'commander';

import { judgeResultSchema, reasonsOf } from '../app/judge-result';
import type { JudgeOutcome, StagedInstall } from '../app/policy-stages';
import type { StagedReport } from '../app/policy-stages-text';
import { parseProjectAddress } from '../core/azure-devops-url';

import { agreeAtTerminal } from './agree';
import { CliError } from './cli-error';
import { failureText } from './failure-text';
import { followOperation, progressText } from './follow-operation';
import { findConnectionTo, type FoundConnection } from './gate-identity';
import { noteForAudit, withinPatience } from './audit-note';
import { parseBranch, parseIdentity } from './policy-options';
import { wrapped } from './terminal-text';
import { warningsTo } from './warnings';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;
const NOT_FINE = 1;
const ERROR = 2;
/** One request names so many pull requests at most. */
const MOST_NAMED = 2_000;

interface Options {
  branch?: string[];
  allRepositories?: boolean;
  identity?: string;
  acceptErrors?: boolean;
  dryRun?: boolean;
  wait: boolean;
  yes?: boolean;
  json?: boolean;
}

const help = `
The policy is optional first. Then the running Portcullis judges every open pull request in its reach, and
the policy becomes blocking once Azure DevOps shows a verdict for each. Branches where one has none stay
optional and are named; of a project, those that are ready are required meanwhile. Called again, it goes on.

Examples:
  portcullis policy install https://dev.azure.com/contoso/Shop/_git/web                      # its default branch
  portcullis policy install https://dev.azure.com/contoso/Shop/_git/web --branch main --branch 'release/*'
  portcullis policy install https://dev.azure.com/contoso/Shop --dry-run                     # all repositories
  portcullis policy install https://dev.azure.com/contoso/Shop --yes --json

The identity is what Azure DevOps answers as authenticatedUser.id to
<organization>/_apis/connectionData, asked with Portcullis' own PAT. Where Portcullis
runs it is asked, and --identity is not needed.

Credential: yours, not the one that Portcullis works with, and never sent to it: the PAT in the environment
variable AZURE_DEVOPS_PAT; without it, for Azure DevOps Services, the sign-in of az login and its like.
A PAT needs Code (Read & write), its account the permission Edit policies.

Exit status: 0 the verdict is required, 1 not everywhere or nobody agreed, 2 error.`;

/** `portcullis policy install`. */
export function installCommand(): Command {
  return new Command('install')
    .summary('require the verdict: create the status policy, or mend it')
    .description(
      'Requires portcullis/verdict for pull requests: creates the status policy, or mends the one that is there, without ' +
        'blocking a pull request that is open now and has no verdict yet. Shows what will be written and asks first.',
    )
    .argument('<url>', 'the address of a repository or a project')
    .option(
      '--branch <name>',
      'a target branch, or all below a folder as in release/*; several times for several; else the default branch',
      (text: string, all: string[] | undefined) => [...(all ?? []), parseBranch(text)],
    )
    .option('--all-repositories', 'of the project, although the address is that of a repository')
    .option('--identity <id>', 'the id of the account that Portcullis posts as', parseIdentity)
    .option('--accept-errors', 'let a verdict that is an error do, too')
    .option('--dry-run', 'show what would be written, and write nothing')
    .option('--no-wait', 'have pull requests judged, and do not wait for it')
    .option('--yes', 'write without asking; needed where there is no terminal')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (url: string, options: Options) => {
      const report = await install(url, options);
      if (!report) {
        if (options.dryRun) {
          process.stdout.write(dryRunText(options.json));
          return;
        }
        throw new CliError('Nothing was changed.', NOT_FINE);
      }
      const text = report.lines.map((line) => (line.startsWith('  ') ? wrapped(line.trim(), '  ') : wrapped(line)));
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...report }, null, 2)}\n`
          : `${text.join('\n')}\n`,
      );
      process.exitCode = report.isFine ? 0 : NOT_FINE;
    });
}

function dryRunText(json: boolean | undefined): string {
  return json
    ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, isDryRun: true, isChanged: false }, null, 2)}\n`
    : 'Nothing was changed: this was a dry run.\n';
}

async function install(url: string, options: Options): Promise<StagedReport | undefined> {
  const parsed = parseProjectAddress(url);
  if (!parsed.ok) throw new CliError(parsed.reason, ERROR);
  const { base } = parsed.address;
  const late = { ok: false, reason: 'The running Portcullis did not answer in time.' } as const;
  const connection = await withinPatience<FoundConnection>(findConnectionTo(base, parsed.address.project), late);
  const { accountName, policyInstall } = await import('../composition/policy');
  const identityId = identityOf(connection, options);
  const agree = agreeAtTerminal(options.yes ?? false, ERROR);
  const agreement = { isGiven: false };
  const staged: Omit<StagedInstall, 'administration'> = {
    request: {
      address: parsed.address,
      branches: options.branch ?? [],
      allRepositories: options.allRepositories ?? false,
    },
    identityId,
    acceptErrors: options.acceptErrors ?? false,
    obstacle: obstacleOf(connection),
    agree: async (change) => {
      if (change.diff.some((line) => line.startsWith('+ settings.authorId'))) {
        const name = await accountName(base, identityId, warningsTo(process.stderr));
        process.stderr.write(`${trustText(identityId, name, options.identity === undefined)}\n`);
      }
      if (options.dryRun) {
        // Shown, and not asked.
        await agreeAtTerminal(true, ERROR)(change);
        return false;
      }
      agreement.isGiven = await agree(change);
      return agreement.isGiven;
    },
    judge: (asked) => judge(connection, asked, options.wait),
    tell: progressTo(process.stderr),
  };
  try {
    const report = await policyInstall(staged, warningsTo(process.stderr));
    // Told as far as somebody is there to be told: the history of the policy in Azure DevOps has it in any case.
    if (agreement.isGiven && report && connection.ok)
      await noteForAudit(base, 'policy.install', { url, isFine: `${report.isFine}` });
    return report;
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(failureText(error), ERROR);
  }
}

function identityOf(connection: FoundConnection, { identity }: Options): string {
  const known = identity ?? (connection.ok ? connection.identityId : undefined);
  if (known !== undefined) return known;
  const reason = connection.ok ? 'The running Portcullis does not say which account it posts as.' : connection.reason;
  throw new CliError(
    `Say with --identity which account Portcullis posts as (add --help to see how); nobody else could be asked. ${reason}`,
    ERROR,
  );
}

/** An id says nothing to a person, and what answers as Portcullis may name anybody's. */
export function trustText(id: string, name: string | undefined, isPortcullisWord: boolean): string {
  const word = isPortcullisWord ? ', as which Portcullis says that it posts' : '';
  const whose = name === undefined ? ' Whose that is was not asked: your credential lacks Identity (Read).' : '';
  const account = name === undefined ? `account ${id}` : `${name}, ${id}`;
  return wrapped(`Verdicts will count from ${account}, alone${word}.${whose}`);
}

function obstacleOf(connection: FoundConnection): string | undefined {
  if (!connection.ok || connection.broken === undefined) return undefined;
  return `The connection is broken, so that nobody judges what is pushed: ${connection.broken}`;
}

/** Has the running Portcullis judge, and waits for it. */
async function judge(
  connection: FoundConnection,
  { projectId, pullRequestIds }: { projectId: string; pullRequestIds: number[] },
  isWaiting: boolean,
): Promise<JudgeOutcome> {
  if (!connection.ok) return { isDone: false, reason: `Nobody was asked to judge them: ${connection.reason}` };
  const path = `/connections/${connection.id}`;
  const reasons = new Map<number, string>();
  try {
    for (let from = 0; from < pullRequestIds.length; from += MOST_NAMED) {
      const body = { projectId, pullRequestIds: pullRequestIds.slice(from, from + MOST_NAMED) };
      const { body: started } = await connection.call('POST', `${path}/judgements`, { body, expected: [202] });
      if (!isWaiting) continue;
      const result = await followOperation(connection.call, { path, started, exitCode: ERROR });
      for (const [id, reason] of reasonsOf(judgeResultSchema.parse(result))) reasons.set(id, reason);
    }
  } catch (error) {
    const reason = error instanceof CliError ? error.message : 'Portcullis answered something unexpected.';
    return { isDone: false, reason };
  }
  if (isWaiting) return { isDone: true, reasons };
  return { isDone: false, reason: 'Portcullis judges them now: run this again in a while.' };
}

/** A line written over at a terminal; elsewhere one for every hundred. */
function progressTo(output: NodeJS.WriteStream): StagedInstall['tell'] {
  return (progress) => {
    const line = progressText({ state: 'running', progress, trouble: null });
    if (output.isTTY) output.write(`\r\u001b[K${line}${progress.done === progress.total ? '\n' : ''}`);
    else if (progress.done % 100 === 0) output.write(`${line}\n`);
  };
}
