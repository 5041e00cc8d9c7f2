import { allOf } from '../../core/phrase';
import type { HookRights, ServiceHooks } from '../ports';

import { ALL_PROJECTS } from './wanted-hooks';

/** Where subscriptions are wanted, and where the account may have them. */
export interface HookPlaces {
  /** `organization`: one set for all projects, which takes the rights at the root; else one set for each project. */
  mode: 'organization' | 'projects';
  /** Where the account may view and edit them: ids of projects, and `ALL_PROJECTS`. */
  open: Set<string>;
  /** What it lacks elsewhere, as a clause: "may not view subscriptions". */
  lacking: Map<string, string>;
}

/** Asks before anything is listed: without the right to view, a listing is empty and everything would be created again. */
export async function readHookPlaces(hooks: ServiceHooks, projectIds: readonly string[]): Promise<HookPlaces> {
  const { root, projects } = await hooks.readRights(projectIds);
  const all = [[ALL_PROJECTS, root] as const, ...projects];
  const open = new Set(all.filter(([, rights]) => isEnough(rights)).map(([id]) => id));
  const lacking = new Map(all.filter(([id]) => !open.has(id)).map(([id, rights]) => [id, lackText(rights)]));
  return { mode: open.has(ALL_PROJECTS) ? 'organization' : 'projects', open, lacking };
}

export function isEnough({ view, edit }: HookRights): boolean {
  return view && edit;
}

/** `may not view and edit subscriptions`. */
export function lackText({ view, edit }: HookRights): string {
  const verbs = [...(view ? [] : ['view']), ...(edit ? [] : ['edit'])];
  return `may not ${allOf(verbs)} subscriptions`;
}
