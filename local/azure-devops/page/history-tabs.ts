import { avatar, displayName, shortCommit, timeAgo } from './format';
import { html, type Html } from './html';
import { icon } from './icons';
import type { CommitShape, IterationShape } from './model';
import type { PageContext } from './page-context';
import { byUrgency, currentStatuses, stateIcon, statusText } from './statuses';

const REASONS: Readonly<Record<string, string>> = {
  push: 'pushed',
  create: 'created the pull request',
  forcePush: 'force pushed',
  rebase: 'rebased',
  retarget: 'changed the target branch',
  resolveConflicts: 'resolved conflicts',
};

function reasonText(reason: string | null | undefined): string {
  // Reasons are flags: several may stand in one string.
  const parts = (reason ?? 'push').split(/,\s*/).map((part) => REASONS[part] ?? part);
  return parts.join(', ');
}

function renderIteration(context: PageContext, iteration: IterationShape): Html {
  const author = displayName(iteration.author);
  const judged = byUrgency(
    currentStatuses(
      context.model.statuses.filter(({ iterationId }) => iterationId === iteration.id),
      [],
    ),
  );
  const [subject = ''] = (iteration.description ?? '').trim().split('\n', 1);
  const happened = `${author} ${reasonText(iteration.reason)}`;
  return html`<li class="history">
    <span class="history-number">Update ${iteration.id}</span>
    <div>
      <p>${subject === '' ? happened : subject}</p>
      <p class="meta">
        ${avatar(author, 'small')} ${subject !== '' && html`<span>${happened}</span>`}
        ${timeAgo(iteration.createdDate, context.now)}
        ${iteration.sourceRefCommit && html`<code>${shortCommit(iteration.sourceRefCommit.commitId)}</code>`}
      </p>
      ${
        judged.length > 0 &&
        html`<ul class="plain judged">
          ${judged.map(
            (current) =>
              html`<li>
                ${stateIcon(current)} <code class="context">${current.context}</code> ${statusText(current)}
              </li>`,
          )}
        </ul>`
      }
    </div>
  </li>`;
}

/** The iterations, newest first, each with the statuses that judged it. */
export function renderUpdatesTab(context: PageContext): Html {
  const iterations = [...context.model.iterations].sort((a, b) => b.id - a.id);
  return html`<section class="card" aria-labelledby="updates-heading">
    <header class="card-header"><h2 id="updates-heading">Updates</h2></header>
    <ul class="plain">
      ${iterations.map((iteration) => renderIteration(context, iteration))}
    </ul>
    ${iterations.length === 0 && html`<p class="none card-body">No updates</p>`}
  </section>`;
}

function renderCommit(context: PageContext, commit: CommitShape): Html {
  const author = commit.author?.name ?? commit.author?.email ?? 'Unknown';
  const [subject = '', ...rest] = (commit.comment ?? '').split('\n');
  const body = rest.join('\n').trim();
  return html`<li class="history">
    <code class="history-number">${shortCommit(commit.commitId)}</code>
    <div>
      <p>${subject === '' ? 'No message' : subject}</p>
      ${body !== '' && html`<p class="commit-body">${body}</p>`}
      <p class="meta">
        <span class="by">${avatar(author, 'small')}${author}</span> ${timeAgo(commit.author?.date, context.now)}
      </p>
    </div>
    ${icon('commit')}
  </li>`;
}

/** The commits in the order given: Azure DevOps lists the newest first. */
export function renderCommitsTab(context: PageContext): Html {
  const { commits } = context.model;
  return html`<section class="card" aria-labelledby="commits-heading">
    <header class="card-header"><h2 id="commits-heading">Commits</h2></header>
    <ul class="plain">
      ${commits.map((commit) => renderCommit(context, commit))}
    </ul>
    ${commits.length === 0 && html`<p class="none card-body">No commits</p>`}
  </section>`;
}
