import { createReceiveServiceHook, type HookAnswer, type ParsedHook } from '../receive-service-hook';

import { connection, key, organizationId } from './samples';
import { createWorld } from './world';

export const SECRET = 'correct horse battery staple';
/** A Basic header, from `user:password`. */
export const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;
export const AUTHENTIC = basic(`portcullis:${SECRET}`);

export const pullRequestHook: Extract<ParsedHook, { kind: 'pullRequest' }> = {
  kind: 'pullRequest',
  eventId: 'event-1',
  eventType: 'git.pullrequest.updated',
  subscriptionId: 'subscription-1',
  notificationId: 12,
  repositoryId: key.repositoryId,
  pullRequestId: key.pullRequestId,
  organizationIds: [organizationId],
};

export interface HookDelivery {
  connectionId?: string;
  authorization?: string | null;
  /** What the parser makes of the body; absent = an ordinary pull request hook. */
  parsed?: ParsedHook;
  /** Absent = valid JSON; null = larger than is taken; a promise = not there yet. */
  body?: string | null | Promise<never>;
}

/** The receiver over the fakes; `deliver` answers as Azure DevOps would see it. */
export function createReceiver(secrets: string[] = [SECRET]) {
  const world = createWorld();
  world.secrets.rotateHookSecrets(connection.id, secrets);
  const parsed: unknown[] = [];
  let bodiesRead = 0;
  let next: ParsedHook = pullRequestHook;
  const receive = createReceiveServiceHook({
    connections: world.connections.port,
    secrets: world.secrets.port,
    queue: world.queue.port,
    clock: world.clock,
    log: world.log.port,
    parse: (body) => {
      parsed.push(body);
      return next;
    },
  });
  return {
    ...world,
    parsed,
    bodiesRead: () => bodiesRead,
    deliver: (delivery: HookDelivery = {}): Promise<HookAnswer> => {
      next = delivery.parsed ?? pullRequestHook;
      const body = delivery.body === undefined ? '{"id":"event-1"}' : delivery.body;
      return receive({
        connectionId: delivery.connectionId ?? connection.id,
        authorization: delivery.authorization === undefined ? AUTHENTIC : delivery.authorization,
        readBody: async () => {
          bodiesRead += 1;
          const text = await body;
          return text === null ? undefined : new TextEncoder().encode(text);
        },
      });
    },
  };
}
