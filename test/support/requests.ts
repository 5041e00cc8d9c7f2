import type { SimulatedRequest, TestEnvironment } from './local-environment';

/** The gate's requests since the log was cleared; those with which a sweep lists projects and pull requests apart (the SDK asks for the routes of both first). */
export async function requestsOfGate(
  environment: TestEnvironment,
): Promise<{ own: SimulatedRequest[]; sweep: SimulatedRequest[] }> {
  const all = await environment.gateRequests();
  return { own: all.filter((one) => !isOfSweep(one)), sweep: all.filter(isOfSweep) };
}

function isOfSweep({ url }: SimulatedRequest): boolean {
  return /_apis\/(core|projects|git\/pullrequests)\/?(\?|$)/i.test(url);
}

/**
 * The pull request that is judged by a request; undefined for one that names none, as those for blobs and work items. One
 * that another waits for is asked for without its repository.
 */
export function pullRequestOf({ url }: SimulatedRequest): number | undefined {
  const id = /\/repositories\/[^/]+\/pullRequests\/(\d+)/i.exec(url)?.[1];
  return id === undefined ? undefined : Number(id);
}

/** Without the requests that name another pull request: a look that was left for later may fall into any moment. */
export function about(id: number, requests: readonly SimulatedRequest[]): SimulatedRequest[] {
  return requests.filter((request) => (pullRequestOf(request) ?? id) === id);
}

/** Of these requests, those up to the one that posted a pull request's status; empty when none did. */
export function untilStatus(id: number, requests: readonly SimulatedRequest[]): SimulatedRequest[] {
  const own = about(id, requests);
  const posted = own.findIndex(({ method, url }) => method === 'POST' && url.includes(`/${id}/statuses`));
  return own.slice(0, posted + 1);
}

export function isWrite({ method, url }: SimulatedRequest): boolean {
  return method !== 'GET' && !/(workitemsbatch|itemsbatch|blobs)\b/i.test(url);
}

/** The most spans of time of which each began after the one before had ended. */
export function sequentialSpans(spans: readonly { start: number; end: number }[]): number {
  let count = 0;
  let free = -Infinity;
  for (const { start, end } of [...spans].sort((a, b) => a.end - b.end)) {
    if (start < free) continue;
    count += 1;
    free = end;
  }
  return count;
}
