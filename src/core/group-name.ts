import { z } from 'zod';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SCOPED = /^\[[^\]]+\]\\\S/;

/** A group as settings name it: `[Project]\Name` or `[Organization]\Name`, as Azure DevOps writes it, or its id. */
export function groupNameSchema(): z.ZodString {
  return z
    .string()
    .min(1)
    .max(300)
    .refine(
      (name) => ID.test(name) || SCOPED.test(name),
      'is no group: write [Project]\\Name, [Organization]\\Name, [TEAM FOUNDATION]\\Name for a group of Entra ID, or an id',
    )
    .meta({ format: 'azure-devops-group' });
}
