import { app } from '@azure/functions';

// What a process has not sent by now, nobody gets.
app.hook.appTerminate(async () => {
  const { endTelemetry } = await import('../composition/receive');
  await endTelemetry();
});
