import { Command } from 'commander';

import { CliError, orError } from './cli-error';
import { findDeadLetters, readDeadLetters, wholeLetterSchema, type DeadLetterFilters } from './dead-letters-answers';
import { dropCommand, replayCommand } from './dead-letters-settle-commands';
import { deadLettersText, deadLetterText } from './dead-letters-text';
import { parseMoment } from './moment';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;

type ListOptions = DeadLetterFilters & { limit: string; json?: boolean };

const help = `
A dead letter is a message that could not be worked on: the queue gave up after ten tries, or somebody
has to act first (a PAT, a permission). The status of its pull request says error, with the reference.
Most need nothing: the sweep judges every active pull request again, and the column "judged since"
says where that has happened. Records are kept for 90 days, unless the deployment says otherwise.

Examples:
  portcullis dead-letters list --since 7d
  portcullis dead-letters show 1a2b3c4d                    # why, and the message itself
  portcullis dead-letters replay 1a2b3c4d                  # have it worked on again
  portcullis dead-letters replay --all --connection contoso
  portcullis dead-letters drop --all --judged              # what needs nothing any more
  portcullis dead-letters drop --all --older-than 30d --yes

Administrators of a connection see and settle what is about its pull requests, those of the whole
deployment everything.`;

const showHelp = `
A message holds ids and nothing else: of a connection, a repository, a pull request. Credentials are
never put into the queue, so that there is none in a record; what looks like a PAT is masked all the same.

Exit status: 0 done, 2 error.`;

/** `portcullis dead-letters`: what could not be worked on. */
export function deadLettersCommand(): Command {
  return new Command('dead-letters')
    .summary('tell what could not be worked on, and have it worked on again')
    .description('Lists, shows, replays and drops the records of messages that could not be worked on.')
    .addHelpText('after', help)
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(replayCommand())
    .addCommand(dropCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('Lists what could not be worked on, newest first, and whether it was judged since.')
    .option('--connection <name>', 'of one connection, by name or id; else of all')
    .option('--pull-request <number>', 'of one pull request')
    .option('--since <when>', 'recorded since then: 7d, 12h, or a day like 2026-11-01', parseMoment)
    .option('--limit <number>', 'how many', '50')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExit status: 0 done, 2 error.')
    .action((options: ListOptions) =>
      orError(async () => {
        if (!/^[1-9]\d{0,4}$/.test(options.limit)) throw new CliError('--limit is a number from 1 to 99999.');
        const { call, path } = await findDeadLetters(options.connection);
        const page = await readDeadLetters(call, path, options, Number(options.limit));
        print(options.json, page, deadLettersText(page, isNarrowed(options)));
      }),
    );
}

function isNarrowed({ connection, pullRequest, since }: ListOptions): boolean {
  return [connection, pullRequest, since].some((each) => each !== undefined);
}

function showCommand(): Command {
  return new Command('show')
    .description('Shows one record: what it is about, why, and the message.')
    .argument('<reference>', 'as the status and the list tell it')
    .option('--connection <name>', 'of this connection; needed only by administrators of several')
    .option('--json', 'print JSON')
    .addHelpText('after', showHelp)
    .action((reference: string, options: { connection?: string; json?: boolean }) =>
      orError(async () => {
        const { call, path } = await findDeadLetters(options.connection);
        const letter = wholeLetterSchema.parse((await call('GET', `${path}/${encodeURIComponent(reference)}`)).body);
        print(options.json, letter, deadLetterText(letter));
      }),
    );
}

function print(json: boolean | undefined, answer: object, text: string): void {
  process.stdout.write(json ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...answer }, null, 2)}\n` : text);
}
