import { renderDocument } from './document';
import { avatar, branchName, count, displayName, pullRequestPath, repositoryPath, sourceName, timeAgo } from './format';
import { renderState } from './header';
import { html, type Html } from './html';
import { icon } from './icons';
import type { OverviewPageModel, OverviewPullRequest } from './model';
import { byUrgency, currentStatuses, stateIcon, statusText } from './statuses';

type Project = OverviewPageModel['projects'][number];

function renderPullRequest(model: OverviewPageModel, entry: OverviewPullRequest, now: number): Html {
  const { pullRequest, project, repository } = entry;
  const path = pullRequestPath(model.home, project, repository.name, pullRequest.pullRequestId);
  const author = displayName(pullRequest.createdBy);
  const checks = byUrgency(currentStatuses(entry.statuses, entry.iterations ?? []));
  return html`<li class="pr-row" id="pr-${pullRequest.pullRequestId}">
    ${avatar(author)}
    <div>
      <p class="pr-row-title">
        <a href="${path}"><bdi>${pullRequest.title}</bdi></a> ${renderState(pullRequest)}
      </p>
      <p class="meta">
        ${author} · !${pullRequest.pullRequestId} · ${project}/${repository.name} ·
        <code>${sourceName(pullRequest)}</code> into <code>${branchName(pullRequest.targetRefName)}</code> ·
        ${timeAgo(pullRequest.creationDate, now)}
      </p>
      ${
        checks.length > 0 &&
        html`<ul class="plain judged">
          ${checks.map(
            (check) =>
              html`<li>
                ${stateIcon(check)} <code class="context">${check.context}</code> ${statusText(check)}
                ${check.isStale && html`<span class="tag tag-warn">judged update ${check.status.iterationId}</span>`}
              </li>`,
          )}
        </ul>`
      }
    </div>
  </li>`;
}

const STATE_ORDER = ['active', 'completed', 'abandoned'];

function renderPullRequests(model: OverviewPageModel, now: number): Html {
  const entries = [...model.pullRequests].sort(
    (a, b) =>
      STATE_ORDER.indexOf(a.pullRequest.status ?? 'active') - STATE_ORDER.indexOf(b.pullRequest.status ?? 'active') ||
      b.pullRequest.pullRequestId - a.pullRequest.pullRequestId,
  );
  return html`<section class="card" aria-labelledby="pull-requests-heading" id="pull-requests">
    <header class="card-header">
      ${icon('pullRequest')}
      <h2 id="pull-requests-heading">Pull requests</h2>
    </header>
    ${
      entries.length > 0
        ? html`<ul class="plain">
            ${entries.map((entry) => renderPullRequest(model, entry, now))}
          </ul>`
        : html`<p class="none card-body">No pull requests yet: push a branch, then open one as shown below.</p>`
    }
  </section>`;
}

function renderProject(model: OverviewPageModel, project: Project): Html {
  return html`<section class="card" aria-label="Project ${project.name}" id="project-${project.name}">
    <header class="card-header">
      ${icon('repository')}
      <h2>${project.name}</h2>
      <span class="meta">${count(project.repositories.length, 'repository', 'repositories')}</span>
    </header>
    <ul class="plain">
      ${project.repositories.map(
        (repository) =>
          html`<li class="repository" id="${repositoryPath(model.home, project.name, repository.name)}">
            <p>
              <strong>${repository.name}</strong>
              ${repository.defaultBranch && html`<span class="meta">default branch ${branchName(repository.defaultBranch)}</span>`}
            </p>
            <code class="clone">${repository.cloneUrl}</code>
          </li>`,
      )}
    </ul>
    <h3 class="inner-heading">Work items</h3>
    ${
      project.workItems.length > 0
        ? html`<ul class="plain inner-list">
            ${project.workItems.map(
              (item) =>
                html`<li class="work-item type-${item.type.toLowerCase().replaceAll(/[^a-z]+/g, '-')}">
                  ${icon('workItem')}
                  <div>
                    <p><span class="number">${item.id}</span> ${item.title}</p>
                  </div>
                  <span class="meta">${item.type} · ${item.state}</span>
                </li>`,
            )}
          </ul>`
        : html`<p class="none card-body">No work items</p>`
    }
  </section>`;
}

function withCredential(cloneUrl: string, pat: string): string {
  if (!URL.canParse(cloneUrl)) return cloneUrl;
  const url = new URL(cloneUrl);
  url.username = 'author';
  url.password = pat;
  return url.href;
}

function renderTryIt(model: OverviewPageModel): Html {
  const [project] = model.projects;
  const [repository] = project?.repositories ?? [];
  if (project === undefined || repository === undefined) return html``;
  const branch = branchName(repository.defaultBranch ?? 'main');
  const api = `${model.origin}${model.home}/${encodeURIComponent(project.name)}/_apis/git/repositories/${encodeURIComponent(repository.name)}/pullrequests?supportsIterations=true&api-version=7.1`;
  const body = JSON.stringify({
    sourceRefName: 'refs/heads/try-it',
    targetRefName: `refs/heads/${branch}`,
    title: 'Try the gate',
  });
  const clone = `git clone ${withCredential(repository.cloneUrl, 'author-pat')}
cd ${repository.name}
git switch -c try-it
echo hello > hello.txt
git add hello.txt
git commit -m "Try the gate"
git push -u origin try-it`;
  const open = `curl -u author:author-pat -H 'Content-Type: application/json' \\
  '${api}' \\
  -d '${body}'`;
  return html`<section class="card" aria-labelledby="try-heading" id="try-it">
    <header class="card-header"><h2 id="try-heading">Try it</h2></header>
    <div class="card-body try">
      <p>Push a branch as the author:</p>
      <pre tabindex="0"><code>${clone}</code></pre>
      <p>Open a pull request from it; the verdict appears on its page within seconds:</p>
      <pre tabindex="0"><code>${open}</code></pre>
      <p>Push again and a new update is judged. Any REST client works with one of these PATs as its password:</p>
      <dl>
        ${(model.credentials ?? DEFAULT_CREDENTIALS).map(
          ({ pat, purpose }) =>
            html`<div>
              <dt><code>${pat}</code></dt>
              <dd>${purpose}</dd>
            </div>`,
        )}
      </dl>
    </div>
  </section>`;
}

const DEFAULT_CREDENTIALS = [
  { pat: 'author-pat', purpose: 'opens and pushes to pull requests' },
  { pat: 'reviewer-pat', purpose: 'votes and comments' },
  { pat: 'admin-pat', purpose: 'policies and service hooks' },
  { pat: 'bot-pat', purpose: "the gate's own account" },
  { pat: 'expired-pat', purpose: 'is refused, as an expired one would be' },
];

/** The organization's page: pull requests with their verdicts, repositories, work items, and how to try it. */
export function renderOverviewPage(model: OverviewPageModel): string {
  const now = model.now ?? Date.now();
  return renderDocument({
    title: `${model.organization}: projects and pull requests`,
    organization: model.organization,
    home: model.home,
    crumbs: [{ text: 'Projects' }],
    content: html`<div class="overview" id="live" data-live>
      <h1>${model.organization}</h1>
      ${renderPullRequests(model, now)}
      <div class="overview-columns">
        <div>${model.projects.map((project) => renderProject(model, project))}</div>
        <div>${renderTryIt(model)}</div>
      </div>
    </div>`,
  });
}
