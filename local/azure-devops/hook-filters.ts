import { repositoryById } from './lookups';
import type { SimulatedEvent, Simulation } from './simulation';
import type { Subscription } from './state-model';

/** Whether a subscription wants an event; an empty or absent input wants any. */
export function wantsEvent(simulation: Simulation, subscription: Subscription, event: SimulatedEvent): boolean {
  if (subscription.status !== 'enabled' || subscription.eventType !== event.eventType) return false;
  const { pullRequest } = event;
  const repository = repositoryById(simulation.state, pullRequest.repositoryId);
  const is = (name: string, values: readonly string[]): boolean => {
    const wanted = (subscription.publisherInputs[name] ?? '').trim().toLowerCase();
    return wanted === '' || values.some((value) => value.toLowerCase() === wanted);
  };
  const target = pullRequest.targetRefName;
  return (
    is('projectId', [repository.projectId]) &&
    is('repository', [repository.id]) &&
    is('branch', [target, target.replace('refs/heads/', '')]) &&
    is('pullrequestCreatedBy', [pullRequest.createdById]) &&
    is(
      'pullrequestReviewersContains',
      pullRequest.reviewers.map((reviewer) => reviewer.id),
    ) &&
    (event.eventType !== 'git.pullrequest.updated' || is('notificationType', [event.notificationType])) &&
    (event.eventType !== 'git.pullrequest.merged' || is('mergeResult', [mergeResult(pullRequest.mergeStatus)]))
  );
}

function mergeResult(mergeStatus: string): string {
  if (mergeStatus === 'succeeded') return 'Succeeded';
  if (mergeStatus === 'conflicts') return 'Conflicts';
  return mergeStatus === 'rejectedByPolicy' ? 'RejectedByPolicy' : 'Failure';
}
