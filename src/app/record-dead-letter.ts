import { z } from 'zod';

import { toFailure } from '../core/failures';
import { messageSchema, type PullRequestMessage } from '../core/messages';
import type { PullRequestKey } from '../core/snapshot';

import { deliveryOf, type Delivery } from './delivery';
import type {
  AzureDevOps,
  Clock,
  Connection,
  Connections,
  Credentials,
  DeadLetters,
  DoorCredential,
  Ledger,
  Log,
  SettingsStore,
} from './ports';
import { openProjectDoor } from './project-door';
import { postError, referenceOf } from './record-unjudged';

interface Dependencies {
  connections: Connections;
  deadLetters: DeadLetters;
  ledger: Ledger;
  credentials: Credentials;
  settings: SettingsStore;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
  clock: Clock & { sleep(seconds: number): Promise<void> };
  log: Log;
}

/** How long to hold a dead letter whose record cannot be written, so that its redeliveries do not spin. */
const HOLD_SECONDS = 30;

/**
 * Records a dead letter and says `error` with its reference on the pull request, unless the ledger has a newer verdict.
 * Throws only when the record cannot be written, after waiting, so that the message stays in the queue.
 */
export function createRecordDeadLetter(
  dependencies: Dependencies,
): (body: unknown, metadata: Record<string, unknown>) => Promise<void> {
  const { deadLetters, clock, log } = dependencies;
  return async (body, metadata) => {
    const delivery = deliveryOf(metadata);
    const reference = referenceOf(delivery.messageId);
    const parsed = messageSchema.safeParse(body);
    const key = parsed.success && parsed.data.kind === 'pullRequest' ? keyOf(parsed.data) : null;
    const { reason, description } = whyDead(metadata);
    const fields = { ...key, messageId: delivery.messageId, reference, reason };
    if (parsed.success && (await isDisconnected(dependencies, parsed.data.connectionId))) {
      log.warn('A dead letter was dropped: its connection is being disconnected, or was', fields);
      return;
    }
    try {
      await deadLetters.record({
        ...delivery,
        reference,
        reason,
        description,
        key,
        ...(parsed.success && !key ? { connectionId: parsed.data.connectionId } : {}),
        body: JSON.stringify(body ?? null),
      });
    } catch (error) {
      log.error('A dead letter could not be recorded; it stays in the queue', {
        ...fields,
        failure: toFailure(error).message,
      });
      await clock.sleep(HOLD_SECONDS);
      throw error;
    }
    log.error('A message could not be worked on and was recorded', { ...fields, description });
    if (key) await tellPullRequest(dependencies, key, delivery, reference);
  };
}

/** Then nobody can do anything about it, and a record would be left behind. Where that cannot be told, it is recorded. */
async function isDisconnected({ connections }: Dependencies, connectionId: string): Promise<boolean> {
  try {
    return (await connections.find(connectionId))?.state !== 'connected';
  } catch {
    return false;
  }
}

async function tellPullRequest(
  { connections, ledger, credentials, settings, connect, log }: Dependencies,
  key: PullRequestKey,
  delivery: Delivery,
  reference: string,
): Promise<void> {
  try {
    const connection = await connections.find(key.connectionId);
    if (!connection) return;
    const { finished } = await ledger.read(key);
    if (finished && finished.beganAt > delivery.enqueuedAt) return;
    const opened = await openProjectDoor({ credentials, connect }, connection, key.repositoryId);
    const description = `could not be judged; tell your administrator the reference ${reference}, or comment /gate re-run`;
    await postError({ ...opened, ledger, settings, log, key, reference, description });
  } catch (error) {
    // The record is written; that the status is missing as well is the admin's to see beside it.
    log.warn('The pull request could not be told that it was not judged', {
      ...key,
      reference,
      failure: toFailure(error).message,
    });
  }
}

/**
 * The reason stands in the dead letter's application properties, whose names the host writes in lower camel case. Whoever
 * moves a message by hand need not say why: null then.
 */
function whyDead(metadata: Record<string, unknown>): { reason: string; description: string } {
  const properties = z
    .object({ deadLetterReason: z.string().nullish(), deadLetterErrorDescription: z.string().nullish() })
    .safeParse(metadata['applicationProperties'] ?? metadata['userProperties']);
  if (!properties.success) return { reason: 'unknown', description: '' };
  const { deadLetterReason, deadLetterErrorDescription } = properties.data;
  return { reason: deadLetterReason ?? 'unknown', description: deadLetterErrorDescription ?? '' };
}

function keyOf({ connectionId, repositoryId, pullRequestId }: PullRequestMessage): PullRequestKey {
  return { connectionId, repositoryId, pullRequestId };
}
