import { AzureDevOpsError } from './errors';
import { isServer } from './flavour';
import { list, ok, parameter } from './http';
import { identityById, subjectDescriptorOf } from './identities';
import { descriptorOf } from './identity-shape';
import { locations, resourceAreas, type Location } from './locations';
import type { Route } from './router';
import type { Simulation } from './simulation';

const RELEASED_VERSION = '7.1';

/** How clients find their way: resource locations, resource areas and who they are. */
export function discoveryRoutes(simulation: Simulation): Route[] {
  const onServer = isServer(simulation.state);
  const areaShape = ([id, name]: readonly [string, string]): Record<string, unknown> => ({
    id,
    name,
    locationUrl: `${simulation.url()}/`,
  });
  const shape = (location: Location): Record<string, unknown> =>
    locationShape(location, simulation.service.newestVersion);
  return [
    { method: 'OPTIONS', template: '', answer: () => list(locations.map(shape)) },
    {
      method: 'OPTIONS',
      template: ':area',
      answer(request) {
        const area = parameter(request, 'area').toLowerCase();
        return list(locations.filter((each) => each.area.toLowerCase() === area).map(shape));
      },
    },
    {
      method: 'GET',
      template: 'ResourceAreas',
      // A Server serves every area itself, and says so by naming none.
      answer: () => (onServer ? ok({ count: 0, value: null }) : list(resourceAreas.map(areaShape))),
    },
    {
      method: 'GET',
      template: 'ResourceAreas/:area',
      answer(request) {
        const id = parameter(request, 'area').toLowerCase();
        const area = resourceAreas.find((each) => each[0] === id);
        if (!area || onServer)
          throw new AzureDevOpsError(404, 'ResourceAreaNotFoundException', `The resource area ${id} was not found.`);
        return ok(areaShape(area));
      },
    },
    {
      method: 'GET',
      template: 'connectionData',
      isPreview: true,
      answer({ identity }) {
        const user = identityById(simulation.state, identity.id);
        const described = {
          id: user.id,
          descriptor: descriptorOf(simulation.state, user),
          subjectDescriptor: subjectDescriptorOf(user),
          providerDisplayName: user.displayName,
          isActive: true,
          properties: { Account: { $type: 'System.String', $value: user.uniqueName } },
          resourceVersion: 2,
          metaTypeId: 0,
        };
        return ok({
          authenticatedUser: described,
          authorizedUser: described,
          instanceId: simulation.state.collectionId,
          deploymentId: simulation.state.accountId,
          deploymentType: onServer ? 'onPremises' : 'hosted',
          locationServiceData: {
            serviceOwner: '00025394-6065-48ca-87d9-7f5672854ef7',
            defaultAccessMappingMoniker: 'PublicAccessMapping',
            lastChangeId: 1,
            lastChangeId64: 1,
          },
        });
      },
    },
  ];
}

function locationShape(location: Location, newest: string): Record<string, unknown> {
  return {
    id: location.id,
    area: location.area,
    resourceName: location.resourceName,
    routeTemplate: location.routeTemplate,
    resourceVersion: location.resourceVersion,
    minVersion: '1.0',
    maxVersion: newest,
    releasedVersion: location.isPreview ? '0.0' : Number(newest) < Number(RELEASED_VERSION) ? newest : RELEASED_VERSION,
  };
}
