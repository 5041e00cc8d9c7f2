import type { TokenCredential } from '@azure/identity';
import type { ServiceBusClient, ServiceBusSender } from '@azure/service-bus';

import { Failure } from '../core/failures';
import { bounded } from './bounded';
import { cutConnection } from './cut-connection';
import { WORK_QUEUE } from '../core/work-queue-name';

/** Locally a connection string, in Azure a namespace and the deployment's identity. */
export type ServiceBusNamespace =
  { connectionString: string } | { fullyQualifiedNamespace: string; credential: TokenCredential };

const CLOSE_MS = 2_000;

/** One connection to the broker with one sender on it, shared by all sends until it is dropped. */
export interface Link {
  sender: Promise<ServiceBusSender>;
  /** Aborted when the link is dropped: whoever waits on it may take the next one. */
  dropped: AbortSignal;
  /** Whether anything was ever sent over it; set by the sender. */
  proven: boolean;
}

export interface Links {
  host: string;
  /** The link in use; a new one when there is none. Nothing is connected before the first send. */
  current(): Link;
  /** Takes the link out of use, closing it in the background. */
  drop(link: Link): void;
  /** Closes what is open; a link taken later is a new one. */
  close(): Promise<void>;
}

interface OpenLink {
  link: Link;
  client: Promise<ServiceBusClient>;
  dropping: AbortController;
}

/** Keeps at most one link to the namespace. `giveUpMs` bounds each operation of the library. */
export function serviceBusLinks(namespace: ServiceBusNamespace, giveUpMs: number): Links {
  const host = hostOf(namespace);
  let open: OpenLink | undefined;

  const openLink = (): OpenLink => {
    const client = openServiceBus(namespace, giveUpMs);
    const dropping = new AbortController();
    const link: Link = { sender: openSender(client, giveUpMs), dropped: dropping.signal, proven: false };
    // Whoever waits for the sender learns the reason from it.
    link.sender.catch(() => {
      takeOut(link);
    });
    return { client, dropping, link };
  };

  const takeOut = (link: Link): OpenLink | undefined => {
    if (open?.link !== link) return undefined;
    const taken = open;
    open = undefined;
    void cutOff(taken.client);
    return taken;
  };

  return {
    host,
    current: () => {
      open ??= openLink();
      return open.link;
    },
    drop: (link) => takeOut(link)?.dropping.abort(),
    close: async () => {
      const closing = open;
      open = undefined;
      if (closing === undefined) return;
      try {
        await bounded(CLOSE_MS, async () => (await closing.client).close());
      } catch {
        await cutOff(closing.client);
      } finally {
        closing.dropping.abort();
      }
    },
  };
}

/**
 * Opens the sender apart from any send: a send that gives up while the link is being opened must not leave it half open to
 * the next one. An empty batch asks the link for its limits, which opens it.
 */
async function openSender(client: Promise<ServiceBusClient>, giveUpMs: number): Promise<ServiceBusSender> {
  const sender = (await client).createSender(WORK_QUEUE);
  await bounded(giveUpMs, (abortSignal) => sender.createMessageBatch({ abortSignal }));
  return sender;
}

/** Never rejects. A farewell would wait a minute for the answer of a broker that does not answer: the socket goes first. */
export async function cutOff(client: Promise<ServiceBusClient>): Promise<void> {
  try {
    const connected = await client;
    cutConnection(connected);
    // Not waited for: it may never end, but it clears the timers that it can reach.
    connected.close().catch(() => undefined);
  } catch {
    // Nobody uses this connection any more; the next send has its own.
  }
}

/** The library is large: it is loaded with the first link, not with the function app. */
export async function openServiceBus(namespace: ServiceBusNamespace, giveUpMs: number): Promise<ServiceBusClient> {
  const library = await import('@azure/service-bus');
  // The library would retry for minutes; repeating is decided where the time left is known.
  const options = { retryOptions: { maxRetries: 0, timeoutInMs: giveUpMs } };
  return 'connectionString' in namespace
    ? new library.ServiceBusClient(namespace.connectionString, options)
    : new library.ServiceBusClient(namespace.fullyQualifiedNamespace, namespace.credential, options);
}

/** The broker's host; refuses a connection string that would send the key unencrypted to another machine. */
export function hostOf(namespace: ServiceBusNamespace): string {
  if ('fullyQualifiedNamespace' in namespace) return namespace.fullyQualifiedNamespace;
  const { connectionString } = namespace;
  const [, host] = /(?:^|;)\s*Endpoint=sb:\/\/([^/;]+)/i.exec(connectionString) ?? [];
  if (host === undefined) {
    throw new Failure({ kind: 'unexpected', message: 'The Service Bus connection string has no Endpoint=sb://….' });
  }
  const isPlain = /(?:^|;)\s*UseDevelopmentEmulator=true\s*(?:;|$)/i.test(connectionString);
  if (isPlain && !/^(localhost|127(\.\d{1,3}){3})(:\d+)?$/.test(host)) {
    throw new Failure({
      kind: 'unexpected',
      message: `The Service Bus at ${host} must be reached with TLS: UseDevelopmentEmulator is for loopback only.`,
    });
  }
  return host;
}
