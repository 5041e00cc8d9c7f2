import { Failure } from '../core/failures';
import { scopedLog, withLog } from '../composition/scoped-log';
import { scopedTrace } from '../composition/scoped-trace';

import { key } from './testing/samples';
import { createWorld, type World } from './testing/world';

/** What stands in the log at Information and above, since the last time it was asked. */
function loud({ log }: World): () => string[] {
  let seen = 0;
  return () => {
    const entries = log.recorded.entries.slice(seen).filter(({ level }) => level !== 'debug');
    seen = log.recorded.entries.length;
    return entries.map(({ message }) => message);
  };
}

const judgedLine = ({ log }: World): Record<string, unknown> | undefined =>
  log.recorded.entries.findLast(({ message }) => message === 'A pull request was judged')?.fields;

test('an evaluation has one line, with ids, states, times and numbers, and nothing that anybody wrote', async () => {
  const world = createWorld();
  world.configure({
    gates: { title: { mode: 'block', pattern: '(feat|fix): .+' }, size: { mode: 'advise', maximumLines: 1 } },
  });
  world.pullRequest.change(({ details }) => {
    details.title = 'a canary of a title';
  });
  world.hook('hook/1');
  world.clock.advance(2);
  await world.drain(1);
  expect(judgedLine(world)).toEqual({
    ...key,
    messageId: 'hook/1',
    cause: 'hook',
    evaluationId: 'evaluation-1',
    iteration: 1,
    result: 'judged',
    verdict: 'failed',
    gatesBlocking: expect.objectContaining({ title: 'failed' }),
    gatesAdvising: { size: 'failed' },
    waivers: 0,
    writes: expect.any(Number),
    queueAgeMs: expect.any(Number),
    durationMs: expect.any(Number),
    hookToVerdictMs: expect.any(Number),
    requests: 0,
    rateLimitDelayMs: 0,
  });
  const { queueAgeMs, durationMs, hookToVerdictMs } = judgedLine(world) ?? {};
  expect(queueAgeMs).toBeGreaterThanOrEqual(2_000);
  expect(hookToVerdictMs).toBe(Number(queueAgeMs) + Number(durationMs));
  expect(JSON.stringify(world.log.recorded.entries)).not.toContain('canary');
});

test('the look after it says what it found, and that no hook waited for it', async () => {
  const world = createWorld();
  world.hook();
  await world.drain(60);
  expect(judgedLine(world)).toMatchObject({
    cause: 'settle',
    result: 'unchanged',
    iteration: 1,
    verdict: world.verdict()?.state,
    hookToVerdictMs: null,
    writes: 0,
  });
  world.pullRequest.change(({ details }) => {
    details.status = 'completed';
  });
  world.clock.advance(60);
  world.hook();
  await world.drain(1);
  expect(judgedLine(world)).toMatchObject({ result: 'inactive', verdict: null, gatesBlocking: {} });
});

test('a hook that was put off, or had to be tried again, waited from when it came', async () => {
  const world = createWorld();
  world.hook('hook/1');
  await world.drain(0);
  world.pullRequest.push();
  world.clock.advance(1);
  world.hook('hook/2');
  await world.drain(5);
  expect(judgedLine(world)).toMatchObject({ cause: 'next', iteration: 2 });
  expect(judgedLine(world)?.['hookToVerdictMs']).toBeGreaterThanOrEqual(2_000);

  await world.drain(120);
  world.pullRequest.push();
  const fell = world.clock.now();
  world.wire.fail('readPullRequest', 'before', new Failure({ kind: 'unavailable', message: 'It is down.' }));
  world.hook('hook/3');
  await world.drain(60);
  const line = judgedLine(world);
  expect(line).toMatchObject({ cause: 'retry', iteration: 3 });
  expect(line?.['hookToVerdictMs']).toBeGreaterThanOrEqual(30_000);
  expect(Number(line?.['hookToVerdictMs'])).toBeLessThanOrEqual(world.clock.now().getTime() - fell.getTime());
});

test('a message that needs no evaluation has no line; none has more than three', async () => {
  const world = createWorld();
  const lines = loud(world);
  for (let hook = 0; hook < 5; hook += 1) world.hook();
  await world.drain(0);
  expect(lines()).toEqual(['A pull request was judged']);
  await world.drain(120);
  const later = lines();
  expect(new Set(later)).toEqual(new Set(['A pull request was judged']));
  expect(later.length).toBeLessThanOrEqual(2);
});

test('what an invocation asked counts for its evaluations, and for no other', async () => {
  const world = createWorld({ trace: scopedTrace });
  const ask = (): Promise<void> =>
    scopedTrace.request(
      { method: 'GET', template: () => '/', url: new URL('https://dev.azure.com/contoso'), attempt: 0 },
      async () => undefined,
    );
  await withLog(scopedLog, async () => {
    await Promise.all([ask(), ask()]);
    world.hook();
    await world.drain(1);
  });
  expect(judgedLine(world)).toMatchObject({ requests: 2 });
  await ask();
  await withLog(scopedLog, async () => {
    world.clock.advance(60);
    world.hook();
    await world.drain(1);
  });
  expect(judgedLine(world)).toMatchObject({ requests: 0 });
});
