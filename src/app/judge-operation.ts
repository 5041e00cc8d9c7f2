import { z } from 'zod';

import { Failure, toFailure } from '../core/failures';
import { listedFingerprint, type ListedPullRequest } from '../core/listed';
import { pullRequestMessage, sessionId, subjectOf } from '../core/messages';
import type { PullRequestKey } from '../core/snapshot';

import type { BrokenConnections } from './broken-connections';
import { projectPatOf } from './credentials';
import type { JudgeResult } from './judge-result';
import { defineOperation, type AnyOperationWork, type Slice } from './operation-work';
import { refusalOfProject } from './own-pats';
import type {
  AzureDevOps,
  Clock,
  Connection,
  Credentials,
  DoorCredential,
  Ledger,
  LedgerEntry,
  WorkQueue,
} from './ports';
import { readAllProjects } from './whole-connection';
import { withCredential } from './with-credential';

export const JUDGE_OPERATION = 'judge';

/** As many as one request may name: it is kept in a table, which has a limit. */
export const MOST_NAMED = 2_000;
/** So many wait in the queue at once: hooks do not wait long behind them. */
const MOST_IN_FLIGHT = 100;
/** An evaluation takes seconds; one that began so long ago has failed, or waits for a retry. */
const FAILED_AFTER_SECONDS = 60;
/** Nothing of what waits was judged for so long: the queue stands, or nobody works on it. */
const STALLED_AFTER_SECONDS = 300;
/** Clocks of tables and workers differ. */
const SKEW_SECONDS = 15;
/** Of so many it is found out why; each costs a request. */
const MOST_REASONS = 50;
/** So many are named: what comes of an operation is kept in one row of a table, which has a limit. */
const MOST_TOLD = 2_000;
const LONGEST_REASON = 500;

const guid = z.guid().transform((id) => id.toLowerCase());

/** Which active pull requests are judged: all, or those for which everything that is said holds. */
export const judgeRequestSchema = z.strictObject({
  projectId: guid.optional(),
  repositoryId: guid.optional(),
  /** Target branches, by full ref names. */
  refNames: z.array(z.string().min(1).max(400)).max(100).optional(),
  /** These are judged again whatever the ledger says; without them, those that it says nothing new of are left out. */
  pullRequestIds: z.array(z.int().positive()).max(MOST_NAMED).optional(),
});
export type JudgeRequest = z.output<typeof judgeRequestSchema>;

const cursorSchema = z.object({
  beganAt: z.iso.datetime(),
  /** All of these numbers and below were put into the queue; what was opened since is for the hooks. */
  sentThrough: z.int(),
  last: z.int(),
  total: z.int(),
  judged: z.int(),
  /** When the last one was judged. */
  movedAt: z.iso.datetime(),
});
type Cursor = z.output<typeof cursorSchema>;

interface Dependencies {
  ledger: Ledger;
  queue: WorkQueue;
  credentials: Credentials;
  brokenConnections: BrokenConnections;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
  clock: Clock;
}

/**
 * Has active pull requests judged by the queue, a bounded number at a time, and waits until each is done or has failed:
 * what a branch policy wants before it blocks. Judging itself is what it always is; this only asks for it and looks.
 */
export function createJudgeOperation(dependencies: Dependencies): AnyOperationWork {
  const { ledger, queue, credentials, brokenConnections, connect, clock } = dependencies;

  const asked = <T>(connection: Connection, use: (door: AzureDevOps) => Promise<T>, projectId?: string): Promise<T> =>
    withCredential(credentials, connection, (credential) => use(connect(connection, credential)), { projectId });

  const readActive = async (connection: Connection, request: JudgeRequest): Promise<ListedPullRequest[]> => {
    const { projectId, repositoryId } = request;
    // A project's own PAT says nothing about the connection, nor the connection's about it.
    const isOwn = projectPatOf(connection, projectId) !== undefined;
    const working = isOwn ? connection : await brokenConnections.probe(connection);
    if (!working) throw brokenFailure(connection);
    try {
      const projects = projectId === undefined ? await readAllProjects(asked, working) : [{ id: projectId }];
      const active: ListedPullRequest[] = [];
      for (const { id } of projects) {
        const read = asked(working, (door) => door.readActivePullRequests(id, repositoryId), id);
        active.push(
          ...(await read.catch((error: unknown) => {
            throw refusalOfProject(error, working, projectPatOf(working, id));
          })),
        );
      }
      return active.filter(isAskedFor(request));
    } catch (error) {
      const failure = toFailure(error);
      if (failure.kind === 'credentialRefused') await brokenConnections.note(working, failure);
      throw failure;
    }
  };

  const reasonOf = async (connection: Connection, key: PullRequestKey, projectId?: string): Promise<string> => {
    try {
      await asked(connection, (door) => door.readPullRequest(key), projectId);
    } catch (error) {
      return toFailure(error).message;
    }
    const { retry } = await ledger.read(key);
    return retry === undefined
      ? 'Its evaluation did not finish: its status and the log of Portcullis tell why.'
      : `Its evaluation is tried again at ${retry.dueAt.toISOString()}.`;
  };

  return defineOperation<JudgeRequest, Cursor, JudgeResult>({
    kind: JUDGE_OPERATION,
    requestSchema: judgeRequestSchema,
    cursorSchema,
    work: async ({ connection, request, cursor, operationId }): Promise<Slice<Cursor, JudgeResult>> => {
      const now = clock.now();
      const keyOf = ({ repositoryId, pullRequestId }: ListedPullRequest): PullRequestKey => ({
        connectionId: connection.id,
        repositoryId,
        pullRequestId,
      });
      const [active, entries] = await Promise.all([readActive(connection, request), ledger.list(connection.id)]);
      const known = new Map(entries.map((entry) => [sessionId(entry), entry]));
      const since = new Date((cursor ? Date.parse(cursor.beganAt) : now.getTime()) - SKEW_SECONDS * 1_000);
      // What was named is judged again in any case.
      const earliest = request.pullRequestIds === undefined ? undefined : cursor ? since : now;
      const waiting = active
        .filter(({ pullRequestId }) => pullRequestId <= (cursor?.last ?? Infinity))
        .filter((listed) => !isJudged(known.get(sessionId(listed)), listed, earliest))
        .sort((a, b) => a.pullRequestId - b.pullRequestId);
      const total = cursor?.total ?? waiting.length;
      // What was closed while it waited needs no verdict any more.
      const judged = Math.max(0, total - waiting.length);
      const hasMoved = judged !== cursor?.judged;
      const movedAt = hasMoved ? now.toISOString() : cursor.movedAt;
      const isStalled = now.getTime() - Date.parse(movedAt) > STALLED_AFTER_SECONDS * 1_000;

      const sentThrough = cursor?.sentThrough ?? 0;
      const sent = waiting.filter(({ pullRequestId }) => pullRequestId <= sentThrough);
      const unjudged = sent.filter((listed) => isStalled || hasFailed(known.get(sessionId(listed)), since, now));
      const room = Math.max(0, MOST_IN_FLIGHT - (sent.length - unjudged.length));
      const next = waiting.filter(({ pullRequestId }) => pullRequestId > sentThrough).slice(0, room);
      const progress = { done: judged, total, doing: 'judging pull requests' };
      if (next.length === 0 && sent.length === unjudged.length) {
        const told = unjudged.slice(0, MOST_TOLD).map(async (listed, index) => ({
          repositoryId: listed.repositoryId,
          pullRequestId: listed.pullRequestId,
          reason:
            index < MOST_REASONS
              ? (await reasonOf(connection, keyOf(listed), request.projectId)).slice(0, LONGEST_REASON)
              : 'Its evaluation did not finish.',
        }));
        const seen = new Set(active.map(({ pullRequestId }) => pullRequestId));
        const notSeen = (request.pullRequestIds ?? []).filter((id) => !seen.has(id));
        const moreUnjudged = Math.max(0, unjudged.length - MOST_TOLD);
        return {
          state: 'done',
          result: { judged, unjudged: await Promise.all(told), moreUnjudged, notSeen },
          progress,
        };
      }
      for (const listed of next) {
        const key = keyOf(listed);
        // Folded by the broker where a slice is repeated.
        await queue.send(pullRequestMessage(key, 'sweep', true), {
          messageId: `judge/${subjectOf(key)}/${operationId}`,
        });
      }
      return {
        state: 'more',
        cursor: {
          beganAt: cursor?.beganAt ?? now.toISOString(),
          sentThrough: next.at(-1)?.pullRequestId ?? sentThrough,
          last: cursor?.last ?? active.reduce((most, { pullRequestId }) => Math.max(most, pullRequestId), 0),
          total,
          judged,
          movedAt,
        },
        progress,
        dueIn: waiting.length > MOST_IN_FLIGHT / 2 ? 5 : 2,
      };
    },
  });
}

function isAskedFor({ refNames, pullRequestIds }: JudgeRequest): (listed: ListedPullRequest) => boolean {
  const named = pullRequestIds && new Set(pullRequestIds);
  return ({ targetBranch, pullRequestId }) =>
    (refNames?.includes(targetBranch) ?? true) && (named?.has(pullRequestId) ?? true);
}

/**
 * Whether its newest state was judged, as far as a list shows it.
 *
 * @param since nothing earlier counts; undefined = any time
 */
function isJudged(entry: LedgerEntry | undefined, listed: ListedPullRequest, since: Date | undefined): boolean {
  if (entry?.unfinishedSince !== null || entry.listed !== listedFingerprint(listed)) return false;
  return since === undefined || (entry.comparedAt !== null && entry.comparedAt >= since);
}

function hasFailed(entry: LedgerEntry | undefined, since: Date, now: Date): boolean {
  const unfinished = entry?.unfinishedSince;
  if (!unfinished || unfinished < since) return false;
  return now.getTime() - unfinished.getTime() > FAILED_AFTER_SECONDS * 1_000;
}

function brokenFailure({ name, broken }: Connection): Failure {
  return new Failure({
    kind: 'credentialRefused',
    message: `Connection ${name} is broken, so that nothing is judged: ${broken?.reason ?? 'its credential is refused.'}`,
  });
}
