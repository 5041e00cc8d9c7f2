import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';

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

async function buildPackage(version) {
  const outdir = 'dist/package';
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
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

async function buildCli() {
  const outfile = 'dist/cli/portcullis.js';
  await build({ ...common, entryPoints: ['src/cli/main.ts'], outfile, banner: { js: '#!/usr/bin/env node' } });
  await chmod(outfile, 0o755);
}

async function buildLocal() {
  await build({
    ...common,
    entryPoints: { main: 'local/main.ts', 'worker-process': 'local/functions-host/worker-process.ts' },
    outdir: 'dist/local',
    sourcemap: 'inline',
    // What the local environment is made of comes from node_modules: it is never shipped.
    packages: 'external',
  });
}

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
await Promise.all([buildPackage(version), buildCli(), buildLocal()]);
