import type { Socket } from 'node:net';
import rhea, {
  type Connection,
  type Container,
  type EventContext,
  type link as Link,
  type Receiver,
  type Sender,
} from 'rhea';
import type { LocalClock } from '../clock';
import { errors } from './broker-error';
import { answerPutToken, CBS_ADDRESS } from './cbs';
import { serveClientReceiver } from './client-receivers';
import { serveClientSender } from './client-senders';
import { MAX_MESSAGE_BYTES } from './codec';
import { type Entity, parseAddress } from './entity';
import { answerManagement } from './management';
import { readAddress, RequestResponse } from './request-response';
import { acceptSocket, refuseAttach } from './rhea-internals';

/**
 * Credit for senders. Azure grants less, but once the SDK runs out of credit it waits a second and, where that was not
 * enough, for the 30 s of its retry: four thousand messages sent at once took a minute with rhea's usual thousand. With
 * more credit than the 2,048 deliveries that rhea keeps per session only that limit is left.
 */
const SENDER_CREDIT = 5000;
/** Received deliveries that rhea keeps per AMQP session: more than the credit given, or it would overflow. */
const SESSION_BUFFER = { incoming: 8192 };
const MAX_FRAME_BYTES = 64 * 1024;

interface AmqpServerOptions {
  /** By queue name in lower case. */
  queues: ReadonlyMap<string, { main: Entity; deadLetters: Entity }>;
  clock: LocalClock;
  /** Told of errors in the broker itself; the connection on which one came up is closed. */
  failed: (error: unknown) => void;
}

/** Serves AMQP connections: brings links together with what their addresses name. */
export class AmqpServer {
  private readonly container: Container;
  private readonly requests = new RequestResponse();
  private readonly endings = new Map<Link, () => void>();

  constructor(private readonly options: AmqpServerOptions) {
    this.container = rhea.create_container({
      id: 'local-service-bus',
      receiver_options: { autoaccept: false, credit_window: SENDER_CREDIT, max_message_size: MAX_MESSAGE_BYTES },
      sender_options: { autosettle: false, treat_modified_as_released: false },
    });
    this.container.on('receiver_open', ({ receiver }: EventContext) => {
      if (receiver) this.openClientSender(receiver);
    });
    this.container.on('sender_open', ({ sender }: EventContext) => {
      if (sender) this.openClientReceiver(sender);
    });
    this.container.on('receiver_close', ({ receiver }: EventContext) => this.end(receiver));
    this.container.on('sender_close', ({ sender }: EventContext) => this.end(sender));
    this.container.on('session_close', ({ session }: EventContext) => this.endAll((link) => link.session === session));
    this.container.on('error', options.failed);
    this.container.on('protocol_error', options.failed);
    // Ordinary ends, which rhea would print or throw if nobody listened.
    for (const event of ['disconnected', 'connection_error', 'session_error', 'sender_error', 'receiver_error']) {
      this.container.on(event, () => undefined);
    }
  }

  /**
   * Serves a connection. When it goes, by a farewell or by the death of the client's process, all that it held is free
   * at once and nothing counts as a failed delivery. Azure behaves so for sessions, whose receivers' links are known to
   * be gone; messages received without a session would stay locked there until their lock ends. Here they are given
   * back too, so that after a kill a test need not wait for a lock that nobody holds any more.
   */
  accept(socket: Socket): void {
    const connection = acceptSocket(this.container, socket, {
      session_buffer_size: SESSION_BUFFER,
      max_frame_size: MAX_FRAME_BYTES,
    });
    socket.on('close', () => this.release(connection));
  }

  private release(connection: Connection): void {
    this.endAll((link) => link.connection === connection);
    for (const { main, deadLetters } of this.options.queues.values()) {
      main.messages.releaseConnection(connection);
      deadLetters.messages.releaseConnection(connection);
    }
  }

  private openClientSender(receiver: Receiver): void {
    const address = readAddress(receiver.target) ?? '';
    receiver.set_target({ address });
    receiver.set_source({ address: readAddress(receiver.source) ?? '' });
    if (address === CBS_ADDRESS) {
      this.requests.serve(receiver, answerPutToken);
      return;
    }
    const entity = this.find(address);
    if (!entity) refuseAttach(receiver, errors.entityNotFound(address));
    else if (parseAddress(address).isManagement) {
      const { connection } = receiver;
      this.requests.serve(receiver, (message) => answerManagement({ entity, connection, message }));
    } else if (entity.isDeadLetterQueue) {
      refuseAttach(receiver, errors.notAllowed('Messages cannot be sent to a dead-letter queue.'));
    } else serveClientSender(receiver, entity);
  }

  private openClientReceiver(sender: Sender): void {
    const address = readAddress(sender.source) ?? '';
    const entity = this.find(address);
    if (address === CBS_ADDRESS || (entity && parseAddress(address).isManagement)) {
      sender.set_source({ address });
      sender.set_target({ address: readAddress(sender.target) ?? '' });
      this.endings.set(sender, this.requests.addReplyLink(sender));
    } else if (entity) this.endings.set(sender, serveClientReceiver(sender, entity));
    else refuseAttach(sender, errors.entityNotFound(address));
  }

  private find(address: string): Entity | undefined {
    const { queue, isDeadLetterQueue } = parseAddress(address);
    const entities = this.options.queues.get(queue);
    return isDeadLetterQueue ? entities?.deadLetters : entities?.main;
  }

  private endAll(belongs: (link: Link) => boolean): void {
    for (const link of this.endings.keys()) if (belongs(link)) this.end(link);
  }

  private end(link: Link | undefined): void {
    if (!link) return;
    const ending = this.endings.get(link);
    this.endings.delete(link);
    ending?.();
  }
}
