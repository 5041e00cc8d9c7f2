import { z } from 'zod';

import { Failure } from '../core/failures';
import type { ListedReviewer, PullRequestRead } from '../app/ports';
import { listedFingerprint } from '../core/listed';
import type { MergeAttempt, PullRequestDetails, PullRequestKey, Read } from '../core/snapshot';

import { guid, identityOrGroup, listOf, placeOf, text } from './answers';
import { ask, unexpectedAnswer, type Door } from './door';
import { oneLine } from './describe-request';
import { mergeStatuses, pullRequestStatuses, readVote } from './mappings';
import { listedShape } from './read-active-pull-requests';
import { readIterationList } from './read-iterations';
import { repositorySchema } from './read-repositories';

const commit = z
  .object({ commitId: z.string().nullish() })
  .nullish()
  .transform((reference) => reference?.commitId ?? undefined);

const pullRequestSchema = z.object({
  pullRequestId: z.int().positive(),
  ...listedShape,
  status: z.unknown().optional(),
  mergeStatus: z.unknown().optional(),
  sourceRefName: z.string(),
  createdBy: z.object({ id: guid, displayName: text, uniqueName: text }),
  supportsIterations: z.boolean().nullish(),
  forkSource: z.unknown().optional(),
  repository: z.object({ id: guid, name: z.string(), project: z.object({ id: guid, name: z.string() }) }),
  lastMergeTargetCommit: commit,
  reviewers: z
    .array(z.looseObject({ vote: z.number().nullish(), isRequired: z.boolean().nullish() }))
    .nullish()
    .transform((reviewers) =>
      (reviewers ?? []).map((reviewer) => ({
        ...identityOrGroup.parse(reviewer),
        vote: reviewer.vote ?? 0,
        isRequired: reviewer.isRequired ?? false,
      })),
    ),
});

/** The pull request by the ids of repository and number alone, so that a moved or renamed project does not matter. */
export async function readPullRequest(door: Door, key: PullRequestKey): Promise<PullRequestRead> {
  const doing = `read ${placeOf(key)} in ${door.base}`;
  const answer = await ask(doing, pullRequestSchema, () =>
    door.git.getPullRequest(key.repositoryId, key.pullRequestId),
  );
  if (answer.pullRequestId !== key.pullRequestId || answer.repository.id !== key.repositoryId.toLowerCase()) {
    throw unexpectedAnswer(doing, `it is number ${answer.pullRequestId} of repository ${answer.repository.id}`);
  }
  const details = detailsOf(door, answer, doing);
  const { lastMergeSourceCommit: headCommit, lastMergeTargetCommit: baseCommit } = answer;
  const votes = answer.reviewers.map(({ identity, vote }) => ({ id: identity.id, vote }));
  const listed = listedFingerprint({ ...details, headCommit, votes });
  const merge = mergeOf(door, key, answer.mergeStatus);
  const reviewers = reviewersOf(door, key, answer.reviewers);
  const commits =
    headCommit !== null && baseCommit !== undefined
      ? { headCommit, baseCommit }
      : await readCommits(door, key, details);
  return { ...details, ...commits, merge, reviewers, listed };
}

/** A pull request by its number alone, which is unique within an organization or collection; or in one project alone. */
export async function findPullRequest(
  door: Door,
  pullRequestId: number,
  projectId?: string,
): Promise<PullRequestDetails> {
  const doing = `read pull request ${pullRequestId} in ${door.base}`;
  const answer = await ask(doing, pullRequestSchema, () => door.git.getPullRequestById(pullRequestId, projectId));
  if (answer.pullRequestId !== pullRequestId) throw unexpectedAnswer(doing, `it is number ${answer.pullRequestId}`);
  return detailsOf(door, answer, doing);
}

function detailsOf(door: Door, answer: z.output<typeof pullRequestSchema>, doing: string): PullRequestDetails {
  const { repository } = answer;
  const status = pullRequestStatuses.read(answer.status);
  if (status === undefined || status === 'none') throw unexpectedAnswer(doing, `status: ${String(answer.status)}`);
  return {
    id: answer.pullRequestId,
    title: answer.title,
    description: answer.description,
    status,
    isDraft: answer.isDraft,
    sourceBranch: answer.sourceRefName,
    targetBranch: answer.targetRefName,
    author: answer.createdBy,
    supportsIterations: answer.supportsIterations ?? true,
    isFork: answer.forkSource !== undefined && answer.forkSource !== null,
    project: repository.project,
    repository: { id: repository.id, name: repository.name },
    webUrl: webUrl(door.base, repository.project.name, repository.name, answer.pullRequestId),
  };
}

/** Only who counts votes minds that one is not understood. */
function reviewersOf(
  door: Door,
  key: PullRequestKey,
  answered: z.output<typeof pullRequestSchema>['reviewers'],
): Read<ListedReviewer[]> {
  const known: ListedReviewer[] = [];
  for (const { vote: wire, ...reviewer } of answered) {
    const vote = readVote(wire);
    if (vote === undefined) {
      door.noteUnknown('the vote of a reviewer', wire);
      const failure = new Failure({
        kind: 'unexpected',
        message: `Azure DevOps tells of a vote on ${placeOf(key)} that this release does not know (${wire}). Update Portcullis.`,
        remedy: 'update Portcullis',
      });
      return { ok: false, failure };
    }
    known.push({ ...reviewer, vote });
  }
  return { ok: true, value: known };
}

/** Only who asks for it minds that it is not understood. */
function mergeOf(door: Door, key: PullRequestKey, wire: unknown): Read<MergeAttempt> {
  const status = mergeStatuses.read(wire ?? 'notSet');
  if (status !== undefined) return { ok: true, value: { status } };
  door.noteUnknown('the merge status of a pull request', wire);
  const failure = new Failure({
    kind: 'unexpected',
    message: `Azure DevOps says of the merge of ${placeOf(key)} something that this release does not know ("${oneLine(String(wire), 40)}"). Update Portcullis.`,
    remedy: 'update Portcullis',
  });
  return { ok: false, failure };
}

function webUrl(base: string, project: string, repository: string, id: number): string {
  return `${base}/${encodeURIComponent(project)}/_git/${encodeURIComponent(repository)}/pullrequest/${id}`;
}

/**
 * The commits of a pull request whose merge has not been tried yet. The newest iteration says them best: it is what a
 * verdict is bound to, and it knows a fork's commits. Without iterations the branches' tips are the next honest answer.
 */
async function readCommits(
  door: Door,
  key: PullRequestKey,
  details: PullRequestDetails,
): Promise<{ headCommit: string; baseCommit: string }> {
  if (details.supportsIterations) {
    const newest = (await readIterationList(door, key)).at(-1);
    if (newest) return { headCommit: newest.sourceCommit, baseCommit: newest.targetCommit };
  }
  const [headCommit, baseCommit] = details.isFork
    ? [undefined, undefined]
    : await Promise.all([readTip(door, key, details.sourceBranch), readTip(door, key, details.targetBranch)]);
  if (headCommit !== undefined && baseCommit !== undefined) return { headCommit, baseCommit };
  throw new Failure({
    kind: 'unavailable',
    message: `Azure DevOps does not say yet which commits ${placeOf(key)} in ${door.base} consists of. Portcullis tries again later.`,
  });
}

const refs = listOf(z.object({ name: z.string(), objectId: z.string() }));

async function readTip(door: Door, key: PullRequestKey, branch: string): Promise<string | undefined> {
  const filter = branch.replace(/^refs\//, '');
  const found = await ask(`read the branches of repository ${key.repositoryId} in ${door.base}`, refs, () =>
    door.git.getRefs(key.repositoryId, undefined, filter),
  );
  // The filter is a prefix: `main` also finds `main-2`.
  return found.find((ref) => ref.name === branch)?.objectId;
}

/** A repository by names or ids. */
export async function readRepository(
  door: Door,
  project: string,
  repository: string,
): Promise<z.output<typeof repositorySchema>> {
  for (const name of [project, repository]) {
    // Such a segment would vanish from the URL or climb out of it.
    if (/^\.{0,2}$/.test(name.trim())) {
      throw new Failure({ kind: 'notFound', message: `There is no project or repository "${name}" in ${door.base}.` });
    }
  }
  return ask(`read repository ${repository} of project ${project} in ${door.base}`, repositorySchema, () =>
    door.git.getRepository(repository, project),
  );
}
