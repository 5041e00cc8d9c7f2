import { Hono } from 'hono';

import { callerOf, needs, visibleConnections } from './guard';
import type { SignInWay } from './sign-in';

/** How to sign in, and who has. */
export function signInRoutes({ way }: { way: SignInWay }): Hono {
  const api = new Hono();

  // No more than a sign-in page of this deployment would show anybody.
  api.get('/sign-in', needs('nobody'), (context) => {
    const { tenantId, clientId } = way.kind === 'entra' ? way : { tenantId: null, clientId: null };
    return context.json({ tenantId, clientId });
  });

  api.get('/me', needs('signed-in'), async (context) => {
    const { id, name, kind, isAdmin, areGroupsMissing } = callerOf(context);
    const connections = (await visibleConnections(context)).map(({ connection, rights }) => ({
      id: connection.id,
      name: connection.name,
      role: rights.role,
      projectIds: rights.projectIds,
    }));
    return context.json({ id, name, kind, isAdmin, areGroupsMissing, connections });
  });

  return api;
}
