import { z } from 'zod';
import { hasRights, listAt } from './access-control';
import { accessControlRoutes, entryShape, identityOf, namespaceOfRequest, requireWrite } from './access-control-routes';
import { badRequest } from './errors';
import { list, ok, parameter, parseBody, type ApiRequest } from './http';
import { isAdministrator } from './permissions';
import type { Route } from './router';
import { namespaceShape, securityNamespaceOf, securityNamespaces } from './security-namespaces';
import type { Simulation } from './simulation';

const EMPTY_ID = '00000000-0000-0000-0000-000000000000';

const batchSchema = z.object({
  alwaysAllowAdministrators: z.boolean().default(false),
  evaluations: z.array(z.object({ securityNamespaceId: z.string(), token: z.string(), permissions: z.number().int() })),
});

/** Security namespaces, who may what there, and what whoever asks may. */
export function securityRoutes(simulation: Simulation): Route[] {
  const { state } = simulation;
  const may = (request: ApiRequest, namespaceId: string, token: string, bits: number, administers: boolean): boolean =>
    (administers && isAdministrator(request.identity)) ||
    hasRights(state, request.identity, securityNamespaceOf(namespaceId), token, bits);
  return [
    { method: 'GET', template: 'securitynamespaces', answer: () => list(securityNamespaces.map(namespaceShape)) },
    {
      method: 'GET',
      template: 'securitynamespaces/:namespace',
      answer: (request) =>
        list(
          parameter(request, 'namespace') === EMPTY_ID
            ? securityNamespaces.map(namespaceShape)
            : [namespaceShape(namespaceOfRequest(request))],
        ),
    },
    ...accessControlRoutes(simulation),
    {
      method: 'GET',
      template: 'permissions/:namespace/:bits',
      answer(request) {
        const { id } = namespaceOfRequest(request);
        const tokens = (request.query.text('tokens') ?? '').split(request.query.text('delimiter') ?? ',');
        const administers = request.query.flag('alwaysAllowAdministrators');
        return list(tokens.map((token) => may(request, id, token.trim(), bitsOf(request), administers)));
      },
    },
    {
      method: 'DELETE',
      template: 'permissions/:namespace/:bits',
      answer(request) {
        const namespace = namespaceOfRequest(request);
        const token = request.query.text('token') ?? '';
        requireWrite(state, request, namespace, token);
        const { id: identityId } = identityOf(state, request.query.text('descriptor') ?? '');
        const bits = bitsOf(request);
        const entry = listAt(state, namespace, token)?.entries.find((each) => each.identityId === identityId);
        if (entry) {
          entry.allow &= ~bits;
          entry.deny &= ~bits;
          simulation.changed();
        }
        return ok(entryShape(state, entry ?? { identityId, allow: 0, deny: 0 }));
      },
    },
    {
      method: 'POST',
      template: 'security/permissionevaluationbatch',
      answer(request) {
        const { alwaysAllowAdministrators, evaluations } = parseBody(request, batchSchema);
        return ok({
          alwaysAllowAdministrators,
          evaluations: evaluations.map((each) => ({
            ...each,
            value: may(request, each.securityNamespaceId, each.token, each.permissions, alwaysAllowAdministrators),
          })),
        });
      },
    },
  ];
}

function bitsOf(request: ApiRequest): number {
  const bits = parameter(request, 'bits');
  if (/^\d{1,9}$/.test(bits)) return Number(bits);
  throw badRequest(`The value '${bits}' of permissions is not a whole number.`);
}
