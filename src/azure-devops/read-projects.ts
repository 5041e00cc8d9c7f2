import { z } from 'zod';

import { guid, listOf } from './answers';
import { ask, type Door } from './door';

const projects = listOf(z.object({ id: guid, name: z.string() }));

/** All projects that the credential may see, by name. */
export async function readProjects(door: Door): Promise<{ id: string; name: string }[]> {
  const found = new Map<string, { id: string; name: string }>();
  for (;;) {
    const before = found.size;
    const page = await ask(`read the projects of ${door.base}`, projects, () =>
      door.core.getProjects(undefined, 500, before),
    );
    for (const { id, name } of page) found.set(id, { id, name });
    // How many the service gives at most is its own affair: the list has ended when nothing new comes.
    if (found.size === before) break;
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
