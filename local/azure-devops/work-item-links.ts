import { AzureDevOpsError } from './errors';
import { artifactIdOf } from './pull-request-shape';
import type { Simulation } from './simulation';
import type { PullRequest, Repository, WorkItem } from './state-model';

export const ARTIFACT_LINK = 'ArtifactLink';

export const workItemUrl = (simulation: Simulation, id: number): string =>
  `${simulation.url()}/_apis/wit/workItems/${id}`;

/** @throws AzureDevOpsError 404 TF401232 */
export function requireWorkItem(simulation: Simulation, id: number): WorkItem {
  const workItem = simulation.state.workItems.find((each) => each.id === id);
  if (!workItem) {
    throw new AzureDevOpsError(
      404,
      'WorkItemUnauthorizedAccessException',
      `TF401232: Work item ${id} does not exist, or you do not have permissions to read it.`,
    );
  }
  return workItem;
}

/** Clients escape the separators of an artifact's address in either case. */
export const isSameArtifact = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

export function workItemsOfArtifact(simulation: Simulation, artifact: string): WorkItem[] {
  return simulation.state.workItems.filter((workItem) =>
    workItem.relations.some((relation) => relation.rel === ARTIFACT_LINK && isSameArtifact(relation.url, artifact)),
  );
}

/** The references under a pull request; the link itself lives on the work item. */
export function linkedWorkItems(
  simulation: Simulation,
  repository: Repository,
  pullRequest: PullRequest,
): { id: string; url: string }[] {
  return workItemsOfArtifact(simulation, artifactIdOf(repository, pullRequest.id)).map(({ id }) => ({
    id: String(id),
    url: workItemUrl(simulation, id),
  }));
}

/** Links a work item to a pull request, as creating one with `workItemRefs` does. Fires no hook. */
export function linkPullRequest(
  simulation: Simulation,
  repository: Repository,
  pullRequest: PullRequest,
  workItemId: number,
): void {
  const workItem = requireWorkItem(simulation, workItemId);
  workItem.relations.push({
    rel: ARTIFACT_LINK,
    url: artifactIdOf(repository, pullRequest.id).replaceAll('%2f', '%2F'),
    attributes: { name: 'Pull Request' },
  });
  workItem.rev += 1;
}
