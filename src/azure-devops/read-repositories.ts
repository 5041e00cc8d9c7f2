import { z } from 'zod';

import { guid, listOf } from './answers';
import { ask, type Door } from './door';

export const repositorySchema = z.object({
  id: guid,
  name: z.string(),
  project: z.object({ id: guid, name: z.string() }),
});

/** A repository by its id alone, whichever project it is in by now. */
export async function findRepository(door: Door, repositoryId: string): Promise<z.output<typeof repositorySchema>> {
  return ask(`read repository ${repositoryId} in ${door.base}`, repositorySchema, () =>
    door.git.getRepository(repositoryId),
  );
}

/** All repositories that the credential may see, by project and name. */
export async function readRepositories(door: Door): Promise<z.output<typeof repositorySchema>[]> {
  const found = await ask(`read the repositories of ${door.base}`, listOf(repositorySchema), () =>
    door.git.getRepositories(),
  );
  const nameOf = ({ project, name }: z.output<typeof repositorySchema>): string => `${project.name}/${name}`;
  return found.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}
