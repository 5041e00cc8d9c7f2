import { mkdir, rm, writeFile } from 'node:fs/promises';

import type { Clone } from '../support/local-environment';

const LINES = 20;

/** A branch of the benchmark, and how many new files it has. */
export interface Branch {
  name: string;
  files: number;
}

/** Makes branches with new files of their own content, and pushes them at once. */
export async function pushBranches(clone: Clone, branches: readonly Branch[]): Promise<void> {
  for (const { name, files } of branches) {
    await clone.git('checkout', '--quiet', '-B', name, 'origin/main');
    await writeFiles(clone, name, files);
    await clone.git('add', '--all');
    await clone.git('commit', '--quiet', '--message', `Add ${name}`);
  }
  await clone.git('push', '--quiet', 'origin', ...branches.map(({ name }) => name));
}

/** Pushes another commit to a branch, in which each of its files is another one. */
export async function pushAgain(clone: Clone, { name, files }: Branch): Promise<void> {
  await clone.git('checkout', '--quiet', name);
  await writeFiles(clone, `${name}, again`, files);
  await clone.git('commit', '--quiet', '--all', '--message', `Change ${name}`);
  await clone.git('push', '--quiet', 'origin', name);
}

async function writeFiles({ folder }: Clone, content: string, files: number): Promise<void> {
  await rm(`${folder}/src/bench`, { recursive: true, force: true });
  await mkdir(`${folder}/src/bench`, { recursive: true });
  for (let file = 0; file < files; file += 1) {
    const lines = Array.from({ length: LINES }, (_, line) => `export const value${line} = '${content} ${file}';`);
    await writeFile(`${folder}/src/bench/file-${file}.ts`, `${lines.join('\n')}\n`);
  }
}
