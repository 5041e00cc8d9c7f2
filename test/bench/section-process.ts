import { z } from 'zod';

import { startProcess } from './child-process';
import type { Section } from './report';

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

/** What a process of its own measures, which ends with all that it started. */
export async function measureApart(name: string, longestMs: number): Promise<Section[]> {
  const { ask, stop } = await startProcess(name, {}, z.object({}));
  try {
    return await ask({}, z.array(section), longestMs);
  } finally {
    await stop();
  }
}
