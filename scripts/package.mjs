import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { zipSync } from 'fflate';

/** Zips dist/package into dist/portcullis.zip: the zip's root is the app's root, as Azure Functions wants it. */

const FOLDER = 'dist/package';
const ZIP = 'dist/portcullis.zip';
const LARGEST = 5 * 1024 * 1024;

const files = await readdir(FOLDER);
const entries = {};
for (const file of files.sort()) {
  // A fixed time makes the same build the same zip, byte for byte.
  entries[file] = [await readFile(join(FOLDER, file)), { level: 9, mtime: '2020-01-01T00:00:00Z' }];
}
await writeFile(ZIP, zipSync(entries));
const { size } = await stat(ZIP);
if (size > LARGEST) {
  console.error(`${ZIP} has ${size} bytes; at most ${LARGEST} are allowed.`);
  process.exit(1);
}
console.log(`${ZIP}: ${files.length} files, ${(size / 1024).toFixed(0)} KiB`);
