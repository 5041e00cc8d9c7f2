import { z } from 'zod';

interface Delivery {
  eventId: string;
  eventType: string;
  /** Null where the sender does not say. */
  subscriptionId: string | null;
  notificationId: number | null;
}

/** What a service hook's body amounts to: ids, and nothing else. */
export type ParsedHook =
  | ({
      kind: 'pullRequest';
      repositoryId: string;
      pullRequestId: number;
      /** The collection's and the account's id, as far as they are told; lower case. */
      organizationIds: string[];
      /** Who wrote the comment, for comment events. */
      commentAuthorId?: string;
    } & Delivery)
  | ({ kind: 'test' } & Delivery)
  | { kind: 'unwanted'; reason: string }
  | { kind: 'malformed'; reason: string };

const COMMENT_EVENT = 'ms.vss-code.git-pullrequest-comment-event';

/** The events that Portcullis subscribes to. */
export const pullRequestEvents: readonly string[] = [
  'git.pullrequest.created',
  'git.pullrequest.updated',
  'git.pullrequest.merged',
  COMMENT_EVENT,
];

/** What the Test button sends is always the same sample, under these event ids and for this repository. */
const sampleEventIds = new Set([
  '2ab4e3d3-b7a6-425e-92b1-5a9982c1269e',
  'af07be1b-f3ad-44c8-a7f1-c4835f2df06b',
  '6872ee8c-b333-4eff-bfb9-0d5274943566',
]);
const SAMPLE_REPOSITORY = '4bc14d40-c903-45e2-872e-0462c7748079';
/** The wizard tests a subscription before it has an id. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

const guid = z
  .guid()
  .toLowerCase()
  .refine((id) => id !== NO_ID);

/** Schemas stand out here, as making one costs more than all the rest of a hook's way. */
const event = z.object({ eventType: z.string() });
const envelope = z.object({
  id: guid,
  eventType: z.string(),
  subscriptionId: z.guid().nullish(),
  notificationId: z.int().nonnegative().nullish(),
  resource: z.unknown().optional(),
  resourceContainers: z.unknown().optional(),
});

const number = z.int().positive().max(2_147_483_647);
const pullRequest = z.object({ pullRequestId: number, repository: z.object({ id: guid }) });
const withPullRequest = z.object({ pullRequest });
/** Minimal details: the ids stand in the path of the URL alone. */
const withUrl = z.object({ url: z.string().max(2_000) });
const withNestedUrl = z.object({ pullRequest: withUrl });
const withAuthor = z.object({ comment: z.object({ author: z.object({ id: guid }) }) });
const pullRequestPath = /\/_apis\/(?:repos\/)?git\/repositories\/([0-9a-f-]{36})\/pullRequests\/(\d{1,10})(?:\/|$)/i;

const container = z.object({ id: guid }).nullish();
const containers = z.object({ collection: container, account: container }).nullish();

/**
 * Reads a service hook's body (parsed JSON). Never throws. Nothing but ids is taken from it, as anybody who knows the
 * hook's secret can write the rest; a URL in it is read for its ids and never called.
 */
export function parseServiceHook(body: unknown): ParsedHook {
  const outer = envelope.safeParse(body).data;
  const eventType = outer?.eventType ?? event.safeParse(body).data?.eventType;
  if (eventType === undefined) return { kind: 'malformed', reason: 'no event type' };
  if (!pullRequestEvents.includes(eventType)) return { kind: 'unwanted', reason: 'not an event of a pull request' };
  if (!outer) return { kind: 'malformed', reason: 'the ids of event, subscription or notification are not usable' };
  const ids = readIds(outer.resource);
  if (!ids) return { kind: 'malformed', reason: 'no usable ids of repository and pull request' };
  const organization = containers.safeParse(outer.resourceContainers);
  if (!organization.success) return { kind: 'malformed', reason: 'the ids of collection or account are not usable' };

  const subscriptionId = outer.subscriptionId?.toLowerCase() ?? null;
  const notificationId = outer.notificationId ?? null;
  const delivery: Delivery = {
    eventId: outer.id,
    eventType,
    subscriptionId,
    notificationId,
  };
  // Both must say so: a real event has neither the sample's id nor its repository, and must never be dropped as a test.
  const isSample = ids.repositoryId === SAMPLE_REPOSITORY;
  if (isSample && (sampleEventIds.has(outer.id) || subscriptionId === NO_ID)) return { kind: 'test', ...delivery };

  const author = eventType === COMMENT_EVENT ? withAuthor.safeParse(outer.resource).data : undefined;
  const { collection, account } = organization.data ?? {};
  return {
    kind: 'pullRequest',
    ...delivery,
    ...ids,
    organizationIds: [...new Set([collection?.id, account?.id].filter((id) => id !== undefined))],
    ...(author ? { commentAuthorId: author.comment.author.id } : {}),
  };
}

function readIds(resource: unknown): { repositoryId: string; pullRequestId: number } | undefined {
  const found = pullRequest.safeParse(resource).data ?? withPullRequest.safeParse(resource).data?.pullRequest;
  if (found) return { repositoryId: found.repository.id, pullRequestId: found.pullRequestId };
  const url = withUrl.safeParse(resource).data?.url ?? withNestedUrl.safeParse(resource).data?.pullRequest.url;
  const [, repository, pull] = pullRequestPath.exec(pathOf(url)) ?? [];
  const repositoryId = guid.safeParse(repository).data;
  const pullRequestId = number.safeParse(Number(pull)).data;
  return repositoryId === undefined || pullRequestId === undefined ? undefined : { repositoryId, pullRequestId };
}

function pathOf(url: string | undefined): string {
  return url !== undefined && URL.canParse(url) ? new URL(url).pathname : '';
}
