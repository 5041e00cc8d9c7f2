import { Command } from 'commander';
import { z } from 'zod';

import { count } from '../core/phrase';

import { askAtTerminal, hasTerminal, NOBODY_TO_ASK } from './agree';
import { CliError, orError } from './cli-error';
import { findDeadLetters, readDeadLetters, type DeadLetterFilters } from './dead-letters-answers';
import type { CallManagement } from './management-client';
import { parseMoment } from './moment';
import { visible, wrapped } from './terminal-text';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;
const NOT_ALL = 1;
const ERROR = 2;
/** What the API takes at once; each is a request of its own, so that breaking it off loses nothing. */
const MOST_AT_ONCE = 50;
const MOST = 99_999;
const NOT_WHOLE =
  'There are more records than are looked at in one go: call this again, once those that are not wanted any more are dropped.';

const resultsSchema = z.object({
  results: z.array(
    z.object({
      reference: z.string(),
      state: z.enum(['sent', 'dropped', 'unknown', 'unreadable', 'gone', 'failed']),
      message: z.string().nullable(),
    }),
  ),
});
type Results = z.output<typeof resultsSchema>['results'];

type Options = DeadLetterFilters & { all?: boolean; judged?: boolean; yes?: boolean; json?: boolean };
type Verb = 'replay' | 'drop';

const replayHelp = `
The message is sent as it was, under a new id, and its record is removed once it is sent: called twice,
or again after it was broken off, it is worked on once. A pull request is judged again within seconds,
and the status with the reference goes. What fails again is recorded again.

Exit status: 0 all of them were sent, 1 some were not, 2 error.`;

const dropHelp = `
The record is deleted, and nothing else: the pull request keeps its status until it is judged again,
by the sweep at the latest.

Exit status: 0 all of them are dropped, 1 some are not, 2 error.`;

export function replayCommand(): Command {
  return settling(new Command('replay'))
    .description('Has the messages of dead letters worked on again.')
    .option('--since <when>', 'with --all: recorded since then', parseMoment)
    .addHelpText('after', replayHelp)
    .action((references: string[], options: Options) => settle('replay', references, options));
}

export function dropCommand(): Command {
  return settling(new Command('drop'))
    .description('Deletes the records of dead letters: shows how many, asks, and does it.')
    .option('--older-than <when>', 'with --all: recorded before then, like 30d', parseMoment)
    .option('--judged', 'with --all: of pull requests that were judged since')
    .addHelpText('after', dropHelp)
    .action((references: string[], options: Options) => settle('drop', references, options));
}

function settling(command: Command): Command {
  return command
    .argument('[reference...]', 'which ones, as the list tells them')
    .option('--all', 'in place of references: all that these options leave')
    .option('--connection <name>', 'of one connection, by name or id; else of all')
    .option('--pull-request <number>', 'with --all: of one pull request')
    .option('--yes', 'without asking; needed where there is no terminal')
    .option('--json', 'print JSON');
}

async function settle(verb: Verb, references: readonly string[], options: Options): Promise<void> {
  const { all = false, json = false } = options;
  mustBeClear(references, options);
  const { call, path } = await orError(() => findDeadLetters(options.connection));
  const { wanted, isWhole } = all
    ? await orError(() => allOf(call, path, options))
    : { wanted: [...new Set(references)], isWhole: true };
  if (wanted.length > 0 && (all || verb === 'drop')) await agree(verb, wanted, options);
  const results = await orError(() => inBatches(call, `${path}/${verb}`, wanted));
  // Where all were asked for, one that is gone by now is as it should be.
  const left = results.filter(({ state }) => !isSettled(state) && !(all && state === 'unknown'));
  process.stdout.write(
    json
      ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, results }, null, 2)}\n`
      : `${resultsText(verb, results).join('\n')}\n`,
  );
  if (!isWhole) process.stderr.write(`${wrapped(NOT_WHOLE)}\n`);
  if (left.length > 0 || !isWhole) process.exitCode = NOT_ALL;
}

function mustBeClear(references: readonly string[], options: Options): void {
  const { all = false, pullRequest, since, olderThan, judged } = options;
  if (all === references.length > 0)
    throw new CliError(
      'Name references, or give --all, and not both; portcullis dead-letters list tells the references.',
      ERROR,
    );
  const isFiltered = [pullRequest, since, olderThan, judged].some((each) => each !== undefined);
  if (!all && isFiltered)
    throw new CliError('References are settled as they are named; the others go with --all.', ERROR);
}

async function allOf(
  call: CallManagement,
  path: string,
  options: Options,
): Promise<{ wanted: string[]; isWhole: boolean }> {
  const { deadLetters, isWhole } = await readDeadLetters(call, path, options, MOST);
  const wanted = deadLetters
    .filter(({ judgedSince }) => !(options.judged ?? false) || judgedSince === true)
    .map(({ reference }) => reference);
  return { wanted, isWhole };
}

async function agree(verb: Verb, wanted: readonly string[], { yes = false }: Options): Promise<void> {
  if (yes) return;
  const what = verb === 'drop' ? 'will be deleted' : 'will be worked on again';
  process.stderr.write(`${count(wanted.length, 'dead letter')} ${what}.\n`);
  if (!hasTerminal()) throw new CliError(NOBODY_TO_ASK, ERROR);
  if (!(await askAtTerminal('Go on?'))) throw new CliError('Nothing was changed.', NOT_ALL);
}

async function inBatches(call: CallManagement, path: string, references: readonly string[]): Promise<Results> {
  const results: Results = [];
  for (let start = 0; start < references.length; start += MOST_AT_ONCE) {
    const body = { references: references.slice(start, start + MOST_AT_ONCE) };
    results.push(...resultsSchema.parse((await call('POST', path, { body })).body).results);
    if (references.length > MOST_AT_ONCE) process.stderr.write(`${results.length} of ${references.length}\n`);
  }
  return results;
}

function resultsText(verb: Verb, results: Results): string[] {
  const settled = results.filter(({ state }) => isSettled(state));
  const told = results.flatMap(({ reference, message }) =>
    message === null ? [] : [wrapped(message, `${visible(reference)}: `)],
  );
  const what = verb === 'drop' ? 'dropped' : 'sent again, and worked on within seconds';
  const sum =
    results.length === 0
      ? 'There are none.'
      : `${count(settled.length, 'dead letter')} of ${results.length} ${settled.length === 1 ? 'is' : 'are'} ${what}.`;
  return [...told, sum];
}

function isSettled(state: Results[number]['state']): boolean {
  return state === 'sent' || state === 'dropped';
}
