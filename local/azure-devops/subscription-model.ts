import { z } from 'zod';

/** A service hook subscription, as the state keeps it. */
export const subscriptionSchema = z.object({
  id: z.string(),
  status: z.enum(['enabled', 'onProbation', 'disabledByUser', 'disabledBySystem', 'disabledByInactiveIdentity']),
  publisherId: z.string(),
  eventType: z.string(),
  resourceVersion: z.string().optional(),
  consumerId: z.string(),
  consumerActionId: z.string(),
  createdById: z.string(),
  createdDate: z.string(),
  modifiedById: z.string(),
  modifiedDate: z.string(),
  publisherInputs: z.record(z.string(), z.string()),
  consumerInputs: z.record(z.string(), z.string()),
  nextNotificationId: z.number(),
  /** Set by the first enduring failure, gone with the first success after it. */
  probation: z
    .object({
      retries: z.number(),
      lastRetryDate: z.string().optional(),
      /** The next retry by the clock, in milliseconds; none once the subscription is disabled. */
      retryAt: z.number().optional(),
      /** The delivery that failed, which alone is tried again. */
      notificationId: z.number(),
      eventId: z.string(),
      body: z.string(),
    })
    .optional(),
});

export type Subscription = z.infer<typeof subscriptionSchema>;
