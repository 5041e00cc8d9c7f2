import { mailOf } from './flavour';
import { ZERO_ID, type GitRepository } from './git-repository';
import { identityById } from './identities';
import { repositoryById } from './lookups';
import type { Simulation } from './simulation';
import type { Identity, PullRequest } from './state-model';
import { addSystemThread } from './system-threads';

export const shortBranch = (refName: string): string => refName.replace(/^refs\/heads\//, '');

export const mergeRefOf = (pullRequest: PullRequest): string => `refs/pull/${pullRequest.id}/merge`;

/** Merges source into target for show, after the answer that caused it: `mergeStatus` is `queued` until then. */
export function queuePreviewMerge(simulation: Simulation, pullRequest: PullRequest): void {
  pullRequest.mergeStatus = 'queued';
  delete pullRequest.lastMergeCommit;
  simulation.changed();
  simulation.background(`pull request ${pullRequest.id}`, () => previewMerge(simulation, pullRequest));
}

async function previewMerge(simulation: Simulation, pullRequest: PullRequest): Promise<void> {
  // Several pushes in a row queue several merges; the first that runs has seen them all.
  if (stateOf(pullRequest) !== 'active/queued') return;
  const repository = repositoryById(simulation.state, pullRequest.repositoryId);
  const git = simulation.git(repository);
  const source = pullRequest.lastMergeSourceCommit;
  const target = (await git.refs()).get(pullRequest.targetRefName)?.objectId;
  const author = identityById(simulation.state, pullRequest.createdById);
  const outcome = await attempt(simulation, git, pullRequest, author, target, source);
  if (pullRequest.lastMergeSourceCommit !== source || stateOf(pullRequest) !== 'active/queued') return;

  pullRequest.mergeStatus = outcome.status;
  if (target !== undefined) pullRequest.lastMergeTargetCommit = target;
  if (outcome.message === undefined) delete pullRequest.mergeFailureMessage;
  else pullRequest.mergeFailureMessage = outcome.message;
  if (outcome.commit !== undefined) {
    pullRequest.lastMergeCommit = outcome.commit;
    const ref = mergeRefOf(pullRequest);
    const oldObjectId = (await git.refs()).get(ref)?.objectId ?? ZERO_ID;
    await git.updateRefs([{ name: ref, oldObjectId, newObjectId: outcome.commit }]);
  }
  addSystemThread(simulation, pullRequest, 'MergeAttempt', outcome.note, {
    CodeReviewMergeStatus: outcome.status === 'succeeded' ? 'Succeeded' : 'Conflicts',
    CodeReviewSourceCommit: source,
    CodeReviewTargetCommit: pullRequest.lastMergeTargetCommit,
    ...(outcome.commit === undefined ? {} : { CodeReviewMergeCommit: outcome.commit }),
  });
  simulation.changed();
  simulation.emit({ eventType: 'git.pullrequest.merged', pullRequest, actorId: author.id });
}

/** Read anew after an await: others may have changed it meanwhile. What is to be completed is merged for good next. */
const stateOf = ({ status, mergeStatus, completionRequestedById }: PullRequest): string =>
  completionRequestedById === undefined ? `${status}/${mergeStatus}` : 'completing';

interface Outcome {
  status: 'succeeded' | 'conflicts' | 'failure';
  commit?: string;
  message?: string;
  note: string;
}

async function attempt(
  simulation: Simulation,
  git: GitRepository,
  pullRequest: PullRequest,
  author: Identity,
  target: string | undefined,
  source: string,
): Promise<Outcome> {
  if (target === undefined) {
    const message = `The target branch ${pullRequest.targetRefName} no longer exists.`;
    return { status: 'failure', message, note: message };
  }
  const merged = await git.merge(target, source);
  if (merged.state === 'conflicts') return { status: 'conflicts', note: 'The pull request has merge conflicts.' };
  if (merged.state === 'unrelated') {
    const message = 'The branches have no common history.';
    return { status: 'failure', message, note: message };
  }
  const message = `Merge pull request ${pullRequest.id} from ${shortBranch(pullRequest.sourceRefName)} into ${shortBranch(pullRequest.targetRefName)}`;
  const commit = await commitTree(simulation, git, merged.tree, [target, source], message, author);
  return {
    status: 'succeeded',
    commit,
    note: `The pull request can be merged; the target commit would be ${commit.slice(0, 8)}.`,
  };
}

/** Commits a tree that is in the repository; returns the commit's id. */
export async function commitTree(
  simulation: Simulation,
  git: GitRepository,
  tree: string,
  parents: readonly string[],
  message: string,
  author: Identity,
): Promise<string> {
  const date = `${Math.floor(simulation.clock.now() / 1000)} +0000`;
  const parentArguments = parents.flatMap((parent) => ['-p', parent]);
  const { stdout } = await git.git(['commit-tree', tree, ...parentArguments, '-F', '-'], {
    input: message,
    environment: {
      GIT_AUTHOR_NAME: author.displayName,
      GIT_AUTHOR_EMAIL: mailOf(author),
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: author.displayName,
      GIT_COMMITTER_EMAIL: mailOf(author),
      GIT_COMMITTER_DATE: date,
    },
  });
  return stdout.toString('utf8').trim();
}
