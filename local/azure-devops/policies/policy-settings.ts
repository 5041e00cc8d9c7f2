import { z } from 'zod';
import { AzureDevOpsError } from '../errors';
import { scopedSchema } from './policy-scope';
import { COMMENT_POLICY, MERGE_STRATEGY_POLICY, REVIEWER_POLICY, STATUS_POLICY } from './policy-types';

const flag = z.boolean().nullish();

export const statusSettingsSchema = scopedSchema.extend({
  statusGenre: z.string().nullish(),
  statusName: z.string().min(1),
  /** The one identity whose statuses count; none: anyone's. */
  authorId: z.string().nullish(),
  /** "Reset status whenever there are new changes". */
  invalidateOnSourceUpdate: flag,
  /** 1: the policy applies only once such a status was posted. */
  policyApplicability: z
    .union([z.literal([0, 1]), z.enum(['default', 'conditional']).transform((name) => (name === 'default' ? 0 : 1))])
    .nullish(),
  filenamePatterns: z.array(z.string()).nullish(),
  defaultDisplayName: z.string().nullish(),
});
export type StatusSettings = z.infer<typeof statusSettingsSchema>;

export const reviewerSettingsSchema = scopedSchema.extend({
  minimumApproverCount: z.number().int().min(0),
  creatorVoteCounts: flag,
  /** Complete although somebody waits or rejects. */
  allowDownvotes: flag,
  /** Approvals go with a push; votes to wait or reject stay. */
  resetOnSourcePush: flag,
  /** All votes go with a push. */
  resetRejectionsOnSourcePush: flag,
  requireVoteOnLastIteration: flag,
  requireVoteOnEachIteration: flag,
  blockLastPusherVote: flag,
});
export type ReviewerSettings = z.infer<typeof reviewerSettingsSchema>;

export const mergeStrategySettingsSchema = scopedSchema.extend({
  allowNoFastForward: flag,
  allowSquash: flag,
  allowRebase: flag,
  allowRebaseMerge: flag,
  /** The only one in old versions: squash, or else a merge. */
  useSquashMerge: flag,
});
export type MergeStrategySettings = z.infer<typeof mergeStrategySettingsSchema>;

const SETTINGS: Readonly<Record<string, z.ZodType<Record<string, unknown>>>> = {
  [STATUS_POLICY]: statusSettingsSchema,
  [REVIEWER_POLICY]: reviewerSettingsSchema,
  [COMMENT_POLICY]: scopedSchema,
  [MERGE_STRATEGY_POLICY]: mergeStrategySettingsSchema,
};

/**
 * Checks settings as they came, and answers them as they are kept: whole, what nobody knows included.
 *
 * @throws AzureDevOpsError 400 TF402457
 */
export function checkSettings(typeId: string, settings: Record<string, unknown>): Record<string, unknown> {
  const parsed = SETTINGS[typeId]?.safeParse(settings);
  if (parsed?.success) return { ...settings, scope: parsed.data['scope'] };
  const [issue] = parsed?.error.issues ?? [];
  const reason = `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
  throw new AzureDevOpsError(
    400,
    'PolicyChangeRejectedByPolicyException',
    `TF402457: The settings for this policy are not correctly formatted. Error: ${reason}`,
  );
}
