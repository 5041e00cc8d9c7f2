import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { HOOK_PASSWORD, ORGANIZATION_ID } from './payload';
import { stubQueue } from './stub-queue';

/** What somebody would write by hand who wants no more than the minimum: the yardstick, not an example. */

const ACCEPTED = createHash('sha256').update(HOOK_PASSWORD).digest();
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const EVENTS = ['git.pullrequest.created', 'git.pullrequest.updated', 'git.pullrequest.merged'];

export interface Ids {
  eventId: string;
  notificationId: number;
  repositoryId: string;
  pullRequestId: number;
}

/** Whether a Basic header carries the password; in constant time. */
export function isAuthentic(authorization: string | undefined): boolean {
  if (authorization?.startsWith('Basic ') !== true) return false;
  const decoded = Buffer.from(authorization.slice(6), 'base64').toString('utf8');
  const password = decoded.slice(decoded.indexOf(':') + 1);
  return timingSafeEqual(createHash('sha256').update(password).digest(), ACCEPTED);
}

/** The ids of a payload, after the least of checks; undefined when one is missing. */
export function readIds(body: unknown): Ids | undefined {
  if (!isObject(body) || !isObject(body['resource'])) return undefined;
  const { id: eventId, eventType, notificationId, resourceContainers } = body;
  const { pullRequestId, repository } = body['resource'];
  const repositoryId = isObject(repository) ? repository['id'] : undefined;
  if (typeof eventType !== 'string' || !EVENTS.includes(eventType)) return undefined;
  if (typeof eventId !== 'string' || !GUID.test(eventId)) return undefined;
  if (typeof notificationId !== 'number' || typeof pullRequestId !== 'number') return undefined;
  if (typeof repositoryId !== 'string' || !GUID.test(repositoryId)) return undefined;
  const collection = isObject(resourceContainers) ? resourceContainers['collection'] : undefined;
  if (!isObject(collection) || collection['id'] !== ORGANIZATION_ID) return undefined;
  return { eventId, notificationId, repositoryId, pullRequestId };
}

export async function enqueue({ eventId, notificationId, ...key }: Ids): Promise<void> {
  await stubQueue.send({ kind: 'pullRequest', ...key }, { messageId: `hook/${notificationId}/${eventId}` });
}

/** By events, as the stream's iterator costs a quarter of all the rest. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', reject);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
