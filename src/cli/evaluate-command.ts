import { Command, InvalidArgumentError } from 'commander';

import { parsePullRequestAddress, type PullRequestAddress } from '../core/azure-devops-url';
import type { EvaluatedOnce, ValidSettings } from '../app/evaluate-once';
import type { State } from '../core/gate';
import { parseSettingsText, problemText, resolveSettings } from '../settings';

import { CliError } from './cli-error';
import { evaluationJson } from './evaluation-json';
import { evaluationText } from './evaluation-text';
import { failureText } from './failure-text';
import { readSettingsFile } from './read-settings-file';
import { warningsTo } from './warnings';

const exitCodes: Record<State, number> = { succeeded: 0, notApplicable: 0, failed: 1, error: 2, pending: 3 };
const ERROR = exitCodes.error;

interface Options {
  pullRequest?: number;
  settings?: string;
  json?: boolean;
  publish?: boolean;
}

const help = `
Examples:
  portcullis evaluate https://dev.azure.com/contoso/Shop/_git/web/pullrequest/7
  portcullis evaluate https://tfs.contoso.local/Stores/Shop/_git/web/pullrequest/7 --settings gates.yaml
  portcullis evaluate "$(git remote get-url origin)" --pull-request 7 --json

Credential: the PAT in the environment variable AZURE_DEVOPS_PAT; without it, for
Azure DevOps Services, the sign-in of az login and its like. A PAT needs Code (Read)
and Work Items (Read); for --publish also Code (Status) and Pull Request Threads
(Read & write).

Exit status: 0 succeeded or not applicable, 1 failed, 2 error, 3 pending.`;

/** `portcullis evaluate`: one pull request, here and now, with nothing deployed. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .summary('judge one pull request, with nothing deployed')
    .description(
      'Judges one pull request of Azure DevOps Services or Server and prints the verdict, what was found and what helps. ' +
        'Nothing needs to be deployed, and nothing is written unless --publish says so.',
    )
    .argument('<url>', 'the pull request\u2019s address; with --pull-request, its repository\u2019s address or remote')
    .option('--pull-request <number>', 'the pull request\u2019s number, where the address does not say it', parseNumber)
    .option('--settings <file>', 'settings in YAML or JSON, - for standard input; else the defaults')
    .option('--json', 'print JSON, with every finding')
    .option('--publish', 'post the status portcullis/evaluate and a summary of its own; never portcullis/verdict')
    .addHelpText('after', help)
    .action(async (url: string, options: Options) => {
      const parsed = parsePullRequestAddress(url, options.pullRequest);
      if (!parsed.ok) throw new CliError(parsed.reason, ERROR);
      const settings = await readSettings(options.settings);
      const evaluated = await evaluateAddress(parsed.address, settings, options.publish ?? false);
      const from =
        options.settings === undefined ? 'the default settings' : `the settings of ${nameOf(options.settings)}`;
      process.stdout.write(
        options.json
          ? evaluationJson(evaluated, options.settings ?? 'defaults')
          : evaluationText(evaluated, { settings: from, now: new Date() }),
      );
      const { published, verdict } = evaluated;
      if (published?.ok === false) throw new CliError(failureText(published.failure), ERROR);
      process.exitCode = exitCodes[verdict.state];
    });
}

async function evaluateAddress(
  address: PullRequestAddress,
  settings: ValidSettings,
  publish: boolean,
): Promise<EvaluatedOnce> {
  // Loaded when needed: the clients behind it weigh more than everything else that a command needs.
  const { evaluate } = await import('../composition/evaluate');
  try {
    return await evaluate({ address, settings, publish }, warningsTo(process.stderr));
  } catch (error) {
    throw new CliError(failureText(error), ERROR);
  }
}

async function readSettings(file: string | undefined): Promise<ValidSettings> {
  const parsed = file === undefined ? undefined : parseSettingsText(await readSettingsFile(file, ERROR));
  const problems = parsed?.ok === false ? parsed.problems : [];
  const documents = parsed?.ok ? [{ scope: 'connection' as const, document: parsed.document }] : [];
  const resolved = resolveSettings(documents);
  if (resolved.ok && problems.length === 0) return resolved;
  const all = [...problems, ...(resolved.ok ? [] : resolved.problems)].map((problem) => `\n  ${problemText(problem)}`);
  throw new CliError(`The settings of ${nameOf(file ?? '')} are wrong, so nothing was judged.${all.join('')}`, ERROR);
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}

function parseNumber(text: string): number {
  const number = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  if (number === 0 || number > 2 ** 31 - 1) throw new InvalidArgumentError('It is a whole number, like 7.');
  return number;
}
