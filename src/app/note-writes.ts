import { Failure, toFailure } from '../core/failures';

import type { AzureDevOps, Connection, Connections, ProjectPat, RefusedWrite } from './ports';

/** What was learnt of a credential by writing with it. */
export interface NotedWrites {
  taken: Set<RefusedWrite>;
  refused: Set<RefusedWrite>;
}

/**
 * Notes which kinds of writes are taken and which are refused for lack of a scope, as far as that can be told. Azure DevOps
 * refuses these as it refuses a PAT that has ended: while it still says whose the PAT is, the scope is missing.
 */
export function noteWrites(azureDevOps: AzureDevOps): { door: AzureDevOps; noted: NotedWrites } {
  const noted: NotedWrites = { taken: new Set(), refused: new Set() };

  const scopeFailure = async (kind: RefusedWrite, error: unknown): Promise<unknown> => {
    if (!(error instanceof Failure)) return error;
    if (error.kind === 'permissionMissing') {
      if (error.lacksScope) noted.refused.add(kind);
      return error;
    }
    if (error.kind !== 'credentialRefused') return error;
    try {
      await azureDevOps.readMyself();
    } catch (refusal) {
      return toFailure(refusal).kind === 'credentialRefused' ? error : refusal;
    }
    noted.refused.add(kind);
    const { what, scope } = LACKING[kind];
    return new Failure({
      kind: 'permissionMissing',
      message: `Azure DevOps refused ${what}, and takes the PAT all the same: it seems to lack the scope ${scope}. Edit it and add that.`,
      remedy: `needs PAT scope ${scope}`,
      lacksScope: true,
    });
  };

  const noting = async <T>(kind: RefusedWrite, write: () => Promise<T>): Promise<T> => {
    try {
      const answer = await write();
      noted.taken.add(kind);
      return answer;
    } catch (error) {
      throw await scopeFailure(kind, error);
    }
  };

  const door: AzureDevOps = {
    ...azureDevOps,
    postStatus: (key, status) => noting('status', () => azureDevOps.postStatus(key, status)),
    createThread: (key, thread) => noting('threads', () => azureDevOps.createThread(key, thread)),
    updateComment: (key, threadId, commentId, content) =>
      noting('threads', () => azureDevOps.updateComment(key, threadId, commentId, content)),
    updateThreadStatus: (key, threadId, status) =>
      noting('threads', () => azureDevOps.updateThreadStatus(key, threadId, status)),
    deleteComment: (key, threadId, commentId) =>
      noting('threads', () => azureDevOps.deleteComment(key, threadId, commentId)),
    reply: (key, threadId, content) => noting('threads', () => azureDevOps.reply(key, threadId, content)),
    addReviewer: (key, reviewer) => noting('reviewers', () => azureDevOps.addReviewer(key, reviewer)),
  };
  return { door, noted };
}

const LACKING: Record<RefusedWrite, { what: string; scope: string }> = {
  status: { what: 'the status', scope: 'Code (Status)' },
  threads: { what: 'the comment', scope: 'Pull Request Threads (Read & write)' },
  reviewers: { what: 'the reviewer', scope: 'Code (Read & write)' },
};

/** Keeps it on the connection's row: a write of the table when something changes, and none else. */
export async function rememberWrites(
  connections: Connections,
  connection: Connection,
  own: ProjectPat | undefined,
  noted: NotedWrites,
): Promise<void> {
  // The row tells of the connection's own credential.
  if (own || !differs(connection, noted)) return;
  await connections.change(connection.id, (present) =>
    differs(present, noted) ? { ...present, refusedWrites: refusedNow(present, noted) } : undefined,
  );
}

/** What was taken once in an evaluation is not missing, whatever else was refused. */
function refusedNow({ refusedWrites }: Connection, { taken, refused }: NotedWrites): RefusedWrite[] {
  const all = new Set([...refusedWrites, ...refused]);
  return KINDS.filter((kind) => all.has(kind) && !taken.has(kind));
}

const KINDS: readonly RefusedWrite[] = ['status', 'threads', 'reviewers'];

function differs(connection: Connection, noted: NotedWrites): boolean {
  return (
    refusedNow(connection, noted).join() !== KINDS.filter((kind) => connection.refusedWrites.includes(kind)).join()
  );
}
