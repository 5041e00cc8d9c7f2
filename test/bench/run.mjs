import { fork, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { build } from 'esbuild';

/** `npm run bench`: bundles the benchmarks into a folder of their own, runs them, and leaves nothing behind. */

const PARTS = ['hook', 'enqueue', 'start', 'subscriptions', 'policy', 'verdict'];
const LONGEST_MS = 720_000;

const usage = `npm run bench -- [options]
  --json         print the figures as JSON, and nothing else on stdout (npm run --silent bench -- --json)
  --only <part>  one of ${PARTS.join(', ')}; may be given more than once
  --profile      write a CPU profile of each receiver to dist/bench-profiles/ (its figures count for nothing then)`;

const options = readOptions();
if (options.only.includes('hook')) await installPeers();
const root = resolve(import.meta.dirname, '../..');
await mkdir(join(root, 'dist'), { recursive: true });
// Two folders below the root, as test/support is: it finds dist/ from where it lies; and node_modules is found from there.
const folder = await mkdtemp(join(root, 'dist', 'bench-'));
try {
  await bundle();
  process.exitCode = await run();
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: PARTS },
        profile: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const unknown = values.only.find((part) => !PARTS.includes(part));
    if (unknown !== undefined) throw new Error(`There is no benchmark '${unknown}'.`);
    if (!values.help) return values;
    console.log(usage);
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    process.exit(2);
  }
  process.exit(0);
}

/** The peers are no part of the product's install; they are installed when a lock is newer than what is there. */
async function installPeers() {
  const changed = async (name) => (await stat(join(import.meta.dirname, name)).catch(() => ({ mtimeMs: 0 }))).mtimeMs;
  if ((await changed('node_modules/.package-lock.json')) >= (await changed('package-lock.json'))) return;
  console.error('Installing what Portcullis is measured beside into test/bench/node_modules …');
  const npm = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: import.meta.dirname,
    // Nothing but the figures goes to stdout.
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  const code = await new Promise((done, fail) => npm.once('error', fail).once('exit', done));
  if (code === 0) return;
  console.error(
    `npm ci failed in test/bench; without it: ${PARTS.slice(1)
      .map((part) => `--only ${part}`)
      .join(' ')}`,
  );
  process.exit(1);
}

async function bundle() {
  const receivers = await readdir(join(import.meta.dirname, 'receivers'));
  const names = [
    'main',
    'load-process',
    'broker-process',
    'services-process',
    'start-loader',
    'hooks-process',
    'verdict-process',
  ];
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    packages: 'external',
    logLevel: 'warning',
  };
  await build({
    ...common,
    entryPoints: [
      ...names.map((name) => `test/bench/${name}.ts`),
      ...receivers.filter((name) => name !== 'portcullis.ts').map((name) => `test/bench/receivers/${name}`),
    ],
    entryNames: '[name]',
    outdir: folder,
  });
  // Ours as it ships: one bundle, as in dist/package.
  await build({
    ...common,
    packages: 'bundle',
    external: ['@azure/service-bus'],
    entryPoints: ['test/bench/receivers/portcullis.ts'],
    outdir: folder,
  });
  // The app as scripts/build.mjs builds it, but with every package left in node_modules.
  await build({
    ...common,
    entryPoints: {
      main: 'src/functions/main.ts',
      receive: 'src/composition/receive.ts',
      work: 'src/composition/work.ts',
    },
    outdir: join(folder, 'unbundled'),
    plugins: [
      {
        name: 'compositions-apart',
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/composition\/(receive|work)$/ }, ({ kind, path }) =>
            kind === 'dynamic-import' ? { path: `./${path.split('/').at(-1)}.js`, external: true } : undefined,
          ),
      },
    ],
  });
}

async function run() {
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const begun = performance.now();
  // What a benchmark leaves in the temporary folder, however it ends, goes with it.
  const child = fork(join(folder, 'main.js'), [JSON.stringify({ ...options, root, cores: availableParallelism() })], {
    env: { ...process.env, TMPDIR: temporary },
  });
  const stop = () => child.kill('SIGTERM');
  const deadline = setTimeout(() => {
    console.error(`The benchmarks did not end within ${LONGEST_MS / 1_000} s and were stopped.`);
    stop();
  }, LONGEST_MS);
  // Ctrl-C reaches the child as well; this process stays to clean up.
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const code = await new Promise((done) => child.once('exit', (exit) => done(exit ?? 1)));
  clearTimeout(deadline);
  // Children that were left without their parent end at once; what they had open is closed then.
  await delay(300);
  console.error(`${((performance.now() - begun) / 1_000).toFixed(0)} s`);
  return code;
}
