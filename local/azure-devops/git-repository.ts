import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import {
  parseCommit,
  parseRawDiff,
  parseTree,
  type CommitObject,
  type PathChange,
  type TreeEntry,
} from './git-formats';
import { createGitObjectReader, type GitObject } from './git-object-reader';
import { runGit, type GitOutput, type GitRunOptions } from './git-process';

export const ZERO_ID = '0'.repeat(40);
/** The tree without files: what a commit without parents is compared with. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export interface GitRef {
  name: string;
  objectId: string;
  /** For an annotated tag, the commit it names. */
  peeledObjectId?: string;
}

export interface RefChange {
  name: string;
  /** All zeros when the ref is created. */
  oldObjectId: string;
  /** All zeros when the ref is deleted. */
  newObjectId: string;
}

export type MergeResult = { state: 'clean'; tree: string } | { state: 'conflicts' } | { state: 'unrelated' };

/** A bare repository on disk. Reads are cached where what they read cannot change. */
export interface GitRepository {
  readonly directory: string;
  git(commandArguments: readonly string[], options?: GitRunOptions): Promise<GitOutput>;
  /** Every ref but the simulator's own, in name order. */
  refs(): Promise<ReadonlyMap<string, GitRef>>;
  /** Says that something else than `updateRefs` wrote refs (a push over HTTP). */
  forgetRefs(): void;
  /** Moves refs in one transaction; rejects when one does not stand where `oldObjectId` says. */
  updateRefs(changes: readonly RefChange[]): Promise<void>;
  object(revision: string): Promise<GitObject | undefined>;
  commit(id: string): Promise<CommitObject | undefined>;
  tree(id: string): Promise<TreeEntry[]>;
  /** The entry at a path of a commit (`/` is the root itself); undefined when there is none. */
  entryAt(commitId: string, path: string): Promise<TreeEntry | undefined>;
  /** Changed paths between two commits or trees, in path order, renames found; folders only when asked for. */
  diff(base: string, target: string, withFolders?: boolean): Promise<readonly PathChange[]>;
  /** All best common ancestors; more than one after criss-cross merges, none without a common history. */
  mergeBases(one: string, other: string): Promise<readonly string[]>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** Commits reachable from the first but not from the others, newest first, at most `limit`. */
  commitsBetween(from: string, without: readonly string[], limit: number): Promise<string[]>;
  merge(target: string, source: string): Promise<MergeResult>;
  /** Runs one writer at a time, in order. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** To be called before another process writes to `directory`: it is nobody else's from then on. */
  separate(): Promise<void>;
  close(): void;
}

/** Refs under here are the simulator's own: what keeps a fork's commits, and commits on their way. */
export const PRIVATE_REFS = 'refs/simulator/';

/** Objects of superseded iterations stay readable, as they do in Azure DevOps. */
export const CONFIGURATION = `
[http]
	receivepack = true
[gc]
	auto = 0
[receive]
	autogc = false
	; Only the service itself writes the merges that it tried out.
	hideRefs = refs/pull
[uploadpack]
	allowAnySHA1InWant = true
[transfer]
	hideRefs = ${PRIVATE_REFS.slice(0, -1)}
[core]
	logAllRefUpdates = false
[diff]
	renameLimit = 2000
`;

/** Creates the bare repository at `directory`, empty, with `main` as its HEAD. One git for each: there may be hundreds. */
export async function initializeGitRepository(gitPath: string, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  // Without a template there are no sample hooks and descriptions, which nothing here reads.
  await runGit(gitPath, directory, ['init', '--bare', '--quiet', '--initial-branch=main', '--template=', directory]);
  await appendFile(join(directory, 'config'), CONFIGURATION);
}

export function openGitRepository(gitPath: string, directory: string): GitRepository {
  const reader = createGitObjectReader(gitPath, directory);
  const commits = new LRUCache<string, CommitObject>({ max: 5_000 });
  const trees = new LRUCache<string, TreeEntry[]>({ max: 5_000 });
  const diffs = new LRUCache<string, Promise<PathChange[]>>({ max: 200 });
  const bases = new LRUCache<string, Promise<string[]>>({ max: 2_000 });
  let refs: Promise<ReadonlyMap<string, GitRef>> | undefined;
  let generation = 0;
  let writers = 0;
  let last: Promise<unknown> = Promise.resolve();

  const git = (commandArguments: readonly string[], options?: GitRunOptions): Promise<GitOutput> =>
    runGit(gitPath, directory, commandArguments, options);

  const readRefs = async (): Promise<ReadonlyMap<string, GitRef>> => {
    const { stdout } = await git(['for-each-ref', '--format=%(refname) %(objectname) %(*objectname)']);
    const found = new Map<string, GitRef>();
    for (const line of stdout.toString('utf8').split('\n')) {
      const [name = '', objectId = '', peeledObjectId = ''] = line.split(' ');
      if (name === '' || name.startsWith(PRIVATE_REFS)) continue;
      found.set(name, { name, objectId, ...(peeledObjectId === '' ? {} : { peeledObjectId }) });
    }
    return found;
  };

  const repository: GitRepository = {
    directory,
    git,
    refs: () => (refs ??= readRefs()),
    forgetRefs() {
      generation += 1;
      refs = undefined;
    },
    async updateRefs(changes) {
      const lines = changes.map((change) =>
        change.newObjectId === ZERO_ID
          ? `delete ${change.name} ${change.oldObjectId}`
          : `update ${change.name} ${change.newObjectId} ${change.oldObjectId}`,
      );
      // What was read while somebody else wrote is not to be built upon.
      const known = writers === 0 ? refs : undefined;
      const mine = (generation += 1);
      refs = undefined;
      writers += 1;
      try {
        await git(['update-ref', '--stdin'], { input: `${lines.join('\n')}\n` });
      } finally {
        writers -= 1;
        refs = undefined;
      }
      // Asking git again for all refs would double what a push costs. Only tags need git to say what they name.
      const isPlain = changes.every((change) => !change.name.startsWith('refs/tags/'));
      if (known && isPlain && generation === mine) refs = known.then((before) => withChanges(before, changes));
    },
    object: (revision) => reader.read(revision),
    async commit(id) {
      const known = commits.get(id);
      if (known) return known;
      const object = await reader.read(id);
      if (object?.type !== 'commit') return undefined;
      const commit = parseCommit(object.id, object.content);
      commits.set(id, commit);
      return commit;
    },
    async tree(id) {
      const known = trees.get(id);
      if (known) return known;
      const object = await reader.read(id);
      if (object?.type !== 'tree') return [];
      const entries = parseTree(object.content);
      trees.set(id, entries);
      return entries;
    },
    async entryAt(commitId, path) {
      const commit = await repository.commit(commitId);
      if (!commit) return undefined;
      let entry: TreeEntry = { mode: '40000', name: '', id: commit.tree, type: 'tree' };
      for (const name of path.split('/').filter((part) => part !== '')) {
        if (entry.type !== 'tree') return undefined;
        const next = (await repository.tree(entry.id)).find((each) => each.name === name);
        if (!next) return undefined;
        entry = next;
      }
      return entry;
    },
    diff(base, target, withFolders = false) {
      const depth = withFolders ? '-t' : '-r';
      return remembered(diffs, `${depth} ${base} ${target}`, async () => {
        const { stdout } = await git(['diff-tree', depth, '-M', '--raw', '-z', '--no-abbrev', base, target]);
        return parseRawDiff(stdout);
      });
    },
    mergeBases(one, other) {
      return remembered(bases, `${one} ${other}`, async () => {
        const { stdout } = await git(['merge-base', '--all', one, other], { accept: [0, 1] });
        return stdout.toString('utf8').split('\n').filter(Boolean);
      });
    },
    isAncestor: async (ancestor, descendant) => (await repository.mergeBases(ancestor, descendant)).includes(ancestor),
    async commitsBetween(from, without, limit) {
      const excluded = without.map((id) => `^${id}`);
      const { stdout } = await git(['rev-list', `--max-count=${limit}`, from, ...excluded, '--']);
      return stdout.toString('utf8').split('\n').filter(Boolean);
    },
    async merge(target, source) {
      const output = await git(['merge-tree', '--write-tree', '--no-messages', target, source], {
        accept: [0, 1, 128],
      });
      if (output.code === 1) return { state: 'conflicts' };
      if (output.code === 0) return { state: 'clean', tree: output.stdout.toString('utf8').trim() };
      if (output.stderr.includes('unrelated histories')) return { state: 'unrelated' };
      throw new Error(`git merge-tree: ${output.stderr.trim()}`);
    },
    exclusively(work) {
      const next = last.then(work, work);
      last = next.catch(() => undefined);
      return next;
    },
    separate: () => Promise.resolve(),
    close: () => reader.close(),
  };
  return repository;
}

function withChanges(before: ReadonlyMap<string, GitRef>, changes: readonly RefChange[]): ReadonlyMap<string, GitRef> {
  const after = new Map(before);
  for (const { name, newObjectId } of changes) {
    if (newObjectId === ZERO_ID) after.delete(name);
    else if (!name.startsWith(PRIVATE_REFS)) after.set(name, { name, objectId: newObjectId });
  }
  // In name order, as git lists them.
  return new Map([...after].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Simultaneous readers share one git process; a failure is not kept. */
function remembered<T>(cache: LRUCache<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known) return known;
  const started = work();
  cache.set(key, started);
  started.catch(() => cache.delete(key));
  return started;
}
