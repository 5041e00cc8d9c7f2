import { chmod, cp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';

/** Builds everything that runs: the app (dist/package), the CLI (dist/cli) and the local environment (dist/local). */

const common = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  logLevel: 'warning',
  legalComments: 'none',
};

/**
 * The compositions, and the library that signs in to Azure, are bundles of their own, loaded when first needed:
 * registration and the hook's entry stay light.
 */
const bundlesApart = {
  name: 'bundles-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/composition\/(receive|work)$|^@azure\/identity$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: `./${path.split('/').at(-1)}.js`, external: true } : undefined,
    );
  },
};

async function buildPackage(outdir, version) {
  await build({
    ...common,
    entryPoints: {
      main: 'src/functions/main.ts',
      receive: 'src/composition/receive.ts',
      work: 'src/composition/work.ts',
      identity: '@azure/identity',
    },
    outdir,
    minify: true,
    // Stack traces in Application Insights name our functions.
    keepNames: true,
    // With import(), Node would first scan a whole bundle for its format and its exports; require() just runs it.
    supported: { 'dynamic-import': false },
    external: ['@azure/functions-core'],
    plugins: [bundlesApart],
    define: { 'process.env.PORTCULLIS_VERSION': JSON.stringify(version) },
  });
  await cp('host.json', `${outdir}/host.json`);
  const manifest = { name: 'portcullis', version, private: true, main: 'main.js', engines: { node: '>=22' } };
  await writeFile(`${outdir}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
}

async function buildCli(outdir, version) {
  const outfile = join(outdir, 'portcullis.js');
  await build({
    ...common,
    entryPoints: ['src/cli/main.ts'],
    outfile,
    banner: { js: '#!/usr/bin/env node' },
    define: { 'process.env.PORTCULLIS_VERSION': JSON.stringify(version) },
  });
  await chmod(outfile, 0o755);
}

async function buildLocal(outdir) {
  await build({
    ...common,
    entryPoints: { main: 'local/main.ts', 'worker-process': 'local/functions-host/worker-process.ts' },
    outdir,
    sourcemap: 'inline',
    // What the local environment is made of comes from node_modules: it is never shipped.
    packages: 'external',
  });
}

/**
 * Builds beside what is there and moves file by file: a running `npm start` loads bundles when it first needs them, and
 * finds the old one or the new one, never none and never half of one.
 */
async function replaced(outdir, fill) {
  const fresh = `${outdir}.${process.pid}`;
  try {
    await mkdir(fresh, { recursive: true });
    await fill(fresh);
    await mkdir(outdir, { recursive: true });
    const names = await readdir(fresh);
    await Promise.all(names.map((name) => rename(join(fresh, name), join(outdir, name))));
    const stale = (await readdir(outdir)).filter((name) => !names.includes(name));
    await Promise.all(stale.map((name) => rm(join(outdir, name), { recursive: true, force: true })));
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
await Promise.all([
  replaced('dist/package', (outdir) => buildPackage(outdir, version)),
  replaced('dist/cli', (outdir) => buildCli(outdir, version)),
  replaced('dist/local', buildLocal),
]);
