/** Thread property that marks our summary; whoever can comment can plant it, so the author counts, too. */
export const THREAD_KIND = 'Portcullis.Kind';
export const SUMMARY = 'summary';
/** The kind of the summary that `portcullis evaluate --publish` writes, apart from the gate's own. */
export const EVALUATE_SUMMARY = 'evaluate';

export interface ThreadRow {
  id: number;
  status: string;
  isDeleted: boolean;
  properties: Record<string, string>;
  comments: readonly { id: number; authorId: string; content: string; isDeleted: boolean }[];
}

export interface WantedSummary {
  content: string;
  status: 'active' | 'closed';
}

export type ThreadOperation =
  | { kind: 'createThread'; content: string; status: 'active' | 'closed'; properties: Record<string, string> }
  | { kind: 'updateComment'; threadId: number; commentId: number; content: string }
  | { kind: 'updateThreadStatus'; threadId: number; status: 'active' | 'closed' }
  | { kind: 'deleteComment'; threadId: number; commentId: number };

/**
 * What to write so that there is one summary thread with the wanted text.
 *
 * @param wanted undefined = the settings want no summary: one that stands is closed and keeps its text
 * @param mayBegin whether a thread is begun when none stands; one that stands is kept true in any case
 * @param myId the identity that posts now; only its comments can be edited
 * @param identities every identity the connection has posted as: a former one's summary is replaced once
 * @param kind the mark of the summary; those of another kind are not looked at
 */
export function planSummary(
  threads: readonly ThreadRow[],
  wanted: WantedSummary | undefined,
  mayBegin: boolean,
  myId: string,
  identities: readonly string[],
  kind: string = SUMMARY,
): ThreadOperation[] {
  const ours = threads
    .filter((thread) => isSummaryBy(thread, new Set([myId, ...identities]), kind))
    .sort((a, b) => a.id - b.id);
  const editable = ours.filter((thread) => first(thread)?.authorId === myId);
  const [standing, ...doubles] = editable;
  const former = ours.filter((thread) => first(thread)?.authorId !== myId);
  const operations: ThreadOperation[] = [];
  const comment = standing && first(standing);
  if (!standing || !comment) {
    if (wanted && mayBegin) operations.push({ kind: 'createThread', ...wanted, properties: { [THREAD_KIND]: kind } });
  } else {
    if (wanted && comment.content !== wanted.content) {
      operations.push({ kind: 'updateComment', threadId: standing.id, commentId: comment.id, content: wanted.content });
    }
    const status = wanted?.status ?? 'closed';
    if (standing.status !== status) operations.push({ kind: 'updateThreadStatus', threadId: standing.id, status });
  }
  for (const thread of doubles) operations.push(...removal(thread));
  for (const thread of former) {
    if (thread.status !== 'closed')
      operations.push({ kind: 'updateThreadStatus', threadId: thread.id, status: 'closed' });
  }
  return operations;
}

/** The thread that a status links to, once the plan is carried out; undefined while there is none. */
export function summaryThreadId(
  threads: readonly ThreadRow[],
  myId: string,
  kind: string = SUMMARY,
): number | undefined {
  const mine = threads.filter((thread) => isSummaryBy(thread, new Set([myId]), kind));
  return mine.length === 0 ? undefined : Math.min(...mine.map((thread) => thread.id));
}

function isSummaryBy(thread: ThreadRow, authors: ReadonlySet<string>, kind: string): boolean {
  const comment = first(thread);
  return (
    !thread.isDeleted &&
    thread.properties[THREAD_KIND] === kind &&
    comment !== undefined &&
    !comment.isDeleted &&
    authors.has(comment.authorId)
  );
}

function first(thread: ThreadRow): ThreadRow['comments'][number] | undefined {
  return thread.comments.reduce<ThreadRow['comments'][number] | undefined>(
    (lowest, comment) => (lowest === undefined || comment.id < lowest.id ? comment : lowest),
    undefined,
  );
}

/** A double is closed and its text removed; replies that people wrote keep the thread standing, so it must not stay active. */
function removal(thread: ThreadRow): ThreadOperation[] {
  const comment = first(thread);
  if (comment === undefined) return [];
  return [
    ...(thread.status === 'closed'
      ? []
      : [{ kind: 'updateThreadStatus' as const, threadId: thread.id, status: 'closed' as const }]),
    { kind: 'deleteComment', threadId: thread.id, commentId: comment.id },
  ];
}
