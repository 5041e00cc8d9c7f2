import { Command } from 'commander';

import { quoted } from '../core/quoted';
import { parseProjectAddress } from '../core/azure-devops-url';
import type { PolicyRequest } from '../app/policy-status';
import type { PolicyReport } from '../app/policy-plan';

import { CliError, orError } from './cli-error';
import { findGateIdentity } from './gate-identity';
import { wrapped } from './terminal-text';
import { breakGlassCommand } from './policy-break-glass-command';
import { installCommand } from './policy-install-command';
import { parseBranch, parseIdentity } from './policy-options';
import { warningsTo } from './warnings';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;
const NOT_FINE = 1;
const ERROR = 2;

interface Options {
  branch?: string;
  identity?: string;
  json?: boolean;
}

const credentialHelp = `
Credential: yours, not the one that Portcullis works with: the PAT in the environment
variable AZURE_DEVOPS_PAT; without it, for Azure DevOps Services, the sign-in of az login
and its like.`;

const statusHelp = `${credentialHelp} A PAT needs Code (Read).

Exit status: 0 the verdict is required, 1 something is wrong with that, 2 error.`;

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
      .option('--identity <id>', 'the id of the account that Portcullis posts as', parseIdentity)
      .option('--json', 'print JSON');
  const status = scoped(new Command('status'))
    .description(
      'Tells whether pull requests need portcullis/verdict to be completed, and what is wrong if they do not.',
    )
    .summary('tell whether pull requests need the verdict, and what is wrong')
    .addHelpText('after', statusHelp)
    .action(async (url: string, options: Options) => {
      const request = requestOf(url, options);
      const { policyStatus } = await import('../composition/policy');
      const identity = options.identity ?? (await knownIdentity(request));
      const report = await orError(() => policyStatus(request, identity, warningsTo(process.stderr)));
      // Installing would mend a suspended one as well, but this one alone.
      const isSuspended = report.lines.some((line) => line.includes('until portcullis policy restore'));
      const remedy = isSuspended
        ? `portcullis policy restore --all ${quoted(request.address.base)} makes it required again.`
        : `portcullis policy install ${quoted(url)} mends it.`;
      tell(report, remedy, options.json ?? false);
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

async function knownIdentity({ address }: PolicyRequest): Promise<string | undefined> {
  const found = await findGateIdentity(address.base, address.project);
  return found.ok ? found.id : undefined;
}

function tell({ isFine, lines }: PolicyReport, remedy: string, json: boolean): void {
  const all = isFine ? lines : [...lines, remedy];
  process.stdout.write(
    json
      ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, isFine, lines: all }, null, 2)}\n`
      : `${all.map((line) => wrapped(line)).join('\n')}\n`,
  );
  process.exitCode = isFine ? 0 : NOT_FINE;
}
