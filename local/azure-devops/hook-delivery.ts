import { createHookHistory, type HookNotification } from './hook-history';
import { isLost, type HookLoss } from './hook-loss';
import { subscriptionsFor } from './hook-owners';
import { deliveryBody, hookContent } from './hook-payload';
import { postHook, type HookResponse } from './hook-post';
import { createHookProbation, type HookIncident } from './hook-probation';
import { deliveryHeaders, requestText, responseText } from './hook-request';
import type { SimulatedEvent, Simulation } from './simulation';
import type { Subscription } from './state-model';

export interface HookDelivery {
  emit(event: SimulatedEvent): void;
  /** What was sent for a subscription in the last seven days, newest first. */
  history(subscriptionId: string): HookNotification[];
  /** Sends one delivery of its own, which is never retried and changes no status; resolves when it was answered. */
  sendTest(
    subscription: Subscription,
    make: (notificationId: number) => { eventId: string; body: string },
  ): Promise<HookNotification>;
  /** Somebody enabled or disabled the subscription: it begins anew. */
  reset(subscription: Subscription): void;
  /** Forgets a deleted subscription; what waits for it is not sent. */
  forget(subscription: Subscription): void;
  /** Which events are lost from now on; false for none. */
  lose(loss: HookLoss): void;
  loss(): HookLoss;
  /** Subscriptions that were put on probation or disabled, ever since the start. */
  incidents(): readonly HookIncident[];
  /** Takes up again the probations that a former process left. */
  resume(): void;
  stop(): void;
}

/** After these answers, and after none, a delivery is tried again; any other failure endures. */
const TRANSIENT = new Set([0, 408, 502, 503, 504]);
const RETRY_AFTER_SECONDS = [1, 2, 4, 8, 16, 32, 60, 60];

export function createHookDelivery(simulation: Simulation): HookDelivery {
  const history = createHookHistory(simulation);
  const stopped = new AbortController();
  const isStopped = (): boolean => stopped.signal.aborted;
  const waiting = new Set<() => void>();
  const probation = createHookProbation(simulation, history, (subscription, notification) => {
    void attempt(subscription, notification);
  });
  let lost: HookLoss = false;

  const attempt = async (subscription: Subscription, notification: HookNotification): Promise<void> => {
    if (isStopped() || !simulation.state.subscriptions.includes(subscription)) return;
    const isRetryOnProbation = subscription.probation?.notificationId === notification.id;
    if (subscription.status !== 'enabled' && !(subscription.status === 'onProbation' && isRetryOnProbation)) {
      // It waited for its own retry while another delivery put the subscription on probation.
      complete(notification, 'failed', `The subscription is ${subscription.status}.`);
      return;
    }
    const response = await send(subscription, notification);
    if (isStopped()) return;
    if (response.status >= 200 && response.status < 300) {
      complete(notification, 'succeeded');
      probation.succeeded(subscription, notification);
      return;
    }
    const delay = RETRY_AFTER_SECONDS[notification.requestAttempts - 1];
    if (TRANSIENT.has(response.status) && delay !== undefined && !isRetryOnProbation) {
      notification.status = 'queued';
      const cancel = simulation.clock.at(simulation.clock.now() + delay * 1_000, () => {
        waiting.delete(cancel);
        void attempt(subscription, notification);
      });
      waiting.add(cancel);
      return;
    }
    complete(notification, 'failed', failure(response));
    if (response.status === 410) probation.disable(subscription, notification);
    else probation.failed(subscription, notification);
  };

  const send = async (subscription: Subscription, notification: HookNotification): Promise<HookResponse> => {
    const { body } = notification;
    const url = subscription.consumerInputs['url'] ?? '';
    const headers = deliveryHeaders(subscription, body);
    notification.status = 'requestInProgress';
    notification.requestAttempts += 1;
    notification.request = requestText(url, headers, body);
    const began = performance.now();
    const response = await postHook({ url, headers, body, signal: stopped.signal });
    notification.requestDuration = (performance.now() - began) / 1_000;
    notification.response = responseText(response);
    notification.modifiedDate = simulation.timestamp();
    return response;
  };

  const complete = (notification: HookNotification, result: 'succeeded' | 'failed', errorMessage?: string): void => {
    notification.status = 'completed';
    notification.result = result;
    notification.completedDate = simulation.timestamp();
    if (errorMessage === undefined) delete notification.errorMessage;
    else notification.errorMessage = errorMessage;
  };

  return {
    emit(event) {
      if (isLost(lost, event)) return;
      const wanting = subscriptionsFor(simulation, event);
      if (wanting.length === 0) return;
      // Numbered now, in the order of the acts; sent when the answer to the act is on its way.
      const numbered = wanting.map((subscription) => ({
        subscription,
        notification: history.begin(subscription, event.eventType),
      }));
      simulation.changed();
      const content = hookContent(simulation, event);
      const sendAll = async (): Promise<void> => {
        const known = await content;
        for (const { subscription, notification } of numbered) {
          notification.body = JSON.stringify(deliveryBody(simulation, subscription, notification.id, known));
          notification.eventId = known.id;
          void attempt(subscription, notification);
        }
      };
      sendAll().catch((error: unknown) => {
        if (!isStopped()) console.error(`Azure DevOps simulator: a service hook was not sent: ${String(error)}`);
      });
    },
    history: (subscriptionId) => history.of(subscriptionId),
    async sendTest(subscription, make) {
      const notification = history.begin(subscription, subscription.eventType);
      Object.assign(notification, make(notification.id));
      const response = await send(subscription, notification);
      const isSuccess = response.status >= 200 && response.status < 300;
      complete(notification, isSuccess ? 'succeeded' : 'failed', isSuccess ? undefined : failure(response));
      return notification;
    },
    reset: (subscription) => probation.end(subscription),
    forget(subscription) {
      probation.end(subscription);
      history.forget(subscription.id);
    },
    lose(loss) {
      lost = loss;
    },
    loss: () => lost,
    incidents: () => probation.incidents(),
    resume: () => probation.resume(),
    stop() {
      stopped.abort();
      probation.stop();
      for (const cancel of waiting) cancel();
      waiting.clear();
    },
  };
}

const failure = ({ status, reason, text }: HookResponse): string =>
  status === 0 ? text : `${reason} (${status})`.trim();
