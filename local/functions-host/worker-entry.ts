import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface WorkerEntry {
  path: string;
  /** Removes what was made for it. */
  dispose(): Promise<void>;
}

/**
 * The script that workers run: beside this file in the built product; from the sources it is bundled into a temporary
 * folder first, because a worker process runs JavaScript only.
 */
export async function prepareWorkerEntry(given?: string): Promise<WorkerEntry> {
  const built = given ?? join(__dirname, 'worker-process.js');
  if (existsSync(built)) return { path: built, dispose: async () => undefined };
  if (given !== undefined) throw new Error(`The worker's script does not exist: ${given}`);

  const { buildSync } = await import('esbuild');
  const folder = await mkdtemp(join(tmpdir(), 'functions-worker-'));
  const path = join(folder, 'worker-process.js');
  buildSync({
    entryPoints: [join(__dirname, 'worker-process.ts')],
    outfile: path,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    logLevel: 'error',
  });
  return { path, dispose: () => rm(folder, { recursive: true, force: true }) };
}
