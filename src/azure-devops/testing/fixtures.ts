import type { Log, StatusToPost } from '../../app/ports';
import { Failure } from '../../core/failures';
import type { PullRequestKey } from '../../core/snapshot';

export const repositoryId = '3b3ae425-0079-421f-9101-bcf15d6df041';
export const projectId = '1f1f3a2b-61a4-4c2b-8f1e-0d3f0c9a7e11';
export const key: PullRequestKey = { connectionId: 'c1', repositoryId, pullRequestId: 7 };
export const pullRequestPath = `/_apis/git/repositories/${repositoryId}/pullRequests/7`;

export const author = {
  id: 'D6245F20-2AF8-44F4-9451-8107CB2767DB',
  displayName: 'Ada',
  uniqueName: 'ada@contoso.com',
};

/** `author` in our words. */
export const ada = { id: author.id.toLowerCase(), displayName: 'Ada', uniqueName: 'ada@contoso.com' };

export const status: StatusToPost = {
  iterationId: 3,
  genre: 'portcullis',
  name: 'verdict',
  state: 'failed',
  description: '1 of 4 gates failed',
  targetUrl: 'https://example.com/',
};

/** What the service answers to `status`, at the least. */
export const wireStatus = {
  id: 12,
  iterationId: 3,
  state: 'failed',
  context: { genre: 'portcullis', name: 'verdict' },
};

/** A list as the service wraps it. */
export function wireList(...value: unknown[]): unknown {
  return { count: value.length, value };
}

/** A pull request as the service answers it. */
export function wirePullRequest(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    repository: {
      id: repositoryId.toUpperCase(),
      name: 'web app',
      project: { id: projectId, name: 'Shop & Co', state: 'wellFormed' },
    },
    pullRequestId: 7,
    status: 'active',
    createdBy: author,
    creationDate: '2025-01-02T03:04:05.1234567Z',
    title: 'feat: a basket',
    description: 'Adds a basket.',
    sourceRefName: 'refs/heads/basket',
    targetRefName: 'refs/heads/main',
    mergeStatus: 'succeeded',
    isDraft: false,
    lastMergeSourceCommit: { commitId: 'a'.repeat(40) },
    lastMergeTargetCommit: { commitId: 'b'.repeat(40) },
    supportsIterations: true,
    ...changes,
  };
}

export function wireIteration(id: number, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    reason: 'push',
    createdDate: 'not a date at all',
    sourceRefCommit: { commitId: `${id}`.repeat(40).slice(0, 40) },
    targetRefCommit: { commitId: 'b'.repeat(40) },
    commonRefCommit: { commitId: 'c'.repeat(40) },
    hasMoreCommits: false,
    ...changes,
  };
}

export interface CollectedLog extends Log {
  lines: { level: string; message: string; fields: Record<string, unknown> | undefined }[];
}

export function collectLog(): CollectedLog {
  const lines: CollectedLog['lines'] = [];
  const note =
    (level: string) =>
    (message: string, fields?: Record<string, unknown>): void => {
      lines.push({ level, message, fields });
    };
  return { lines, debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
}

/** The failure that a call ends in; any other end is an error of the test. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const end = await call.then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  );
  if (end instanceof Failure) return end;
  throw end;
}
