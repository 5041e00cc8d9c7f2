import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AzureDevOpsError } from './errors';
import { list, ok, parameter, parseBody } from './http';
import { pullRequestOfRequest } from './lookups';
import { requirePermission } from './permissions';
import { labelShape } from './pull-request-shape';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { PullRequest, Repository } from './state-model';

/** A label of a name has one id in its project, whichever pull requests wear it. */
export function findOrCreateLabel(
  simulation: Simulation,
  repository: Repository,
  name: string,
): PullRequest['labels'][number] {
  const { labels } = simulation.state;
  const known = labels.find(
    (label) => label.projectId === repository.projectId && label.name.toLowerCase() === name.toLowerCase(),
  );
  if (known) return { id: known.id, name: known.name };
  const label = { id: randomUUID(), name };
  labels.push({ ...label, projectId: repository.projectId });
  return label;
}

/** Label changes fire no hook: nothing says that they do. */
export function labelRoutes(simulation: Simulation): Route[] {
  const all = 'git/repositories/:repository/pullRequests/:pullRequest/labels';
  const isCalled = (wanted: string) => (label: { id: string; name: string }) =>
    label.id === wanted.toLowerCase() || label.name.toLowerCase() === wanted.toLowerCase();
  return [
    {
      method: 'GET',
      template: all,
      answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        return list(pullRequest.labels.map((label) => labelShape(simulation, repository, pullRequest, label)));
      },
    },
    {
      method: 'POST',
      template: all,
      answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        requirePermission(simulation.state, request.identity, repository, 'pullRequestContribute');
        const { name } = parseBody(request, z.object({ name: z.string().min(1) }));
        const label = findOrCreateLabel(simulation, repository, name);
        if (!pullRequest.labels.some((each) => each.id === label.id)) pullRequest.labels.push(label);
        simulation.changed();
        return ok(labelShape(simulation, repository, pullRequest, label));
      },
    },
    {
      method: 'GET',
      template: `${all}/:label`,
      answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        const label = pullRequest.labels.find(isCalled(parameter(request, 'label')));
        if (!label) {
          throw new AzureDevOpsError(
            404,
            'TagNotFoundException',
            `TF401422: The label ${parameter(request, 'label')} is not on the pull request.`,
          );
        }
        return ok(labelShape(simulation, repository, pullRequest, label));
      },
    },
    {
      method: 'DELETE',
      template: `${all}/:label`,
      answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        requirePermission(simulation.state, request.identity, repository, 'pullRequestContribute');
        const isWanted = isCalled(parameter(request, 'label'));
        pullRequest.labels = pullRequest.labels.filter((label) => !isWanted(label));
        simulation.changed();
        return { status: 200 };
      },
    },
  ];
}
