import { createHash } from 'node:crypto';

import { isTransient, toFailure, type Failure } from '../core/failures';
import { sessionId, type PullRequestMessage } from '../core/messages';
import { planStatus } from '../core/plan-statuses';
import type { PullRequestKey } from '../core/snapshot';

import type { Delivery } from './delivery';
import { unjudgedVerdict } from './judgement';
import type {
  AzureDevOps,
  Connection,
  Credentials,
  DeadLetters,
  DoorCredential,
  Ledger,
  Log,
  SettingsStore,
} from './ports';
import { openProjectDoor } from './project-door';
import { readSettings } from './read-settings';
import { pinIteration } from './read-snapshot';
import { readRepositorySettings } from './repository-file';

export type RecordUnjudged = (unjudged: {
  key: PullRequestKey;
  delivery: Delivery;
  message: PullRequestMessage;
  failure: Failure;
  connection?: Connection;
}) => Promise<void>;

interface Dependencies {
  deadLetters: DeadLetters;
  ledger: Ledger;
  credentials: Credentials;
  settings: SettingsStore;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
  log: Log;
}

/**
 * Records a message that can only be worked on after somebody acted (a PAT renewed, a permission given), and says
 * `error` on the pull request where the credential still allows it.
 */
export function createRecordUnjudged({
  deadLetters,
  ledger,
  credentials,
  settings,
  connect,
  log,
}: Dependencies): RecordUnjudged {
  return async ({ key, delivery, message, failure, connection }) => {
    const reference = referenceOf(unjudgedBecause(key, delivery, message, failure));
    log.error('A pull request could not be judged until somebody acts', {
      ...key,
      messageId: delivery.messageId,
      kind: failure.kind,
      reason: failure.message,
      reference,
    });
    await deadLetters.record({
      reference,
      reason: failure.kind,
      description: failure.message,
      messageId: delivery.messageId,
      sessionId: sessionId(key),
      enqueuedAt: delivery.enqueuedAt,
      body: JSON.stringify(message),
      key,
    });
    if (!connection || failure.kind === 'credentialRefused') return;
    try {
      const opened = await openProjectDoor({ credentials, connect }, connection, key.repositoryId);
      const description = `could not judge (${reference}): ${failure.remedy ?? failure.message}`;
      await postError({ ...opened, ledger, settings, log, key, reference, description });
    } catch (error) {
      // The record above is what counts; the status was one more way to tell, and this credential cannot write it.
      log.warn('The pull request could not be told that it was not judged', {
        ...key,
        reference,
        reason: toFailure(error).message,
      });
    }
  };
}

/** The same trouble of a pull request has one record and one status, however many messages run into it. */
function unjudgedBecause(
  key: PullRequestKey,
  delivery: Delivery,
  message: PullRequestMessage,
  failure: Failure,
): string {
  if (isTransient(failure)) return message.chain ?? delivery.messageId;
  return [key.connectionId, sessionId(key), failure.kind, failure.message].join(' ');
}

/** Eight characters that a person can read out; the same for the same text. */
export function referenceOf(messageId: string): string {
  return createHash('sha256').update(messageId).digest('hex').slice(0, 8);
}

/**
 * Posts `error` on the newest iteration, or what the settings make of it (in shadow nothing blocks), unless it stands
 * there already. The intent before it is never done, so the next
 * evaluation compares what stands and replaces this status, even if nothing else changed.
 */
export async function postError({
  azureDevOps,
  ledger,
  settings,
  log,
  connection,
  key,
  reference,
  description,
}: {
  azureDevOps: AzureDevOps;
  ledger: Ledger;
  settings: SettingsStore;
  log: Log;
  connection: Connection;
  key: PullRequestKey;
  reference: string;
  description: string;
}): Promise<void> {
  const [source, pullRequest, iterations, statuses] = await Promise.all([
    readSettings(settings, key, log),
    azureDevOps.readPullRequest(key),
    azureDevOps.readIterations(key),
    azureDevOps.readStatuses(key),
  ]);
  if (pullRequest.status !== 'active') return;
  const iteration = pinIteration(pullRequest, iterations);
  const resolved = await readRepositorySettings(azureDevOps, key, source, pullRequest, iteration).catch(
    () => undefined,
  );
  const wanted = {
    ...unjudgedVerdict(resolved?.settings, pullRequest, iteration, description),
    iterationId: iteration.id,
    targetUrl: pullRequest.webUrl,
  };
  const rows = statuses.map(({ author, ...status }) => ({ ...status, authorId: author.id }));
  const status = planStatus(rows, wanted, connection.identities[0]?.id ?? '');
  if (!status) return;
  await ledger.begin(key, `told-${reference}`);
  await azureDevOps.postStatus(key, status);
}
