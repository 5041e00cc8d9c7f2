import { Command } from 'commander';
import { z } from 'zod';

import { CliError, orError } from './cli-error';
import { doctorText } from './doctor-text';
import { runProbe } from './doctor-probe';
import { managementClient } from './management-client';
import { findConnection } from './settings-scope';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;
const BROKEN = 1;
const NOT_LOOKED_AT = 2;

const reportSchema = z.object({
  state: z.enum(['ok', 'warning', 'unknown', 'broken']),
  lines: z.array(
    z.object({
      check: z.string(),
      state: z.enum(['ok', 'warning', 'broken']),
      message: z.string(),
      help: z.string().optional(),
      where: z.object({ connection: z.string().nullable(), project: z.string().nullable() }),
      isUnknown: z.literal(true).optional(),
    }),
  ),
});
export type DoctorAnswer = z.output<typeof reportSchema>;

interface Options {
  probe?: string;
  output?: string;
  yes?: boolean;
  verbose?: boolean;
  json?: boolean;
}

const help = `
Examples:
  portcullis doctor                  # the deployment and every connection
  portcullis doctor contoso          # the deployment and one connection, by its name or id
  portcullis doctor --verbose        # what is well, too
  portcullis doctor --probe https://dev.azure.com/contoso/Scratch/_git/empty --output probe.md
  portcullis doctor --json | jq '.lines[] | select(.state == "broken")'

It looks from where Portcullis runs, with each connection's own credential, and changes nothing:
storage, Key Vault, queue, dead letters, and of each connection all that portcullis test looks at,
the ends of PATs, service hooks, branch policies, settings and the last sweep.

With --probe nothing of the above is done: it opens a pull request in a repository that is nobody's, asks
Azure DevOps what its documentation leaves open, and puts everything away. AZURE_DEVOPS_PAT is an
administrator's, with Code (Read & write); PORTCULLIS_PAT the gate's own. Portcullis need not run for it.

Exit status: 0 nothing is broken (there may be warnings), 1 something is, 2 something could not be
looked at.`;

/** `portcullis doctor`: what is wrong anywhere, and what mends it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .summary('tell what is wrong anywhere, and what mends it')
    .description(
      'Looks at everything that has to be right for pull requests to be gated: each cause of trouble has a line of its ' +
        'own, with the command that mends it.',
    )
    .argument('[connection]', 'its name or id; else all of them')
    .option('--verbose', 'also what is well')
    .option('--json', 'print JSON')
    .option('--probe <url>', 'instead, try on a scratch repository what Azure DevOps documents nowhere')
    .option('--output <file>', 'with --probe: where the answers go, else they are printed; .json for JSON')
    .option('--yes', 'with --probe: also in a repository that is not empty')
    .addHelpText('after', help)
    .action(async (given: string | undefined, { verbose, json, ...probing }: Options) => {
      if (probing.probe !== undefined) return runProbe(probing.probe, { json: json ?? false, ...probing });
      const report = await examine(given);
      process.stdout.write(
        json
          ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...report }, null, 2)}\n`
          : doctorText(report, { isVerbose: verbose ?? false }),
      );
      process.exitCode = { ok: 0, warning: 0, broken: BROKEN, unknown: NOT_LOOKED_AT }[report.state];
      return undefined;
    });
}

async function examine(given: string | undefined): Promise<DoctorAnswer> {
  const call = await orNothingLearnt(async () => {
    const client = await managementClient();
    await client('GET', '/me');
    return client;
  });
  // A name that is not known says nothing about Portcullis.
  const path = given === undefined ? '' : (await orError(() => findConnection(call, given))).path;
  return orNothingLearnt(async () => reportSchema.parse((await call('GET', `${path}/doctor`)).body));
}

async function orNothingLearnt<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`${error.message}\n${NOTHING_LEARNT}`, NOT_LOOKED_AT);
  }
}

const NOTHING_LEARNT =
  'So nothing was looked at. Where Portcullis is down, branch policies go on asking for the verdict, and no pull request\n' +
  'that needs one is completed: look whether the function app runs and what its log says (locally: npm start). If it\n' +
  'cannot be brought up soon, portcullis policy suspend --all <organization> lets pull requests through without it.';
