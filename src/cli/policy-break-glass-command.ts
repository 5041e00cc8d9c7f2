import { Command } from 'commander';

import type { BreakGlassAction, BreakGlassReport } from '../app/policy-break-glass';
import { parseAzureDevOpsUrl } from '../core/azure-devops-url';

import { agreeAtTerminal } from './agree';
import { CliError } from './cli-error';
import { failureText } from './failure-text';
import { findGateIdentity } from './gate-identity';
import { noteForAudit, withinPatience, type AuditNote } from './audit-note';
import { breakGlassLines, isFine, planOf } from './policy-break-glass-text';
import { parseIdentity } from './policy-options';
import { visible, wrapped } from './terminal-text';
import { warningsTo } from './warnings';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;
const NOT_FINE = 1;
const ERROR = 2;

interface Options {
  all?: boolean;
  identity?: string;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

const words = {
  suspend: {
    summary: 'make all our branch policies optional, in an emergency',
    description:
      'Breaks the glass: makes every blocking branch policy of ours optional, in all projects of an organization or a ' +
      'collection, so that pull requests are completed whatever the verdict is. Each gets "(suspended by portcullis)" behind ' +
      'its name, by which portcullis policy restore knows it. Policies of others are not touched.',
  },
  restore: {
    summary: 'make the suspended branch policies blocking again',
    description:
      'Makes exactly those branch policies blocking again that portcullis policy suspend made optional, in all projects of ' +
      'an organization or a collection, and gives them their names back. What was optional before stays so, and what people ' +
      'changed meanwhile is kept.',
  },
} as const;

const help = (action: BreakGlassAction): string => `
It needs Azure DevOps and your credential alone: Portcullis may be down or gone. Where it answers, it is
told, for its audit log. A project that refuses is named, and the rest goes on; called again, it does
what is left.

Examples:
  portcullis policy ${action} --all https://dev.azure.com/contoso --dry-run   # what would be written
  portcullis policy ${action} --all https://dev.azure.com/contoso --yes
  portcullis policy ${action} --all https://tfs.contoso.local/tfs/DefaultCollection --json --yes

Credential: the PAT in the environment variable AZURE_DEVOPS_PAT, with Code (Read & write); without it,
for Azure DevOps Services, the sign-in of az login. Its account needs the permission Edit policies.

Exit status: 0 done, or nothing to do; 1 something could not be read or written; 2 error.`;

/** `portcullis policy suspend` and `portcullis policy restore`. */
export function breakGlassCommand(action: BreakGlassAction): Command {
  return new Command(action)
    .summary(words[action].summary)
    .description(words[action].description)
    .argument('<url>', 'the address of an organization or a collection, or of anything in it')
    .option('--all', 'in all projects; has to be said')
    .option(
      '--identity <id>',
      'the id of the account that Portcullis posts as, to tell policies of another',
      parseIdentity,
    )
    .option('--dry-run', 'show what would be written, and write nothing')
    .option('--yes', 'write without asking; needed where there is no terminal')
    .option('--json', 'print JSON')
    .addHelpText('after', help(action))
    .action(async (url: string, options: Options) => {
      const base = baseOf(url, options, action);
      const identity = options.identity ?? (await knownIdentity(base));
      const { report, isAgreed } = await run(base, action, options);
      const hasChanged = report.policies.some(({ state }) => state === 'changed');
      const note = hasChanged ? await noteForAudit(base, `policy.${action}`, detailsOf(report)) : undefined;
      tell(base, action, report, note, { ...options, ...(identity === undefined ? {} : { identity }) });
      if (!isAgreed) throw new CliError('Nothing was changed.', NOT_FINE);
      process.exitCode = isFine(report) ? 0 : NOT_FINE;
    });
}

/** Of whoever has not said it, Portcullis is asked, if it is there. */
async function knownIdentity(base: string): Promise<string | undefined> {
  const found = await withinPatience(findGateIdentity(base), { ok: false, reason: '' });
  return found.ok ? found.id : undefined;
}

async function run(
  base: string,
  action: BreakGlassAction,
  { dryRun = false, yes = false }: Options,
): Promise<{ report: BreakGlassReport; isAgreed: boolean }> {
  const { breakGlass } = await import('../composition/policy');
  const agreeTo = agreeAtTerminal(yes, ERROR);
  let isAgreed = true;
  const agree = async (plan: BreakGlassReport): Promise<boolean> => {
    if (dryRun) return false;
    isAgreed = await agreeTo(planOf(base, action, plan));
    return isAgreed;
  };
  try {
    return { report: await breakGlass(base, action, agree, warningsTo(process.stderr)), isAgreed };
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(failureText(error), ERROR);
  }
}

function tell(
  base: string,
  action: BreakGlassAction,
  report: BreakGlassReport,
  note: AuditNote | undefined,
  { json = false, dryRun = false, identity }: Options,
): void {
  if (json) {
    const audit = note ?? null;
    const answer = {
      schemaVersion: SCHEMA_VERSION,
      action,
      url: base,
      dryRun,
      isFine: isFine(report),
      ...report,
      audit,
    };
    process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    return;
  }
  const lines = breakGlassLines(base, action, report, { dryRun, identity, note });
  process.stdout.write(
    `${lines.map((line) => (/^ {2}[-+] /.test(line) ? visible(line) : wrapped(line))).join('\n')}\n`,
  );
}

function detailsOf({ policies, refused }: BreakGlassReport): Record<string, string | number> {
  const of = (wanted: string) => policies.filter(({ state }) => state === wanted);
  return {
    changed: of('changed').length,
    failed: of('failed').length,
    refusedProjects: refused.length,
    policies: of('changed')
      .map(({ project, policyId }) => `${project.name} ${policyId}`)
      .join(', ')
      .slice(0, 2_000),
  };
}

function baseOf(url: string, { all = false }: Options, action: BreakGlassAction): string {
  const parsed = parseAzureDevOpsUrl(url);
  if (!parsed.ok) throw new CliError(parsed.reason, ERROR);
  if (all) return parsed.address.base;
  throw new CliError(
    `Say --all: portcullis policy ${action} changes the policies of all projects of ${parsed.address.base}.`,
    ERROR,
  );
}
