import { z } from 'zod';

import type { ListedRepository } from '../app/ports';

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

const listedSchema = repositorySchema
  .extend({
    defaultBranch: z.string().nullish(),
    size: z.number().nonnegative().nullish().catch(null),
    isDisabled: z.boolean().nullish(),
    isFork: z.boolean().nullish(),
    // Lists tell of a fork, and hardly ever of what it was made.
    parentRepository: z
      .object({ name: z.string(), project: z.object({ name: z.string() }) })
      .nullish()
      .catch(null),
  })
  .transform(
    ({ defaultBranch, size, isDisabled, isFork, parentRepository: parent, ...repository }): ListedRepository => {
      const of = parent ? `${parent.project.name}/${parent.name}` : null;
      return {
        ...repository,
        defaultBranch: defaultBranch ?? null,
        size: size ?? null,
        isDisabled: isDisabled ?? false,
        fork: isFork === true || parent ? { of } : null,
      };
    },
  );

/** All repositories that the credential may see, or those of a project, by project and name, those that are disabled too. */
export async function readRepositories(door: Door, projectId?: string): Promise<ListedRepository[]> {
  const place = projectId === undefined ? door.base : `project ${projectId} in ${door.base}`;
  const found = await ask(`read the repositories of ${place}`, listOf(listedSchema), () =>
    door.git.getRepositories(projectId),
  );
  const nameOf = ({ project, name }: ListedRepository): string => `${project.name}/${name}`;
  return found.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}
