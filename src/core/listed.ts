import { createHash } from 'node:crypto';

/** What a list of pull requests tells of each: enough to see most changes without reading the pull request. */
export interface ListedPullRequest {
  repositoryId: string;
  pullRequestId: number;
  title: string;
  /** A list has its beginning only. */
  description: string;
  isDraft: boolean;
  targetBranch: string;
  /** Null while Azure DevOps has not looked at the newest push yet. */
  headCommit: string | null;
  votes: { id: string; vote: number }[];
}

/** A list cuts descriptions after so many characters. */
const LISTED_DESCRIPTION = 400;

/** Equal for a pull request whose list entry says the same: 16 hexadecimal digits. */
export function listedFingerprint(listed: Omit<ListedPullRequest, 'repositoryId' | 'pullRequestId'>): string {
  const { title, description, isDraft, targetBranch, headCommit, votes } = listed;
  const sorted = votes.map(({ id, vote }) => `${id} ${vote}`).sort();
  const told = [title, description.slice(0, LISTED_DESCRIPTION), isDraft, targetBranch, headCommit, sorted];
  return createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, 16);
}
