import { diff } from 'fast-myers-diff';
import { LRUCache } from 'lru-cache';
import { isBinary } from './content';
import type { PathChange } from './git-formats';
import type { GitRepository } from './git-repository';
import { changesOfIteration } from './iteration-changes';
import { repositoryById } from './lookups';
import type { PullRequestPageModel } from './page';
import type { Simulation } from './simulation';
import type { Iteration, PullRequest } from './state-model';

type FileChange = PullRequestPageModel['changes'][number];
type Hunk = FileChange['hunks'][number];

const CONTEXT_LINES = 3;
const MOST_FILES = 300;
const MOST_LINES = 20_000;

const cache = new LRUCache<string, FileChange[]>({ max: 30 });

/** The files of the pull request's last iteration with their hunks; the page asks every two seconds, so they are kept. */
export async function changesForPage(simulation: Simulation, pullRequest: PullRequest): Promise<FileChange[]> {
  const git = simulation.git(repositoryById(simulation.state, pullRequest.repositoryId));
  const iteration = pullRequest.iterations.at(-1) ?? (await wholePullRequest(git, pullRequest));
  const key = `${git.directory} ${iteration.commonCommit ?? ''} ${iteration.sourceCommit}`;
  const known = cache.get(key);
  if (known) return known;
  const changes = await changesOfIteration(simulation, pullRequest, iteration);
  const files: FileChange[] = [];
  for (const [index, change] of changes.entries()) {
    files.push(
      index < MOST_FILES
        ? await fileChange(git, change)
        : { ...named(change), hunks: [], note: `Only the first ${MOST_FILES} files are shown.` },
    );
  }
  cache.set(key, files);
  return files;
}

/** A pull request without iterations is shown as a whole. */
async function wholePullRequest(git: GitRepository, pullRequest: PullRequest): Promise<Iteration> {
  const [commonCommit] = await git.mergeBases(pullRequest.lastMergeTargetCommit, pullRequest.lastMergeSourceCommit);
  return {
    id: 0,
    authorId: pullRequest.createdById,
    createdDate: pullRequest.creationDate,
    updatedDate: pullRequest.creationDate,
    reason: 'create',
    sourceCommit: pullRequest.lastMergeSourceCommit,
    targetCommit: pullRequest.lastMergeTargetCommit,
    commonCommit,
    description: '',
  };
}

const named = (change: PathChange): Pick<FileChange, 'path' | 'changeType' | 'originalPath'> => ({
  path: change.path,
  changeType: change.changeType,
  originalPath: change.originalPath,
});

async function fileChange(git: GitRepository, change: PathChange): Promise<FileChange> {
  const read = async (id: string | undefined): Promise<Buffer> =>
    id === undefined ? Buffer.alloc(0) : ((await git.object(id))?.content ?? Buffer.alloc(0));
  if (change.gitObjectType !== 'blob') return { ...named(change), hunks: [], note: 'Submodule' };
  if (change.objectId === change.originalObjectId) return { ...named(change), hunks: [] };
  const before = await read(change.originalObjectId);
  const after = await read(change.objectId);
  if (isBinary(before) || isBinary(after)) return { ...named(change), hunks: [], note: 'Binary file' };
  const oldLines = linesOf(before);
  const newLines = linesOf(after);
  if (oldLines.length + newLines.length > MOST_LINES) return { ...named(change), hunks: [], note: 'Too large to show' };
  return { ...named(change), hunks: hunksOf(oldLines, newLines) };
}

function linesOf(content: Buffer): string[] {
  const lines = content.toString('utf8').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Changed stretches with three lines around them; stretches that touch are one hunk. */
export function hunksOf(oldLines: readonly string[], newLines: readonly string[]): Hunk[] {
  const hunks: { oldStart: number; newStart: number; lines: Hunk['lines'][number][] }[] = [];
  let oldDone = 0;
  let current: (typeof hunks)[number] | undefined;
  const keep = (from: number, to: number): void => {
    for (const text of oldLines.slice(from, to)) current?.lines.push({ kind: ' ', text });
  };
  for (const [oldFrom, oldTo, newFrom, newTo] of diff(oldLines, newLines)) {
    if (current && oldFrom - oldDone <= 2 * CONTEXT_LINES) keep(oldDone, oldFrom);
    else {
      keep(oldDone, Math.min(oldLines.length, oldDone + CONTEXT_LINES));
      const before = Math.min(CONTEXT_LINES, oldFrom);
      current = { oldStart: oldFrom - before + 1, newStart: newFrom - before + 1, lines: [] };
      hunks.push(current);
      keep(oldFrom - before, oldFrom);
    }
    for (const text of oldLines.slice(oldFrom, oldTo)) current.lines.push({ kind: '-', text });
    for (const text of newLines.slice(newFrom, newTo)) current.lines.push({ kind: '+', text });
    oldDone = oldTo;
  }
  keep(oldDone, Math.min(oldLines.length, oldDone + CONTEXT_LINES));
  return hunks;
}
