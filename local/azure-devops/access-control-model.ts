import { z } from 'zod';

/** Who may do what under a token of a security namespace, as the state keeps it. */
export const accessControlListSchema = z.object({
  namespaceId: z.string(),
  token: z.string(),
  inheritPermissions: z.boolean(),
  entries: z.array(z.object({ identityId: z.string(), allow: z.number(), deny: z.number() })),
});

export type AccessControlList = z.infer<typeof accessControlListSchema>;
export type AccessControlEntry = AccessControlList['entries'][number];
