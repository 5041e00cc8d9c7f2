import type { Simulation } from './simulation';
import type { Subscription } from './state-model';

/** One delivery to one subscription, as its history shows it. */
export interface HookNotification {
  id: number;
  subscriptionId: string;
  subscriberId: string;
  eventId: string;
  eventType: string;
  status: 'queued' | 'processing' | 'requestInProgress' | 'completed';
  result: 'pending' | 'succeeded' | 'failed';
  createdDate: string;
  modifiedDate: string;
  completedDate?: string;
  requestAttempts: number;
  /** Seconds that the last request took. */
  requestDuration?: number;
  /** The request and the last answer, written out. */
  request: string;
  response: string;
  errorMessage?: string;
  /** What was or will be sent, as it stands in the request. */
  body: string;
  consumerInputs: Record<string, string>;
  publisherInputs: Record<string, string>;
}

export interface HookHistory {
  /** Begins a notification with the subscription's next number. */
  begin(subscription: Subscription, eventType: string): HookNotification;
  /** Of a subscription, newest first. */
  of(subscriptionId: string): HookNotification[];
  /** One that a restart forgot, so that its retry is shown too. */
  restore(subscription: Subscription, wanted: { id: number; eventId: string; body: string }): HookNotification;
  forget(subscriptionId: string): void;
}

const KEPT_NOTIFICATIONS = 200;
const KEPT_MS = 7 * 86_400_000;

export function createHookHistory(simulation: Simulation): HookHistory {
  const notifications = new Map<string, HookNotification[]>();

  const add = (subscription: Subscription, id: number, eventType: string): HookNotification => {
    const date = simulation.timestamp();
    const notification: HookNotification = {
      id,
      subscriptionId: subscription.id,
      subscriberId: subscription.modifiedById,
      eventId: '',
      eventType,
      status: 'queued',
      result: 'pending',
      createdDate: date,
      modifiedDate: date,
      requestAttempts: 0,
      request: '',
      response: '',
      body: '',
      consumerInputs: { ...subscription.consumerInputs },
      publisherInputs: { ...subscription.publisherInputs },
    };
    const known = notifications.get(subscription.id) ?? [];
    notifications.set(subscription.id, [notification, ...known].slice(0, KEPT_NOTIFICATIONS));
    return notification;
  };
  const of = (subscriptionId: string): HookNotification[] => {
    const oldest = simulation.clock.now() - KEPT_MS;
    return (notifications.get(subscriptionId) ?? []).filter((each) => Date.parse(each.createdDate) >= oldest);
  };

  return {
    begin(subscription, eventType) {
      const notification = add(subscription, subscription.nextNotificationId, eventType);
      subscription.nextNotificationId += 1;
      return notification;
    },
    of,
    restore(subscription, { id, eventId, body }) {
      const known = (notifications.get(subscription.id) ?? []).find((each) => each.id === id);
      return known ?? Object.assign(add(subscription, id, subscription.eventType), { eventId, body });
    },
    forget: (subscriptionId) => notifications.delete(subscriptionId),
  };
}
