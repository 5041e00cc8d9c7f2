import { Socket } from 'node:net';

import { z } from 'zod';

/** Where @azure/service-bus 7.9.5 keeps its socket: client, context, rhea-promise's connection, rhea's connection. */
const withSocket = z.object({
  _connectionContext: z.object({
    connection: z.object({ _connection: z.object({ socket: z.instanceof(Socket) }) }),
  }),
});

/**
 * Cuts a Service Bus client's connection. The library has no way to leave a broker that has gone silent: it waits a
 * minute for each answer to its farewells and keeps the socket for two. Where its inside differs, nothing happens, and
 * that wait is all it costs.
 */
export function cutConnection(client: unknown): void {
  const parsed = withSocket.safeParse(client);
  // With an error: on a plain end the AMQP library would go on writing to it.
  if (parsed.success) parsed.data._connectionContext.connection._connection.socket.destroy(new Error('cut'));
}
