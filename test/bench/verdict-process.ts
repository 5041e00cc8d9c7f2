import { setTimeout as delay } from 'node:timers/promises';

import {
  eventually,
  basic,
  startTestEnvironment,
  type Clone,
  type TestEnvironment,
} from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';

import { serveParent } from './child-side';
import { hookBody } from './payload';
import { processorTime } from './processor-time';
import { atMost, exactly, shown, type Figure, type Section } from './report';
import { median, percentile, sequentialSpans } from './statistics';

/** Far longer than anything else here: what overlaps then is what was asked for at once. */
const ROUND_TRIP_MS = 50;
const FILES = 100;
const LINES = 20;
const PULL_REQUESTS = 30;
/** A message is covered by an evaluation that began this long after it was enqueued. */
const MARGIN_MS = 15_500;
/** Evaluations of one pull request begin at least 3 s apart. */
const SPACING_MS = 3_200;

const WORKER = 'work-queue';

async function measure(environment: TestEnvironment): Promise<Section> {
  const clone = await environment.clone('author');
  await pushBranches(clone, ['cold', 'warm', ...Array.from({ length: PULL_REQUESTS }, (_, index) => `many-${index}`)]);

  await environment.control('POST', 'latency', { ms: ROUND_TRIP_MS });
  const cold = await judge(environment, 'cold');
  const warm = await judge(environment, 'warm');
  await environment.control('POST', 'latency', { ms: 0 });
  const messages = await measureMessages(environment, warm.id);
  const many = await measureMany(environment);
  return {
    title: 'Verdict',
    how: `Default gates, ${FILES} changed files; the whole local environment, each function in a process of its own. From the answer that opened the pull request (when its hook is fired) to its status. Each trip to Azure DevOps takes ${ROUND_TRIP_MS} ms for the first two, 0 ms for the ${PULL_REQUESTS}, which are opened one after the other.`,
    figures: [
      atMost('warm: sequential round trips', warm.trips, 6),
      shown('warm: requests', warm.requests),
      shown(`warm: opened to status, ${ROUND_TRIP_MS} ms per trip`, warm.milliseconds, 'ms'),
      atMost('cold: sequential round trips', cold.trips, 7),
      shown('cold: requests', cold.requests),
      shown(`cold: opened to status, ${ROUND_TRIP_MS} ms per trip`, cold.milliseconds, 'ms'),
      ...messages,
      ...many,
    ],
  };
}

/** Branches with a hundred new files each, of their own content, in one push. */
async function pushBranches(clone: Clone, names: readonly string[]): Promise<void> {
  const { mkdir, writeFile } = await import('node:fs/promises');
  await mkdir(`${clone.folder}/src/bench`, { recursive: true });
  for (const name of names) {
    await clone.git('checkout', '--quiet', '-B', `bench/${name}`, 'origin/main');
    await mkdir(`${clone.folder}/src/bench`, { recursive: true });
    for (let file = 0; file < FILES; file += 1) {
      const lines = Array.from({ length: LINES }, (_, line) => `export const value${line} = '${name} ${file}';`);
      await writeFile(`${clone.folder}/src/bench/file-${file}.ts`, `${lines.join('\n')}\n`);
    }
    await clone.git('add', '--all');
    await clone.git('commit', '--quiet', '--message', `Add ${name}`);
  }
  await clone.git('push', '--quiet', 'origin', ...names.map((name) => `bench/${name}`));
}

/** Opens a pull request and waits for its status; times are those of the simulated Azure DevOps' own log. */
async function judge(
  environment: TestEnvironment,
  branch: string,
): Promise<{ id: number; trips: number; requests: number; milliseconds: number }> {
  await environment.control('DELETE', 'requests');
  const id = await pullRequests(environment).open(`bench/${branch}`, goodWords);
  await pullRequests(environment).verdict(id);
  const { body } = await environment.control('GET', 'requests');
  const all: { method: string; url: string; start: number; end: number }[] = Array.isArray(body) ? body : body.value;
  const opened = all.find(({ method, url }) => method === 'POST' && /\/pullrequests\?/i.test(url));
  const ours = await environment.gateRequests();
  const posted = ours.findIndex(({ method, url }) => method === 'POST' && url.includes(`/${id}/statuses`));
  const status = ours[posted];
  if (!opened || !status) throw new Error(`Pull request ${id} was not judged.`);
  const requests = ours.slice(0, posted + 1);
  return { id, trips: sequentialSpans(requests), requests: requests.length, milliseconds: status.end - opened.end };
}

/** What a message costs when nothing is new, and when an evaluation covers it. */
async function measureMessages(environment: TestEnvironment, id: number): Promise<Figure[]> {
  await pullRequests(environment).linkWorkItem(id);
  await nothingLeft(environment);
  await environment.control('DELETE', 'requests');
  await pullRequests(environment).vote(id, 'reviewer', 5);
  await eventually(
    () => environment.gateRequests(),
    (requests) => requests.length > 0,
  );
  await queueIsQuiet(environment);
  const nothingNew = await environment.gateRequests();

  await nothingLeft(environment);
  await environment.control('DELETE', 'requests');
  const two = await workerStopped(environment, async () => {
    await deliver(environment, id, 2);
    await delay(MARGIN_MS);
  });
  // The evaluation for the first of the two begins when the second has long been enqueued: it covers that.
  return [
    exactly('nothing new: requests', nothingNew.length, 4),
    exactly('nothing new: writes', nothingNew.filter(isWrite).length, 0),
    exactly('covered: requests beside those of the message before it', two - nothingNew.length, 0),
  ];
}

/** Has the looks taken that evaluations left for later, so that none falls into what is measured next. */
async function nothingLeft(environment: TestEnvironment): Promise<void> {
  await queueIsQuiet(environment);
  while (environment.broker.queue('work').scheduled > 0) {
    await delay(SPACING_MS);
    await environment.control('POST', 'clock', { advanceSeconds: 31 });
    await queueIsQuiet(environment);
  }
  await delay(SPACING_MS);
}

function isWrite({ method, url }: { method: string; url: string }): boolean {
  return method !== 'GET' && !/(workitemsbatch|itemsbatch|blobs)\b/i.test(url);
}

/** Lets messages wait while the worker is stopped; returns the requests that it makes when it goes on. */
async function workerStopped(environment: TestEnvironment, meanwhile: () => Promise<void>): Promise<number> {
  const worker = environment.host.workers.find(({ name }) => name === WORKER);
  if (!worker) throw new Error(`There is no worker ${WORKER}.`);
  process.kill(worker.pid, 'SIGSTOP');
  try {
    await meanwhile();
  } finally {
    process.kill(worker.pid, 'SIGCONT');
  }
  await queueIsQuiet(environment);
  return (await environment.gateRequests()).length;
}

/** Delivers hooks of the pull request as Azure DevOps would, each an event of its own. */
async function deliver(environment: TestEnvironment, id: number, count: number): Promise<void> {
  const authorization = basic(await environment.hookPassword());
  const { body } = await environment.rest('author', 'GET', 'Shop/_apis/git/repositories/web?api-version=7.1');
  for (let index = 0; index < count; index += 1) {
    const hook = JSON.parse(hookBody(id, 1_000_000 + index));
    hook.resource.repository.id = body.id;
    delete hook.resourceContainers;
    const status = await environment.deliver(JSON.stringify(hook), authorization);
    if (status !== 202) throw new Error(`A hook was answered ${status}.`);
  }
}

async function queueIsQuiet(environment: TestEnvironment): Promise<void> {
  let quietSince = Date.now();
  await eventually(
    async () => {
      const { active, locked } = environment.broker.queue('work');
      if (active + locked > 0) quietSince = Date.now();
      return Date.now() - quietSince;
    },
    (quiet) => quiet >= 700,
    40,
  );
}

/** Pull requests one after the other: how long each waits for its status, and what the worker computes for it. */
async function measureMany(environment: TestEnvironment): Promise<Figure[]> {
  const waits: number[] = [];
  const worker = environment.host.workers.find(({ name }) => name === WORKER)?.pid ?? 0;
  const before = await processorTime(worker);
  for (let index = 0; index < PULL_REQUESTS; index += 1) {
    waits.push((await judge(environment, `many-${index}`)).milliseconds);
  }
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
    () => environment.end(),
  );
}

void start();
