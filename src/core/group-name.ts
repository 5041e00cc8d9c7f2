import { z } from 'zod';

import { isGuid } from './guid';
import type { Group } from './snapshot';

const SCOPED = /^\[[^\]]+\]\\\S/;

/** A group as settings name it: `[Project]\Name` or `[Organization]\Name`, as Azure DevOps writes it, or its id. */
export function groupNameSchema(): z.ZodString {
  return z
    .string()
    .min(1)
    .max(300)
    .refine(
      (name) => isGuid(name) || SCOPED.test(name),
      'is no group: write [Project]\\Name, [Organization]\\Name, [TEAM FOUNDATION]\\Name for a group of Entra ID, or an id',
    )
    .meta({ format: 'azure-devops-group' });
}

/**
 * A group's name as it is compared: Azure DevOps does not mind case. Character by character, as the service does it:
 * JavaScript's lower case of a whole name makes a plain k of the sign of Kelvin, and then takes one group for another.
 */
export function groupKey(name: string): string {
  return isPlain(name) ? name.toLowerCase() : Array.from(name, folded).join('');
}

/** Whether somebody of the pull request is in a group that settings name. */
export function isInGroup(groups: Readonly<Record<string, Group>>, name: string, personId: string): boolean {
  return groups[groupKey(name)]?.memberIds.includes(personId) === true;
}

function folded(character: string): string {
  const upper = alike(character, character.toUpperCase());
  const lower = alike(upper, upper.toLowerCase());
  // What does not come back is another character.
  return alike(lower, lower.toUpperCase()) === upper ? lower : upper;
}

/** The same character in the other case; itself where that is several characters, or one of another script. */
function alike(character: string, other: string): string {
  return Array.from(other).length === 1 && isPlain(other) === isPlain(character) ? other : character;
}

function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text);
}
