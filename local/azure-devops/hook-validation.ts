import { z } from 'zod';
import { badRequest, type AzureDevOpsError } from './errors';
import { findProject } from './lookups';
import type { Simulation } from './simulation';

const EVENT_TYPES = [
  'git.pullrequest.created',
  'git.pullrequest.updated',
  'git.pullrequest.merged',
  'ms.vss-code.git-pullrequest-comment-event',
  'git.push',
  'git.repo.created',
  'git.repo.deleted',
  'git.repo.forked',
  'git.repo.renamed',
  'git.repo.statuschanged',
  'build.complete',
  'workitem.created',
  'workitem.updated',
  'workitem.commented',
  'workitem.deleted',
  'workitem.restored',
];

const inputsSchema = z.record(
  z.string(),
  z
    .string()
    .nullable()
    .transform((value) => value ?? ''),
);
export const subscriptionSchema = z.object({
  publisherId: z.string(),
  eventType: z.string(),
  resourceVersion: z.string().nullish(),
  consumerId: z.string(),
  consumerActionId: z.string(),
  publisherInputs: inputsSchema.nullish(),
  consumerInputs: inputsSchema,
  status: z
    .enum(['enabled', 'onProbation', 'disabledByUser', 'disabledBySystem', 'disabledByInactiveIdentity'])
    .nullish(),
});
export type WantedSubscription = z.infer<typeof subscriptionSchema>;

const invalid = (message: string): AzureDevOpsError => badRequest(message, 'SubscriptionInputException');

/** @throws AzureDevOpsError 400. Unlike the service, the simulator delivers to loopback addresses. */
export function validateSubscription(simulation: Simulation, wanted: WantedSubscription): void {
  if (wanted.publisherId !== 'tfs') throw invalid(`The publisher ${wanted.publisherId} is not known.`);
  if (!EVENT_TYPES.includes(wanted.eventType)) throw invalid(`The event type ${wanted.eventType} is not known.`);
  if (wanted.consumerId !== 'webHooks' || wanted.consumerActionId !== 'httpRequest') {
    throw invalid('The simulator delivers to the consumer webHooks, action httpRequest, only.');
  }
  const projectId = wanted.publisherInputs?.['projectId'] ?? '';
  if (projectId !== '') findProject(simulation.state, projectId);
  const { url = '' } = wanted.consumerInputs;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw invalid(`The URL '${url}' is not valid.`);
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
  const hasPassword = (wanted.consumerInputs['basicAuthPassword'] ?? '') !== '';
  if (hasPassword && url.startsWith('http:') && !isLoopback) {
    throw invalid('Basic authentication needs an HTTPS address.');
  }
}
