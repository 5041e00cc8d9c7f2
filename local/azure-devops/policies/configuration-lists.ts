import type { ApiAnswer, ApiRequest } from '../http';
import { list } from '../http';
import { repositoryById } from '../lookups';
import type { Simulation } from '../simulation';
import type { Policy, Project, State } from '../state-model';
import { currentRevision } from './policies-in-force';
import { coversBranch, coversRepository, scopesOf } from './policy-scope';
import { policyShape } from './policy-shapes';

const MOST = 10_000;

/** Answers a page of policies, in the order of their ids; the continuation token is the first id of the next page. */
export function listPolicies(simulation: Simulation, request: ApiRequest, policies: readonly Policy[]): ApiAnswer {
  const { query } = request;
  const type = query.text('policyType')?.toLowerCase();
  const from = query.integer('continuationToken') ?? 0;
  const found = policies.filter((each) => each.id >= from && (type === undefined || each.typeId === type));
  const page = found.slice(0, query.integer('$top') ?? MOST);
  const next = found[page.length];
  return {
    ...list(page.map((each) => policyShape(simulation, each))),
    ...(next ? { headers: { 'x-ms-continuationtoken': String(next.id) } } : {}),
  };
}

const present = (state: State, project: Project): Policy[] =>
  state.policies.filter((each) => each.projectId === project.id && !currentRevision(each).isDeleted);

/**
 * All policies of a project, or, by the old parameter `scope` (`<repository id without dashes>:<ref>`), those defined for
 * exactly that repository and ref.
 */
export function policiesOfProjectQuery(state: State, project: Project, request: ApiRequest): Policy[] {
  const scope = request.query.text('scope');
  if (!scope) return present(state, project);
  const [repositoryId = '', refName] = scope.toLowerCase().split(':');
  return present(state, project).filter((policy) =>
    scopesOf(currentRevision(policy).settings).some(
      (each) =>
        each.repositoryId?.toLowerCase().replaceAll('-', '') === repositoryId.replaceAll('-', '') &&
        (refName === undefined || each.refName?.toLowerCase() === refName),
    ),
  );
}

/** The policies that apply to a branch of a repository, to a repository, or that are defined for the whole project. */
export function policiesOfBranchQuery(state: State, project: Project, request: ApiRequest): Policy[] {
  const { query } = request;
  const repositoryId = query.text('repositoryId')?.toLowerCase();
  const refName = query.text('refName');
  return present(state, project).filter((policy) => {
    const scopes = scopesOf(currentRevision(policy).settings);
    if (repositoryId) {
      const repository = repositoryById(state, repositoryId);
      return refName ? coversBranch(scopes, repository, refName) : coversRepository(scopes, repository);
    }
    const ofProject = scopes.filter((each) => !each.repositoryId);
    if (!refName) return ofProject.some((each) => !each.refName);
    return ofProject.some((each) => !each.refName || each.refName === refName);
  });
}
