import { renderDocument } from './document';
import { renderFilesTab } from './files-tab';
import { repositoryPath } from './format';
import { renderHeader } from './header';
import { renderCommitsTab, renderUpdatesTab } from './history-tabs';
import { html, type Html } from './html';
import type { PullRequestPageModel } from './model';
import { renderOverviewTab } from './overview-tab';
import { createContext, type PageContext } from './page-context';

const TABS = ['overview', 'files', 'updates', 'commits'] as const;
type Tab = (typeof TABS)[number];

const TITLES: Readonly<Record<Tab, string>> = {
  overview: 'Overview',
  files: 'Files',
  updates: 'Updates',
  commits: 'Commits',
};

function tabOf(name: string | null | undefined): Tab {
  return TABS.find((tab) => tab === name) ?? 'overview';
}

function renderTabBar(context: PageContext, selected: Tab): Html {
  const { changes, iterations, commits } = context.model;
  const numbers: Readonly<Record<Tab, number | undefined>> = {
    overview: undefined,
    files: changes.length,
    updates: iterations.length,
    commits: commits.length,
  };
  return html`<nav class="tabs" aria-label="Views of this pull request">
    <ul class="plain">
      ${TABS.map((tab) => {
        const number = numbers[tab];
        return html`<li>
          <a href="?_a=${tab}" data-tab-link="${tab}" ${tab === selected && html`aria-current="page"`}
            >${TITLES[tab]}${number !== undefined && html` <span class="badge">${number}</span>`}</a
          >
        </li>`;
      })}
    </ul>
  </nav>`;
}

function renderActorSelector(context: PageContext): Html {
  return html`<form method="get" class="acting-as">
    <label for="acting-as">Acting as</label>
    <select id="acting-as" name="as" data-acting-as>
      ${context.model.actors.map(
        ({ key, displayName }) =>
          html`<option value="${key}" ${key === context.actingAs && html`selected`}>${displayName}</option>`,
      )}
    </select>
    <button class="quiet" data-without-script>Switch</button>
  </form>`;
}

/** A pull request's page, as a whole document. */
export function renderPullRequestPage(model: PullRequestPageModel): string {
  const context = createContext(model);
  const selected = tabOf(model.tab);
  const panels: Readonly<Record<Tab, Html>> = {
    overview: renderOverviewTab(context),
    files: renderFilesTab(context),
    updates: renderUpdatesTab(context),
    commits: renderCommitsTab(context),
  };
  const { organization, home, project, repository, pullRequest } = model;
  return renderDocument({
    title: `Pull request ${pullRequest.pullRequestId}: ${pullRequest.title ?? ''}`,
    organization,
    home,
    crumbs: [
      { text: project },
      { text: 'Repos' },
      {
        text: repository.name,
        href: `${home}#${repositoryPath(home, project, repository.name)}`,
      },
      { text: `Pull request ${pullRequest.pullRequestId}` },
    ],
    tools: renderActorSelector(context),
    notice: model.notice,
    content: html`<div class="pr" id="live" data-live data-tab="${selected}">
      ${renderHeader(context)}${renderTabBar(context, selected)}
      ${TABS.map((tab) => html`<div class="tab-panel" id="tab-${tab}" data-panel="${tab}">${panels[tab]}</div>`)}
    </div>`,
  });
}
