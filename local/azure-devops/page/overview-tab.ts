import { rooted } from './format';
import { html, type Html } from './html';
import { icon } from './icons';
import { renderMarkdown } from './markdown';
import type { ThreadShape } from './model';
import type { PageContext } from './page-context';
import { renderSidePanel } from './side-panel';
import { newestIteration, renderChecks } from './statuses';
import { isSystemThread, renderEvent, renderThread, threadAnchor, visibleThreads } from './threads';

/** Says, where it is not the newest, on which update a thread on a file was written. */
export function writtenOn(thread: ThreadShape, newest: number): Html {
  const update = thread.pullRequestThreadContext?.iterationContext?.secondComparingIteration;
  if (update === null || update === undefined || update >= newest) return html``;
  return html`<span class="tag">on update ${update}</span>`;
}

function renderPlace(thread: ThreadShape, newest: number): Html {
  const anchor = threadAnchor(thread);
  if (anchor === undefined) return html``;
  const line = anchor.line === undefined ? '' : `:${anchor.line.number}`;
  return html`${icon('file')}<a href="?_a=files&discussionId=${thread.id}"
      ><code>${rooted(anchor.filePath).slice(1)}${line}</code></a
    >
    ${writtenOn(thread, newest)}`;
}

function renderTimeline(context: PageContext): Html {
  const { model, now } = context;
  const newest = newestIteration(model.iterations);
  return html`<section class="timeline" aria-labelledby="activity-heading">
    <h2 id="activity-heading">Activity</h2>
    <form method="post" action="${context.act}" class="comment-form" id="comment-form">
      ${context.actorField}<input type="hidden" name="action" value="comment" />
      <label class="hidden" for="new-comment">Comment</label>
      <textarea
        id="new-comment"
        name="content"
        rows="2"
        placeholder="Write a comment, or /gate re-run"
        required
      ></textarea>
      <button>Comment</button>
    </form>
    <div class="threads" id="threads">
      ${visibleThreads(model.threads).map((thread) =>
        isSystemThread(thread)
          ? renderEvent(thread, now)
          : renderThread(thread, {
              now,
              act: context.act,
              actorField: context.actorField,
              discussionId: model.discussionId ?? undefined,
              place: 'thread',
              heading: renderPlace(thread, newest),
            }),
      )}
    </div>
  </section>`;
}

/** Checks, description and everything that was said, with the side panel. */
export function renderOverviewTab(context: PageContext): Html {
  const { model, now, isActive } = context;
  const description = model.pullRequest.description?.trim() ?? '';
  return html`<div class="columns">
    <div class="main-column">
      ${renderChecks({ ...model, isActive }, now)}
      <section class="card" aria-labelledby="description-heading" id="description">
        <header class="card-header"><h2 id="description-heading">Description</h2></header>
        <div class="card-body markdown">
          ${description === '' ? html`<p class="none">No description</p>` : renderMarkdown(description)}
        </div>
      </section>
      ${renderTimeline(context)}
    </div>
    ${renderSidePanel(context)}
  </div>`;
}
