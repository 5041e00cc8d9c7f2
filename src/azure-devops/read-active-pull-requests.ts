import { PullRequestStatus } from 'azure-devops-node-api/interfaces/GitInterfaces';
import { z } from 'zod';

import type { ListedPullRequest } from '../core/listed';

import { guid, listOf, text } from './answers';
import { ask, type Door } from './door';

export const PAGE = 200;
/** A service may give fewer than were asked for, but no fewer than it gives when nobody says how many. */
export const FULL_PAGE = 100;

const commit = z
  .object({ commitId: z.string().nullish() })
  .nullish()
  .transform((reference) => reference?.commitId ?? null);

/** What a list entry and the pull request itself tell alike. */
export const listedShape = {
  title: text,
  description: text,
  isDraft: z
    .boolean()
    .nullish()
    .transform((draft) => draft ?? false),
  targetRefName: z.string(),
  lastMergeSourceCommit: commit,
  reviewers: z
    .array(z.object({ id: text, vote: z.number().nullish() }))
    .nullish()
    .transform((reviewers) => (reviewers ?? []).map(({ id, vote }) => ({ id: id.toLowerCase(), vote: vote ?? 0 }))),
};

const listed = listOf(
  z.object({ pullRequestId: z.int().positive(), repository: z.object({ id: guid }), ...listedShape }),
);

/**
 * All active pull requests of a project, or of one of its repositories, paged to the end; one that moves between pages is
 * taken once.
 */
export async function readActivePullRequests(
  door: Door,
  projectId: string,
  repositoryId?: string,
): Promise<ListedPullRequest[]> {
  const wanted = { status: PullRequestStatus.Active, ...(repositoryId === undefined ? {} : { repositoryId }) };
  const found = new Map<string, ListedPullRequest>();
  for (let skip = 0; ;) {
    const page = await ask(`list the active pull requests of project ${projectId} in ${door.base}`, listed, () =>
      door.git.getPullRequestsByProject(projectId, wanted, undefined, skip, PAGE),
    );
    const before = found.size;
    for (const { pullRequestId, repository, ...told } of page) {
      found.set(`${repository.id} ${pullRequestId}`, {
        repositoryId: repository.id,
        pullRequestId,
        title: told.title,
        description: told.description,
        isDraft: told.isDraft,
        targetBranch: told.targetRefName,
        headCommit: told.lastMergeSourceCommit,
        votes: told.reviewers,
      });
    }
    if (page.length < FULL_PAGE || found.size === before) return [...found.values()];
    skip += page.length;
  }
}
