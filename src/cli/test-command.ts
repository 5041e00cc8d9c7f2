import { Command } from 'commander';
import { z } from 'zod';

import { count } from '../core/phrase';

import { CliError, orError } from './cli-error';
import { managementClient, type CallManagement } from './management-client';
import { caCertificateOption, networkOf, proxyOption, type NetworkOptions } from './network-options';
import { readConnections } from './read-connections';
import { readPat } from './read-pat';
import { findConnection } from './settings-scope';
import { wrapped } from './terminal-text';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;
const BROKEN = 1;
const ERROR = 2;

/** What a test of a connection found out, as the API answers it. */
export const testAnswerSchema = z.object({
  url: z.string().nullable(),
  ok: z.boolean(),
  account: z
    .object({ id: z.string(), displayName: z.string(), uniqueName: z.string(), pictureUrl: z.string().optional() })
    .nullable(),
  lines: z.array(
    z.object({
      check: z.string(),
      state: z.enum(['ok', 'warning', 'broken']),
      message: z.string(),
      help: z.string().optional(),
    }),
  ),
});
export type TestAnswer = z.output<typeof testAnswerSchema>;

interface Options extends NetworkOptions {
  subscriptions?: boolean;
  json?: boolean;
}

const help = `
Examples:
  portcullis test                                      # the one connection that there is
  portcullis test contoso                              # by its name or id, with its own PAT
  portcullis test https://dev.azure.com/contoso        # before it is connected
  portcullis test https://tfs.contoso.local:8080/tfs/DefaultCollection --json < pat.txt

Credential: of a connection, its own PAT, from the vault. For an address, the PAT in the
environment variable AZURE_DEVOPS_PAT, else on standard input, else asked for; never an argument.
Portcullis looks from where it runs, by its own network, certificates and clock. It only reads.

Exit status: 0 nothing is broken, 1 something is, 2 it could not be tested.`;

/** `portcullis test`: what is wrong with a connection, or would be with one to an address. */
export function testCommand(): Command {
  return new Command('test')
    .summary('tell what is wrong with a connection, and what to do')
    .description(
      'Tests a connection, or an address before it is connected: each cause of trouble has a line of its own, with what ' +
        'to do, and one line says in whose name authors will see comments.',
    )
    .argument('[connection or url]', 'its name or id, or an address of Azure DevOps in any form')
    .option('--subscriptions', 'also whether the account may view service hook subscriptions')
    .addOption(proxyOption())
    .addOption(caCertificateOption())
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (given: string | undefined, options: Options) => {
      const answer = await orError(() => test(given, options));
      process.stdout.write(
        options.json ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...answer }, null, 2)}\n` : testText(answer),
      );
      process.exitCode = answer.ok ? 0 : BROKEN;
    });
}

async function test(given: string | undefined, options: Options): Promise<TestAnswer> {
  const { subscriptions = false } = options;
  const network = await networkOf(options);
  const call = await managementClient();
  const isAddress = given !== undefined && (await looksLikeAddress(call, given));
  if (!isAddress) {
    if (Object.keys(network).length > 0) {
      const change = 'portcullis connections change tests another one, and keeps it if all is well';
      throw new CliError(`A connection is tested with the network that it has; ${change}.`, ERROR);
    }
    const { path } = await findConnection(call, given);
    return testAnswerSchema.parse((await call('POST', `${path}/test`, { body: { subscriptions } })).body);
  }
  const body = { url: given, pat: await readPat(ERROR), subscriptions, ...network };
  return testAnswerSchema.parse((await call('POST', '/connections/test', { body, isSecret: true })).body);
}

/** Without `https://` in front it may be a name as well: connections may be called anything. */
async function looksLikeAddress(call: CallManagement, given: string): Promise<boolean> {
  if (given.includes('://')) return true;
  if (!/[/@]/.test(given)) return false;
  const name = given.toLowerCase();
  return !(await readConnections(call)).some((each) => each.id === given || each.name.toLowerCase() === name);
}

const signs = { ok: '✓', warning: '!', broken: '✗' } as const;
/** In order as far as anybody knows: it was not tried. */
const NOT_TRIED = 'scopes-to-write';

/** A test for people: a line each, what helps below it, and what it comes to. */
export function testText({ url, lines }: TestAnswer): string {
  const width = Math.max(...lines.map(({ check }) => check.length), 0) + 4;
  const parts = lines.map(({ check, state, message, help: advice }) =>
    [
      wrapped(message, `${check === NOT_TRIED ? '–' : signs[state]} ${check}`.padEnd(width)),
      ...(advice === undefined ? [] : [wrapped(advice, ' '.repeat(width))]),
    ].join('\n'),
  );
  const linesOf = (state: keyof typeof signs): number => lines.filter((line) => line.state === state).length;
  const [broken, warnings] = [linesOf('broken'), linesOf('warning')];
  const warned = count(warnings, 'warning');
  const verdict =
    broken > 0
      ? `${broken} broken, ${warned}.`
      : warnings > 0
        ? `Nothing is broken; ${warned}.`
        : 'All that was tried is well.';
  return `${[...(url === null ? [] : [wrapped(url)]), parts.join('\n'), verdict].join('\n\n')}\n`;
}
