import { WORK_QUEUE } from '../core/work-queue-name';
import { carriedBy } from '../core/trace-context';

import type { Shown } from './invocation';

/** How a trace shows a request that the app answers. */
export function serverOf(method: string, route: string): Shown {
  return {
    name: `${method} ${route}`,
    kind: 'server',
    attributes: { 'http.request.method': method, 'http.route': route },
  };
}

/** How a trace shows the work on a message of the queue; metadata is the trigger's. */
export function shownWork(verb: string, metadata: Record<string, unknown>): Shown {
  const { messageId } = metadata;
  return {
    name: `${verb} ${WORK_QUEUE}`,
    kind: 'consumer',
    attributes: {
      'messaging.system': 'servicebus',
      'messaging.operation.type': 'process',
      'messaging.destination.name': WORK_QUEUE,
      ...(typeof messageId === 'string' ? { 'messaging.message.id': messageId } : {}),
    },
    carried: carriedBy(metadata),
  };
}
