import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { argument } from './child-side';
import { measureHookAnswered } from './hook-answered';
import { measurePolicyInstall } from './policy-install';
import { measureProcessStart } from './process-start';
import { measureRealEnqueue } from './real-enqueue';
import { formatSections, type Section } from './report';
import { measureApart } from './section-process';

const { json, only, profile, root, cores } = z
  .object({
    json: z.boolean(),
    only: z.array(z.enum(['hook', 'enqueue', 'start', 'subscriptions', 'policy', 'verdict'])),
    profile: z.boolean(),
    root: z.string(),
    cores: z.number(),
  })
  .parse(argument());

async function main(): Promise<void> {
  const profileTo = join(root, 'dist', 'bench-profiles');
  if (profile) await mkdir(profileTo, { recursive: true });
  const parts: Record<(typeof only)[number], () => Promise<Section | Section[]>> = {
    hook: () => measureHookAnswered(profile ? { profileTo } : {}),
    enqueue: measureRealEnqueue,
    start: () => measureProcessStart(root),
    policy: measurePolicyInstall,
    subscriptions: () => measureApart('hooks-process', 120_000),
    verdict: () => measureApart('verdict-process', 400_000),
  };
  const sections: Section[] = [];
  for (const part of only) {
    process.stderr.write(`${part} … `);
    sections.push(...[await parts[part]()].flat());
  }
  process.stderr.write('\n');
  const machine = { node: process.version, cores };
  if (json) process.stdout.write(`${JSON.stringify({ machine, sections }, null, 2)}\n`);
  else process.stdout.write(`\n${formatSections(sections)}\n\nNode ${machine.node}, ${machine.cores} cores. ${NOTE}\n`);
  const figures = sections.flatMap((section) => section.figures).filter(({ met }) => met !== null);
  const missed = figures.filter(({ met }) => met === false);
  if (!json) process.stdout.write(`${figures.length - missed.length} targets met, ${missed.length} missed\n`);
}

const NOTE = 'Compare within one run only: absolute figures are those of this machine at this moment.';

// Only what is measured keeps this process alive, not its line to run.mjs.
process.channel?.unref();
main().catch((error: unknown) => {
  process.stderr.write(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  // Children see that this process is gone, and end.
  process.exit(1);
});
