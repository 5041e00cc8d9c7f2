import { ENVIRONMENT, GROUP, GROUP_ID, LOCATION, SUBSCRIPTION, TENANT } from './answers';

import type { PlainFunction } from './functions';

/** Where the deployment happens. */
export const surroundings: Record<string, PlainFunction> = {
  resourceGroup: {
    from: 0,
    to: 2,
    call: (...names) => {
      const last = names.at(-1);
      const name = typeof last === 'string' ? last : GROUP;
      return { id: GROUP_ID.replace(/[^/]+$/, name), name, location: LOCATION, tags: {} };
    },
  },
  subscription: {
    from: 0,
    to: 1,
    call: (id = SUBSCRIPTION) => ({
      id: `/subscriptions/${String(id)}`,
      subscriptionId: id,
      tenantId: TENANT,
      displayName: 'Contoso',
    }),
  },
  tenant: { from: 0, to: 0, call: () => ({ tenantId: TENANT, displayName: 'Contoso' }) },
  environment: { from: 0, to: 0, call: () => ENVIRONMENT },
  deployment: { from: 0, to: 0, call: () => ({ name: 'main', location: LOCATION, properties: {} }) },
  deployer: {
    from: 0,
    to: 0,
    call: () => ({ objectId: TENANT, tenantId: TENANT, userPrincipalName: 'admin@contoso.com' }),
  },
  resourceId: { from: 2, to: 10, call: (...words) => idOf(GROUP_ID, words) },
  subscriptionResourceId: { from: 2, to: 10, call: (...words) => idOf(`/subscriptions/${SUBSCRIPTION}`, words) },
  tenantResourceId: { from: 2, to: 10, call: (...words) => idOf('', words) },
};

/** `resourceId('Microsoft.X/a/b', 'one', 'two')`. */
function idOf(scope: string, words: readonly unknown[]): string {
  const [type = '', ...names] = words.map(String);
  const [provider = '', ...kinds] = type.split('/');
  if (!provider.includes('.'))
    throw new Error('the first input is a resource type (a group or subscription is not read here).');
  if (kinds.length !== names.length) throw new Error(`${type} takes ${kinds.length} names, not ${names.length}.`);
  return `${scope}/providers/${provider}/${kinds.map((kind, index) => `${kind}/${names[index] ?? ''}`).join('/')}`;
}
