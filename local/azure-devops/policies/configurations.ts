import { z } from 'zod';
import { AzureDevOpsError, badRequest, notSimulated } from '../errors';
import { idParameter, list, noContent, ok, parameter, parseBody, type ApiRequest } from '../http';
import { findProject } from '../lookups';
import { mayEditPolicies } from '../permissions';
import type { Route } from '../router';
import type { Simulation } from '../simulation';
import type { Identity, Policy, PolicyRevision, Project } from '../state-model';
import { listPolicies, policiesOfBranchQuery, policiesOfProjectQuery } from './configuration-lists';
import { currentRevision } from './policies-in-force';
import { checkSettings } from './policy-settings';
import { policyShape, policyTypeShape } from './policy-shapes';
import { findPolicyType, policyTypes } from './policy-types';

const configurationSchema = z.object({
  isEnabled: z.boolean(),
  isBlocking: z.boolean(),
  type: z.object({ id: z.string() }),
  settings: z.record(z.string(), z.unknown()),
});

/** Policy types and configurations. Everybody reads them; changing them needs "Edit policies". */
export function policyRoutes(simulation: Simulation): Route[] {
  const { state } = simulation;
  const all = 'policy/configurations';
  return [
    {
      method: 'GET',
      template: 'policy/types',
      answer(request) {
        const { id } = projectOfRequest(simulation, request);
        return list(policyTypes.map((type) => policyTypeShape(simulation, id, type.id)));
      },
    },
    {
      method: 'GET',
      template: 'policy/types/:type',
      answer(request) {
        const { id } = projectOfRequest(simulation, request);
        const type = findPolicyType(parameter(request, 'type'));
        if (!type) throw typeNotFound(parameter(request, 'type'));
        return ok(policyTypeShape(simulation, id, type.id));
      },
    },
    {
      method: 'GET',
      template: all,
      answer: (request) =>
        listPolicies(
          simulation,
          request,
          policiesOfProjectQuery(state, projectOfRequest(simulation, request), request),
        ),
    },
    {
      method: 'GET',
      template: 'git/policy/configurations',
      answer: (request) =>
        listPolicies(simulation, request, policiesOfBranchQuery(state, projectOfRequest(simulation, request), request)),
    },
    {
      method: 'POST',
      template: all,
      answer(request) {
        const project = projectOfRequest(simulation, request);
        requireEditPolicies(request.identity);
        const { typeId, revision } = wantedRevision(simulation, request);
        const policy: Policy = { id: state.nextPolicyId, projectId: project.id, typeId, revisions: [revision] };
        state.nextPolicyId += 1;
        state.policies.push(policy);
        simulation.changed();
        return ok(policyShape(simulation, policy));
      },
    },
    {
      method: 'GET',
      template: `${all}/:configuration`,
      answer: (request) => ok(policyShape(simulation, policyOfRequest(simulation, request))),
    },
    {
      method: 'PUT',
      template: `${all}/:configuration`,
      answer(request) {
        requireEditPolicies(request.identity);
        const policy = policyOfRequest(simulation, request);
        const { typeId, revision } = wantedRevision(simulation, request);
        if (typeId !== policy.typeId) throw badRequest('The type of a policy configuration cannot be changed.');
        policy.revisions.push(revision);
        simulation.changed();
        return ok(policyShape(simulation, policy));
      },
    },
    {
      method: 'DELETE',
      template: `${all}/:configuration`,
      answer(request) {
        requireEditPolicies(request.identity);
        const policy = policyOfRequest(simulation, request);
        policy.revisions.push({
          ...currentRevision(policy),
          isDeleted: true,
          createdById: request.identity.id,
          createdDate: simulation.timestamp(),
        });
        simulation.changed();
        return noContent();
      },
    },
    {
      method: 'GET',
      template: `${all}/:configuration/revisions`,
      answer(request) {
        const policy = policyOfRequest(simulation, request, { deletedToo: true });
        const skip = request.query.integer('$skip') ?? 0;
        const numbers = policy.revisions.map((_, index) => index + 1).reverse();
        const page = numbers.slice(skip, skip + (request.query.integer('$top') ?? numbers.length));
        return list(page.map((number) => policyShape(simulation, policy, number)));
      },
    },
    {
      method: 'GET',
      template: `${all}/:configuration/revisions/:revision`,
      answer(request) {
        const policy = policyOfRequest(simulation, request, { deletedToo: true });
        const number = idParameter(request, 'revision', () => policyNotFound(policy.id));
        if (number < 1 || number > policy.revisions.length) throw policyNotFound(policy.id);
        return ok(policyShape(simulation, policy, number));
      },
    },
  ];
}

/** @throws AzureDevOpsError 404 for a project that does not exist, or none at all */
export const projectOfRequest = (simulation: Simulation, request: ApiRequest): Project =>
  findProject(simulation.state, request.parameters['project'] ?? '');

function policyOfRequest(simulation: Simulation, request: ApiRequest, options = { deletedToo: false }): Policy {
  const project = projectOfRequest(simulation, request);
  const id = idParameter(request, 'configuration', () => policyNotFound(parameter(request, 'configuration')));
  const policy = simulation.state.policies.find((each) => each.id === id && each.projectId === project.id);
  if (!policy || (currentRevision(policy).isDeleted && !options.deletedToo)) throw policyNotFound(id);
  return policy;
}

function wantedRevision(simulation: Simulation, request: ApiRequest): { typeId: string; revision: PolicyRevision } {
  const wanted = parseBody(request, configurationSchema);
  const type = findPolicyType(wanted.type.id);
  if (!type) throw notSimulated('policies of the type', wanted.type.id);
  return {
    typeId: type.id,
    revision: {
      isEnabled: wanted.isEnabled,
      isBlocking: wanted.isBlocking,
      isDeleted: false,
      settings: checkSettings(type.id, wanted.settings),
      createdById: request.identity.id,
      createdDate: simulation.timestamp(),
    },
  };
}

/** @throws AzureDevOpsError 403 */
function requireEditPolicies(identity: Identity): void {
  if (mayEditPolicies(identity)) return;
  throw new AzureDevOpsError(
    403,
    'PolicyNeedsPermissionException',
    `TF401027: You need the Git 'EditPolicies' permission to perform this action. Details: identity '${identity.uniqueName}', scope 'branch'.`,
  );
}

const policyNotFound = (id: number | string): AzureDevOpsError =>
  new AzureDevOpsError(
    404,
    'PolicyConfigurationNotFoundException',
    `TF402462: Policy configuration ${id} was not found.`,
  );

const typeNotFound = (id: string): AzureDevOpsError =>
  new AzureDevOpsError(404, 'PolicyTypeNotFoundException', `TF402465: Policy type ${id} was not found.`);
