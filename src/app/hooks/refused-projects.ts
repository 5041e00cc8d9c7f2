import type { HookSubscription } from '../ports';

import type { Carried } from './carry-out-plan';
import type { HookPlaces } from './hook-places';
import { ALL_PROJECTS, projectOf } from './wanted-hooks';

/** A project, by name, whose subscriptions could not be brought in order, and why: a sentence. */
export interface RefusedProject {
  project: string;
  reason: string;
}

/** Every place where something could not be done, each once. */
export function refusalsOf({
  carried,
  projects,
  places: { mode, lacking },
  left,
  account,
}: {
  carried: readonly Carried[];
  projects: readonly { id: string; name: string }[];
  places: HookPlaces;
  /** Subscriptions of the connection where the account may not change any. */
  left: readonly HookSubscription[];
  account: string;
}): RefusedProject[] {
  const reasons = new Map<string, string>();
  const wanted = mode === 'projects' ? projects.map(({ id }) => id) : [];
  for (const id of [...wanted, ...left.map(projectOf)]) {
    const lack = lacking.get(id);
    if (lack === undefined) continue;
    const where = id === ALL_PROJECTS ? 'for all projects, of which there are some' : 'there';
    reasons.set(id, `${account || "Portcullis' account"} ${lack} ${where}: run portcullis hooks grant.`);
  }
  for (const { projectId, failure } of carried.flatMap(({ refusals }) => refusals)) {
    if (!reasons.has(projectId)) reasons.set(projectId, failure.message);
  }
  const nameOf = (id: string): string => projects.find((project) => project.id === id)?.name ?? id;
  return [...reasons].map(([id, reason]) => ({ project: id === ALL_PROJECTS ? 'all projects' : nameOf(id), reason }));
}
