import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * The npm packages of which anything stands in the outputs of an esbuild run, by name and version.
 *
 * @param metafile esbuild's, with paths relative to the project's root
 * @returns `{ directory, manifest, integrity, requires }` of each: its package.json, the hash of its archive as the lockfile
 *   has it (`sha512-…`), and the directories of those that it requires, as far as they are bundled, too
 */
export async function bundledPackages(metafile) {
  const directories = new Set(
    Object.values(metafile.outputs)
      .flatMap(({ inputs }) => Object.entries(inputs))
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .flatMap(([path]) => packageDirectory(path)),
  );
  const { packages: locked } = JSON.parse(await readFile('package-lock.json', 'utf8'));
  return Promise.all(
    [...directories].sort().map(async (directory) => {
      const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
      const requires = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
        .map((name) => resolved(directory, name, directories))
        .filter((required) => required !== undefined);
      return { directory, manifest, integrity: locked[directory]?.integrity, requires };
    }),
  );
}

/** `node_modules/@azure/core-amqp/node_modules/events/x.js` is of `node_modules/@azure/core-amqp/node_modules/events`. */
function packageDirectory(path) {
  const at = path.lastIndexOf('node_modules/');
  if (at === -1) return [];
  const [first, second] = path.slice(at + 'node_modules/'.length).split('/');
  const name = first.startsWith('@') ? `${first}/${second}` : first;
  return [`${path.slice(0, at)}node_modules/${name}`];
}

/** Where Node would find `name` from a package, if that is bundled. */
function resolved(from, name, directories) {
  for (let place = from; place !== '.'; place = dirname(place)) {
    const candidate = `${place}/node_modules/${name}`;
    if (directories.has(candidate)) return candidate;
  }
  const top = `node_modules/${name}`;
  return directories.has(top) ? top : undefined;
}

const LICENCE_FILE = /^(licen[cs]e|copying|notice|thirdpartynotices?)([-.].*)?$/i;

/** The texts that a package comes with and wants passed on, by file name. */
export async function licenceTexts({ directory }) {
  const names = (await readdir(directory)).filter((name) => LICENCE_FILE.test(name)).sort();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(directory, name), 'utf8') })));
}
