import { randomUUID } from 'node:crypto';
import { deliveryBody, hookContent } from './hook-payload';
import { wantsEvent } from './hook-filters';
import { postHook, type HookResponse } from './hook-post';
import type { SimulatedEvent, Simulation } from './simulation';
import type { Subscription } from './state-model';

/** One delivery to one subscription, as its history shows it. */
export interface HookNotification {
  id: number;
  subscriptionId: string;
  eventId: string;
  eventType: string;
  status: 'queued' | 'processing' | 'requestInProgress' | 'completed';
  result: 'pending' | 'succeeded' | 'failed';
  createdDate: string;
  modifiedDate: string;
  requestAttempts: number;
  request: string;
  response: string;
}

export interface HookDelivery {
  emit(event: SimulatedEvent): void;
  /** What was sent for a subscription, newest first. */
  history(subscriptionId: string): HookNotification[];
  /** Forgets a deleted subscription; what waits for it is not sent. */
  forget(subscriptionId: string): void;
  stop(): void;
}

/** After these answers a delivery is tried again; what follows any other failure is decided in `conclude`. */
const TRANSIENT = new Set([0, 408, 502, 503, 504]);
const RETRY_AFTER_SECONDS = [1, 2, 4, 8, 16, 32, 60, 60];
const KEPT_NOTIFICATIONS = 200;

export function createHookDelivery(simulation: Simulation): HookDelivery {
  const notifications = new Map<string, HookNotification[]>();
  const stopped = new AbortController();
  const waiting = new Set<() => void>();

  const record = (subscription: Subscription, event: SimulatedEvent): HookNotification => {
    const date = simulation.timestamp();
    const notification: HookNotification = {
      id: subscription.nextNotificationId,
      subscriptionId: subscription.id,
      eventId: '',
      eventType: event.eventType,
      status: 'queued',
      result: 'pending',
      createdDate: date,
      modifiedDate: date,
      requestAttempts: 0,
      request: '',
      response: '',
    };
    subscription.nextNotificationId += 1;
    const known = notifications.get(subscription.id) ?? [];
    notifications.set(subscription.id, [notification, ...known].slice(0, KEPT_NOTIFICATIONS));
    return notification;
  };

  const attempt = async (subscription: Subscription, notification: HookNotification, body: string): Promise<void> => {
    if (stopped.signal.aborted || !simulation.state.subscriptions.includes(subscription)) return;
    notification.status = 'requestInProgress';
    notification.requestAttempts += 1;
    const { consumerInputs } = subscription;
    const response = await postHook({
      url: consumerInputs['url'] ?? '',
      headers: deliveryHeaders(subscription, body),
      body,
      signal: stopped.signal,
    });
    notification.response = `${response.status} ${response.text}`;
    notification.modifiedDate = simulation.timestamp();
    conclude(subscription, notification, body, response);
  };

  const conclude = (
    subscription: Subscription,
    notification: HookNotification,
    body: string,
    { status }: HookResponse,
  ): void => {
    if (stopped.signal.aborted) return;
    const delay = RETRY_AFTER_SECONDS[notification.requestAttempts - 1];
    if (TRANSIENT.has(status) && delay !== undefined) {
      notification.status = 'queued';
      const cancel = simulation.clock.at(simulation.clock.now() + delay * 1_000, () => {
        waiting.delete(cancel);
        void attempt(subscription, notification, body);
      });
      waiting.add(cancel);
      return;
    }
    notification.status = 'completed';
    notification.result = status >= 200 && status < 300 ? 'succeeded' : 'failed';
    if (status === 410) {
      subscription.status = 'disabledBySystem';
      simulation.changed();
    }
  };

  return {
    emit(event) {
      const wanting = simulation.state.subscriptions.filter((each) => wantsEvent(simulation, each, event));
      if (wanting.length === 0) return;
      // Numbered now, in the order of the acts; sent when the answer to the act is on its way.
      const numbered = wanting.map((subscription) => ({ subscription, notification: record(subscription, event) }));
      simulation.changed();
      const content = hookContent(simulation, event);
      const send = async (): Promise<void> => {
        const known = await content;
        for (const { subscription, notification } of numbered) {
          const body = JSON.stringify(deliveryBody(simulation, subscription, notification.id, known));
          notification.eventId = known.id;
          notification.request = body;
          void attempt(subscription, notification, body);
        }
      };
      send().catch((error: unknown) => {
        if (!stopped.signal.aborted)
          console.error(`Azure DevOps simulator: a service hook was not sent: ${String(error)}`);
      });
    },
    history: (subscriptionId) => notifications.get(subscriptionId) ?? [],
    forget: (subscriptionId) => notifications.delete(subscriptionId),
    stop() {
      stopped.abort();
      for (const cancel of waiting) cancel();
      waiting.clear();
    },
  };
}

function deliveryHeaders(subscription: Subscription, body: string): Record<string, string> {
  const { basicAuthUsername, basicAuthPassword, httpHeaders } = subscription.consumerInputs;
  const headers: Record<string, string> = {};
  for (const line of (httpHeaders ?? '').split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
  }
  if ((basicAuthUsername ?? '') !== '' || (basicAuthPassword ?? '') !== '') {
    const credentials = `${basicAuthUsername ?? ''}:${basicAuthPassword ?? ''}`;
    headers['Authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }
  return {
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'User-Agent': 'VSServices/19.0 (AzureDevOpsSimulator)',
    'Request-Id': `|${randomUUID().replaceAll('-', '')}.1.`,
    'X-Vss-ActivityId': randomUUID(),
    'X-Vss-SubscriptionId': subscription.id,
  };
}
