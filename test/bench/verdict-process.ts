import { startTestEnvironment, type TestEnvironment } from '../support/local-environment';

import { measureAllGates } from './all-gates-latency';
import { pushBranches } from './branches';
import { serveParent } from './child-side';
import { eventBranches, measureEvents } from './event-requests';
import { organizationSection } from './organization';
import { processorTime } from './processor-time';
import { atMost, shown, type Figure, type Section } from './report';
import { median, percentile } from './statistics';
import { measureSweep } from './sweep-requests';
import { judge, latencyBranches, measureLatency, ROUND_TRIP_MS, WORKER } from './verdict-latency';

const FILES = 100;
const PULL_REQUESTS = 20;

const manyBranches = Array.from({ length: PULL_REQUESTS }, (_, index) => ({
  name: `bench/many-${index}`,
  files: FILES,
}));

async function measure(environment: TestEnvironment): Promise<Section[]> {
  const clone = await environment.clone('author');
  await pushBranches(clone, [...latencyBranches, ...eventBranches, ...manyBranches]);
  const latency = await measureLatency(environment);
  const many = await measureMany(environment);
  const events = await measureEvents(environment, clone);
  const sweep = await measureSweep(environment, clone);
  return [
    {
      title: 'Verdict',
      how: `Default gates; the whole local environment, each function in a process of its own. From the answer that opened the pull request (when its hook is fired) to its status. Each trip to Azure DevOps takes ${ROUND_TRIP_MS} ms where warm or cold is said, 0 ms for the ${PULL_REQUESTS} of ${FILES} files, which are opened one after the other. Cold: the first verdict of a process.`,
      figures: [...latency, ...many, ...events.figures],
    },
    await measureAllGates(),
    organizationSection({ ...events.requests, ...sweep }),
  ];
}

/** Pull requests one after the other: how long each waits for its status, and what the worker computes for it. */
async function measureMany(environment: TestEnvironment): Promise<Figure[]> {
  const waits: number[] = [];
  const worker = environment.host.workers.find(({ name }) => name === WORKER)?.pid ?? 0;
  const before = await processorTime(worker);
  for (const { name } of manyBranches) waits.push((await judge(environment, name)).milliseconds);
  const after = await processorTime(worker);
  const figures = [
    shown(`opened to status, median of ${PULL_REQUESTS}`, median(waits), 'ms'),
    shown(`opened to status, p95 of ${PULL_REQUESTS}`, percentile(waits, 0.95), 'ms'),
  ];
  if (before === undefined || after === undefined) return figures;
  return [atMost('CPU of the worker per verdict', (after - before) / PULL_REQUESTS, 150, 'ms'), ...figures];
}

async function start(): Promise<void> {
  const environment = await startTestEnvironment();
  serveParent(
    {},
    () => measure(environment),
    // Its own end holds the log against the documents with jest; what it leaves in the temporary folder run.mjs removes.
    () => environment.stop(),
  );
}

void start();
