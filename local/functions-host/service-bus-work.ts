import { isServiceBusError, type ServiceBusReceivedMessage, type ServiceBusReceiver } from '@azure/service-bus';
import type { Invoke } from './invoke';
import { toTriggerInput, toTriggerMetadata } from './message-metadata';
import type { ServiceBusTrigger } from './service-bus-trigger';

/** Works on one message; resolves when it is settled, to whether the broker took that, and never rejects. */
export type WorkOnMessage = (receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage) => Promise<boolean>;

/** An error in a few words, with Service Bus' code. */
export const describeError = (error: unknown): string =>
  error instanceof Error ? `${error.message}${isServiceBusError(error) ? ` (${error.code})` : ''}` : String(error);

/** Success completes the message; an error abandons it, and the broker delivers it again at once. */
export function createWorkOnMessage(
  functionName: string,
  { path, autoComplete }: ServiceBusTrigger,
  invoke: Invoke,
  log: (level: string, message: string) => void,
): WorkOnMessage {
  const settle = async (
    receiver: ServiceBusReceiver,
    message: ServiceBusReceivedMessage,
    succeeded: boolean,
  ): Promise<boolean> => {
    try {
      if (!succeeded) await receiver.abandonMessage(message);
      else if (autoComplete) await receiver.completeMessage(message);
      return true;
    } catch (error) {
      const verb = succeeded ? 'complete' : 'abandon';
      log('warning', `Could not ${verb} message '${String(message.messageId)}' of '${path}': ${describeError(error)}`);
      return false;
    }
  };

  return async (receiver, message) => {
    let succeeded = true;
    try {
      await invoke(functionName, toTriggerInput(message), toTriggerMetadata(message));
    } catch (error) {
      succeeded = false;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log('error', `Executed 'Functions.${functionName}' (Failed): ${text}`);
    }
    return settle(receiver, message, succeeded);
  };
}
