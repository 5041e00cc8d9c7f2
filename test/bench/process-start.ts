import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { z } from 'zod';

import { startProcess } from './child-process';
import { AUTHORIZATION, HOOK_PATH, hookBody } from './payload';
import { shown, type Section } from './report';
import { median } from './statistics';

const ROUNDS = 7;

const run = promisify(execFile);
const appSettings = z.record(z.string(), z.string());

/** From the start of a process to its first 202, for the packaged app and for others to compare it with. */
export async function measureProcessStart(root: string): Promise<Section> {
  const bundled = join(root, 'dist', 'package', 'main.js');
  const unbundled = join(__dirname, 'unbundled', 'main.js');
  const services = await startProcess('services-process', {}, appSettings);
  const env = { PATH: process.env['PATH'], ...services.ready };
  const taken = { node: [0], bare: [0], bundled: [0], unbundled: [0], bundledLoaded: [0], unbundledLoaded: [0] };
  try {
    // The first round fills the page cache and counts for nothing.
    for (let round = 0; round <= ROUNDS; round += 1) {
      if (round === 1) for (const times of Object.values(taken)) times.length = 0;
      taken.node.push(await timeOf(() => run(process.execPath, ['-e', '0'])));
      taken.bare.push((await timeToFirst202('bare', {}, env, round)).answered);
      for (const [name, main] of [
        ['bundled', bundled],
        ['unbundled', unbundled],
      ] as const) {
        const { answered, loaded } = await timeToFirst202('start-loader', main, env, round);
        taken[name].push(answered);
        taken[`${name}Loaded`].push(loaded ?? Number.NaN);
      }
    }
    const queued = await services.ask({}, z.number());
    if (queued !== 2 * (ROUNDS + 1)) throw new Error(`${queued} messages in the queue, ${2 * (ROUNDS + 1)} expected`);
  } finally {
    await services.stop();
  }
  const bare = median(taken.bare);
  return {
    title: 'Process start to the first 202',
    how: `Medians of ${ROUNDS} interleaved rounds with a warm page cache; the app reads its connection and secret and opens its AMQP connection on the way.`,
    figures: [
      shown('node -e 0', median(taken.node), 'ms'),
      shown('bare node:http, first 202', bare, 'ms'),
      shown('dist/package, registered', median(taken.bundledLoaded), 'ms'),
      shown('dist/package, first 202', median(taken.bundled), 'ms'),
      shown('unbundled, registered', median(taken.unbundledLoaded), 'ms'),
      shown('unbundled, first 202', median(taken.unbundled), 'ms'),
      shown(
        'unbundled / dist/package, over bare',
        (median(taken.unbundled) - bare) / (median(taken.bundled) - bare),
        '×',
        2,
      ),
      shown('main.js + receive.js', await sizeOf(root, ['main.js', 'receive.js']), 'kB'),
    ],
  };
}

async function timeToFirst202(
  name: 'bare' | 'start-loader',
  argument: unknown,
  env: NodeJS.ProcessEnv,
  round: number,
): Promise<{ answered: number; loaded: number | undefined }> {
  const begun = performance.now();
  const ready = z.object({ port: z.number(), loadedMs: z.number().optional() });
  const child = await startProcess(name, argument, ready, { env });
  try {
    const response = await fetch(`http://127.0.0.1:${child.ready.port}${HOOK_PATH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: AUTHORIZATION },
      body: hookBody(round + 1),
    });
    const answered = performance.now() - begun;
    await response.arrayBuffer();
    if (response.status !== 202) throw new Error(`${name} answered ${response.status}`);
    return { answered, loaded: child.ready.loadedMs };
  } finally {
    await child.stop();
  }
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function sizeOf(root: string, files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map((file) => stat(join(root, 'dist', 'package', file))));
  return sizes.reduce((sum, { size }) => sum + size, 0) / 1_000;
}
