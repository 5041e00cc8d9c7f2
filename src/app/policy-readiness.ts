import { toFailure } from '../core/failures';
import type { ListedPullRequest } from '../core/listed';
import { STATUS_GENRE, VERDICT_NAME } from '../core/plan-statuses';

import type { PolicyReadiness, Progress } from './ports';

/** So many pull requests are looked at at once. */
const AT_ONCE = 8;
/** Whoever pushes all the time is waited for so often. */
const MOST_ROUNDS = 10;

/** A pull request that has no verdict yet. */
export interface UnreadyPullRequest {
  repositoryId: string;
  pullRequestId: number;
  targetBranch: string;
  reason: string;
}

export interface Readiness {
  /** Those that were open when this began, are still, and have no verdict, by number. */
  readUnready(isConcerned: (listed: ListedPullRequest) => boolean): Promise<UnreadyPullRequest[]>;
}

interface Options {
  reads: PolicyReadiness;
  projectId: string;
  repositoryId: string | undefined;
  /** Whose verdicts count. */
  identityId: string;
  /** Whether `error` is a verdict, too. */
  acceptErrors: boolean;
  tell: (progress: Progress) => void;
}

/**
 * Looks in Azure DevOps for the verdicts of the pull requests that are open now. What is found ready stays so until it is
 * pushed to; lists are read until one shows no push since, so that whoever writes next knows what is there.
 */
export async function createReadiness(options: Options): Promise<Readiness> {
  const { reads, projectId, repositoryId, tell } = options;
  const list = (): Promise<ListedPullRequest[]> => reads.readActivePullRequests(projectId, repositoryId);
  const began = new Set((await list()).map(({ pullRequestId }) => pullRequestId));
  const ready = new Set<string>();

  return {
    async readUnready(isConcerned) {
      const reasons = new Map<string, string>();
      for (let round = 1; ; round += 1) {
        const concerned = (await list()).filter((each) => began.has(each.pullRequestId) && isConcerned(each));
        const unready = concerned.filter((each) => !ready.has(stateOf(each)));
        const unknown = unready.filter((each) => !reasons.has(stateOf(each)));
        if (unknown.length === 0 || round > MOST_ROUNDS) {
          return unready
            .map((each) => ({ ...each, reason: reasons.get(stateOf(each)) ?? 'It is pushed to all the time.' }))
            .map(({ repositoryId: repository, pullRequestId, targetBranch, reason }) => ({
              repositoryId: repository,
              pullRequestId,
              targetBranch,
              reason,
            }))
            .sort((a, b) => a.pullRequestId - b.pullRequestId);
        }
        let looked = 0;
        await atOnce(unknown, async (listed) => {
          const reason = await troubleOf(options, listed);
          if (reason === undefined) ready.add(stateOf(listed));
          else reasons.set(stateOf(listed), reason);
          looked += 1;
          tell({ done: looked, total: unknown.length, doing: 'looking for verdicts' });
        });
      }
    },
  };
}

function stateOf({ repositoryId, pullRequestId, headCommit }: ListedPullRequest): string {
  return `${repositoryId} ${pullRequestId} ${headCommit}`;
}

/** Why a pull request is not ready; undefined when it has a verdict of its newest iteration, by the right account. */
async function troubleOf(
  { reads, identityId, acceptErrors }: Options,
  { repositoryId, pullRequestId }: ListedPullRequest,
): Promise<string | undefined> {
  const key = { repositoryId, pullRequestId };
  try {
    const rows = await reads.readStatusRows(key);
    const verdicts = rows.filter(
      ({ genre, name, author }) => genre === STATUS_GENRE && name === VERDICT_NAME && author.id === identityId,
    );
    // Of thousands that have none, the iterations need not be asked for.
    const newest = verdicts.length === 0 ? null : await reads.readNewestIteration(key);
    const verdict = verdicts.findLast(({ iterationId }) => iterationId === newest);
    if (verdict === undefined || verdict.state === 'notSet') return 'It has no verdict of its newest iteration.';
    if (verdict.state === 'error' && !acceptErrors) return `Its verdict is error: ${verdict.description}`;
    return undefined;
  } catch (error) {
    return toFailure(error).message;
  }
}

async function atOnce<T>(all: readonly T[], act: (each: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await act(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
