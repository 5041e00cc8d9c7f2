import type { CommitObject } from './git-formats';
import { repositoryUrl, repositoryWebUrl } from './repository-shapes';
import type { Simulation } from './simulation';
import type { Repository } from './state-model';

const COMMENT_LIMIT = 100;

export const commitUrl = (simulation: Simulation, repository: Repository, id: string): string =>
  `${repositoryUrl(simulation, repository)}/commits/${id}`;

/** A commit as a bare reference. */
export const commitReference = (
  simulation: Simulation,
  repository: Repository,
  commitId: string,
): Record<string, unknown> => ({ commitId, url: commitUrl(simulation, repository, commitId) });

/** A commit in a list: only the comment's first line, marked when more follows. */
export function commitInList(
  simulation: Simulation,
  repository: Repository,
  commit: CommitObject,
): Record<string, unknown> {
  const [firstLine = ''] = commit.message.split('\n');
  const comment = firstLine.slice(0, COMMENT_LIMIT);
  return {
    commitId: commit.id,
    author: commit.author,
    committer: commit.committer,
    comment,
    ...(comment.length < commit.message.length ? { commentTruncated: true } : {}),
    url: commitUrl(simulation, repository, commit.id),
  };
}

/** The answer for one commit. */
export function commitShape(
  simulation: Simulation,
  repository: Repository,
  commit: CommitObject,
): Record<string, unknown> {
  const url = commitUrl(simulation, repository, commit.id);
  const web = repositoryWebUrl(simulation, repository);
  return {
    treeId: commit.tree,
    commitId: commit.id,
    author: commit.author,
    committer: commit.committer,
    comment: commit.message,
    parents: commit.parents,
    url,
    remoteUrl: `${web}/commit/${commit.id}`,
    _links: {
      self: { href: url },
      repository: { href: repositoryUrl(simulation, repository) },
      web: { href: `${web}/commit/${commit.id}` },
      changes: { href: `${url}/changes` },
    },
  };
}
