import { z } from 'zod';

import { Failure } from '../core/failures';

import { guid, listOf } from './answers';
import { ask, type Door } from './door';
import { readRepositories } from './read-repositories';

const projects = listOf(z.object({ id: guid, name: z.string() }));

interface Project {
  id: string;
  name: string;
}

/**
 * All projects that the credential may see, by name. Their list may take a scope that nothing else needs: without it, they
 * are those that have repositories, which is all that pull requests are in.
 */
export async function readProjects(door: Door): Promise<Project[]> {
  try {
    return await listProjects(door);
  } catch (error) {
    const kind = error instanceof Failure ? error.kind : undefined;
    if (kind !== 'credentialRefused' && kind !== 'permissionMissing') throw error;
    // A PAT that is good for nothing is refused here, too.
    const repositories = await readRepositories(door);
    return byName(new Map(repositories.map(({ project }) => [project.id, project])));
  }
}

async function listProjects(door: Door): Promise<Project[]> {
  const found = new Map<string, Project>();
  for (;;) {
    const before = found.size;
    const page = await ask(`read the projects of ${door.base}`, projects, () =>
      door.core.getProjects(undefined, 500, before),
    );
    for (const { id, name } of page) found.set(id, { id, name });
    // How many the service gives at most is its own affair: the list has ended when nothing new comes.
    if (found.size === before) break;
  }
  return byName(found);
}

function byName(projects: ReadonlyMap<string, Project>): Project[] {
  return [...projects.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const flag = z
  .string()
  .nullish()
  .transform((said) => said?.toLowerCase() === 'true');

const versionControl = z.object({
  capabilities: z.object({
    versioncontrol: z.object({ sourceControlType: z.string().nullish(), gitEnabled: flag, tfvcEnabled: flag }),
  }),
});

/** What a project keeps its code in. Older servers name the one kind that it has, and nothing else. */
export async function readVersionControl(door: Door, projectId: string): Promise<{ git: boolean; tfvc: boolean }> {
  const { capabilities } = await ask(
    `read what project ${projectId} of ${door.base} keeps code in`,
    versionControl,
    () => door.core.getProject(projectId, true),
  );
  const { sourceControlType, gitEnabled, tfvcEnabled } = capabilities.versioncontrol;
  const kind = sourceControlType?.toLowerCase();
  return { git: gitEnabled || kind === 'git', tfvc: tfvcEnabled || kind === 'tfvc' };
}
