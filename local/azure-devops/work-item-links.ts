import { AzureDevOpsError, badRequest } from './errors';
import { artifactIdOf } from './pull-request-shape';
import type { Simulation } from './simulation';
import type { PullRequest, Repository, WorkItem } from './state-model';

export const ARTIFACT_LINK = 'ArtifactLink';
export const TO_PARENT = 'System.LinkTypes.Hierarchy-Reverse';
const TO_CHILD = 'System.LinkTypes.Hierarchy-Forward';

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

/** The id of the work item above; a work item has one at most. */
export function parentOf({ relations }: Pick<WorkItem, 'relations'>): number | undefined {
  const link = relations.find(({ rel }) => rel === TO_PARENT);
  return link && idOfUrl(link.url);
}

/** A link between work items stands on both; this one gives the others their side of what became of one's links. */
export function mirrorHierarchy(simulation: Simulation, workItem: WorkItem, before: WorkItem['relations']): void {
  const url = workItemUrl(simulation, workItem.id);
  for (const [mine, theirs] of [
    [TO_PARENT, TO_CHILD],
    [TO_CHILD, TO_PARENT],
  ] as const) {
    const linked = (relations: WorkItem['relations']): number[] =>
      relations.flatMap((relation) => (relation.rel === mine ? [idOfUrl(relation.url)] : []));
    const [old, present] = [linked(before), linked(workItem.relations)];
    for (const id of present.filter((each) => !old.includes(each))) {
      requireWorkItem(simulation, id).relations.push({ rel: theirs, url, attributes: { isLocked: false } });
    }
    for (const id of old.filter((each) => !present.includes(each))) {
      const other = requireWorkItem(simulation, id);
      other.relations = other.relations.filter(
        (relation) => relation.rel !== theirs || idOfUrl(relation.url) !== workItem.id,
      );
    }
  }
}

/** @throws AzureDevOpsError 400, 404: for what cannot be linked as parent and child */
export function requireHierarchy(simulation: Simulation, workItem: WorkItem, relations: WorkItem['relations']): void {
  const parents = relations.filter(({ rel }) => rel === TO_PARENT).map(({ url }) => idOfUrl(url));
  const children = relations.filter(({ rel }) => rel === TO_CHILD).map(({ url }) => idOfUrl(url));
  for (const id of [...parents, ...children]) requireWorkItem(simulation, id);
  const stolen = children.find((id) => {
    const parent = parentOf(requireWorkItem(simulation, id));
    return parent !== undefined && parent !== workItem.id;
  });
  if (parents.length > 1 || stolen !== undefined) {
    throw badRequest(
      'TF201036: You cannot add a Parent link between work items because a work item can have only one Parent link.',
      'WorkItemLinkInvalidException',
    );
  }
}

function idOfUrl(url: string): number {
  const id = /\/workitems\/(\d+)\/?$/i.exec(url)?.[1];
  if (id === undefined) throw badRequest(`VS402323: The link ${url} is no work item.`, 'WorkItemLinkInvalidException');
  return Number(id);
}
