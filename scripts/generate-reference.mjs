import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'esbuild';

/** Writes the references, the JSON Schema, the README's table of gates (src/settings/generate.ts says what they hold) and the tables of infra/personal-data.md. */

const root = join(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'portcullis-generate-'));
try {
  await build({
    entryPoints: {
      generate: join(root, 'src/settings/generate.ts'),
      personal: join(root, 'src/azure/personal-fields-page.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  });
  const load = async (name) => (await import(pathToFileURL(join(folder, name)).href)).default;
  const { generatedFiles, withGatesTable } = await load('generate.cjs');
  const { PERSONAL_PAGE, withPersonalFields } = await load('personal.cjs');
  // The folder of references holds generated pages only, so that the page of a gate that is gone goes as well.
  await rm(join(root, 'src/gates/reference'), { recursive: true, force: true });
  for (const { path, content } of generatedFiles()) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  for (const [path, fresh] of [
    ['README.md', withGatesTable],
    [PERSONAL_PAGE, withPersonalFields],
  ]) {
    const page = join(root, path);
    const before = await readFile(page, 'utf8');
    const after = fresh(before);
    if (after !== before) await writeFile(page, after);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
