import { setTimeout as delay } from 'node:timers/promises';

import { basic, eventually, type Clone, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';
import { about, isWrite, pullRequestOf, requestsOfGate } from '../support/requests';

import { pushAgain, type Branch } from './branches';
import type { EventRequests } from './organization';
import { hookBody } from './payload';
import { SPACING_MS, STEP_SECONDS, nothingLeft, queueIsQuiet } from './quiet';
import { exactly, type Figure } from './report';
import { WORKER } from './verdict-latency';

/** A message is covered by an evaluation that began this long after it was enqueued. */
const MARGIN_MS = 15_500;

/** How many pull requests meet the same event; what it costs is their mean, as looks for later fold by the clock. */
const ALIKE = 3;

/** Two groups that take turns: none has to wait until it may be evaluated again. */
export const eventBranches: Branch[] = Array.from({ length: 2 * ALIKE }, (_, index) => ({
  name: `bench/event-${index}`,
  files: 5,
}));

type Measured = Omit<EventRequests, 'sweep' | 'look'>;

interface PullRequest {
  id: number;
  branch: Branch;
}

/** What each event of a pull request's life costs, and what the ledger saves. */
export async function measureEvents(
  environment: TestEnvironment,
  clone: Clone,
): Promise<{ requests: Measured; figures: Figure[] }> {
  const pulls = pullRequests(environment);
  // What was judged before left looks for later, which are not these pull requests'.
  await nothingLeft(environment);
  const all: PullRequest[] = [];
  const opened = await countRequests(environment, eventBranches, async (branch) => {
    all.push({ id: await pulls.open(branch.name, goodWords), branch });
  });
  for (const { id } of all) await pulls.linkWorkItem(id);
  // A linked work item fires no hook; the votes show it, and all are green from here on.
  await countRequests(environment, all, ({ id }) => pulls.vote(id, 'reviewer', 5));
  await delay(SPACING_MS);

  const ones = all.slice(0, ALIKE);
  const others = all.slice(ALIKE);
  const [one] = ones;
  const [other] = others;
  if (!one || !other) throw new Error('There are two groups of pull requests.');
  const pushed = await countRequests(environment, ones, ({ branch }) => pushAgain(clone, branch));
  const voted = await countRequests(environment, others, ({ id }) => pulls.vote(id, 'reviewer', 10));
  const commented = await countRequests(environment, ones, ({ id }) =>
    pulls.comment(id, 'Is this the name they gave at checkout?', 'reviewer'),
  );
  const covered = await requestsOfCovered(environment, other.id);
  const { own, perOther } = await complete(environment, one.id);
  return {
    requests: {
      opened: opened.all,
      pushed: pushed.all,
      nothingNew: voted.all,
      commented: commented.all,
      completed: own,
      targetMoved: perOther,
    },
    figures: [
      exactly('nothing new: requests', voted.atOnce, 4),
      exactly('nothing new: writes', voted.writes, 0),
      exactly('covered: requests beside those of the message before it', covered - voted.atOnce, 0),
    ],
  };
}

/** For each of those that it happened to, in the mean. */
interface Counted {
  /** Until nothing was to be done then. */
  atOnce: number;
  /** With the looks that were left for later. */
  all: number;
  writes: number;
}

/** Lets the same happen to one after the other, so far apart that hooks wait for nothing but their own pull request. */
async function countRequests<Item>(
  environment: TestEnvironment,
  items: readonly Item[],
  act: (item: Item) => Promise<unknown>,
): Promise<Counted> {
  await environment.control('DELETE', 'requests');
  for (const item of items) {
    const before = (await requestsOfGate(environment)).own.length;
    await act(item);
    await moreRequests(environment, before);
  }
  const { own } = await requestsOfGate(environment);
  await nothingLeft(environment, STEP_SECONDS);
  const { own: all } = await requestsOfGate(environment);
  const each = (requests: readonly unknown[]): number => requests.length / items.length;
  return { atOnce: each(own), all: each(all), writes: each(all.filter(isWrite)) };
}

/** Waits until what happened has led to requests, and they are done: hooks are fired a moment later. */
async function moreRequests(environment: TestEnvironment, before = 0): Promise<void> {
  await eventually(
    () => requestsOfGate(environment),
    ({ own }) => own.length > before,
  );
  await queueIsQuiet(environment);
}

/** The others into the same branch get hooks as well: they are merged with its new head to see whether they can be. */
async function complete(environment: TestEnvironment, id: number): Promise<{ own: number; perOther: number }> {
  const path = `Shop/_apis/git/repositories/web/pullRequests/${id}?api-version=7.1`;
  const { body } = await environment.rest('author', 'GET', path);
  await environment.control('DELETE', 'requests');
  await pullRequests(environment).update(id, {
    status: 'completed',
    lastMergeSourceCommit: { commitId: body.lastMergeSourceCommit.commitId },
  });
  await moreRequests(environment);
  await nothingLeft(environment, STEP_SECONDS);
  const { own } = await requestsOfGate(environment);
  const named = new Set(own.map(pullRequestOf).filter((one) => one !== undefined));
  if (!named.delete(id) || named.size === 0) throw new Error('The completed pull request and others were to be read.');
  const mine = own.filter((request) => pullRequestOf(request) === id);
  return { own: mine.length, perOther: (own.length - mine.length) / named.size };
}

/** Requests for two messages of which the second is covered by the evaluation for the first. */
async function requestsOfCovered(environment: TestEnvironment, id: number): Promise<number> {
  const worker = environment.host.workers.find(({ name }) => name === WORKER);
  if (!worker) throw new Error(`There is no worker ${WORKER}.`);
  await environment.control('DELETE', 'requests');
  process.kill(worker.pid, 'SIGSTOP');
  try {
    await deliver(environment, id, 2);
    // The evaluation for the first begins when the second has long been enqueued.
    await delay(MARGIN_MS);
  } finally {
    process.kill(worker.pid, 'SIGCONT');
  }
  await moreRequests(environment);
  return about(id, (await requestsOfGate(environment)).own).length;
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
