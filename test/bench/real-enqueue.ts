import { z } from 'zod';

import { startProcess } from './child-process';
import { startLoadGenerator, type LoadResult } from './load';
import { AUTHORIZATION, HOOK_PATH } from './payload';
import { atMost, exactly, shown, type Figure, type Section } from './report';

const CONNECTIONS = 50;
const SECONDS = 6;
const WARM_UP_SECONDS = 2;
const BUDGET_MS = 30;

/** The hook's way with the real queue adapter against the local broker, and whether every 202 is in the queue. */
export async function measureRealEnqueue(): Promise<Section> {
  const broker = await startProcess('broker-process', {}, z.object({ connectionString: z.string() }));
  const receiver = await startProcess('portcullis', broker.ready, z.object({ port: z.number() }));
  const load = await startLoadGenerator();
  const accepted: number[] = [];
  try {
    const run = async (seconds: number): Promise<LoadResult> => {
      const result = await load.run({
        url: `http://127.0.0.1:${receiver.ready.port}${HOOK_PATH}`,
        headers: { authorization: AUTHORIZATION },
        connections: CONNECTIONS,
        seconds,
        // Numbers far apart: no two runs share a pull request.
        body: { firstPullRequest: 1 + runs * 10_000_000 },
      });
      runs += 1;
      accepted.push(...result.accepted);
      return result;
    };
    let runs = 0;
    await run(WARM_UP_SECONDS);
    const { perSecond, p50, p99, bad } = await run(SECONDS);
    const queued = await broker.ask({}, z.array(z.string().nullable()));
    return {
      title: 'Real enqueue',
      how: `${CONNECTIONS} connections, service-bus-queue against the local broker in another process for ${SECONDS} s, as fast as it goes; a pull request of its own for every hook.`,
      figures: [
        shown('hooks per second', perSecond, '/s'),
        shown('p50', p50, 'ms'),
        atMost('p99', p99, BUDGET_MS, 'ms'),
        exactly('answers other than 202', bad, 0),
        ...lostAndDouble(accepted, queued),
      ],
    };
  } finally {
    await Promise.all([load.stop(), receiver.stop()]);
    await broker.stop();
  }
}

function lostAndDouble(accepted: readonly number[], sessions: readonly (string | null)[]): Figure[] {
  const times = new Map<number, number>();
  for (const session of sessions) {
    const pullRequest = Number(session?.split('/').at(-1));
    times.set(pullRequest, (times.get(pullRequest) ?? 0) + 1);
  }
  return [
    shown('hooks answered 202, warm-up included', accepted.length),
    exactly('of these not in the queue', accepted.filter((one) => !times.has(one)).length, 0),
    exactly('of these more than once', accepted.filter((one) => (times.get(one) ?? 0) > 1).length, 0),
  ];
}
