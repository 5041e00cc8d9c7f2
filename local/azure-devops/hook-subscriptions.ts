import { randomUUID } from 'node:crypto';
import { AzureDevOpsError } from './errors';
import type { HookDelivery, HookNotification } from './hook-delivery';
import { list, noContent, ok, parameter, parseBody, type ApiRequest } from './http';
import { identityRefById } from './identities';
import { subscriptionSchema, validateSubscription, type WantedSubscription } from './hook-validation';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Identity, Subscription } from './state-model';

const MASK = '********';
const CONFIDENTIAL = ['basicAuthPassword'];

export function hookSubscriptionRoutes(simulation: Simulation, delivery: HookDelivery): Route[] {
  const { state } = simulation;
  return [
    {
      method: 'GET',
      template: 'hooks/subscriptions',
      answer({ identity, query }) {
        // Who may not view gets nothing, not a refusal.
        if (!identity.viewSubscriptions) return list([]);
        const is = (name: string, value: string): boolean =>
          (query.text(name) ?? value).toLowerCase() === value.toLowerCase();
        const found = state.subscriptions.filter(
          (each) =>
            is('publisherId', each.publisherId) &&
            is('eventType', each.eventType) &&
            is('consumerId', each.consumerId) &&
            is('consumerActionId', each.consumerActionId),
        );
        return list(found.map((each) => subscriptionShape(simulation, each)));
      },
    },
    {
      method: 'POST',
      template: 'hooks/subscriptions',
      answer(request) {
        requireEdit(request.identity);
        const wanted = parseBody(request, subscriptionSchema);
        validateSubscription(simulation, wanted);
        const date = simulation.timestamp();
        const subscription: Subscription = {
          ...fieldsOf(wanted),
          id: randomUUID(),
          status: 'enabled',
          createdById: request.identity.id,
          createdDate: date,
          modifiedById: request.identity.id,
          modifiedDate: date,
          nextNotificationId: 1,
        };
        subscription.publisherInputs['tfsSubscriptionId'] = randomUUID();
        state.subscriptions.push(subscription);
        simulation.changed();
        return ok(subscriptionShape(simulation, subscription));
      },
    },
    {
      method: 'GET',
      template: 'hooks/subscriptions/:subscription',
      answer: (request) => ok(subscriptionShape(simulation, subscriptionOfRequest(simulation, request))),
    },
    {
      method: 'PUT',
      template: 'hooks/subscriptions/:subscription',
      answer(request) {
        requireEdit(request.identity);
        const subscription = subscriptionOfRequest(simulation, request);
        const wanted = parseBody(request, subscriptionSchema);
        validateSubscription(simulation, wanted);
        const { tfsSubscriptionId = '' } = subscription.publisherInputs;
        const secrets = subscription.consumerInputs;
        Object.assign(subscription, fieldsOf(wanted), {
          status: wanted.status ?? 'enabled',
          modifiedById: request.identity.id,
          modifiedDate: simulation.timestamp(),
        });
        subscription.publisherInputs['tfsSubscriptionId'] = tfsSubscriptionId;
        // A client that sends back what it read sends the mask: that is no new secret.
        for (const name of CONFIDENTIAL) {
          if (subscription.consumerInputs[name] === MASK) subscription.consumerInputs[name] = secrets[name] ?? '';
        }
        simulation.changed();
        return ok(subscriptionShape(simulation, subscription));
      },
    },
    {
      method: 'DELETE',
      template: 'hooks/subscriptions/:subscription',
      answer(request) {
        requireEdit(request.identity);
        const subscription = subscriptionOfRequest(simulation, request);
        state.subscriptions.splice(state.subscriptions.indexOf(subscription), 1);
        delivery.forget(subscription.id);
        simulation.changed();
        return noContent();
      },
    },
    {
      method: 'GET',
      template: 'hooks/subscriptions/:subscription/notifications',
      answer(request) {
        const subscription = subscriptionOfRequest(simulation, request);
        const { query } = request;
        const found = delivery
          .history(subscription.id)
          .filter((each) => (query.text('status') ?? each.status) === each.status)
          .filter((each) => (query.text('result') ?? each.result) === each.result);
        return list(found.slice(0, query.integer('maxResults') ?? found.length).map(notificationShape));
      },
    },
  ];
}

function fieldsOf(
  wanted: WantedSubscription,
): Pick<
  Subscription,
  | 'publisherId'
  | 'eventType'
  | 'resourceVersion'
  | 'consumerId'
  | 'consumerActionId'
  | 'publisherInputs'
  | 'consumerInputs'
> {
  return {
    publisherId: wanted.publisherId,
    eventType: wanted.eventType,
    resourceVersion: wanted.resourceVersion ?? undefined,
    consumerId: wanted.consumerId,
    consumerActionId: wanted.consumerActionId,
    publisherInputs: { ...wanted.publisherInputs },
    consumerInputs: { ...wanted.consumerInputs },
  };
}

/** @throws AzureDevOpsError 403 */
function requireEdit(identity: Identity): void {
  if (identity.editSubscriptions) return;
  throw new AzureDevOpsError(
    403,
    'AccessCheckException',
    `Access denied. ${identity.displayName} needs the following permission(s) on the resource to perform this action: Edit subscriptions`,
  );
}

function subscriptionOfRequest(simulation: Simulation, request: ApiRequest): Subscription {
  const id = parameter(request, 'subscription').toLowerCase();
  const subscription = simulation.state.subscriptions.find((each) => each.id === id);
  if (!subscription || !request.identity.viewSubscriptions) {
    throw new AzureDevOpsError(404, 'SubscriptionNotFoundException', `The subscription ${id} was not found.`);
  }
  return subscription;
}

function subscriptionShape(simulation: Simulation, subscription: Subscription): Record<string, unknown> {
  const url = `${simulation.url()}/_apis/hooks/subscriptions/${subscription.id}`;
  const target = subscription.consumerInputs['url'] ?? '';
  const masked = Object.entries(subscription.consumerInputs).map(([name, value]) => [
    name,
    CONFIDENTIAL.includes(name) && value !== '' ? MASK : value,
  ]);
  return {
    id: subscription.id,
    url,
    status: subscription.status,
    publisherId: subscription.publisherId,
    eventType: subscription.eventType,
    subscriber: null,
    resourceVersion: subscription.resourceVersion ?? null,
    eventDescription: subscription.eventType,
    consumerId: subscription.consumerId,
    consumerActionId: subscription.consumerActionId,
    actionDescription: `To host ${new URL(target).host}`,
    probationRetries: 0,
    createdBy: identityRefById(simulation, subscription.createdById),
    createdDate: subscription.createdDate,
    modifiedBy: identityRefById(simulation, subscription.modifiedById),
    modifiedDate: subscription.modifiedDate,
    publisherInputs: { ...subscription.publisherInputs, hostId: simulation.state.collectionId },
    consumerInputs: Object.fromEntries(masked),
    _links: { self: { href: url }, notifications: { href: `${url}/notifications` } },
  };
}

const notificationShape = (each: HookNotification): Record<string, unknown> => ({
  id: each.id,
  subscriptionId: each.subscriptionId,
  eventId: each.eventId,
  status: each.status,
  result: each.result,
  createdDate: each.createdDate,
  modifiedDate: each.modifiedDate,
  details: {
    eventType: each.eventType,
    requestAttempts: each.requestAttempts,
    request: each.request,
    response: each.response,
  },
});
