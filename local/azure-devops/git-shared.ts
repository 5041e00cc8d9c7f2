import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONFIGURATION, type GitRepository } from './git-repository';

/** These write refs, or bring objects that refs are about to name. */
const WRITERS = new Set(['fast-import', 'fetch', 'update-ref']);

/**
 * A repository that reads from one which many share, until somebody writes to it: a thousand that are alike cost one
 * directory and one git process. `separate` makes its own, which from then on stands behind it.
 */
export function openSharedGitRepository(shared: GitRepository, separate: () => Promise<GitRepository>): GitRepository {
  let current = shared;
  let separated: Promise<GitRepository> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const own = (): Promise<GitRepository> =>
    (separated ??= separate().then((opened) => {
      current = opened;
      return opened;
    }));
  return {
    get directory() {
      return current.directory;
    },
    async git(commandArguments, options) {
      const target = WRITERS.has(commandArguments[0] ?? '') ? await own() : current;
      return target.git(commandArguments, options);
    },
    refs: () => current.refs(),
    forgetRefs: () => current.forgetRefs(),
    updateRefs: async (changes) => (await own()).updateRefs(changes),
    object: (revision) => current.object(revision),
    commit: (id) => current.commit(id),
    tree: (id) => current.tree(id),
    entryAt: (commitId, path) => current.entryAt(commitId, path),
    diff: (base, target, withFolders) => current.diff(base, target, withFolders),
    mergeBases: (one, other) => current.mergeBases(one, other),
    isAncestor: (ancestor, descendant) => current.isAncestor(ancestor, descendant),
    commitsBetween: (from, without, limit) => current.commitsBetween(from, without, limit),
    merge: (target, source) => current.merge(target, source),
    exclusively(work) {
      const next = last.then(work, work);
      last = next.catch(() => undefined);
      return next;
    },
    async separate() {
      await own();
    },
    close() {
      if (current !== shared) current.close();
    },
  };
}

/** A bare repository with the branches of another, whose objects it borrows; written without a git process. */
export async function writeBorrowingRepository(directory: string, from: GitRepository): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(join(directory, 'objects', 'info'), { recursive: true });
  await mkdir(join(directory, 'refs'));
  const branches = [...(await from.refs()).values()].filter(({ name }) => name.startsWith('refs/heads/'));
  const lines = branches.map(({ name, objectId }) => `${objectId} ${name}\n`);
  await Promise.all([
    writeFile(join(directory, 'HEAD'), 'ref: refs/heads/main\n'),
    writeFile(join(directory, 'config'), `[core]\n\trepositoryformatversion = 0\n\tbare = true\n${CONFIGURATION}`),
    writeFile(join(directory, 'objects', 'info', 'alternates'), `${join(from.directory, 'objects')}\n`),
    writeFile(join(directory, 'packed-refs'), `# pack-refs with: peeled fully-peeled sorted \n${lines.join('')}`),
  ]);
}
