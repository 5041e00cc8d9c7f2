import { app } from '@azure/functions';

import { invocationOf } from './invocation-log';

app.timer('forget-what-is-old', {
  // At night in most places, and not at the minute at which everything else begins.
  schedule: '0 17 2 * * *',
  async handler(_timer, context) {
    const { forgetWhatIsOld } = await import('../composition/work');
    await forgetWhatIsOld(invocationOf(context));
  },
});
