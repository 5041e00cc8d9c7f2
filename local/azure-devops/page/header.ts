import { avatar, branchName, displayName, sourceName, timeAgo } from './format';
import { html, type Html } from './html';
import { icon } from './icons';
import type { PageContext } from './page-context';

interface ActionButton {
  action: string;
  label: string;
  fields?: Readonly<Record<string, string | number>>;
  kind?: 'primary' | 'quiet' | 'menu-item';
  /** Id of the element that says why the button cannot be used now. */
  refusedBy?: string | undefined;
}

/** A form that is a single button. */
export function renderAction(context: PageContext, button: ActionButton): Html {
  const { refusedBy } = button;
  return html`<form method="post" action="${context.act}" class="action">
    ${context.actorField}<input type="hidden" name="action" value="${button.action}" />${Object.entries(
      button.fields ?? {},
    ).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    <button
      class="${button.kind}"
      ${refusedBy !== undefined && html`disabled aria-describedby="${refusedBy}" title="Refused: see the checks"`}
    >
      ${button.label}
    </button>
  </form>`;
}

const VOTES = [
  { vote: 10, label: 'Approve' },
  { vote: 5, label: 'Approve with suggestions' },
  { vote: -5, label: 'Wait for author' },
  { vote: -10, label: 'Reject' },
  { vote: 0, label: 'Reset vote' },
] as const;

function renderMenu(id: string, label: Html, items: readonly Html[], kind = ''): Html {
  return html`<details class="menu" id="${id}" data-menu>
    <summary class="button ${kind}">${label}</summary>
    <div class="menu-items">${items}</div>
  </details>`;
}

function renderActions(context: PageContext): Html {
  const { pullRequest, mergeRefusals } = context.model;
  if (pullRequest.status === 'abandoned') {
    return renderAction(context, { action: 'reactivate', label: 'Reactivate', kind: 'primary' });
  }
  if (!context.isActive) return html``;
  const isDraft = pullRequest.isDraft === true;
  const complete = renderAction(context, {
    action: 'complete',
    label: 'Complete',
    kind: 'primary',
    refusedBy: mergeRefusals.length > 0 ? 'refusals' : undefined,
  });
  return html`${renderMenu(
    'vote-menu',
    html`Vote`,
    VOTES.map(({ vote, label }) =>
      renderAction(context, { action: 'vote', label, fields: { vote }, kind: 'menu-item' }),
    ),
  )}
  ${isDraft ? renderAction(context, { action: 'publish', label: 'Publish', kind: 'primary' }) : complete}
  ${renderMenu('more-menu', html`<span aria-hidden="true">⋯</span><span class="hidden">More actions</span>`, [
    isDraft ? complete : renderAction(context, { action: 'draft', label: 'Mark as draft', kind: 'menu-item' }),
    renderAction(context, { action: 'abandon', label: 'Abandon', kind: 'menu-item' }),
  ])}`;
}

function renderEditForm(context: PageContext): Html {
  const { pullRequest } = context.model;
  return html`<details class="edit" id="edit" data-menu>
    <summary class="button quiet">Edit</summary>
    <form method="post" action="${context.act}" class="stacked">
      ${context.actorField}<input type="hidden" name="action" value="edit" />
      <label for="edit-title">Title</label>
      <input id="edit-title" name="title" value="${pullRequest.title}" required maxlength="400" />
      <label for="edit-description">Description (Markdown)</label>
      <textarea id="edit-description" name="description" rows="8" maxlength="4000">${pullRequest.description}</textarea>
      <div><button class="primary">Save</button></div>
    </form>
  </details>`;
}

const STATES: Readonly<Record<string, string>> = { active: 'Active', completed: 'Completed', abandoned: 'Abandoned' };

/** State of a pull request as pills: draft or active, completed, abandoned. */
export function renderState(pullRequest: {
  status?: string | null | undefined;
  isDraft?: boolean | null | undefined;
}): Html {
  const status = pullRequest.status ?? 'active';
  if (status === 'active' && pullRequest.isDraft === true) return html`<span class="pill pr-draft">Draft</span>`;
  return html`<span class="pill pr-${status}">${STATES[status] ?? status}</span>`;
}

/** Title, state, author, branches, and what can be done with the pull request as a whole. */
export function renderHeader(context: PageContext): Html {
  const { pullRequest } = context.model;
  const author = displayName(pullRequest.createdBy);
  return html`<header class="pr-header" id="pr-header">
    <div class="pr-title">
      <h1><bdi>${pullRequest.title}</bdi> <span class="pr-id">!${pullRequest.pullRequestId}</span></h1>
      <p class="pr-line">
        ${renderState(pullRequest)}
        <span class="by">${avatar(author, 'small')}<strong>${author}</strong></span>
        <span class="branches"
          >${icon('branch')}<code>${sourceName(pullRequest)}</code><span>into</span
          ><code>${branchName(pullRequest.targetRefName)}</code></span
        >
        <span class="meta">created ${timeAgo(pullRequest.creationDate, context.now)}</span>
        ${
          pullRequest.closedDate &&
          html`<span class="meta"
            >${pullRequest.status}
            ${timeAgo(pullRequest.closedDate, context.now)}${
              pullRequest.closedBy && html` by ${displayName(pullRequest.closedBy)}`
            }</span
          >`
        }
      </p>
    </div>
    <div class="pr-actions">${renderEditForm(context)}${renderActions(context)}</div>
  </header>`;
}
