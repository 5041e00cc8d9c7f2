import { LRUCache } from 'lru-cache';
import { EMPTY_TREE, ZERO_ID, type GitRepository } from './git-repository';
import type { PathChange } from './git-formats';
import { repositoryById } from './lookups';
import type { PullRequestPageModel } from './page';
import type { Simulation } from './simulation';
import type { PullRequest } from './state-model';

type FileChange = PullRequestPageModel['changes'][number];
type Hunk = FileChange['hunks'][number];
type Line = Hunk['lines'][number];

const MOST_FILES = 300;
const MOST_LINES = 5_000;

const cache = new LRUCache<string, FileChange[]>({ max: 30 });

/** The files of the pull request's last iteration with their hunks; the page asks every two seconds, so they are kept. */
export async function changesForPage(simulation: Simulation, pullRequest: PullRequest): Promise<FileChange[]> {
  const git = simulation.git(repositoryById(simulation.state, pullRequest.repositoryId));
  const iteration = pullRequest.iterations.at(-1);
  const target = iteration?.sourceCommit ?? pullRequest.lastMergeSourceCommit;
  // A pull request without iterations is shown as a whole.
  const [common] = iteration
    ? [iteration.commonCommit]
    : await git.mergeBases(pullRequest.lastMergeTargetCommit, pullRequest.lastMergeSourceCommit);
  const base = common ?? EMPTY_TREE;
  const key = `${git.directory} ${base} ${target}`;
  const known = cache.get(key);
  if (known) return known;
  const patches = await patchesBetween(git, base, target);
  const files = (await git.diff(base, target)).map((change, index) => fileChange(change, index, patches));
  cache.set(key, files);
  return files;
}

function fileChange(change: PathChange, index: number, patches: ReadonlyMap<string, string>): FileChange {
  const file = { path: change.path, changeType: change.changeType, originalPath: change.originalPath };
  const noted = (note: string): FileChange => ({ ...file, hunks: [], note });
  if (index >= MOST_FILES) return noted(`Only the first ${MOST_FILES} files are shown.`);
  if (change.gitObjectType !== 'blob') return noted('Submodule');
  const patch = patches.get(`${change.originalObjectId ?? ZERO_ID}..${change.objectId ?? ZERO_ID}`) ?? '';
  if (/^Binary files .* differ$/m.test(patch) && !patch.includes('\n@@ ')) return noted('Binary file');
  const hunks = parseHunks(patch);
  const lines = hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  return lines > MOST_LINES ? noted('Too large to show') : { ...file, hunks };
}

/** The textual diff, file by file, under `<old blob>..<new blob>`. */
async function patchesBetween(git: GitRepository, base: string, target: string): Promise<Map<string, string>> {
  const { stdout } = await git.git(['diff-tree', '-r', '-M', '-p', '--full-index', '--no-color', base, target]);
  const patches = new Map<string, string>();
  for (const patch of stdout.toString('utf8').split(/^diff --git /m)) {
    const ids = /^index ([0-9a-f]{40}\.\.[0-9a-f]{40})/m.exec(patch)?.[1];
    if (ids !== undefined) patches.set(ids, patch);
  }
  return patches;
}

/** The hunks of one file's patch, as `git diff` prints it. */
export function parseHunks(patch: string): Hunk[] {
  const hunks: { oldStart: number; newStart: number; lines: Line[] }[] = [];
  for (const text of patch.split('\n')) {
    const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (header) hunks.push({ oldStart: Number(header[1]), newStart: Number(header[2]), lines: [] });
    const kind = text.charAt(0);
    if (kind === ' ' || kind === '+' || kind === '-') hunks.at(-1)?.lines.push({ kind, text: text.slice(1) });
  }
  return hunks;
}
