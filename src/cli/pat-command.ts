import { Command } from 'commander';
import { z } from 'zod';

import { DEFAULT_PAT_DAYS } from '../core/pat-expiry';

import { askAtTerminal, hasTerminal, NOBODY_TO_ASK } from './agree';
import { CliError, orError } from './cli-error';
import { managementClient } from './management-client';
import { vaultOption, vaultToWrite } from './own-vault';
import { removeWithVault, rotateWithVault } from './pat-with-vault';
import { readPat } from './read-pat';
import { findConnection } from './settings-scope';
import { wrapped } from './terminal-text';
import { testAnswerSchema, testText } from './test-command';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;
const NOT_ROTATED = 1;
const ERROR = 2;

const accountSchema = z.object({ id: z.string(), displayName: z.string(), uniqueName: z.string() });
const rotationSchema = z.object({
  message: z.string(),
  /** `fit` of what was only tried. */
  outcome: z.enum(['rotated', 'fit', 'broken', 'otherAccount']),
  endsOn: z.string(),
  former: z.enum(['none', 'same', 'other']),
  test: testAnswerSchema,
  project: z.object({ id: z.string(), name: z.string() }).nullable(),
  formerAccount: accountSchema.nullable(),
});
const removedSchema = z.object({ project: z.object({ id: z.string(), name: z.string() }) });
export type RotationAnswer = z.output<typeof rotationSchema>;

interface Options {
  project?: string;
  expires?: string;
  days?: number;
  force?: boolean;
  yes?: boolean;
  vault?: string;
  json?: boolean;
}

const help = `
Examples:
  portcullis pat rotate                                  # the one connection that there is, for ${DEFAULT_PAT_DAYS} days
  portcullis pat rotate contoso --expires 2027-02-01
  portcullis pat rotate contoso --project Shop           # a PAT for this project alone
  portcullis pat rotate contoso --yes --json < pat.txt

The new PAT comes from the environment variable PORTCULLIS_PAT, else from standard input, else it is
asked for; never from an argument. Make it as the account that Portcullis posts as, with the scopes
that portcullis test names. It is tested first, and nothing is changed while something is broken.
The former PAT stays good: its owner revokes it.

Exit status: 0 replaced, 1 not replaced, 2 it could not be tried.`;

export function patCommand(): Command {
  const rotate = new Command('rotate')
    .summary('replace a PAT before it ends, or after')
    .description(
      'Replaces the PAT of a connection, once the new one is tested. With --project, the PAT is used in that project, and in ' +
        'no other; a project that had none gets one.',
    )
    .argument('[connection]', 'its name or id; needed only when there are several')
    .option('--project <name>', 'the PAT of one project, by name or id')
    .option('--expires <day>', 'the day on which the new PAT ends, like 2027-02-01')
    .option('--days <number>', `or in how many days it ends; else ${DEFAULT_PAT_DAYS}`, Number)
    .option('--force', 'also when something is broken, as long as this organization takes the PAT')
    .option('--yes', 'also when it belongs to another account than the former one, without asking')
    .addOption(vaultOption())
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (wanted: string | undefined, options: Options) => {
      const answer = await orError(() => rotatePat(wanted, options));
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...answer }, null, 2)}\n`
          : rotationText(answer, options.project),
      );
      process.exitCode = answer.outcome === 'rotated' ? 0 : NOT_ROTATED;
    });
  return new Command('pat')
    .summary('replace the PAT of a connection, or of one project')
    .description('The PATs that Portcullis works with. They are in the Key Vault and never come out.')
    .addCommand(rotate)
    .addCommand(removeCommand());
}

const removeHelp = `
Examples:
  portcullis pat remove contoso --project Shop
  portcullis pat remove contoso --project Shop --yes --json

Its pull requests are judged with the credential of the connection from then on, and comments are by that
account. The PAT goes from Key Vault; its owner revokes it in Azure DevOps.

Exit status: 0 removed, 1 not removed, 2 it could not be tried.`;

function removeCommand(): Command {
  return new Command('remove')
    .summary('take away the PAT of a project')
    .description('Removes the PAT that a project has of its own.')
    .argument('[connection]', 'its name or id; needed only when there are several')
    .requiredOption('--project <name>', 'the project, by name or id')
    .option('--yes', 'without asking')
    .addOption(vaultOption())
    .option('--json', 'print JSON')
    .addHelpText('after', removeHelp)
    .action(async (wanted: string | undefined, { project, yes, json, vault: named }: Options & { project: string }) => {
      const removed = await orError(async () => {
        const call = await managementClient();
        const { id, path, name } = await findConnection(call, wanted);
        const vault = await vaultToWrite(call, named);
        process.stderr.write(
          `${wrapped(`The PAT of project ${project} is removed from connection ${name}, whose own credential is used there from then on.`)}\n`,
        );
        if (!yes && !hasTerminal()) throw new CliError(NOBODY_TO_ASK, ERROR);
        if (!yes && !(await askAtTerminal('Remove it?'))) return undefined;
        if (vault) await removeWithVault(call, vault, id, project);
        const answer = await call('DELETE', `${path}/pat?project=${encodeURIComponent(project)}`);
        return removedSchema.parse(answer.body);
      });
      if (!removed) {
        process.exitCode = NOT_ROTATED;
        return;
      }
      const said = `The PAT of project ${removed.project.name} was removed. It was not revoked: as its owner, do so in Azure DevOps.`;
      process.stdout.write(
        json ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...removed }, null, 2)}\n` : `${wrapped(said)}\n`,
      );
    });
}

async function rotatePat(wanted: string | undefined, options: Options): Promise<RotationAnswer> {
  const { project, expires, days, force = false, yes = false } = options;
  if (expires !== undefined && days !== undefined) throw new CliError('Say --expires or --days, not both.', ERROR);
  const call = await managementClient();
  const connection = await findConnection(call, wanted);
  const vault = await vaultToWrite(call, options.vault);
  const pat = await readPat(ERROR, 'PORTCULLIS_PAT');
  const ask = async (body: Record<string, unknown>): Promise<RotationAnswer> => {
    const answer = await call('POST', `${connection.path}/pat`, { body, isSecret: true, expected: [200, 409, 422] });
    const rotation = rotationSchema.safeParse(answer.body);
    if (rotation.success) return rotation.data;
    // Of these there is a sentence alone.
    throw new CliError(z.object({ message: z.string() }).parse(answer.body).message, ERROR);
  };
  const agree = async (answer: RotationAnswer): Promise<boolean> => {
    if (!hasTerminal()) return false;
    process.stderr.write(`${wrapped(otherAccountText(answer))}\n`);
    return askAtTerminal();
  };
  if (vault) {
    return rotateWithVault(vault, connection, { pat, expires, days, project, force, yes }, { ask, agree });
  }
  const terms = { pat, expires, days, project, force };
  const first = await ask({ ...terms, otherAccount: yes });
  return first.outcome === 'otherAccount' && (await agree(first)) ? ask({ ...terms, otherAccount: true }) : first;
}

function otherAccountText({ test, formerAccount }: RotationAnswer): string {
  const [present, former] = [test.account, formerAccount].map((each) => `"${each?.displayName ?? ''}"`);
  return `This PAT belongs to ${present}; so far it was ${former}. Authors will see comments by ${present} from now on.`;
}

const DONE: Record<RotationAnswer['former'], string> = {
  none: 'is used from now on; it ends',
  same: 'is the one that was there; it ends',
  other: 'was replaced; the new one ends',
};

/** What became of it, for people, with what is left to do. */
export function rotationText(answer: RotationAnswer, wantedProject: string | undefined): string {
  const { outcome, message, endsOn, test, project, former, formerAccount } = answer;
  if (outcome === 'broken') return `${testText(test)}\n${wrapped(message)}\n`;
  if (outcome === 'otherAccount') {
    return [wrapped(otherAccountText(answer)), hasTerminal() ? wrapped(message) : NOBODY_TO_ASK, ''].join('\n');
  }
  const whose = project ? ` of project ${project.name}` : '';
  const lines = [
    `The PAT${whose} ${DONE[former]} on ` + `${endsOn}. Comments are by "${test.account?.displayName ?? ''}".`,
    ...test.lines.filter(({ state }) => state === 'warning').map((line) => `Warning: ${line.message}`),
    ...(formerAccount && wantedProject === undefined
      ? [
          `What "${formerAccount.displayName}" wrote still counts as Portcullis' own. A branch policy that takes the verdict ` +
            'from that account alone blocks until portcullis policy install has renewed it.',
          'Service hooks belong to the former account: portcullis hooks grant, then portcullis hooks sync moves them to this one.',
        ]
      : []),
    ...(former === 'other'
      ? [
          'The former PAT was not revoked: as its owner, do so in Azure DevOps (User settings, Personal access tokens) in ten ' +
            'minutes, when nothing uses it any more.',
        ]
      : []),
  ];
  return `${lines.map((line) => wrapped(line)).join('\n')}\n`;
}
