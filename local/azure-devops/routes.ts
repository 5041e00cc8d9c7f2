import { blobRoutes } from './blobs';
import { commentRoutes } from './comments';
import { commitDiffRoutes } from './commit-diffs';
import { commitRoutes } from './commits';
import { createProjectRoutes } from './create-project';
import { discoveryRoutes } from './discovery';
import type { HookDelivery } from './hook-delivery';
import { hookNotificationRoutes } from './hook-notifications';
import { hookSubscriptionRoutes } from './hook-subscriptions';
import { identityRoutes } from './identity-routes';
import { itemRoutes } from './items';
import { iterationRoutes } from './iterations';
import { labelRoutes } from './labels';
import { pictureRoutes } from './picture-routes';
import { policyRoutes } from './policies/configurations';
import { policyEvaluationRoutes } from './policies/evaluation-routes';
import { projectRoutes } from './projects';
import { pullRequestRoutes } from './pull-requests';
import { pushRoutes } from './pushes';
import { refRoutes } from './refs';
import { repositoryRoutes } from './repositories';
import { reviewerRoutes } from './reviewers';
import type { Route } from './router';
import { securityRoutes } from './security-routes';
import type { Simulation } from './simulation';
import { statusRoutes } from './statuses';
import { threadOfRequest, threadRoutes } from './threads';
import { workItemRoutes } from './work-items';

/** The REST API, slice by slice; what is not here is answered 501. */
export function allRoutes(simulation: Simulation, delivery: HookDelivery): Route[] {
  return [
    ...discoveryRoutes(simulation),
    ...identityRoutes(simulation),
    ...securityRoutes(simulation),
    ...pictureRoutes(simulation),
    ...projectRoutes(simulation),
    ...createProjectRoutes(simulation),
    ...repositoryRoutes(simulation),
    ...refRoutes(simulation),
    ...pushRoutes(simulation),
    ...commitRoutes(simulation),
    ...commitDiffRoutes(simulation),
    ...itemRoutes(simulation),
    ...blobRoutes(simulation),
    ...pullRequestRoutes(simulation),
    ...iterationRoutes(simulation),
    ...labelRoutes(simulation),
    ...reviewerRoutes(simulation),
    ...threadRoutes(simulation),
    ...commentRoutes(simulation, threadOfRequest),
    ...statusRoutes(simulation),
    ...policyRoutes(simulation),
    ...policyEvaluationRoutes(simulation),
    ...workItemRoutes(simulation),
    ...hookSubscriptionRoutes(simulation, delivery),
    ...hookNotificationRoutes(simulation, delivery),
  ];
}
