/** An error that a client gets to see, under the AMQP condition that the Azure SDKs map to their error codes. */
export class BrokerError extends Error {
  constructor(
    readonly condition: string,
    description: string,
  ) {
    super(description);
  }
}

export const errors = {
  entityNotFound: (name: string) =>
    new BrokerError('amqp:not-found', `The messaging entity '${name}' could not be found.`),
  messageLockLost: () =>
    new BrokerError(
      'com.microsoft:message-lock-lost',
      'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
    ),
  sessionLockLost: (sessionId?: string) =>
    new BrokerError(
      'com.microsoft:session-lock-lost',
      `The session lock${sessionId === undefined ? '' : ` on '${sessionId}'`} was lost: it expired, or another receiver holds it.`,
    ),
  sessionCannotBeLocked: (sessionId: string) =>
    new BrokerError(
      'com.microsoft:session-cannot-be-locked',
      `The requested session '${sessionId}' cannot be accepted. It may be locked by another receiver.`,
    ),
  noSessionInTime: () =>
    new BrokerError('com.microsoft:timeout', 'No session with messages became available within the time allowed.'),
  messageNotFound: () => new BrokerError('com.microsoft:message-not-found', 'The message could not be found.'),
  messageTooLarge: (bytes: number, limit: number) =>
    new BrokerError(
      'amqp:link:message-size-exceeded',
      `The message has ${bytes} bytes; the limit on this link is ${limit}.`,
    ),
  notAllowed: (description: string) => new BrokerError('amqp:not-allowed', description),
  malformed: (description: string) => new BrokerError('amqp:decode-error', description),
  notImplemented: (description: string) => new BrokerError('amqp:not-implemented', description),
};
