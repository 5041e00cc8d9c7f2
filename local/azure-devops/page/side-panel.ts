import { avatar, displayName } from './format';
import { renderAction } from './header';
import { html, type Html } from './html';
import { icon, type IconName } from './icons';
import type { ReviewerShape, WorkItemShape } from './model';
import type { PageContext } from './page-context';

const VOTES: Readonly<Record<number, { icon: IconName; state: string; label: string }>> = {
  10: { icon: 'succeeded', state: 'succeeded', label: 'Approved' },
  5: { icon: 'succeeded', state: 'succeeded', label: 'Approved with suggestions' },
  [-5]: { icon: 'pending', state: 'error', label: 'Waiting for author' },
  [-10]: { icon: 'failed', state: 'failed', label: 'Rejected' },
};

function renderReviewer(reviewer: ReviewerShape): Html {
  const name = displayName(reviewer);
  const vote = VOTES[reviewer.vote ?? 0];
  return html`<li class="person">
    ${avatar(name)}
    <div>
      <p>${name}</p>
      <p class="meta">${reviewer.hasDeclined ? 'Declined' : (vote?.label ?? 'No vote yet')}</p>
    </div>
    ${vote && html`<span class="state state-${vote.state}">${icon(vote.icon)}</span>`}
  </li>`;
}

function renderReviewers(reviewers: readonly ReviewerShape[]): Html {
  const groups = [
    { title: 'Required', members: reviewers.filter(({ isRequired }) => isRequired === true) },
    { title: 'Optional', members: reviewers.filter(({ isRequired }) => isRequired !== true) },
  ].filter(({ members }) => members.length > 0);
  return html`<section aria-labelledby="reviewers-heading">
    <h2 id="reviewers-heading">Reviewers</h2>
    ${groups.map(
      ({ title, members }) =>
        html`<h3>${title}</h3>
          <ul class="plain">
            ${members.map(renderReviewer)}
          </ul>`,
    )}
    ${groups.length === 0 && html`<p class="none">No reviewers</p>`}
  </section>`;
}

function renderWorkItem(context: PageContext, workItem: WorkItemShape): Html {
  return html`<li class="work-item type-${workItem.type.toLowerCase().replaceAll(/[^a-z]+/g, '-')}">
    ${icon('workItem')}
    <div>
      <p><span class="number">${workItem.id}</span> ${workItem.title}</p>
      <p class="meta">${workItem.type} · ${workItem.state}</p>
    </div>
    ${
      context.isActive &&
      renderAction(context, {
        action: 'unlink-work-item',
        label: 'Unlink',
        fields: { workItemId: workItem.id },
        kind: 'quiet',
      })
    }
  </li>`;
}

function renderAddForm(
  context: PageContext,
  add: { action: string; field: string; label: string; numeric: boolean },
): Html {
  const id = `${add.action}-field`;
  return html`<form method="post" action="${context.act}" class="add-form">
    ${context.actorField}<input type="hidden" name="action" value="${add.action}" />
    <label class="hidden" for="${id}">${add.label}</label>
    <input
      id="${id}"
      name="${add.field}"
      placeholder="${add.label}"
      required
      ${add.numeric && html`inputmode="numeric" pattern="[0-9]+"`}
    />
    <button>Add</button>
  </form>`;
}

/** The column beside the overview: reviewers, work items, labels. */
export function renderSidePanel(context: PageContext): Html {
  const { pullRequest, workItems } = context.model;
  const labels = pullRequest.labels ?? [];
  return html`<aside class="side" aria-label="Reviewers, work items and labels" id="side">
    ${renderReviewers(pullRequest.reviewers ?? [])}
    <section aria-labelledby="work-items-heading">
      <h2 id="work-items-heading">Work items</h2>
      ${
        workItems.length > 0
          ? html`<ul class="plain">
              ${workItems.map((each) => renderWorkItem(context, each))}
            </ul>`
          : html`<p class="none">No work items linked</p>`
      }
      ${renderAddForm(context, { action: 'link-work-item', field: 'workItemId', label: 'Work item number', numeric: true })}
    </section>
    <section aria-labelledby="labels-heading">
      <h2 id="labels-heading">Labels</h2>
      ${
        labels.length > 0
          ? html`<ul class="plain labels">
              ${labels.map(
                ({ name }) =>
                  html`<li>
                    <span class="label">${icon('label')}${name}</span>
                    ${renderAction(context, { action: 'remove-label', label: 'Remove', fields: { name }, kind: 'quiet' })}
                  </li>`,
              )}
            </ul>`
          : html`<p class="none">No labels</p>`
      }
      ${renderAddForm(context, { action: 'add-label', field: 'name', label: 'Label', numeric: false })}
    </section>
  </aside>`;
}
