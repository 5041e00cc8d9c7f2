import { setTimeout as delay } from 'node:timers/promises';

import { eventually, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';
import { requestsOfGate, sequentialSpans, untilStatus } from '../support/requests';

import type { Branch } from './branches';
import { nothingLeft, queueIsQuiet } from './quiet';
import { atMost, shown, type Figure } from './report';
import { median } from './statistics';

/** Far longer than anything else here: what overlaps then is what was asked for at once. */
export const ROUND_TRIP_MS = 50;
const FILES = [5, 50, 100];
const WARM_ROUNDS = 3;
const TRIPS = { warm: 6, cold: 7 };

export const WORKER = 'work-queue';

export const latencyBranches: Branch[] = FILES.flatMap((files) =>
  Array.from({ length: WARM_ROUNDS + 1 }, (_, round) => ({ name: branchName(files, round), files })),
);

export interface Judged {
  id: number;
  /** Round trips to Azure DevOps one after the other, until the status was there. */
  trips: number;
  /** Until the status was there. */
  requests: number;
  milliseconds: number;
  /** The process learnt Azure DevOps' routes on the way: it had judged nothing before. */
  isCold: boolean;
}

/** Opens a pull request with the default gates. */
export async function judge(environment: TestEnvironment, branch: string): Promise<Judged> {
  const pulls = pullRequests(environment);
  return judgeOpened(environment, pulls, () => pulls.open(branch, goodWords));
}

/** Opens a pull request and waits for its status; times are those of the simulated Azure DevOps' own log. */
export async function judgeOpened(
  environment: TestEnvironment,
  pulls: ReturnType<typeof pullRequests>,
  open: () => Promise<number>,
): Promise<Judged> {
  await environment.control('DELETE', 'requests');
  const id = await open();
  await pulls.verdict(id);
  const { body } = await environment.control('GET', 'requests');
  const all: { method: string; url: string; start: number; end: number }[] = Array.isArray(body) ? body : body.value;
  const opened = all.find(({ method, url }) => method === 'POST' && /\/pullrequests\?/i.test(url));
  const requests = untilStatus(id, (await requestsOfGate(environment)).own);
  const status = requests.at(-1);
  if (!opened || !status) throw new Error(`Pull request ${id} was not judged.`);
  return {
    id,
    trips: sequentialSpans(requests),
    requests: requests.length,
    milliseconds: status.end - opened.end,
    isCold: requests.some(({ method }) => method === 'OPTIONS'),
  };
}

/** Verdicts of small and large pull requests with slow round trips: the first of a process, and later ones. */
export async function measureLatency(environment: TestEnvironment): Promise<Figure[]> {
  const found: Record<'cold' | 'warm', { files: number; rounds: Judged[] }[]> = { cold: [], warm: [] };
  for (const files of FILES) {
    // A look that is due would find the fresh process before the pull request does.
    await nothingLeft(environment);
    await freshWorker(environment);
    await environment.control('POST', 'latency', { ms: ROUND_TRIP_MS });
    const rounds: Judged[] = [];
    for (let round = 0; round <= WARM_ROUNDS; round += 1) {
      rounds.push(await judge(environment, branchName(files, round)));
      await queueIsQuiet(environment);
    }
    await environment.control('POST', 'latency', { ms: 0 });
    if (rounds.some(({ isCold }, round) => isCold !== (round === 0)))
      throw new Error('The first verdict of a process, and no other, was to be cold.');
    found.cold.push({ files, rounds: rounds.slice(0, 1) });
    found.warm.push({ files, rounds: rounds.slice(1) });
  }
  await nothingLeft(environment);
  return (['warm', 'cold'] as const).flatMap((how) =>
    found[how].flatMap(({ files, rounds }) => {
      const what = `${how}, ${files} files`;
      return [
        atMost(`${what}: sequential round trips`, Math.max(...rounds.map(({ trips }) => trips)), TRIPS[how]),
        shown(`${what}: requests`, Math.max(...rounds.map(({ requests }) => requests))),
        shown(`${what}: opened to status`, median(rounds.map(({ milliseconds }) => milliseconds)), 'ms'),
      ];
    }),
  );
}

/** A worker that has judged nothing yet, and waits for messages. */
export async function freshWorker({ host }: TestEnvironment): Promise<void> {
  const pid = () => host.workers.find(({ name }) => name === WORKER)?.pid;
  const before = pid();
  await host.killWorker(WORKER, 'SIGKILL');
  await eventually(
    async () => pid(),
    (now) => now !== undefined && now !== before,
  );
  // It serves by now; that its first message finds it already listening at the queue is not told.
  await delay(1_000);
}

function branchName(files: number, round: number): string {
  return `bench/files-${files}-${round}`;
}
