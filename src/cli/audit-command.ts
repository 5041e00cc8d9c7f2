import { Command } from 'commander';
import { z } from 'zod';

import { CliError, orError } from './cli-error';
import { managementClient } from './management-client';
import { findConnection } from './settings-scope';
import { columns, visible } from './terminal-text';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;
/** What the API gives at once. */
const LARGEST_PAGE = 200;

const pageSchema = z.object({
  entries: z.array(
    z.object({
      at: z.string(),
      by: z.object({ id: z.string(), name: z.string() }),
      connectionId: z.string().nullable(),
      action: z.string(),
      subject: z.string(),
      details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    }),
  ),
  next: z.string().nullable(),
});
export type AuditPage = z.output<typeof pageSchema>;

interface Options {
  limit: string;
  json?: boolean;
}

const help = `
Examples:
  portcullis audit contoso                           # the last 50 changes there
  portcullis audit --limit 1000 --json               # of the whole deployment, for machines

Entries are kept for 400 days, or as many as the app setting PORTCULLIS_AUDIT_DAYS says. Of one
connection its administrators see them, of the whole deployment the deployment's.

Exit status: 0 done, 2 error.`;

/** `portcullis audit`: who changed what, and when. */
export function auditCommand(): Command {
  return new Command('audit')
    .summary('tell who changed what, and when')
    .description('Lists the changes that administrators made, newest first.')
    .argument('[connection]', 'its name or id; else of the whole deployment')
    .option('--limit <number>', 'how many', '50')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action((connection: string | undefined, options: Options) =>
      orError(async () => {
        const page = await readAudit(connection, options);
        process.stdout.write(
          options.json ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...page }, null, 2)}\n` : auditText(page),
        );
      }),
    );
}

async function readAudit(connection: string | undefined, { limit }: Options): Promise<AuditPage> {
  if (!/^[1-9]\d{0,4}$/.test(limit)) throw new CliError('--limit is a number from 1 to 99999.');
  const call = await managementClient();
  const path = connection === undefined ? '' : (await findConnection(call, connection)).path;
  const entries: AuditPage['entries'] = [];
  let next: string | null = null;
  do {
    const query = new URLSearchParams({ limit: String(Math.min(Number(limit) - entries.length, LARGEST_PAGE)) });
    if (next !== null) query.set('before', next);
    const page: AuditPage = pageSchema.parse((await call('GET', `${path}/audit?${query.toString()}`)).body);
    entries.push(...page.entries);
    next = page.next;
  } while (next !== null && entries.length < Number(limit));
  return { entries, next };
}

/** Changes, for people: a line each, and what more is known of it. */
export function auditText({ entries, next }: AuditPage): string {
  if (entries.length === 0) return 'Nobody changed anything yet.\n';
  const rows = entries.map(({ at, by, action, subject, details }) =>
    [
      at.replace(/\.\d+Z$/, 'Z'),
      by.name === '' ? by.id : by.name,
      action,
      subject,
      Object.entries(details)
        .flatMap(([name, value]) => (value === '' || value === null ? [] : [`${name} ${value}`]))
        .join(', '),
    ].map(visible),
  );
  const rest = next === null ? '' : '\nThere are older ones: --limit shows more.\n';
  return `${columns([['when', 'who', 'action', 'what', 'details'], ...rows])}\n${rest}`;
}
