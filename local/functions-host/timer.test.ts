import { z } from 'zod';
import { createLocalClock } from '../clock';
import {
  HTTP_FUNCTIONS,
  removeTestWorker,
  startTestHost,
  TIMER_FUNCTION,
  writeFixtureApp,
  type FixtureApp,
  type TestHost,
} from './fixture-app';

/** Two minutes past an hour of the future, so that how long the test takes does not matter. */
const START = Date.parse('2040-05-06T07:02:00Z');

let app: FixtureApp;
let host: TestHost;
beforeAll(() => {
  app = writeFixtureApp(HTTP_FUNCTIONS + TIMER_FUNCTION.replace("import { app } from '@azure/functions';", ''));
});
afterEach(() => host.stop());
afterAll(async () => {
  app.remove();
  await removeTestWorker();
});

const start = async (settings: Record<string, string> = {}): Promise<TestHost> => {
  host = await startTestHost({
    appDirectory: app.directory,
    settings: { TickSchedule: '0 */30 * * * *', ...settings },
    clock: createLocalClock(START - Date.now()),
  });
  return host;
};

const tickShape = z.object({ tick: z.string(), isPastDue: z.boolean(), next: z.string() });
const nthTick = async (count: number): Promise<z.infer<typeof tickShape>> => {
  let seen = 0;
  const { message } = await host.entry((entry) => entry.functionName === 'tick' && ++seen === count);
  return tickShape.parse(JSON.parse(message));
};

test('a timer has a worker of its own and runs when the clock gets there, once however far it jumps', async () => {
  await start();
  expect(host.workers.map(({ name, functions }) => [name, functions.length])).toEqual([
    ['http', host.functions.length - 1],
    ['tick', 1],
  ]);
  expect(new Set(host.workers.map(({ pid }) => pid)).size).toBe(2);

  host.clock.advance(Date.parse('2040-05-06T07:30:00Z') - host.clock.now());
  expect(await nthTick(1)).toMatchObject({ tick: expect.stringMatching(/^2040-05-06T07:30:/), isPastDue: false });

  await host.invokeTimer('tick');
  host.clock.advance(5 * 3_600_000);
  const late = await nthTick(3);
  expect(late).toMatchObject({ isPastDue: true, next: '2040-05-06T13:00:00.000Z' });
  expect(late.tick).toMatch(/^2040-05-06T12:30:/);
});

test('a timer runs on request, over the admin route too', async () => {
  await start();
  await host.invokeTimer('tick');
  expect((await nthTick(1)).tick).toMatch(/^2040-05-06T07:02:/);
  const answer = await fetch(`${host.url}/admin/functions/tick`, { method: 'POST' });
  expect(answer.status).toBe(202);
  await nthTick(2);
  expect((await fetch(`${host.url}/admin/functions/absent`, { method: 'POST' })).status).toBe(404);
  await expect(host.invokeTimer('echo')).rejects.toThrow("There is no timer function 'echo'.");
});

test('a failing timer is told, and runs again when it is due', async () => {
  await start({ TickFails: 'yes' });
  await expect(host.invokeTimer('tick')).rejects.toThrow('tick fails');
  host.clock.advance(28 * 60_000);
  let seen = 0;
  await host.entry(({ level, message }) => level === 'error' && message.includes('tick fails') && ++seen === 2);
});

test('a disabled timer does not run', async () => {
  await start({ 'AzureWebJobs.tick.Disabled': 'true' });
  expect(host.functions.map(({ name }) => name)).not.toContain('tick');
  await expect(host.invokeTimer('tick')).rejects.toThrow('There is no timer function');
});
