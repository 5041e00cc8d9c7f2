import { createLocalClock } from '../../local/clock';
import { workQueueOptions } from '../../local/environment';
import { startServiceBusBroker } from '../../local/service-bus/broker';

import { serveParent } from './child-side';

/** The local broker in a process of its own, with the queue as the local environment has it. */
void startServiceBusBroker({ clock: createLocalClock(), queues: [workQueueOptions] }).then((broker) =>
  serveParent(
    { connectionString: broker.connectionString },
    () => broker.queue(workQueueOptions.name).messages.map(({ sessionId }) => sessionId),
    () => broker.stop(),
  ),
);
