import { textOf } from './describe-functions';
import type { Binding, ServiceBusOptions } from './protocol';

/** What a serviceBusTrigger binding listens to, and how. */
export interface ServiceBusTrigger {
  connectionString: string;
  /** As in the binding: for people. */
  path: string;
  queueName: string;
  isDeadLetterQueue: boolean;
  hasSessions: boolean;
  autoComplete: boolean;
}

const DEAD_LETTER_QUEUE = '/$DeadLetterQueue';

/** The app setting named by `connection`, with or without `AzureWebJobs` before it. */
function connectionStringOf(trigger: Binding, settings: Record<string, string | undefined>): string {
  const name = textOf(trigger, 'connection') ?? 'AzureWebJobsServiceBus';
  const found = settings[name] ?? settings[`AzureWebJobs${name}`];
  if (found !== undefined) return found;
  if (settings[`${name}__fullyQualifiedNamespace`] !== undefined) {
    throw new Error(`The local host needs a connection string in '${name}': it cannot use an identity.`);
  }
  throw new Error(`There is no app setting '${name}' with a Service Bus connection string.`);
}

/** Reads a binding whose settings are replaced already. Throws a sentence for what the local host does not have. */
export function readServiceBusTrigger(
  functionName: string,
  trigger: Binding,
  settings: Record<string, string | undefined>,
  serviceBus: ServiceBusOptions,
): ServiceBusTrigger {
  const connectionString = connectionStringOf(trigger, settings);
  const path = textOf(trigger, 'queueName');
  if (path === undefined) throw new Error(`The function '${functionName}' listens to no queue; topics are not here.`);
  if (trigger['cardinality'] === 'many') {
    throw new Error(`The function '${functionName}' wants messages in batches, which the local host does not have.`);
  }
  const isDeadLetterQueue = path.toLowerCase().endsWith(DEAD_LETTER_QUEUE.toLowerCase());
  return {
    connectionString,
    path,
    queueName: isDeadLetterQueue ? path.slice(0, -DEAD_LETTER_QUEUE.length) : path,
    isDeadLetterQueue,
    // A dead-letter queue has none, whatever its queue has.
    hasSessions: trigger['isSessionsEnabled'] === true && !isDeadLetterQueue,
    autoComplete: trigger['autoCompleteMessages'] !== false && serviceBus.autoCompleteMessages,
  };
}
