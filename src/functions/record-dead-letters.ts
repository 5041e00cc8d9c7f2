import { app } from '@azure/functions';

import { SERVICE_BUS_CONNECTION, WORK_QUEUE } from '../core/work-queue-name';

import { invocationOf } from './invocation-log';

app.serviceBusQueue('record-dead-letters', {
  connection: SERVICE_BUS_CONNECTION,
  queueName: `${WORK_QUEUE}/$DeadLetterQueue`,
  async handler(body, context) {
    const { recordDeadLetter } = await import('../composition/work');
    await recordDeadLetter(body, context.triggerMetadata ?? {}, invocationOf(context));
  },
});
