export { actSchema, type Act } from './act';
export type { OverviewPageModel, OverviewPullRequest, PolicyState, PullRequestPageModel } from './model';
export { renderMissingPage } from './missing-page';
export { renderOverviewPage } from './overview-page';
export { renderPullRequestPage } from './pull-request-page';
