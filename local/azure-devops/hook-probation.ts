import type { HookHistory, HookNotification } from './hook-history';
import type { Simulation } from './simulation';
import type { Subscription } from './state-model';

/** After an enduring failure the one notification that met it is tried again after these minutes, 36 hours in all. */
const RETRY_AFTER_MINUTES = [20, 40, 80, 160, 320, 640, 900];

/** A subscription that was put on probation or disabled by the service; kept when it is restored or deleted. */
export interface HookIncident {
  subscriptionId: string;
  eventType: string;
  url: string;
  status: 'onProbation' | 'disabledBySystem';
  date: string;
  reason: string;
}

export interface HookProbation {
  /** All there ever were since the start, oldest first. */
  incidents(): readonly HookIncident[];
  /** The endpoint said that it is gone. */
  disable(subscription: Subscription, notification: HookNotification): void;
  /** A delivery ended for good without success: its subscription goes on probation, or one step further. */
  failed(subscription: Subscription, notification: HookNotification): void;
  /** A delivery succeeded. */
  succeeded(subscription: Subscription, notification: HookNotification): void;
  /** Ends at once what runs: the subscription was enabled or disabled by somebody, or is gone. */
  end(subscription: Subscription): void;
  /** Waits again for the retries that a former process left. */
  resume(): void;
  stop(): void;
}

type Retry = (subscription: Subscription, notification: HookNotification) => void;

/** Probation as documented: new events are lost, success restores, seven failures disable. Kept in the state. */
export function createHookProbation(simulation: Simulation, history: HookHistory, retry: Retry): HookProbation {
  const waiting = new Map<string, () => void>();
  const incidents: HookIncident[] = [];

  const fall = (
    subscription: Subscription,
    status: HookIncident['status'],
    { errorMessage = '' }: HookNotification,
  ): void => {
    subscription.status = status;
    const { id: subscriptionId, eventType } = subscription;
    const url = subscription.consumerInputs['url'] ?? '';
    incidents.push({ subscriptionId, eventType, url, status, date: simulation.timestamp(), reason: errorMessage });
  };
  const cancel = (id: string): void => {
    waiting.get(id)?.();
    waiting.delete(id);
  };
  const wait = (subscription: Subscription): void => {
    cancel(subscription.id);
    const at = subscription.probation?.retryAt;
    if (at === undefined) return;
    waiting.set(
      subscription.id,
      simulation.clock.at(at, () => {
        waiting.delete(subscription.id);
        const { probation } = subscription;
        if (!probation || subscription.status !== 'onProbation') return;
        probation.lastRetryDate = simulation.timestamp();
        const { notificationId: id, eventId, body } = probation;
        retry(subscription, history.restore(subscription, { id, eventId, body }));
      }),
    );
  };

  return {
    incidents: () => incidents,
    disable(subscription, notification) {
      cancel(subscription.id);
      delete subscription.probation;
      fall(subscription, 'disabledBySystem', notification);
      simulation.changed();
    },
    failed(subscription, notification) {
      const { probation } = subscription;
      if (subscription.status === 'enabled') {
        fall(subscription, 'onProbation', notification);
        subscription.probation = {
          retries: 0,
          retryAt: simulation.clock.now() + minutes(RETRY_AFTER_MINUTES[0]),
          notificationId: notification.id,
          eventId: notification.eventId,
          body: notification.body,
        };
      } else if (subscription.status === 'onProbation' && probation?.notificationId === notification.id) {
        probation.retries += 1;
        const next = RETRY_AFTER_MINUTES[probation.retries];
        if (next === undefined) {
          delete probation.retryAt;
          fall(subscription, 'disabledBySystem', notification);
        } else {
          // Counted from when it was due: a clock that jumped over several retries makes them one after another.
          probation.retryAt = (probation.retryAt ?? simulation.clock.now()) + minutes(next);
        }
      } else return;
      simulation.changed();
      wait(subscription);
    },
    succeeded(subscription, notification) {
      if (subscription.status !== 'onProbation' || subscription.probation?.notificationId !== notification.id) return;
      subscription.status = 'enabled';
      delete subscription.probation;
      simulation.changed();
    },
    end(subscription) {
      cancel(subscription.id);
      delete subscription.probation;
    },
    resume() {
      for (const subscription of simulation.state.subscriptions) {
        if (subscription.status !== 'onProbation' || !subscription.probation) continue;
        // A new process has a clock of its own, which may stand days before the one that this was written by.
        const longest = minutes(RETRY_AFTER_MINUTES[subscription.probation.retries]);
        const { retryAt = 0 } = subscription.probation;
        subscription.probation.retryAt = Math.min(retryAt, simulation.clock.now() + longest);
        wait(subscription);
      }
    },
    stop() {
      for (const id of [...waiting.keys()]) cancel(id);
    },
  };
}

const minutes = (number = 0): number => number * 60_000;
