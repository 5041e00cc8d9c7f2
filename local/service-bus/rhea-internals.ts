/**
 * Everything that reaches behind the public interface of rhea 3.0.5, because Service Bus needs what it does not offer:
 * an attach that is answered later, the fields of our attach, the end of a delivery that only we settle.
 * A new version of rhea needs this file checked and nothing else.
 */
import type { Socket } from 'node:net';
import rhea, {
  type Connection,
  type Container,
  type Delivery,
  type Message,
  type Receiver,
  type Sender,
  type ConnectionOptions,
} from 'rhea';
import type { BrokerError } from './broker-error';

interface LinkInternals {
  state: { local_open: boolean; open_requests: number };
  credit: number;
  session: { outgoing: { available(): number } };
  local: { attach: { properties: unknown; snd_settle_mode: number; rcv_settle_mode: number } };
}

interface ConnectionInternals {
  accept(socket: Socket): unknown;
  _register(): void;
}

function isLinkInternals(link: object): link is LinkInternals {
  return 'state' in link && 'local' in link && 'credit' in link && 'session' in link;
}

function isConnectionInternals(connection: object): connection is ConnectionInternals {
  return 'accept' in connection && '_register' in connection;
}

function linkInternals(link: Sender): LinkInternals {
  if (isLinkInternals(link)) return link;
  throw new Error('rhea is not the version that rhea-internals.ts was written for');
}

function connectionInternals(connection: Connection): ConnectionInternals {
  if (isConnectionInternals(connection)) return connection;
  throw new Error('rhea is not the version that rhea-internals.ts was written for');
}

/** Serves a socket that somebody else accepted. */
export function acceptSocket(
  container: Container,
  socket: Socket,
  options: Pick<ConnectionOptions, 'session_buffer_size' | 'max_frame_size'>,
): Connection {
  const connection = container.create_connection({ ...options, port: 0 });
  connectionInternals(connection).accept(socket);
  return connection;
}

/** Sets what our answer to an attach says. To be called before the answer is written: in `sender_open`, or while held. */
export function setAttachFields(
  sender: Sender,
  fields: { filter?: Record<string, unknown>; properties?: Record<string, unknown> },
): void {
  const { attach } = linkInternals(sender).local;
  attach.snd_settle_mode = sender.snd_settle_mode;
  attach.rcv_settle_mode = sender.rcv_settle_mode;
  if (fields.properties) attach.properties = fields.properties;
  sender.set_source({ address: sender.source.address, ...(fields.filter && { filter: fields.filter }) });
  sender.set_target({ address: sender.target.address });
}

/** Takes back the answer that rhea is about to write to an attach. To be called in `sender_open`. */
export function holdAttach(sender: Sender): void {
  const { state } = linkInternals(sender);
  state.local_open = false;
  state.open_requests = 0;
}

/** Answers an attach, held or not. A link that is already answered stays as it is. */
export function answerAttach(sender: Sender): void {
  sender.open();
}

/** Answers an attach as Service Bus refuses one: with an attach, and at once a detach that carries the error. */
export function refuseAttach(sender: Sender | Receiver, error: BrokerError): void {
  sender.open();
  sender.close({ condition: error.condition, description: error.message });
}

/** How many messages a link may be sent now, by its peer and by rhea's buffer; exact between rhea's rounds of writing. */
export function creditOf(sender: Sender): number {
  const { credit, session } = linkInternals(sender);
  return sender.is_open() ? Math.min(credit, session.outgoing.available()) : 0;
}

/** Has rhea write out what waits, after a change outside one of its own events. */
export function flush(sender: Sender): void {
  connectionInternals(sender.connection)._register();
}

/**
 * Ends a delivery with our outcome: accepted, or rejected with an error. rhea keeps a delivery until both sides have
 * settled, but a receiver in the mode `second` never says so after us, and 2,048 of them would block the link.
 */
export function settleDelivery(delivery: Delivery, error?: BrokerError): void {
  delivery.update(true, error ? rejected(error) : rhea.types.wrap_described([], 0x24));
  Object.assign(delivery, { remote_settled: true });
}

/**
 * Sends what nobody settles: the answers to requests. Kept for a settlement that never comes, they would fill rhea's
 * buffer of 2,048 deliveries, and the connection would die of it.
 */
export function sendSettled(sender: Sender, message: Message): void {
  Object.assign(sender.send(message), { settled: true });
}

function rejected(error: BrokerError): unknown {
  const fields = [rhea.types.wrap_symbol(error.condition), error.message];
  return rhea.types.wrap_described([rhea.types.wrap_described(fields, 0x1d)], 0x25);
}
