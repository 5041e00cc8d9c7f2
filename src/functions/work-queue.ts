import { app } from '@azure/functions';

import { SERVICE_BUS_CONNECTION, WORK_QUEUE } from '../core/work-queue-name';

import { invocationOf } from './invocation-log';

app.serviceBusQueue('work-queue', {
  connection: SERVICE_BUS_CONNECTION,
  queueName: WORK_QUEUE,
  isSessionsEnabled: true,
  async handler(message, context) {
    const { workOnMessage } = await import('../composition/work');
    await workOnMessage(message, context.triggerMetadata ?? {}, invocationOf(context));
  },
});
