import { randomUUID } from 'node:crypto';
import { AzureDevOpsError } from './errors';
import type { HookDelivery } from './hook-delivery';
import { list, noContent, ok, parameter, parseBody, type ApiRequest } from './http';
import { identityRefById } from './identities';
import { fits, querySchema, subscriptionsSeen } from './hook-queries';
import { mayViewSubscription, requireEditSubscription } from './hook-rights';
import { subscriptionSchema, validateSubscription, type WantedSubscription } from './hook-validation';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Subscription } from './state-model';

const MASK = '********';
const CONFIDENTIAL = ['basicAuthPassword'];

/** Inputs as they are answered: passwords are never shown again. */
export const maskedInputs = (inputs: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, CONFIDENTIAL.includes(name) && value !== '' ? MASK : value]),
  );

export function hookSubscriptionRoutes(simulation: Simulation, delivery: HookDelivery): Route[] {
  const { state } = simulation;
  return [
    {
      method: 'GET',
      template: 'hooks/subscriptions',
      answer({ identity, query }) {
        const found = subscriptionsSeen(state, identity, (name) => query.text(name));
        return list(found.map((each) => subscriptionShape(simulation, each)));
      },
    },
    {
      method: 'POST',
      template: 'hooks/subscriptionsQuery',
      answer(request) {
        const query = parseBody(request, querySchema);
        const found = subscriptionsSeen(state, request.identity, (name) => query[name] ?? undefined).filter(
          (each) =>
            fits(query.publisherInputFilters, each.publisherInputs) &&
            fits(query.consumerInputFilters, maskedInputs(each.consumerInputs)),
        );
        return ok({ ...query, results: found.map((each) => subscriptionShape(simulation, each)) });
      },
    },
    {
      method: 'POST',
      template: 'hooks/subscriptions',
      answer(request) {
        const wanted = parseBody(request, subscriptionSchema);
        validateSubscription(simulation, wanted);
        requireEditSubscription(state, request.identity, wanted);
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
        const subscription = subscriptionToChange(simulation, request);
        const wanted = parseBody(request, subscriptionSchema);
        validateSubscription(simulation, wanted);
        requireEditSubscription(state, request.identity, wanted);
        const { tfsSubscriptionId = '' } = subscription.publisherInputs;
        const secrets = subscription.consumerInputs;
        Object.assign(subscription, fieldsOf(wanted), {
          status: statusAfter(subscription, wanted),
          modifiedById: request.identity.id,
          modifiedDate: simulation.timestamp(),
        });
        subscription.publisherInputs['tfsSubscriptionId'] = tfsSubscriptionId;
        // A client that sends back what it read sends the mask: that is no new secret.
        for (const name of CONFIDENTIAL) {
          if (subscription.consumerInputs[name] === MASK) subscription.consumerInputs[name] = secrets[name] ?? '';
        }
        if (subscription.status === 'enabled' || subscription.status === 'disabledByUser') delivery.reset(subscription);
        simulation.changed();
        return ok(subscriptionShape(simulation, subscription));
      },
    },
    {
      method: 'DELETE',
      template: 'hooks/subscriptions/:subscription',
      answer(request) {
        const subscription = subscriptionToChange(simulation, request);
        state.subscriptions.splice(state.subscriptions.indexOf(subscription), 1);
        delivery.forget(subscription);
        simulation.changed();
        return noContent();
      },
    },
  ];
}

/** People enable and disable; the other statuses are the system's, and sent back they change nothing. */
const statusAfter = ({ status }: Subscription, wanted: WantedSubscription): Subscription['status'] => {
  if (!wanted.status) return 'enabled';
  return wanted.status === 'enabled' || wanted.status === 'disabledByUser' ? wanted.status : status;
};

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

/** @throws AzureDevOpsError 404 also for who may not view subscriptions */
export function subscriptionOfRequest(simulation: Simulation, request: ApiRequest): Subscription {
  const subscription = subscriptionById(simulation, request);
  if (!mayViewSubscription(simulation.state, request.identity, subscription)) throw subscriptionNotFound(request);
  return subscription;
}

/** @throws AzureDevOpsError 403 without Edit, for deleting, too; 404 without View */
function subscriptionToChange(simulation: Simulation, request: ApiRequest): Subscription {
  requireEditSubscription(simulation.state, request.identity, subscriptionById(simulation, request));
  return subscriptionOfRequest(simulation, request);
}

function subscriptionById({ state }: Simulation, request: ApiRequest): Subscription {
  const id = parameter(request, 'subscription').toLowerCase();
  const subscription = state.subscriptions.find((each) => each.id === id);
  if (!subscription) throw subscriptionNotFound(request);
  return subscription;
}

const subscriptionNotFound = (request: ApiRequest): AzureDevOpsError =>
  new AzureDevOpsError(
    404,
    'SubscriptionNotFoundException',
    `The subscription ${parameter(request, 'subscription')} was not found.`,
  );

export function subscriptionShape(simulation: Simulation, subscription: Subscription): Record<string, unknown> {
  const url = `${simulation.url()}/_apis/hooks/subscriptions/${subscription.id}`;
  const target = subscription.consumerInputs['url'] ?? '';
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
    probationRetries: subscription.probation?.retries ?? 0,
    lastProbationRetryDate: subscription.probation?.lastRetryDate,
    createdBy: identityRefById(simulation, subscription.createdById),
    createdDate: subscription.createdDate,
    modifiedBy: identityRefById(simulation, subscription.modifiedById),
    modifiedDate: subscription.modifiedDate,
    publisherInputs: { ...subscription.publisherInputs, hostId: simulation.state.collectionId },
    consumerInputs: maskedInputs(subscription.consumerInputs),
    _links: { self: { href: url }, notifications: { href: `${url}/notifications` } },
  };
}
