import { emptySlices } from '../../src/core/snapshot';
import { resolveSettings } from '../../src/settings';
import { allGates, repositoryOfAllGates } from '../support/all-gates';
import { eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';
import { requestsOfGate, sequentialSpans, untilStatus } from '../support/requests';

/** The budgets of round trips and requests. Times are for the benchmarks; what follows what is the same on any machine. */

const SWEEP = 300_000;

let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
});

afterAll(async () => {
  await environment.end();
});

test('a verdict takes at most six round trips, seven with a cold door; nothing new takes four reads', async () => {
  // Far longer than anything else here: what overlaps then is what was asked for at once.
  await environment.control('POST', 'latency', { ms: 400 });
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
    expect([branch, judged > 0, sequentialSpans(requests.slice(0, judged + 1)) <= trips, told]).toEqual([
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

test('with all gates on, a verdict of 100 files takes at most eight round trips', async () => {
  const resolved = resolveSettings([{ scope: 'repository', document: { gates: allGates } }]);
  const needs = resolved.ok ? resolved.settings.gates.flatMap((gate) => gate.needs) : [];
  expect([...new Set(needs)].sort()).toEqual([...Object.keys(emptySlices), 'details'].sort());

  await environment.control('POST', 'latency', { ms: 0 });
  const { repository, prepare } = await repositoryOfAllGates(environment);
  await environment.settle();
  // Groups are remembered for a minute; and just behind a sweep no other pull request is looked at meanwhile.
  const { clock } = environment;
  clock.advance(61_000);
  clock.advance(SWEEP - (clock.now() % SWEEP));
  await environment.settle();
  const open = await prepare('feature/all', 100);
  // So many at once keep the machine busy: what follows what shows only if each trip takes far longer than that.
  await environment.control('POST', 'latency', { ms: 1_500 });
  await environment.control('DELETE', 'requests');
  const id = await open();
  const { description } = await repository.pulls.verdict(id, undefined, 60);
  expect(description).toMatch(
    /^waiting for code-owners \/src\/ needs an approval by \[Shop\]\\Seniors · depends-on !\d+ open/,
  );
  const requests = untilStatus(id, (await requestsOfGate(environment)).own);
  const told = requests.map(
    ({ method, url, start, end }) => `${Math.round(start) % 100_000}-${Math.round(end) % 100_000} ${method} ${url}`,
  );
  // What the longest chains consist of was read and written.
  for (const part of ['/git/pullRequests/', '/blobs', '/items', '/commits/', '/reviewers', '/threads', '/statuses'])
    expect([part, told.some((request) => request.includes(part))]).toEqual([part, true]);
  const trips = sequentialSpans(requests);
  expect([trips, told]).toEqual([Math.min(trips, 8), told]);
}, 120_000);
