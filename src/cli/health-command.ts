import { Command } from 'commander';
import { z } from 'zod';

import { count } from '../core/phrase';

import { orError } from './cli-error';
import { managementClient } from './management-client';
import { columns, visible, wrapped } from './terminal-text';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;
const NOT_READY = 1;

const healthSchema = z.object({
  state: z.enum(['ready', 'not-ready']),
  version: z.string(),
  parts: z.array(z.object({ part: z.string(), state: z.enum(['ok', 'failed', 'late']), milliseconds: z.number() })),
  connections: z.object({ total: z.int(), broken: z.int() }).nullable(),
});
export type Health = z.output<typeof healthSchema>;

const help = `
It asks the running Portcullis whether Table Storage, Key Vault and the queue answer it: quick, for
monitors. What is wrong with them, and with connections, portcullis doctor tells. Anonymous callers
of /api/health learn that a process runs, and nothing else: that is what a health check of App Service
may ask for.

Exit status: 0 ready, 1 not ready, 2 Portcullis did not answer, or refused the sign-in.`;

/** `portcullis health`: whether it could work now. */
export function healthCommand(): Command {
  return new Command('health')
    .summary('tell whether Portcullis could work now, for monitors')
    .description('Tells whether what Portcullis depends on answers it, and which version runs.')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action((options: { json?: boolean }) =>
      orError(async () => {
        const call = await managementClient();
        const health = healthSchema.parse((await call('GET', '/health', { expected: [200, 503] })).body);
        process.stdout.write(
          options.json
            ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...health }, null, 2)}\n`
            : healthText(health),
        );
        if (health.state !== 'ready') process.exitCode = NOT_READY;
      }),
    );
}

const PARTS: Record<string, string> = {
  tables: 'Table Storage',
  'key-vault': 'Key Vault',
  'queue-send': 'the queue, to send',
  'queue-receive': 'the queue, to receive',
};

export function healthText({ state, version, parts, connections }: Health): string {
  const rows = parts.map(({ part, state: how, milliseconds }) =>
    [
      PARTS[part] ?? part,
      { ok: 'answers', failed: 'fails', late: 'does not answer in time' }[how],
      `${milliseconds} ms`,
    ].map(visible),
  );
  const broken = connections?.broken ?? 0;
  const notes = [
    ...(state === 'ready' ? [] : ['portcullis doctor says why, as far as it can be told.']),
    ...(broken === 0
      ? []
      : [
          `${count(broken, 'connection')} of ${connections?.total ?? 0} ${broken === 1 ? 'is' : 'are'} broken: portcullis doctor says why.`,
        ]),
  ];
  const heading = `Portcullis ${version} is ${state === 'ready' ? 'ready' : 'not ready'}.`;
  return `${[visible(heading), columns(rows), ...notes.map((note) => wrapped(note))].join('\n')}\n`;
}
