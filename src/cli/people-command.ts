import { Command } from 'commander';
import { z } from 'zod';

import { PERSONAL_ELSEWHERE } from '../core/personal-elsewhere';

import { agreeAtTerminal } from './agree';
import { CliError, orError } from './cli-error';
import { managementClient, type CallManagement } from './management-client';
import { doneLines, foundLines } from './people-text';
import { wrapped } from './terminal-text';

/** The version of what is printed as JSON; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;
const NOT_FINE = 1;
const ERROR = 2;

const personSchema = z.object({
  canonical: z.string(),
  terms: z.array(z.object({ kind: z.enum(['id', 'account', 'name', 'alias']), text: z.string() })),
});
const foundSchema = z.object({ person: personSchema, pseudonym: z.string() });
export type FoundPerson = z.output<typeof foundSchema>;

const placeSchema = z.object({
  table: z.string(),
  row: z.string(),
  connectionId: z.string().nullable(),
  at: z.string().nullable(),
  column: z.string(),
  what: z.string(),
  outcome: z.enum(['replace', 'delete', 'keep', 'later', 'missed']),
  said: z.array(z.object({ path: z.string(), text: z.string() })),
});
export type ToldPlace = z.output<typeof placeSchema>;
const sliceSchema = z.object({
  places: z.array(placeSchema),
  cursor: z.object({ table: z.string(), from: z.string().optional() }).nullable(),
});

const help = `
A person is named by an object id of Entra, an id of Azure DevOps, a mail address or account name, or a
whole name; what rows tell of them beside that counts, too. Give several when they belong together.

Examples:
  portcullis people export ann@contoso.com > ann.json
  portcullis people forget ann@contoso.com --dry-run
  portcullis people forget 3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f 'Ann Author'

This is for administrators of the deployment. infra/personal-data.md lists every field.

Exit status: 0 done, 1 not all of it (said which), 2 error.`;

interface ForgetOptions {
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** `portcullis people`: what is kept of somebody, and forgetting them. */
export function peopleCommand(): Command {
  return new Command('people')
    .summary('export what is kept of a person, or forget them')
    .description('Tells everything that Portcullis keeps and that names a person, and puts a pseudonym in its place.')
    .addHelpText('after', help)
    .addCommand(
      new Command('export')
        .description('Prints as JSON what names a person: what, where and when.')
        .argument('<identity...>', 'ids, mail addresses, account names or names of one person')
        .action((identities: string[]) => orError(() => exportPerson(identities))),
    )
    .addCommand(
      new Command('forget')
        .description(
          'Puts a pseudonym in the place of a person, the same one always, and deletes what they were granted. Shows it first, and asks.',
        )
        .argument('<identity...>', 'ids, mail addresses, account names or names of one person')
        .option('--dry-run', 'tell what would be forgotten, and change nothing')
        .option('--yes', 'do not ask')
        .option('--json', 'print JSON')
        .action((identities: string[], options: ForgetOptions) => forgetPerson(identities, options)),
    );
}

async function exportPerson(identities: string[]): Promise<void> {
  const call = await managementClient();
  const { person, pseudonym } = await findPerson(call, identities);
  const found = await collect(call, '/people/export', { person });
  const places = found.map(({ outcome, ...place }) => ({ ...place, ifForgotten: outcome }));
  print({ pseudonym, person: person.terms, places, elsewhere: PERSONAL_ELSEWHERE });
}

async function forgetPerson(
  identities: string[],
  { dryRun = false, yes = false, json = false }: ForgetOptions,
): Promise<void> {
  const call = await orError(managementClient);
  const found = await orError(() => findPerson(call, identities));
  const { person, pseudonym } = found;
  const plan = await orError(() => collect(call, '/people/forget', { person, dryRun: true }));
  const lines = foundLines(found, plan);
  if (dryRun) {
    if (json) print({ dryRun, pseudonym, person: person.terms, places: plan, elsewhere: PERSONAL_ELSEWHERE });
    else tell([...lines, 'Nothing was changed.']);
    return;
  }
  const heading = `${pseudonym} takes the place of this person:`;
  if (!(await agreeAtTerminal(yes, ERROR)({ heading, diff: lines })))
    throw new CliError('Nothing was changed.', NOT_FINE);
  const places = await orError(() => collect(call, '/people/forget', { person, dryRun: false }));
  if (json) print({ dryRun, pseudonym, person: person.terms, places, elsewhere: PERSONAL_ELSEWHERE });
  else tell(doneLines(found, places));
  if (places.some(({ outcome }) => outcome === 'later' || outcome === 'missed')) process.exitCode = NOT_FINE;
}

async function findPerson(call: CallManagement, identities: string[]): Promise<FoundPerson> {
  return foundSchema.parse((await call('POST', '/people/find', { body: { identities } })).body);
}

/** All slices, one after the other; what was broken off is done again by asking again. */
async function collect(call: CallManagement, path: string, body: Record<string, unknown>): Promise<ToldPlace[]> {
  const places: ToldPlace[] = [];
  let cursor: z.output<typeof sliceSchema>['cursor'] = null;
  do {
    const slice: z.output<typeof sliceSchema> = sliceSchema.parse(
      (await call('POST', path, { body: { ...body, cursor } })).body,
    );
    places.push(...slice.places);
    cursor = slice.cursor;
  } while (cursor !== null);
  return places;
}

function print(answer: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...answer }, null, 2)}\n`);
}

function tell(lines: readonly string[]): void {
  process.stdout.write(`${lines.map((line) => wrapped(line)).join('\n')}\n`);
}
