import type { Connection, EventContext, Message, Receiver, Sender } from 'rhea';

import { sendSettled } from './rhea-internals';

/** What a node answers to a request. */
export interface Reply {
  applicationProperties: Record<string, unknown>;
  body?: unknown;
}

/**
 * AMQP's pairs of links for requests and their answers ($cbs, $management): an answer goes to the link whose target is
 * the request's reply-to.
 */
export class RequestResponse {
  private readonly replyLinks = new Map<Connection, Map<string, Sender>>();

  /** Takes the link on which a client awaits answers; returns what is to be done when it ends. */
  addReplyLink(sender: Sender): () => void {
    const { connection } = sender;
    const links = this.replyLinks.get(connection) ?? new Map<string, Sender>();
    this.replyLinks.set(connection, links);
    const names = [sender.name, readAddress(sender.target)].filter((name) => name !== undefined);
    for (const name of names) links.set(name, sender);
    return () => {
      for (const name of names) if (links.get(name) === sender) links.delete(name);
      if (links.size === 0) this.replyLinks.delete(connection);
    };
  }

  /** Answers every request that comes over a link. */
  serve(receiver: Receiver, answer: (request: Message) => Reply): void {
    receiver.on('message', ({ message, delivery, connection }: EventContext) => {
      if (!message || !delivery) return;
      delivery.accept();
      const sender = this.replyLinks.get(connection)?.get(message.reply_to ?? '');
      if (!sender || message.message_id === undefined) return;
      const { applicationProperties, body } = answer(message);
      sendSettled(sender, { correlation_id: message.message_id, application_properties: applicationProperties, body });
    });
  }
}

/** The address of a link's source or target; undefined where it has none. */
export function readAddress(terminus: unknown): string | undefined {
  const hasAddress = typeof terminus === 'object' && terminus !== null && 'address' in terminus;
  return hasAddress && typeof terminus.address === 'string' ? terminus.address : undefined;
}
