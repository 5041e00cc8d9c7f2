import { createHash } from 'node:crypto';

import type { HookSubscription, SubscriptionBody } from '../ports';

/**
 * Every event that may change a verdict, with the version of its resource. Pinned: without it the newest is sent, and
 * some events lose their resource in others.
 */
export const RESOURCE_VERSIONS = {
  'git.pullrequest.created': '1.0',
  'git.pullrequest.updated': '1.0',
  'git.pullrequest.merged': '1.0',
  'ms.vss-code.git-pullrequest-comment-event': '2.0',
} as const;

export const EVENT_TYPES = Object.keys(RESOURCE_VERSIONS) as (keyof typeof RESOURCE_VERSIONS)[];

/** Stands for all projects where a project's id is asked for. */
export const ALL_PROJECTS = '';

export interface WantedHooks {
  connectionId: string;
  /** Where Azure DevOps reaches the app, without a trailing slash. */
  publicUrl: string;
  password: string;
}

/** The subscriptions of one project, or of all of them. Every input is sent: leaving some out has been seen to drop the resource. */
export function wantedSubscriptions(
  { connectionId, publicUrl, password }: WantedHooks,
  projectId: string,
): SubscriptionBody[] {
  return EVENT_TYPES.map((eventType) => ({
    eventType,
    resourceVersion: RESOURCE_VERSIONS[eventType],
    publisherInputs: {
      projectId,
      repository: '',
      branch: '',
      ...(eventType === 'git.pullrequest.updated' ? { notificationType: '' } : {}),
      ...(eventType === 'git.pullrequest.merged' ? { mergeResult: '' } : {}),
    },
    consumerInputs: {
      url: `${publicUrl}${hookPath(connectionId)}`,
      basicAuthUsername: hookUserName(connectionId, password),
      basicAuthPassword: password,
      resourceDetailsToSend: 'all',
      messagesToSend: 'none',
      detailedMessagesToSend: 'none',
      acceptUntrustedCerts: 'false',
    },
  }));
}

/**
 * The user name tells which password a subscription carries, as the password itself is never shown: a rotation that
 * broke off is completed by whoever looks next. Of a secret of 256 random bits, 32 bits of a hash tell nothing.
 */
export function hookUserName(connectionId: string, password: string): string {
  const digest = createHash('sha256')
    .update(`portcullis hook secret\u0000${connectionId}\u0000${password}`)
    .digest('hex');
  return `portcullis-${digest.slice(0, 8)}`;
}

/**
 * Whether a subscription is of this connection, whoever made it and whatever became of it since: by the path of its URL,
 * as hosts change. What merely posts to the same host is somebody else's.
 */
export function isOfConnection(
  { consumerInputs }: Pick<HookSubscription, 'consumerInputs'>,
  connectionId: string,
): boolean {
  const url = consumerInputs['url'] ?? '';
  return URL.canParse(url) && new URL(url).pathname.toLowerCase().replace(/\/+$/, '').endsWith(hookPath(connectionId));
}

/** Ids of connections are lower-case letters, digits and hyphens. */
function hookPath(connectionId: string): string {
  return `/api/service-hooks/${connectionId}`;
}

/** The id of its project in lower case; `ALL_PROJECTS` when it is for all. */
export function projectOf({ publisherInputs }: Pick<SubscriptionBody, 'publisherInputs'>): string {
  return (publisherInputs['projectId'] ?? ALL_PROJECTS).toLowerCase();
}
