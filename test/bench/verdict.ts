import { z } from 'zod';

import { startProcess } from './child-process';
import type { Section } from './report';

const LONGEST_MS = 400_000;

const section: z.ZodType<Section> = z.object({
  title: z.string(),
  how: z.string(),
  figures: z.array(
    z.object({
      what: z.string(),
      measured: z.string(),
      value: z.number(),
      target: z.string().nullable(),
      met: z.boolean().nullable(),
    }),
  ),
});

/** Verdicts through the whole local environment, and what an organization's take; it has a process of its own, which ends with all that it started. */
export async function measureVerdict(): Promise<Section[]> {
  const { ask, stop } = await startProcess('verdict-process', {}, z.object({}));
  try {
    return await ask({}, z.array(section), LONGEST_MS);
  } finally {
    await stop();
  }
}
