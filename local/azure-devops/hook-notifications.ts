import { z } from 'zod';
import { AzureDevOpsError, badRequest } from './errors';
import type { HookDelivery } from './hook-delivery';
import type { HookNotification } from './hook-history';
import { mayViewSubscription, requireEditSubscription } from './hook-rights';
import { sampleDelivery } from './hook-samples';
import { maskedInputs, subscriptionOfRequest, subscriptionShape } from './hook-subscriptions';
import { subscriptionSchema, validateSubscription } from './hook-validation';
import { enumSchema, idParameter, list, ok, parseBody, type ApiAnswer, type ApiRequest } from './http';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Subscription } from './state-model';

const RESULTS = ['pending', 'succeeded', 'failed', 'filtered'] as const;
const STATUSES = ['queued', 'processing', 'requestInProgress', 'completed'] as const;
const NO_SUBSCRIPTION = '00000000-0000-0000-0000-000000000000';

const querySchema = z.object({
  subscriptionIds: z.array(z.string()).nullish(),
  publisherId: z.string().nullish(),
  status: enumSchema(STATUSES, [0, 10, 20, 100]).nullish(),
  resultType: enumSchema(RESULTS, [0, 10, 20, 30]).nullish(),
  minCreatedDate: z.string().nullish(),
  maxCreatedDate: z.string().nullish(),
  maxResults: z.number().int().positive().nullish(),
  maxResultsPerSubscription: z.number().int().positive().nullish(),
  includeDetails: z.boolean().nullish(),
});
type NotificationsQuery = z.infer<typeof querySchema>;

const testSchema = z.object({
  subscriptionId: z.string().nullish(),
  details: subscriptionSchema.omit({ status: true, resourceVersion: true }),
});

/** The history of deliveries, and deliveries for trial. */
export function hookNotificationRoutes(simulation: Simulation, delivery: HookDelivery): Route[] {
  const all = 'hooks/subscriptions/:subscription/notifications';
  return [
    {
      method: 'GET',
      template: all,
      answer(request) {
        const { id } = subscriptionOfRequest(simulation, request);
        const { query } = request;
        const is = (name: string, value: string): boolean =>
          (query.text(name) ?? value).toLowerCase() === value.toLowerCase();
        const found = delivery.history(id).filter((each) => is('status', each.status) && is('result', each.result));
        return list(found.slice(0, query.integer('maxResults') ?? found.length).map(detailedShape));
      },
    },
    {
      method: 'GET',
      template: `${all}/:notification`,
      answer(request) {
        const subscription = subscriptionOfRequest(simulation, request);
        const id = idParameter(request, 'notification', notificationNotFound);
        const found = delivery.history(subscription.id).find((each) => each.id === id);
        if (!found) throw notificationNotFound();
        return ok(detailedShape(found));
      },
    },
    {
      method: 'POST',
      template: 'hooks/notificationsQuery',
      answer: (request) => queried(simulation, delivery, request),
    },
    {
      method: 'POST',
      template: 'hooks/testNotifications',
      answer: (request) => tried(simulation, delivery, request),
    },
  ];
}

const notificationNotFound = (): AzureDevOpsError =>
  new AzureDevOpsError(404, 'NotificationNotFoundException', 'The notification was not found.', 0);

function queried(simulation: Simulation, delivery: HookDelivery, request: ApiRequest): ApiAnswer {
  const query = parseBody(request, querySchema);
  const ids = query.subscriptionIds?.map((id) => id.toLowerCase());
  const subscriptions = simulation.state.subscriptions.filter(
    (each) =>
      // Who may not view subscriptions finds none.
      mayViewSubscription(simulation.state, request.identity, each) &&
      (ids === undefined || ids.includes(each.id)) &&
      (query.publisherId ?? each.publisherId) === each.publisherId,
  );
  const found = subscriptions.map((subscription) => ({
    subscription,
    notifications: delivery.history(subscription.id).filter((each) => isWanted(query, each)),
  }));
  const results = found
    .flatMap(({ notifications }) => notifications.slice(0, query.maxResultsPerSubscription ?? notifications.length))
    .sort((a, b) => Date.parse(b.createdDate) - Date.parse(a.createdDate));
  const shape = query.includeDetails === true ? detailedShape : briefShape;
  return ok({
    ...query,
    associatedSubscriptions: found.map(({ subscription }) => subscriptionShape(simulation, subscription)),
    results: results.slice(0, query.maxResults ?? results.length).map(shape),
    summary: found.map(({ subscription, notifications }) => ({
      subscriptionId: subscription.id,
      results: RESULTS.map((result) => ({
        result,
        notificationCount: notifications.filter((each) => each.result === result).length,
      })).filter(({ notificationCount }) => notificationCount > 0),
    })),
  });
}

function isWanted(query: NotificationsQuery, { status, result, createdDate }: HookNotification): boolean {
  const time = Date.parse(createdDate);
  return (
    (query.status ?? status) === status &&
    (query.resultType ?? result) === result &&
    !(time < Date.parse(query.minCreatedDate ?? '')) &&
    !(time > Date.parse(query.maxCreatedDate ?? ''))
  );
}

/** The wizard's Test button: Microsoft's fixed sample, once, to a saved subscription or to one that is still being made. */
async function tried(simulation: Simulation, delivery: HookDelivery, request: ApiRequest): Promise<ApiAnswer> {
  const wanted = parseBody(request, testSchema);
  const id = wanted.subscriptionId?.toLowerCase();
  const saved = simulation.state.subscriptions.find((each) => each.id === id);
  if (request.query.flag('useRealData')) throw badRequest('The simulator tests with sample content only.');
  if (!saved && id !== undefined && id !== NO_SUBSCRIPTION) {
    throw new AzureDevOpsError(404, 'SubscriptionNotFoundException', `The subscription ${id} was not found.`);
  }
  validateSubscription(simulation, wanted.details);
  requireEditSubscription(simulation.state, request.identity, saved ?? wanted.details);
  const subscription: Subscription = saved ?? {
    ...wanted.details,
    id: NO_SUBSCRIPTION,
    status: 'enabled',
    createdById: request.identity.id,
    createdDate: simulation.timestamp(),
    modifiedById: request.identity.id,
    modifiedDate: simulation.timestamp(),
    publisherInputs: wanted.details.publisherInputs ?? {},
    nextNotificationId: 1,
  };
  const notification = await delivery.sendTest(subscription, (notificationId) =>
    sampleDelivery(simulation, subscription, notificationId),
  );
  simulation.changed();
  return ok(detailedShape(notification));
}

const briefShape = (each: HookNotification): Record<string, unknown> => ({
  id: each.id,
  subscriptionId: each.subscriptionId,
  subscriberId: each.subscriberId,
  eventId: each.eventId,
  status: each.status,
  result: each.result,
  createdDate: each.createdDate,
  modifiedDate: each.modifiedDate,
});

const detailedShape = (each: HookNotification): Record<string, unknown> => ({
  ...briefShape(each),
  details: {
    publisherId: 'tfs',
    consumerId: 'webHooks',
    consumerActionId: 'httpRequest',
    eventType: each.eventType,
    publisherInputs: each.publisherInputs,
    consumerInputs: maskedInputs(each.consumerInputs),
    requestAttempts: each.requestAttempts,
    requestDuration: each.requestDuration,
    request: each.request,
    response: each.response,
    errorMessage: each.errorMessage,
    queuedDate: each.createdDate,
    dequeuedDate: each.createdDate,
    processedDate: each.createdDate,
    completedDate: each.completedDate,
  },
});
