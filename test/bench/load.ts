import { z } from 'zod';

import { startProcess } from './child-process';

export interface LoadJob {
  url: string;
  headers: Record<string, string>;
  connections: number;
  seconds: number;
  body: string | { firstPullRequest: number };
}

const loadResult = z.object({
  /** Good answers per second. */
  perSecond: z.number(),
  good: z.number(),
  /** Any other answer, and none. */
  bad: z.number(),
  /** Milliseconds. */
  p50: z.number(),
  p99: z.number(),
  /** The pull requests whose hook was answered 202, where each request had its own. */
  accepted: z.array(z.number()),
});
export type LoadResult = z.infer<typeof loadResult>;

export interface LoadGenerator {
  run(job: LoadJob): Promise<LoadResult>;
  stop(): Promise<void>;
}

export async function startLoadGenerator(): Promise<LoadGenerator> {
  const { ask, stop } = await startProcess('load-process', {}, z.object({}));
  return { run: (job) => ask(job, loadResult, (job.seconds + 20) * 1_000), stop };
}
