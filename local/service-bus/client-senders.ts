import type { EventContext, Message, Receiver } from 'rhea';
import { BrokerError, errors } from './broker-error';
import { BATCH_FORMAT, parseBatch, parseMessage } from './codec';
import type { Entity } from './entity';
import type { IncomingMessage } from './stored-message';

/** Takes what a client sends over a link into a queue; each message, or batch, is settled once it is stored. */
export function serveClientSender(receiver: Receiver, entity: Entity): void {
  receiver.on('message', ({ message, delivery }: EventContext) => {
    if (!delivery || !message) return;
    try {
      entity.store.send(parseDelivery(delivery.format, message));
      delivery.accept();
    } catch (error) {
      const told = error instanceof BrokerError ? error : errors.malformed(String(error));
      delivery.reject({ condition: told.condition, description: told.message });
    }
  });
}

/** rhea decodes messages of the standard format and passes on the bytes of all others. */
function parseDelivery(format: number, message: Message): IncomingMessage[] {
  if (!Buffer.isBuffer(message)) return [parseMessage(message)];
  if (format === BATCH_FORMAT) return parseBatch(message);
  throw errors.malformed(`The message format ${format} is unknown.`);
}
