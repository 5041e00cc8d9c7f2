import { z } from 'zod';

const policyRevisionSchema = z.object({
  isEnabled: z.boolean(),
  isBlocking: z.boolean(),
  isDeleted: z.boolean(),
  /** As it was sent: what the type knows of it is parsed where it is evaluated. */
  settings: z.record(z.string(), z.unknown()),
  createdById: z.string(),
  createdDate: z.string(),
});

/** A policy configuration with its history, as the state keeps it. */
export const policySchema = z.object({
  id: z.number(),
  projectId: z.string(),
  typeId: z.string(),
  /** The first is revision 1; the last one counts. */
  revisions: z.array(policyRevisionSchema),
});

export type Policy = z.infer<typeof policySchema>;
export type PolicyRevision = z.infer<typeof policyRevisionSchema>;
