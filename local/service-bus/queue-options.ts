/** What a queue is created with; the same switches as an Azure Service Bus queue. */
export interface QueueOptions {
  name: string;
  requiresSession: boolean;
  lockDurationSeconds: number;
  maxDeliveryCount: number;
  /** How long a message id is remembered; null switches duplicate detection off. */
  duplicateDetectionWindowSeconds: number | null;
  defaultTimeToLiveSeconds: number;
}
