import {
  eventually,
  startTestEnvironment,
  type SimulatedRequest,
  type TestEnvironment,
} from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';

/** The budgets of round trips and requests. Times are for the benchmarks; what follows what is the same on any machine. */

let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
});

afterAll(async () => {
  await environment.end();
});

/** The most requests of which each began after the one before had ended. */
function sequential(requests: readonly SimulatedRequest[]): number {
  const byEnd = [...requests].sort((a, b) => a.end - b.end);
  let trips = 0;
  let free = -Infinity;
  for (const { start, end } of byEnd) {
    if (start < free) continue;
    trips += 1;
    free = end;
  }
  return trips;
}

test('a verdict takes at most six round trips, seven with a cold door; nothing new takes four reads', async () => {
  // Far longer than anything else here: what overlaps then is what was asked for at once.
  await environment.control('POST', 'latency', { ms: 100 });
  const clone = await environment.clone('author');
  const files = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`src/budget/file-${index}.ts`, `export const value = ${index};\n`]),
  );
  for (const [branch, trips] of [
    ['budget/cold', 7],
    ['budget/warm', 6],
  ] as const) {
    await clone.push(branch, files);
    await environment.control('DELETE', 'requests');
    const id = await pulls.open(branch, goodWords);
    await pulls.linkWorkItem(id);
    await pulls.verdict(id);
    const requests = await environment.gateRequests();
    const judged = requests.findIndex(({ method, url }) => method === 'POST' && url.includes('/statuses'));
    const told = requests
      .slice(0, judged + 1)
      .map(({ method, url, start, end }) => `${method} ${url} ${start % 100_000}-${end % 100_000}`);
    expect([branch, judged > 0, sequential(requests.slice(0, judged + 1)) <= trips, told]).toEqual([
      branch,
      true,
      true,
      told,
    ]);

    await environment.settle();
    await environment.control('DELETE', 'requests');
    await pulls.vote(id, 'reviewer', 5);
    await eventually(
      async () => (await environment.gateRequests()).length,
      (count) => count >= 4,
    );
    const nothingNew = (await environment.gateRequests()).map(
      ({ method, url }) => `${method} ${new URL(url, 'http://localhost').pathname.replace(/.*_apis/, '')}`,
    );
    expect(nothingNew).toHaveLength(4);
    expect(nothingNew.filter((request) => !request.startsWith('GET') && !/workitemsbatch$/i.test(request))).toEqual([]);
  }
});
