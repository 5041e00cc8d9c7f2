import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'esbuild';

/** Writes the references, the JSON Schema and the README's table of gates (src/settings/generate.ts says what they hold). */

const root = join(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'portcullis-generate-'));
try {
  const outfile = join(folder, 'generate.cjs');
  await build({
    entryPoints: [join(root, 'src/settings/generate.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  });
  const { generatedFiles, withGatesTable } = (await import(pathToFileURL(outfile).href)).default;
  // The folder of references holds generated pages only, so that the page of a gate that is gone goes as well.
  await rm(join(root, 'src/gates/reference'), { recursive: true, force: true });
  for (const { path, content } of generatedFiles()) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const readme = join(root, 'README.md');
  const before = await readFile(readme, 'utf8');
  const after = withGatesTable(before);
  if (after !== before) await writeFile(readme, after);
} finally {
  await rm(folder, { recursive: true, force: true });
}
