import { app } from '@azure/functions';

import { invocationLog } from './invocation-log';

app.timer('sweep', {
  schedule: '0 */5 * * * *',
  async handler(_timer, context) {
    const { enqueueSweeps } = await import('../composition/work');
    await enqueueSweeps(invocationLog(context));
  },
});
