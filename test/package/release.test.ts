import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { unzipSync } from 'fflate';
import ignore from 'ignore';

import manifest from '../../package.json';
import { DIST } from '../support/local-environment';

const ROOT = resolve(__dirname, '../..');
const CLI = `portcullis-cli-${manifest.version}.tgz`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-release-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const sums = (dist: string): string => readFileSync(join(dist, 'SHA256SUMS'), 'utf8');
const zipped = (name: string): string[] => Object.keys(unzipSync(readFileSync(join(DIST, name)))).sort();

interface Component {
  name: string;
  group?: string;
  version: string;
  purl: string;
  hashes?: unknown[];
  licenses?: unknown[];
}
const nameOf = ({ group, name }: Component): string => (group === undefined ? name : `${group}/${name}`);
const componentsOf = (file: string): Component[] => JSON.parse(readFileSync(join(DIST, file), 'utf8')).components;

test('the sums are those of what lies beside them', () => {
  const lines = sums(DIST).trimEnd().split('\n');
  expect(lines.map((line) => line.split('  ')[1])).toEqual(['portcullis.zip', 'portcullis-infra.zip', CLI]);
  for (const line of lines) {
    const [sum, name = ''] = line.split('  ');
    expect(
      createHash('sha256')
        .update(readFileSync(join(DIST, name)))
        .digest('hex'),
    ).toBe(sum);
  }
});

test('packaged again, in another folder and another time zone, it is the same, byte for byte', () => {
  const copy = join(folder, 'copy');
  const left = ['node_modules', 'dist', '.git', '.local', 'coverage'].map((name) => join(ROOT, name));
  cpSync(ROOT, copy, { recursive: true, filter: (source) => !left.includes(source) });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const env = { ...process.env, TZ: 'Pacific/Auckland' };
  for (const script of ['build', 'package']) {
    execFileSync(process.execPath, [join('scripts', `${script}.mjs`)], { cwd: copy, env, stdio: 'pipe' });
  }
  expect(sums(join(copy, 'dist'))).toBe(sums(DIST));
});

test('what Core Tools publish from the project is what the zip holds', () => {
  const rules = ignore().add(readFileSync(join(ROOT, '.funcignore'), 'utf8'));
  const published = (below: string): string[] =>
    readdirSync(join(ROOT, below), { withFileTypes: true }).flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (rules.ignores(entry.isDirectory() ? `${path}/` : path)) return [];
      return entry.isDirectory() ? published(path) : [path];
    });
  const inPackage = zipped('portcullis.zip').map((name) => `dist/package/${name}`);
  // Core Tools find host.json and package.json at the root; its `main` leads into dist/package.
  expect(published('').sort()).toEqual([...inPackage, 'host.json', 'package.json'].sort());
  expect(manifest.main).toBe('dist/package/main.js');
  expect(readFileSync(join(ROOT, 'host.json'), 'utf8')).toBe(readFileSync(join(DIST, 'package/host.json'), 'utf8'));
});

test('the version stands in what is handed out', () => {
  const { version, main } = JSON.parse(readFileSync(join(DIST, 'package/package.json'), 'utf8'));
  expect({ version, main }).toEqual({ version: manifest.version, main: 'main.js' });
});

test('the guides, the template and the scripts of infra/ are handed out, without anything else', () => {
  const files = readdirSync(join(ROOT, 'infra'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
  expect(zipped('portcullis-infra.zip')).toEqual(files.sort());
});

describe.each(['package', 'cli'])('what dist/%s is made of', (part) => {
  test('stands in a bill of materials that CycloneDX takes', async () => {
    const text = readFileSync(join(DIST, part, 'sbom.cdx.json'), 'utf8');
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect(await validator.validate(text)).toBeNull();
    const components = componentsOf(`${part}/sbom.cdx.json`);
    expect(components.filter(({ hashes, licenses }) => !hashes?.length || !licenses?.length)).toEqual([]);
    expect(new Set(components.map(({ purl }) => purl)).size).toBe(components.length);
    expect(components.map(nameOf)).toEqual(expect.arrayContaining(['azure-devops-node-api', 'zod', '@azure/identity']));
  });

  test('is named in the notices, each with the text of its licence', () => {
    const notices = readFileSync(join(DIST, part, 'third-party-notices.txt'), 'utf8').split(`\n${'-'.repeat(80)}\n`);
    const heads = notices.map((notice) => notice.trim().split('\n')[0]);
    const named = componentsOf(`${part}/sbom.cdx.json`).map((component) => `${nameOf(component)} ${component.version}`);
    expect(new Set(heads.slice(1, -1))).toEqual(new Set(named));
    const short = notices.slice(1, -1).filter((notice) => !/permission|copyright|redistribut|conditions/i.test(notice));
    expect(short).toEqual([]);
  });

  test('nothing is in it that only development needs', () => {
    const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    const shipped = Object.entries<{ version: string; dev?: boolean }>(packages)
      .filter(([, { dev }]) => dev !== true)
      .map(([place, { version }]) => `${place.split('node_modules/').at(-1)} ${version}`);
    const named = componentsOf(`${part}/sbom.cdx.json`).map((component) => `${nameOf(component)} ${component.version}`);
    expect(named.filter((name) => !shipped.includes(name))).toEqual([]);
  });
});

test('the command is installed from its archive, and runs', () => {
  execFileSync('tar', ['-xzf', join(DIST, CLI), '-C', folder]);
  const { bin, version, engines } = JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8'));
  expect({ version, engines }).toEqual({ version: manifest.version, engines: { node: '>=22' } });
  const program = join(folder, 'package', bin.portcullis);
  expect(execFileSync(process.execPath, [program, '--version'], { cwd: folder, env: {} }).toString().trim()).toBe(
    version,
  );
});
