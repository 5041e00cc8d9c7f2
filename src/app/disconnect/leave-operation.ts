import { z } from 'zod';

import { Failure, isTransient, toFailure } from '../../core/failures';
import type { ListedPullRequest } from '../../core/listed';
import type { PullRequestKey } from '../../core/snapshot';
import { projectPatOf } from '../credentials';
import type { WithHooks } from '../hooks/hook-slices';
import { refusedSchema } from '../hooks/hook-slices';
import { removeAllHooks } from '../hooks/remove-all-hooks';
import { defineOperation, type AnyOperationWork, type Slice } from '../operation-work';
import { contextOf, isOurs } from '../policy-suspension';
import type { AzureDevOps, Clock, Connection, Connections, Credentials, DoorCredential, Ledger } from '../ports';
import { withCredential } from '../with-credential';

import { closeThreads } from './close-threads';

export const LEAVE_OPERATION = 'disconnect-leave';

/** An evaluation that began this long ago has ended, or died. */
const UNDER_WAY_SECONDS = 60;
const LOOK_AGAIN_SECONDS = 3;
const MOST_REASONS = 5;
const LEAST_SECONDS = 10;

export const leaveRequestSchema = z.strictObject({
  /** Nothing is asked of Azure DevOps: there is nobody to answer. */
  organizationGone: z.boolean(),
});
export type LeaveRequest = z.output<typeof leaveRequestSchema>;

const cursorSchema = z.object({
  phase: z.enum(['wait', 'threads', 'hooks']),
  /** Threads of pull requests up to this number are closed. */
  through: z.int(),
  closed: z.int(),
  threadsRefused: z.array(z.string()),
  removed: z.int(),
});
type Cursor = z.output<typeof cursorSchema>;

export const leaveResultSchema = z.object({
  threads: z.object({ closed: z.int(), refused: z.array(z.string()) }),
  hooks: z.object({ removed: z.int(), refused: refusedSchema }),
  /** Why nothing could be asked of Azure DevOps with the gate's own credential. */
  unreachable: z.string().nullable(),
});
export type LeaveResult = z.output<typeof leaveResultSchema>;

interface Dependencies {
  connections: Connections;
  credentials: Credentials;
  ledger: Ledger;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
  withHooks: WithHooks;
  clock: Clock;
}

const BEGIN: Cursor = { phase: 'wait', through: 0, closed: 0, threadsRefused: [], removed: 0 };

/**
 * Takes a connection out of service: from then on its hooks are answered 200 and dropped, and nothing is judged; then its
 * open threads are closed and its subscriptions removed. What the gate's account may not do is told, and the rest done.
 */
export function leaveOperation(dependencies: Dependencies): AnyOperationWork {
  const { connections, credentials, ledger, connect, withHooks, clock } = dependencies;

  const asked = <T>(connection: Connection, use: (door: AzureDevOps) => Promise<T>, projectId?: string): Promise<T> =>
    withCredential(credentials, connection, (credential) => use(connect(connection, credential)), { projectId });

  /** Whatever is under way may still write a comment, or a row. */
  const isQuiet = async ({ id }: Connection): Promise<boolean> => {
    const since = new Date(clock.now().getTime() - UNDER_WAY_SECONDS * 1_000);
    return (await ledger.list(id)).every(({ unfinishedSince }) => unfinishedSince === null || unfinishedSince < since);
  };

  /** Those that only a PAT of their own sees, too. */
  const projectIdsOf = async (connection: Connection): Promise<Set<string>> => {
    const projects = await asked(connection, (door) => door.readProjects());
    return new Set([...projects.map(({ id }) => id), ...connection.projectPats.map(({ projectId }) => projectId)]);
  };

  /** Where a project's own PAT is refused, that is said, and the others go on. */
  const activeOf = async (
    connection: Connection,
    projectId: string,
    unseen: string[],
  ): Promise<ListedPullRequest[]> => {
    try {
      return await asked(connection, (door) => door.readActivePullRequests(projectId), projectId);
    } catch (error) {
      const failure = toFailure(error);
      if (!projectPatOf(connection, projectId) || isTransient(failure)) throw error;
      unseen.push(failure.message);
      return [];
    }
  };

  const threadsSlice = async (connection: Connection, cursor: Cursor, deadline: Date): Promise<Cursor> => {
    const ours = new Set(connection.identities.map(({ id }) => id));
    const found: (PullRequestKey & { projectId: string })[] = [];
    const unseen: string[] = [];
    for (const projectId of await projectIdsOf(connection)) {
      const active = await activeOf(connection, projectId, unseen);
      for (const { repositoryId, pullRequestId } of active) {
        found.push({ connectionId: connection.id, repositoryId, pullRequestId, projectId });
      }
    }
    // A list of many projects may have taken all of it: something is done in each slice.
    const until = new Date(Math.max(deadline.getTime(), clock.now().getTime() + LEAST_SECONDS * 1_000));
    // Numbers are unique in an organization or a collection.
    const rest = found
      .filter(({ pullRequestId }) => pullRequestId > cursor.through)
      .sort((a, b) => a.pullRequestId - b.pullRequestId);
    const { closed, refused, through, isWhole } = await closeThreads(
      ({ projectId }, use) => asked(connection, use, projectId),
      rest,
      ours,
      () => clock.now() < until,
    );
    return {
      ...cursor,
      phase: isWhole ? 'hooks' : 'threads',
      through: Math.max(through, cursor.through),
      closed: cursor.closed + closed,
      threadsRefused: [...new Set([...cursor.threadsRefused, ...unseen, ...refused])].slice(0, MOST_REASONS),
    };
  };

  const work = async (connection: Connection, cursor: Cursor, deadline: Date): Promise<Slice<Cursor, LeaveResult>> => {
    if (cursor.phase === 'wait') {
      const isEnded = await isQuiet(connection);
      const progress = { done: 0, total: null, doing: 'waiting for evaluations to end' };
      const next = { ...cursor, phase: isEnded ? ('threads' as const) : cursor.phase };
      return { state: 'more', cursor: next, progress, dueIn: isEnded ? 0 : LOOK_AGAIN_SECONDS };
    }
    if (cursor.phase === 'threads') {
      const next = await threadsSlice(connection, cursor, deadline);
      return { state: 'more', cursor: next, progress: { done: next.closed, total: null, doing: 'closing comments' } };
    }
    return withHooks(connection, async (hooks) => {
      const { carried, refused, left } = await removeAllHooks(hooks, connection.id, () => clock.now() < deadline);
      const removed = cursor.removed + carried.changes.removed;
      const progress = { done: removed, total: removed + left, doing: 'removing service hooks' };
      if (!carried.isWhole) return { state: 'more', cursor: { ...cursor, removed }, progress };
      return { state: 'done', result: resultOf({ ...cursor, removed }, refused, null), progress };
    });
  };

  return defineOperation<LeaveRequest, Cursor, LeaveResult>({
    kind: LEAVE_OPERATION,
    requestSchema: leaveRequestSchema,
    cursorSchema,
    whileLeaving: true,
    work: async ({ connection, request, cursor = BEGIN, deadline }) => {
      if (connection.state === 'connected') {
        if (!request.organizationGone) await assertNotRequired(connection, asked);
        await connections.change(connection.id, (present) => ({ ...present, state: 'leaving' }));
      }
      const progress = { done: 0, total: 0, doing: 'leaving' };
      if (request.organizationGone) return { state: 'done', result: resultOf(cursor, [], null), progress };
      try {
        return await work(connection, cursor, deadline);
      } catch (error) {
        const failure = toFailure(error);
        // Then somebody else has to do it, with another credential.
        if (failure.kind !== 'credentialRefused' && failure.kind !== 'permissionMissing') throw error;
        return { state: 'done', result: resultOf(cursor, [], failure.message), progress };
      }
    },
  });
}

function resultOf(
  { closed, threadsRefused, removed }: Cursor,
  refused: LeaveResult['hooks']['refused'],
  unreachable: string | null,
): LeaveResult {
  return { threads: { closed, refused: threadsRefused }, hooks: { removed, refused }, unreachable };
}

/**
 * While a policy requires the verdict, pull requests would wait for ever: a connection does not leave then, whoever asks.
 * Where that cannot be seen, whoever asked has seen it with their own credential.
 */
async function assertNotRequired(
  connection: Connection,
  asked: <T>(connection: Connection, use: (door: AzureDevOps) => Promise<T>, projectId?: string) => Promise<T>,
): Promise<void> {
  const blocking: string[] = [];
  for (const { id, name } of (await unlessUnseen(asked(connection, (door) => door.readProjects()))) ?? []) {
    const policies = (await unlessUnseen(asked(connection, (door) => door.readStatusPolicies(id), id))) ?? [];
    const ours = policies.filter((policy) => isOurs(policy) && policy.isEnabled && policy.isBlocking);
    blocking.push(...ours.map((policy) => `policy ${policy.id} of project ${name} (${contextOf(policy)})`));
  }
  if (blocking.length === 0) return;
  throw new Failure({
    kind: 'superseded',
    message: `Nothing was changed: pull requests would wait for ever for a verdict that is required by ${blocking.join(', ')}. portcullis disconnect deletes what is Portcullis' own of these first.`,
  });
}

async function unlessUnseen<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    const { kind } = toFailure(error);
    if (kind === 'credentialRefused' || kind === 'permissionMissing') return undefined;
    throw error;
  }
}
