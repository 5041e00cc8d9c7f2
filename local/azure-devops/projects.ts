import { findProject } from './lookups';
import { list, ok, parameter } from './http';
import { projectReference, projectUrl, collectionReference } from './repository-shapes';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Project } from './state-model';

const DEFAULT_TOP = 100;

export function projectRoutes(simulation: Simulation): Route[] {
  return [
    {
      method: 'GET',
      template: 'projects',
      answer({ query }) {
        const skip = query.integer('continuationToken') ?? query.integer('$skip') ?? 0;
        const projects = [...simulation.state.projects].sort((a, b) => a.name.localeCompare(b.name));
        const page = projects.slice(skip, skip + (query.integer('$top') ?? DEFAULT_TOP));
        const next = skip + page.length;
        return {
          ...list(page.map((project) => projectReference(simulation, project))),
          ...(next < projects.length ? { headers: { 'x-ms-continuationtoken': String(next) } } : {}),
        };
      },
    },
    {
      method: 'GET',
      template: 'projects/:id',
      answer(request) {
        const project = findProject(simulation.state, parameter(request, 'id'));
        const url = projectUrl(simulation, project);
        return ok({
          ...projectReference(simulation, project),
          ...(request.query.flag('includeCapabilities')
            ? {
                capabilities: {
                  processTemplate: { templateName: 'Agile', templateTypeId: 'adcc42ab-9882-485e-a3ed-7678f01f66bc' },
                  versioncontrol: versionControlOf(simulation, project),
                },
              }
            : {}),
          defaultTeam: teamOf(simulation, project.id, project.name),
          _links: {
            self: { href: url },
            collection: { href: collectionReference(simulation)['url'] },
            web: { href: `${simulation.url()}/${encodeURIComponent(project.name)}` },
          },
        });
      },
    },
  ];
}

/** A project under TFVC has Git as well once somebody adds a repository to it. */
function versionControlOf({ state }: Simulation, { id, sourceControl = 'Git' }: Project): Record<string, string> {
  const hasGit = sourceControl === 'Git' || state.repositories.some(({ projectId }) => projectId === id);
  return {
    sourceControlType: sourceControl,
    gitEnabled: hasGit ? 'True' : 'False',
    tfvcEnabled: sourceControl === 'Tfvc' ? 'True' : 'False',
  };
}

/** Every project has a team named after it; its id is derived, as nothing else of it is simulated. */
function teamOf(simulation: Simulation, projectId: string, projectName: string): Record<string, unknown> {
  const id = `${projectId.slice(0, -4)}7ea3`;
  return { id, name: `${projectName} Team`, url: `${simulation.url()}/_apis/projects/${projectId}/teams/${id}` };
}
