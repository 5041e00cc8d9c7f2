import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

import { zipSync } from 'fflate';

/**
 * Makes a release of what scripts/build.mjs built. The same build gives the same bytes.
 *
 * - dist/portcullis.zip: the app, to be deployed as it is; its root is the app's root, as Azure Functions wants it
 * - dist/portcullis-infra.zip: the template, the scripts and the guides of infra/
 * - dist/portcullis-cli-<version>.tgz: the command, for `npm install --global`
 * - dist/SHA256SUMS
 */

const LARGEST = 5 * 1024 * 1024;

async function filesUnder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** @param inside the folder of the zip that everything stands in; '' = its root */
async function zip(folder, target, inside) {
  const entries = {};
  for (const file of await filesUnder(folder)) {
    const { mode } = await stat(file);
    const attributes = ((mode & 0o100 ? 0o100755 : 0o100644) << 16) >>> 0;
    const name = posix.join(inside, file.slice(folder.length + 1).replaceAll('\\', '/'));
    // A fixed time makes the same files the same zip, byte for byte; zips keep local time.
    entries[name] = [await readFile(file), { level: 9, mtime: new Date(2020, 0, 1), os: 3, attrs: attributes }];
  }
  await writeFile(target, zipSync(entries));
  return Object.keys(entries).length;
}

async function told(file, what) {
  const { size } = await stat(file);
  console.log(`${file}: ${what}, ${(size / 1024).toFixed(0)} KiB`);
  return size;
}

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
const made = ['portcullis.zip', 'portcullis-infra.zip', `portcullis-cli-${version}.tgz`];
// An earlier version's command must not lie beside this one's.
for (const name of await readdir('dist')) if (/^portcullis-cli-.*\.tgz$/.test(name)) await rm(join('dist', name));

const files = await zip('dist/package', 'dist/portcullis.zip', '');
if ((await told('dist/portcullis.zip', `${files} files`)) > LARGEST) {
  console.error(`dist/portcullis.zip is larger than the ${LARGEST} bytes that are allowed.`);
  process.exit(1);
}
await told('dist/portcullis-infra.zip', `${await zip('infra', 'dist/portcullis-infra.zip', 'infra')} files`);
const npm = process.env['npm_execpath'];
const pack = ['pack', './dist/cli', '--pack-destination', 'dist', '--ignore-scripts', '--silent'];
if (npm !== undefined && existsSync(npm)) execFileSync(process.execPath, [npm, ...pack]);
else execFileSync('npm', pack, { shell: process.platform === 'win32' });
await told(join('dist', made[2]), 'the command');

const sums = await Promise.all(
  made.map(async (name) => {
    const hash = createHash('sha256').update(await readFile(join('dist', name)));
    return `${hash.digest('hex')}  ${name}\n`;
  }),
);
await writeFile('dist/SHA256SUMS', sums.join(''));
