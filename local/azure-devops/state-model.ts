import { z } from 'zod';
import { accessControlListSchema } from './access-control-model';
import { policySchema } from './policies/policy-model';
import { subscriptionSchema } from './subscription-model';

/**
 * What the simulator remembers, as it stands in `state.json`. Dates are the strings that are answered, commits are full
 * object names, people are identity ids. Repositories' refs and objects are not here: git itself is the truth for them.
 */

const identitySchema = z.object({
  id: z.string(),
  /** The short name that controls and the request log use: `bot`, `author`, `reviewer`, `admin`. */
  key: z.string(),
  displayName: z.string(),
  uniqueName: z.string(),
  isContainer: z.boolean().optional(),
  /** Of a group: people and groups that are in it directly. */
  memberIds: z.array(z.string()).optional(),
  /** False: has left, or was disabled. */
  isActive: z.boolean().optional(),
  /** Of the collection. Absent: the seeded administrator alone is. */
  isAdministrator: z.boolean().optional(),
  /** Absent: Basic. A stakeholder sees no code. */
  licence: z.enum(['basic', 'stakeholder']).optional(),
  /** Absent: as administrators are, see `permissions.ts`. */
  editPolicies: z.boolean().optional(),
  bypassPolicies: z.boolean().optional(),
});

const projectSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  revision: z.number(),
  lastUpdateTime: z.string(),
  /** Absent: Git. */
  sourceControl: z.enum(['Git', 'Tfvc']).optional(),
});

const repositorySchema = z.object({
  id: z.string(),
  name: z.string(),
  projectId: z.string(),
  defaultBranch: z.string().optional(),
  parentId: z.string().optional(),
  isDisabled: z.boolean(),
  /** The git repository that it has in common with others as long as nobody wrote to it. */
  sharedGit: z.string().optional(),
});

/** A row narrows what an identity may do in a repository; without a row everything is allowed. */
const permissionSchema = z.object({
  identityId: z.string(),
  repositoryId: z.string(),
  read: z.boolean(),
  contribute: z.boolean(),
  pullRequestContribute: z.boolean(),
});

const propertyValueSchema = z.object({ $type: z.string(), $value: z.union([z.string(), z.number(), z.boolean()]) });
const propertiesSchema = z.record(z.string(), propertyValueSchema);

const positionSchema = z.object({ line: z.number(), offset: z.number() });
const threadContextSchema = z.object({
  filePath: z.string(),
  leftFileStart: positionSchema.optional(),
  leftFileEnd: positionSchema.optional(),
  rightFileStart: positionSchema.optional(),
  rightFileEnd: positionSchema.optional(),
});
const pullRequestThreadContextSchema = z.object({
  changeTrackingId: z.number().optional(),
  iterationContext: z.object({ firstComparingIteration: z.number(), secondComparingIteration: z.number() }).optional(),
});

const commentSchema = z.object({
  id: z.number(),
  parentCommentId: z.number(),
  authorId: z.string(),
  content: z.string(),
  publishedDate: z.string(),
  lastUpdatedDate: z.string(),
  lastContentUpdatedDate: z.string(),
  commentType: z.enum(['unknown', 'text', 'codeChange', 'system']),
  isDeleted: z.boolean(),
});

export const threadStatuses = ['unknown', 'active', 'fixed', 'wontFix', 'closed', 'byDesign', 'pending'] as const;

const threadSchema = z.object({
  id: z.number(),
  publishedDate: z.string(),
  lastUpdatedDate: z.string(),
  comments: z.array(commentSchema),
  status: z.enum(threadStatuses).optional(),
  threadContext: threadContextSchema.optional(),
  pullRequestThreadContext: pullRequestThreadContextSchema.optional(),
  properties: propertiesSchema,
});

export const statusStates = ['notSet', 'pending', 'succeeded', 'failed', 'error', 'notApplicable'] as const;

const statusSchema = z.object({
  id: z.number(),
  iterationId: z.number().optional(),
  state: z.enum(statusStates),
  description: z.string().optional(),
  context: z.object({ name: z.string(), genre: z.string().optional() }),
  targetUrl: z.string().optional(),
  creationDate: z.string(),
  createdById: z.string(),
  properties: propertiesSchema,
});

const iterationSchema = z.object({
  id: z.number(),
  authorId: z.string(),
  createdDate: z.string(),
  updatedDate: z.string(),
  reason: z.enum(['push', 'forcePush', 'create', 'rebase', 'unknown', 'retarget', 'resolveConflicts']),
  sourceCommit: z.string(),
  targetCommit: z.string(),
  commonCommit: z.string().optional(),
  description: z.string(),
  pushId: z.number().optional(),
  oldTargetRefName: z.string().optional(),
  newTargetRefName: z.string().optional(),
});

const reviewerSchema = z.object({
  id: z.string(),
  vote: z.number(),
  isRequired: z.boolean(),
  hasDeclined: z.boolean(),
  isFlagged: z.boolean(),
  /** The newest iteration when the vote was cast. */
  votedOnIteration: z.number().optional(),
  /** Groups among the reviewers that the voter was in when voting. */
  votedFor: z.array(z.string()).optional(),
});

const completionOptionsSchema = z.looseObject({
  mergeStrategy: z.enum(['noFastForward', 'squash', 'rebase', 'rebaseMerge']).optional(),
  squashMerge: z.boolean().optional(),
  mergeCommitMessage: z.string().optional(),
  deleteSourceBranch: z.boolean().optional(),
  bypassPolicy: z.boolean().optional(),
  bypassReason: z.string().optional(),
  /** Optional policies that auto-complete does not wait for. */
  autoCompleteIgnoreConfigIds: z.array(z.number()).optional(),
});

const pullRequestSchema = z.object({
  id: z.number(),
  repositoryId: z.string(),
  /** Where the source branch lives; another repository than `repositoryId` for a fork. */
  sourceRepositoryId: z.string(),
  createdById: z.string(),
  creationDate: z.string(),
  closedDate: z.string().optional(),
  closedById: z.string().optional(),
  title: z.string(),
  description: z.string().optional(),
  sourceRefName: z.string(),
  targetRefName: z.string(),
  isDraft: z.boolean(),
  status: z.enum(['active', 'abandoned', 'completed']),
  mergeStatus: z.enum(['notSet', 'queued', 'conflicts', 'succeeded', 'rejectedByPolicy', 'failure']),
  mergeFailureMessage: z.string().optional(),
  mergeId: z.string(),
  lastMergeSourceCommit: z.string(),
  lastMergeTargetCommit: z.string(),
  lastMergeCommit: z.string().optional(),
  hasMultipleMergeBases: z.boolean(),
  supportsIterations: z.boolean(),
  completionOptions: completionOptionsSchema.optional(),
  completionQueueTime: z.string().optional(),
  completionRequestedById: z.string().optional(),
  autoCompleteSetById: z.string().optional(),
  reviewers: z.array(reviewerSchema),
  labels: z.array(z.object({ id: z.string(), name: z.string() })),
  iterations: z.array(iterationSchema),
  threads: z.array(threadSchema),
  statuses: z.array(statusSchema),
  nextStatusId: z.number(),
  /** Without iterations: the first status that can have been posted after the last push; none when there was no push. */
  firstStatusOfPush: z.number().optional(),
  properties: propertiesSchema,
  /** Change tracking ids by path, carried along renames. */
  changeTracking: z.record(z.string(), z.number()),
  nextChangeTrackingId: z.number(),
});

const pushSchema = z.object({
  id: z.number(),
  repositoryId: z.string(),
  date: z.string(),
  pushedById: z.string(),
  refUpdates: z.array(z.object({ name: z.string(), oldObjectId: z.string(), newObjectId: z.string() })),
});

const workItemSchema = z.object({
  id: z.number(),
  rev: z.number(),
  projectId: z.string(),
  createdById: z.string(),
  changedById: z.string(),
  fields: z.record(z.string(), z.unknown()),
  relations: z.array(z.object({ rel: z.string(), url: z.string(), attributes: z.record(z.string(), z.unknown()) })),
});

export const stateSchema = z.object({
  schemaVersion: z.literal(1),
  flavour: z.enum(['services', 'server']).default('services'),
  /** Of a Server: the collection's name. */
  organization: z.string(),
  accountId: z.string(),
  collectionId: z.string(),
  identities: z.array(identitySchema),
  /** How threads of the service name people: today's way, or that of old versions and of the Server. */
  systemThreads: z.enum(['identities', 'tfIds']).default('identities'),
  tokens: z.array(
    z.object({
      token: z.string(),
      identityId: z.string(),
      refused: z.boolean(),
      /** `vso.code`, `vso.identity`, …; absent: full access. */
      scopes: z.array(z.string()).optional(),
      /** Accepted, but for nobody's. */
      anonymous: z.boolean().optional(),
      /** A token of Entra, which travels as a bearer; absent: a PAT. */
      isBearer: z.boolean().optional(),
    }),
  ),
  projects: z.array(projectSchema),
  repositories: z.array(repositorySchema),
  permissions: z.array(permissionSchema),
  labels: z.array(z.object({ id: z.string(), name: z.string(), projectId: z.string() })),
  pullRequests: z.array(pullRequestSchema),
  pushes: z.array(pushSchema),
  workItems: z.array(workItemSchema),
  subscriptions: z.array(subscriptionSchema),
  accessControl: z.array(accessControlListSchema).default([]),
  policies: z.array(policySchema).default([]),
  nextPolicyId: z.number().default(1),
  nextPullRequestId: z.number(),
  nextThreadId: z.number(),
  nextPushId: z.number(),
  nextWorkItemId: z.number(),
});

export type State = z.infer<typeof stateSchema>;
export type Identity = z.infer<typeof identitySchema>;
export type Token = State['tokens'][number];
export type Project = z.infer<typeof projectSchema>;
export type Repository = z.infer<typeof repositorySchema>;
export type Permission = z.infer<typeof permissionSchema>;
export type PropertyValue = z.infer<typeof propertyValueSchema>;
export type Properties = z.infer<typeof propertiesSchema>;
export type Comment = z.infer<typeof commentSchema>;
export type Thread = z.infer<typeof threadSchema>;
export type Status = z.infer<typeof statusSchema>;
export type Iteration = z.infer<typeof iterationSchema>;
export type Reviewer = z.infer<typeof reviewerSchema>;
export type PullRequest = z.infer<typeof pullRequestSchema>;
export type Push = z.infer<typeof pushSchema>;
export type WorkItem = z.infer<typeof workItemSchema>;
export type { Policy, PolicyRevision } from './policies/policy-model';
export type { Subscription } from './subscription-model';
