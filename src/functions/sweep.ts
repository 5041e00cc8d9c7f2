import { app } from '@azure/functions';

import { invocationOf } from './invocation-log';

app.timer('sweep', {
  schedule: '0 */5 * * * *',
  async handler(_timer, context) {
    const { enqueueSweeps } = await import('../composition/work');
    await enqueueSweeps(invocationOf(context));
  },
});
