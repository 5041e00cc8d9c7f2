import { chmod, cp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';

import { billOfMaterials } from './bill-of-materials.mjs';
import { bundledPackages } from './bundled-packages.mjs';
import { thirdPartyNotices } from './third-party-notices.mjs';

/** Builds everything that runs: the app (dist/package), the CLI (dist/cli) and the local environment (dist/local). */

/** What a library would take if it happened to be there; development has it, a release does not. */
const unneeded = ['supports-color'];

const common = {
  bundle: true,
  metafile: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  logLevel: 'warning',
  // Licences stand in third-party-notices.txt.
  legalComments: 'none',
  // What is built is the same wherever node_modules really lies.
  preserveSymlinks: true,
};

/**
 * The compositions, OpenTelemetry, and the library that signs in to Azure, are bundles of their own, loaded when first needed:
 * registration and the hook's entry stay light.
 */
const bundlesApart = {
  name: 'bundles-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/composition\/(receive|work)$|^\.\/open-telemetry$|^@azure\/identity$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: `./${path.split('/').at(-1)}.js`, external: true } : undefined,
    );
  },
};

async function buildPackage(outdir, { version, description }) {
  const { metafile } = await build({
    ...common,
    entryPoints: {
      main: 'src/functions/main.ts',
      receive: 'src/composition/receive.ts',
      work: 'src/composition/work.ts',
      identity: '@azure/identity',
      'open-telemetry': 'src/composition/open-telemetry.ts',
    },
    outdir,
    minify: true,
    // Stack traces in Application Insights name our functions.
    keepNames: true,
    // With import(), Node would first scan a whole bundle for its format and its exports; require() just runs it.
    supported: { 'dynamic-import': false },
    external: ['@azure/functions-core', ...unneeded],
    plugins: [bundlesApart],
    define: { 'process.env.PORTCULLIS_VERSION': JSON.stringify(version) },
  });
  await cp('host.json', `${outdir}/host.json`);
  const manifest = { name: 'portcullis', version, private: true, main: 'main.js', engines: { node: '>=22' } };
  await writeJson(join(outdir, 'package.json'), manifest);
  await writeOrigins(outdir, { name: 'portcullis', version, description }, metafile);
}

/** The folder is the npm package of the command, too (scripts/package.mjs). */
async function buildCli(outdir, { version }) {
  const name = 'portcullis-cli';
  const description = 'The portcullis command: administers Portcullis, the pull-request gate for Azure DevOps';
  const outfile = join(outdir, 'portcullis.js');
  const { metafile } = await build({
    ...common,
    entryPoints: ['src/cli/main.ts'],
    outfile,
    external: unneeded,
    banner: { js: '#!/usr/bin/env node' },
    define: { 'process.env.PORTCULLIS_VERSION': JSON.stringify(version) },
  });
  await chmod(outfile, 0o755);
  const bin = { portcullis: 'portcullis.js' };
  // A name that nobody has taken is no protection: nothing of ours is to be had from a public registry.
  const manifest = { name, version, description, private: true, license: 'UNLICENSED', bin, engines: { node: '>=22' } };
  await writeJson(join(outdir, 'package.json'), manifest);
  await writeOrigins(outdir, { name, version, description }, metafile);
}

/** What the bundles are made of, for people and for machines: it goes wherever they go. */
async function writeOrigins(outdir, product, metafile) {
  const packages = await bundledPackages(metafile);
  await writeFile(join(outdir, 'third-party-notices.txt'), await thirdPartyNotices(packages));
  await writeFile(join(outdir, 'sbom.cdx.json'), billOfMaterials(product, packages));
}

async function writeJson(path, content) {
  await writeFile(path, `${JSON.stringify(content, null, 2)}\n`);
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

const product = JSON.parse(await readFile('package.json', 'utf8'));
const parts = await Promise.allSettled([
  replaced('dist/package', (outdir) => buildPackage(outdir, product)),
  replaced('dist/cli', (outdir) => buildCli(outdir, product)),
  replaced('dist/local', buildLocal),
]);
// Only now, so that none leaves behind what it was about to move.
for (const part of parts) if (part.status === 'rejected') throw part.reason;
