import { Hono } from 'hono';

import type { Doctor } from '../app/doctor/doctor';
import type { Connection } from '../app/ports';

import { callerOf, connectionOf, needs, visibleConnections } from './guard';

interface Dependencies {
  doctor: Doctor;
}

/** What is wrong anywhere, and what mends it. The answer is 200 whatever is found out. */
export function doctorRoutes({ doctor }: Dependencies): Hono {
  const api = new Hono();

  api.get('/doctor', needs('signed-in'), async (context) => {
    let connections: Connection[] = [];
    try {
      connections = (await visibleConnections(context)).map(({ connection }) => connection);
    } catch {
      // That the tables cannot be read is what the report is going to say.
    }
    return context.json(await doctor.examine(connections, { isWhole: callerOf(context).isAdmin }));
  });

  api.get('/connections/:connection/doctor', needs('reader'), async (context) =>
    context.json(await doctor.examine([connectionOf(context)], { isWhole: false })),
  );

  return api;
}
