import { AzureDevOpsError, badRequest, pullRequestNotFound } from '../errors';
import { list, ok, parameter, type ApiRequest } from '../http';
import { repositoryById } from '../lookups';
import { mayRead, requirePermission } from '../permissions';
import type { Route } from '../router';
import type { Simulation } from '../simulation';
import type { PullRequest, Repository } from '../state-model';
import { projectOfRequest } from './configurations';
import { evaluatePolicies, type Evaluation } from './evaluation';
import { policyShape } from './policy-shapes';

const codeReviewId = (repository: Repository, pullRequest: PullRequest): string =>
  `vstfs:///CodeReview/CodeReviewId/${repository.projectId}/${pullRequest.id}`;

/** What the policies say of a pull request, and asking them again. They are judged when they are asked. */
export function policyEvaluationRoutes(simulation: Simulation): Route[] {
  const one = async (request: ApiRequest): Promise<Found> => {
    const found = await evaluationOfRequest(simulation, request);
    if (!found) throw evaluationNotFound(parameter(request, 'evaluation'));
    return found;
  };
  return [
    {
      method: 'GET',
      template: 'policy/evaluations',
      isPreview: true,
      async answer(request) {
        const { repository, pullRequest } = pullRequestOfArtifact(simulation, request);
        const withAll = request.query.flag('includeNotApplicable');
        const evaluations = (await evaluatePolicies(simulation, pullRequest)).filter(
          ({ status }) => withAll || status !== 'notApplicable',
        );
        const skip = request.query.integer('$skip') ?? 0;
        const page = evaluations.slice(skip, skip + (request.query.integer('$top') ?? evaluations.length));
        return list(page.map((each) => evaluationShape(simulation, repository, pullRequest, each)));
      },
    },
    {
      method: 'GET',
      template: 'policy/evaluations/:evaluation',
      isPreview: true,
      async answer(request) {
        const { repository, pullRequest, evaluation } = await one(request);
        return ok(evaluationShape(simulation, repository, pullRequest, evaluation));
      },
    },
    {
      method: 'PATCH',
      template: 'policy/evaluations/:evaluation',
      isPreview: true,
      async answer(request) {
        const { repository, pullRequest, evaluation } = await one(request);
        requirePermission(simulation.state, request.identity, repository, 'pullRequestContribute');
        simulation.changed();
        return ok(evaluationShape(simulation, repository, pullRequest, evaluation));
      },
    },
  ];
}

const evaluationNotFound = (id: string): AzureDevOpsError =>
  new AzureDevOpsError(
    404,
    'PolicyEvaluationNotFoundException',
    `TF402463: The policy evaluation record ${id} was not found.`,
  );

interface Found {
  repository: Repository;
  pullRequest: PullRequest;
  evaluation: Evaluation;
}

function pullRequestOfArtifact(
  simulation: Simulation,
  request: ApiRequest,
): { repository: Repository; pullRequest: PullRequest } {
  const project = projectOfRequest(simulation, request);
  const artifactId = request.query.text('artifactId') ?? '';
  const match = /^vstfs:\/\/\/CodeReview\/CodeReviewId\/([0-9a-f-]{36})(?:\/|%2f)(\d{1,9})$/i.exec(artifactId);
  if (!match) throw badRequest(`The artifact id '${artifactId}' is not that of a pull request.`);
  const [, projectId = '', id] = match;
  const pullRequest = simulation.state.pullRequests.find((each) => String(each.id) === id);
  if (!pullRequest || projectId.toLowerCase() !== project.id) throw pullRequestNotFound();
  const repository = repositoryById(simulation.state, pullRequest.repositoryId);
  if (repository.projectId !== project.id || !mayRead(simulation.state, request.identity, repository)) {
    throw pullRequestNotFound();
  }
  return { repository, pullRequest };
}

async function evaluationOfRequest(simulation: Simulation, request: ApiRequest): Promise<Found | undefined> {
  const project = projectOfRequest(simulation, request);
  const id = parameter(request, 'evaluation').toLowerCase();
  for (const pullRequest of simulation.state.pullRequests) {
    const repository = repositoryById(simulation.state, pullRequest.repositoryId);
    if (repository.projectId !== project.id || !mayRead(simulation.state, request.identity, repository)) continue;
    const evaluation = (await evaluatePolicies(simulation, pullRequest)).find((each) => each.evaluationId === id);
    if (evaluation) return { repository, pullRequest, evaluation };
  }
  return undefined;
}

function evaluationShape(
  simulation: Simulation,
  repository: Repository,
  pullRequest: PullRequest,
  evaluation: Evaluation,
): Record<string, unknown> {
  const { evaluationId, policy, status, decidedDate } = evaluation;
  const artifactId = codeReviewId(repository, pullRequest);
  const [first] = policy.revisions;
  // A policy that is younger than the pull request begins with itself; sorting dates of one form sorts them in time.
  const startedDate = [pullRequest.creationDate, first?.createdDate ?? ''].sort().at(-1);
  const isDecided = status === 'approved' || status === 'rejected';
  return {
    configuration: policyShape(simulation, policy),
    artifactId,
    evaluationId,
    startedDate,
    ...(isDecided ? { completedDate: decidedDate ?? startedDate } : {}),
    status,
    _links: {
      self: { href: `${simulation.url()}/${repository.projectId}/_apis/policy/evaluations/${evaluationId}` },
    },
  };
}
