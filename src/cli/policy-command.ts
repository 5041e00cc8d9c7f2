import { Command, InvalidArgumentError } from 'commander';

import { parseProjectAddress } from '../core/azure-devops-url';
import type { PolicyRequest } from '../app/policy-install';
import type { PolicyReport } from '../app/policy-plan';

import { agreeAtTerminal } from './agree';
import { CliError } from './cli-error';
import { failureText } from './failure-text';
import { findGateIdentity } from './gate-identity';
import { wrapped } from './terminal-text';
import { breakGlassCommand } from './policy-break-glass-command';
import { warningsTo } from './warnings';

const NOT_FINE = 1;
const ERROR = 2;

interface Options {
  branch?: string;
  identity?: string;
  yes?: boolean;
}

const credentialHelp = `
Credential: yours, not the one that Portcullis works with: the PAT in the environment
variable AZURE_DEVOPS_PAT; without it, for Azure DevOps Services, the sign-in of az login
and its like.`;

const identityHelp = `
The identity is what Azure DevOps answers as authenticatedUser.id to
<organization>/_apis/connectionData, asked with Portcullis' own PAT. Where Portcullis
runs it is asked, and --identity is not needed.`;

const statusHelp = `${credentialHelp} A PAT needs Code (Read).

Exit status: 0 fine, 1 not, 2 error.`;

const installHelp = `${identityHelp}
${credentialHelp} A PAT needs Code (Read & write), its account the permission
Edit policies.

Exit status: 0 fine, 1 not, 2 error.`;

/** `portcullis policy`: the branch policy that keeps pull requests from being completed without the verdict. */
export function policyCommand(): Command {
  const scoped = (command: Command) =>
    command
      .argument('<url>', 'the address of a repository or a project')
      .option('--branch <name>', 'the target branch; else the default branch', parseBranch)
      .option('--identity <id>', 'the id of the account that Portcullis posts as', parseIdentity);
  const status = scoped(new Command('status'))
    .description(
      'Tells whether pull requests need portcullis/verdict to be completed, and what is wrong if they do not.',
    )
    .summary('tell whether pull requests need the verdict, and what is wrong')
    .addHelpText('after', statusHelp)
    .action(async (url: string, options: Options) => {
      const request = requestOf(url, options);
      const { policyStatus } = await import('../composition/policy');
      const identity = options.identity ?? (await knownIdentity(request.address.base));
      tell(
        await orSentence(() => policyStatus(request, identity, warningsTo(process.stderr))),
        'portcullis policy install mends it.',
      );
    });
  const install = scoped(new Command('install'))
    .description(
      'Requires portcullis/verdict for pull requests: creates the status policy, or mends the one that is there. Shows what ' +
        'will be written and asks first.',
    )
    .summary('require the verdict: create the status policy, or mend it')
    .option('--yes', 'write without asking; needed where there is no terminal')
    .addHelpText('after', installHelp)
    .action(async (url: string, options: Options) => {
      const request = requestOf(url, options);
      const identity = options.identity ?? (await gateIdentity(request.address.base));
      const { policyInstall } = await import('../composition/policy');
      const agree = agreeAtTerminal(options.yes ?? false, ERROR);
      const report = await orSentence(() => policyInstall(request, identity, agree, warningsTo(process.stderr)));
      if (!report) throw new CliError('Nothing was changed.', NOT_FINE);
      tell(report, '');
    });
  return new Command('policy')
    .summary('require the verdict by a branch policy, tell whether it is, or break the glass')
    .description('The branch policy that keeps pull requests from being completed without the verdict.')
    .addCommand(status)
    .addCommand(install)
    .addCommand(breakGlassCommand('suspend'))
    .addCommand(breakGlassCommand('restore'));
}

function requestOf(url: string, { branch }: Options): PolicyRequest {
  const parsed = parseProjectAddress(url);
  if (!parsed.ok) throw new CliError(parsed.reason, ERROR);
  return { address: parsed.address, branch };
}

async function knownIdentity(base: string): Promise<string | undefined> {
  const found = await findGateIdentity(base);
  return found.ok ? found.id : undefined;
}

async function gateIdentity(base: string): Promise<string> {
  const found = await findGateIdentity(base);
  if (found.ok) return found.id;
  throw new CliError(
    `Say with --identity which account Portcullis posts as (add --help to see how); nobody else could be asked. ${found.reason}`,
    ERROR,
  );
}

async function orSentence<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(failureText(error), ERROR);
  }
}

function tell({ isFine, lines }: PolicyReport, remedy: string): void {
  const all = isFine || remedy === '' ? lines : [...lines, remedy];
  process.stdout.write(`${all.map((line) => wrapped(line)).join('\n')}\n`);
  process.exitCode = isFine ? 0 : NOT_FINE;
}

function parseBranch(text: string): string {
  const branch = text.trim();
  if (branch === '') throw new InvalidArgumentError('It is a name like main.');
  return branch;
}

function parseIdentity(text: string): string {
  const id = text.trim().toLowerCase();
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
  throw new InvalidArgumentError('It is an id like d6245f20-2af8-44f4-9451-8107cb2767db.');
}
