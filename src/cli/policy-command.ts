import { Command } from 'commander';

import { parseProjectAddress } from '../core/azure-devops-url';
import type { PolicyRequest } from '../app/policy-status';
import type { PolicyReport } from '../app/policy-plan';

import { CliError } from './cli-error';
import { failureText } from './failure-text';
import { findGateIdentity } from './gate-identity';
import { wrapped } from './terminal-text';
import { breakGlassCommand } from './policy-break-glass-command';
import { installCommand } from './policy-install-command';
import { parseBranch, parseIdentity } from './policy-options';
import { warningsTo } from './warnings';

const NOT_FINE = 1;
const ERROR = 2;

interface Options {
  branch?: string;
  identity?: string;
}

const credentialHelp = `
Credential: yours, not the one that Portcullis works with: the PAT in the environment
variable AZURE_DEVOPS_PAT; without it, for Azure DevOps Services, the sign-in of az login
and its like.`;

const statusHelp = `${credentialHelp} A PAT needs Code (Read).

Exit status: 0 fine, 1 not, 2 error.`;

/** `portcullis policy`: the branch policy that keeps pull requests from being completed without the verdict. */
export function policyCommand(): Command {
  const scoped = (command: Command) =>
    command
      .argument('<url>', 'the address of a repository or a project')
      .option(
        '--branch <name>',
        'the target branch, or all below a folder as in release/*; else the default branch',
        parseBranch,
      )
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
  return new Command('policy')
    .summary('require the verdict by a branch policy, tell whether it is, or break the glass')
    .description('The branch policy that keeps pull requests from being completed without the verdict.')
    .addCommand(status)
    .addCommand(installCommand())
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
