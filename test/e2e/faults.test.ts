import { setTimeout as delay } from 'node:timers/promises';

import {
  eventually,
  startTestEnvironment,
  type SimulatedRequest,
  type TestEnvironment,
} from '../support/local-environment';
import { newRepository, type NewRepository } from '../support/new-repository';
import { goodWords } from '../support/pull-requests';

/** Every way an answer can go wrong, at every call that an evaluation makes: the right verdict comes in the end. */

let environment: TestEnvironment;
let repository: NewRepository;
let pulls: NewRepository['pulls'];

beforeAll(async () => {
  environment = await startTestEnvironment();
  repository = await newRepository(environment, 'faulty');
  pulls = repository.pulls;
});

afterAll(async () => {
  await environment.end();
});

const RETRY_AFTER_SECONDS = 2;

const accidents: Record<string, Record<string, unknown>> = {
  '429 with Retry-After': { status: 429, headers: { 'Retry-After': `${RETRY_AFTER_SECONDS}` } },
  'a 500': { status: 500 },
  'a 503': { status: 503 },
  'a reset': { action: 'reset' },
  'an answer that is lost': { action: 'drop' },
  'truncated JSON': { action: 'garbage' },
  'the sign-in page': { action: 'html203' },
};

/** Calls by method and path below `_apis`, with `{id}` for the pull request's number. */
function callsOf(requests: readonly SimulatedRequest[], id: number): string[] {
  const calls = requests.map(({ method, url }) => {
    const path = new URL(url, 'http://localhost').pathname.replace(/^.*\/_apis/, '');
    return `${method} ${path.replace(new RegExp(`/pullRequests/${id}(?=/|$)`, 'i'), '/pullRequests/{id}')}`;
  });
  return [...new Set(calls)].filter((call) => !call.startsWith('OPTIONS'));
}

let branches = 0;

const openAnother = (): Promise<number> => repository.open(`faulty-${(branches += 1)}`, goodWords);

async function judgedInTheEnd(ids: readonly number[]): Promise<void> {
  await eventually(
    async () => {
      environment.clock.advance(10_000);
      await delay(200);
      return Promise.all(ids.map(async (id) => [id, (await pulls.statuses(id)).at(-1)?.state]));
    },
    (states) => states.every(([, state]) => state === 'failed'),
    60,
  );
}

test('the calls of an evaluation are known, and each of them may fail in every way', async () => {
  await environment.control('DELETE', 'requests');
  const model = await openAnother();
  await pulls.verdict(model);
  const calls = callsOf(await environment.gateRequests(), model);
  expect(calls.length).toBeGreaterThanOrEqual(9);
  let last = model;

  for (const [accident, fault] of Object.entries(accidents)) {
    const ids: number[] = [];
    for (const call of calls) {
      const [method = '', path = ''] = call.split(' ');
      // The number is not known before the pull request is there, and its hook follows at once: the next one it is.
      const next = last + 1;
      await environment.control('POST', 'faults', [
        { method, path: path.replace('{id}', `${next}`), times: 1, ...fault },
      ]);
      const id = await openAnother();
      expect(id).toBe(next);
      last = id;
      ids.push(id);
      await eventually(
        async () => (await environment.control('GET', 'faults')).body,
        (left: unknown[]) => left.length === 0,
        30,
      ).catch(() => undefined);
      await environment.control('DELETE', 'faults');
    }
    await judgedInTheEnd(ids);
    for (const id of ids) {
      const rows = await pulls.statuses(id);
      expect([accident, id, rows.filter(({ state }) => state === 'succeeded')]).toEqual([accident, id, []]);
      expect([accident, id, rows.at(-1)]).toEqual([
        accident,
        id,
        expect.objectContaining({ state: 'failed', iterationId: 1 }),
      ]);
      expect([accident, id, (await pulls.summaries(id)).length]).toEqual([accident, id, 1]);
      // The end of a refusal of the PAT has all that are active looked at.
      await pulls.update(id, { status: 'abandoned' });
    }
  }
}, 600_000);

test.each([
  ['a 429', { status: 429 }],
  ['a slow 200', { status: 200, body: { count: 0, value: [] } }],
])('after %s with Retry-After, nothing is asked before it ends', async (_name, answer) => {
  await environment.settle();
  const next = (await openAnother()) + 1;
  await pulls.verdict(next - 1);
  await environment.settle();
  await environment.control('DELETE', 'requests');
  await environment.control('POST', 'faults', [
    {
      method: 'GET',
      path: `/pullRequests/${next}/workitems`,
      times: 1,
      headers: { 'Retry-After': `${RETRY_AFTER_SECONDS}` },
      ...answer,
    },
  ]);
  const id = await openAnother();
  expect(id).toBe(next);
  await delay(RETRY_AFTER_SECONDS * 1_000 + 500);
  await judgedInTheEnd([id]);
  const requests = await environment.gateRequests();
  const asked = requests.find(({ url }) => url.includes(`/pullRequests/${id}/workitems`));
  expect(asked).toBeDefined();
  const ended = asked?.end ?? 0;
  const tooSoon = requests.filter(
    ({ start }) => start > ended + 50 && start < ended + RETRY_AFTER_SECONDS * 1_000 - 100,
  );
  expect(tooSoon.map(({ method, url }) => `${method} ${url}`)).toEqual([]);
});
