import { pullRequestPath } from './format';
import { html, type Html } from './html';
import type { PullRequestPageModel } from './model';

/** What every part of a pull request's page needs beside its own slice of the model. */
export interface PageContext {
  model: PullRequestPageModel;
  now: number;
  /** The page's own address, without a query. */
  path: string;
  /** Address that forms post to. */
  act: string;
  /** The key of the actor preselected. */
  actingAs: string;
  /** The `as` field that each form carries; the script keeps it equal to the "Acting as" selector. */
  actorField: Html;
  isActive: boolean;
}

export function createContext(model: PullRequestPageModel): PageContext {
  const { home, project, repository, pullRequest, actors } = model;
  const path = pullRequestPath(home, project, repository.name, pullRequest.pullRequestId);
  const known = actors.find(({ key }) => key === model.actingAs) ?? actors[0];
  const actingAs = known?.key ?? '';
  return {
    model,
    now: model.now ?? Date.now(),
    path,
    act: `${path}/act`,
    actingAs,
    actorField: html`<input type="hidden" name="as" value="${actingAs}" data-as />`,
    isActive: pullRequest.status === 'active' || !pullRequest.status,
  };
}
