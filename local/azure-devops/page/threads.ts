import { avatar, displayName, timeAgo } from './format';
import { html, type Html } from './html';
import { icon, type IconName } from './icons';
import { renderMarkdown } from './markdown';
import type { CommentShape, ThreadShape } from './model';

/** A thread property's value, unwrapped from `{ $type, $value }`; undefined where absent or not a scalar. */
function threadProperty(thread: ThreadShape, name: string): string | undefined {
  const wrapped = thread.properties?.[name];
  const value = typeof wrapped === 'object' && wrapped !== null && '$value' in wrapped ? wrapped.$value : wrapped;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

export function isSystemThread(thread: ThreadShape): boolean {
  return thread.comments?.[0]?.commentType === 'system';
}

/** What the page shows: deleted threads and empty ones are gone, the rest is in the order of publication. */
export function visibleThreads(threads: readonly ThreadShape[]): readonly ThreadShape[] {
  return threads
    .filter((thread) => thread.isDeleted !== true && (thread.comments ?? []).some(({ isDeleted }) => !isDeleted))
    .sort((a, b) => (a.publishedDate ?? '').localeCompare(b.publishedDate ?? '') || a.id - b.id);
}

/** Where a file's thread belongs: below the end of its range, on the side of the diff that it was written on. */
export interface Anchor {
  filePath: string;
  /** Absent for a thread on the file as a whole. */
  line?: { side: 'left' | 'right'; number: number };
}

export function threadAnchor(thread: ThreadShape): Anchor | undefined {
  const context = thread.threadContext;
  if (!context?.filePath) return undefined;
  const { filePath } = context;
  const right = context.rightFileEnd ?? context.rightFileStart;
  if (right) return { filePath, line: { side: 'right', number: right.line } };
  const left = context.leftFileEnd ?? context.leftFileStart;
  return left ? { filePath, line: { side: 'left', number: left.line } } : { filePath };
}

export const THREAD_STATUSES = {
  active: 'Active',
  pending: 'Pending',
  fixed: 'Resolved',
  wontFix: "Won't fix",
  closed: 'Closed',
  byDesign: 'By design',
} as const;

function isThreadStatus(status: string): status is keyof typeof THREAD_STATUSES {
  return status in THREAD_STATUSES;
}

function statusLabel(status: string): string {
  return isThreadStatus(status) ? THREAD_STATUSES[status] : status;
}

const EVENT_ICONS: Readonly<Record<string, IconName>> = {
  VoteUpdate: 'vote',
  RefUpdate: 'update',
  ReviewersUpdate: 'person',
  StatusUpdate: 'flag',
  PolicyStatusUpdate: 'lock',
  MergeAttempt: 'branch',
};

const VOTES: Readonly<Record<string, string>> = {
  '10': 'approved',
  '5': 'approved with suggestions',
  '0': 'reset the vote',
  '-5': 'is waiting for the author',
  '-10': 'rejected',
};

/** A system thread as one line. */
export function renderEvent(thread: ThreadShape, now: number): Html {
  const type = threadProperty(thread, 'CodeReviewThreadType') ?? '';
  const text = (thread.comments?.[0]?.content ?? '').replace(/ voted (-?\d+)$/, (written, vote: string) =>
    VOTES[vote] === undefined ? written : ` ${VOTES[vote]}`,
  );
  return html`<div class="event" id="thread-${thread.id}">
    <span class="event-icon">${icon(EVENT_ICONS[type] ?? 'commit')}</span>
    <p>${text} <span class="meta">${timeAgo(thread.publishedDate, now)}</span></p>
  </div>`;
}

function renderComment(comment: CommentShape, now: number, prefix: string): Html {
  const name = displayName(comment.author);
  const isReply = (comment.parentCommentId ?? 0) > 0;
  const wasEdited =
    comment.lastContentUpdatedDate && comment.publishedDate && comment.lastContentUpdatedDate > comment.publishedDate;
  return html`<div class="comment${isReply ? ' reply' : ''}" id="${prefix}-comment-${comment.id}">
    ${avatar(name)}
    <div class="comment-main">
      <p class="comment-head">
        <strong>${name}</strong>
        <span class="meta">${timeAgo(comment.publishedDate, now)}${wasEdited && html` · edited`}</span>
      </p>
      ${
        comment.isDeleted === true
          ? html`<p class="deleted">This comment was deleted.</p>`
          : html`<div class="markdown">${renderMarkdown(comment.content ?? '')}</div>`
      }
    </div>
  </div>`;
}

export interface ThreadOptions {
  now: number;
  /** Address that forms post to. */
  act: string;
  /** The `as` field that each form carries. */
  actorField: Html;
  discussionId: number | undefined;
  /** Prefix of element ids: a thread on a file is shown twice, in the overview and under its line. */
  place: 'thread' | 'file-thread';
  /** The line above the comments: where the thread stands. */
  heading?: Html;
}

function renderStatusForm(thread: ThreadShape, id: string, options: ThreadOptions): Html {
  const status = thread.status ?? 'active';
  return html`<form method="post" action="${options.act}" class="thread-status">
    ${options.actorField}<input type="hidden" name="action" value="thread-status" /><input
      type="hidden"
      name="threadId"
      value="${thread.id}"
    />
    <label class="hidden" for="${id}-status">Status of this thread</label>
    <select id="${id}-status" name="status" class="pill status-${status}" data-submit>
      ${Object.entries(THREAD_STATUSES).map(
        ([value, label]) => html`<option value="${value}" ${value === status && html`selected`}>${label}</option>`,
      )}
    </select>
    <button class="quiet" data-without-script>Set</button>
  </form>`;
}

/** A thread of comments with its status, its replies, and the forms that act on it. */
export function renderThread(thread: ThreadShape, options: ThreadOptions): Html {
  const id = `${options.place}-${thread.id}`;
  const status = thread.status ?? 'active';
  const isOpen = status === 'active' || status === 'pending';
  const highlighted = options.discussionId === thread.id;
  return html`<article
    class="thread ${isOpen ? 'open' : 'settled'}${highlighted ? ' highlighted' : ''}"
    id="${id}"
    data-thread="${thread.id}"
    aria-label="Thread ${thread.id}, ${statusLabel(status)}"
  >
    <header class="thread-header">
      ${renderStatusForm(thread, id, options)}
      <span class="thread-place">${options.heading}</span>
      <a class="meta permalink" href="?discussionId=${thread.id}" title="Link to this thread">#${thread.id}</a>
    </header>
    ${(thread.comments ?? []).map((comment) => renderComment(comment, options.now, id))}
    <form method="post" action="${options.act}" class="reply-form">
      ${options.actorField}<input type="hidden" name="action" value="comment" /><input
        type="hidden"
        name="threadId"
        value="${thread.id}"
      />
      <label class="hidden" for="${id}-reply">Reply</label>
      <textarea id="${id}-reply" name="content" rows="1" placeholder="Write a reply…" required></textarea>
      <button>Reply</button>
    </form>
  </article>`;
}
