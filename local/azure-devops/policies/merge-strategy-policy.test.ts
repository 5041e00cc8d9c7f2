import { addPolicy, complete, removePolicies, verdictsOf } from '../testing/policy-acts';
import { startTestSimulator, type TestSimulator } from '../testing/start-test-simulator';
import { allowedStrategies } from './merge-strategy-policy';
import { MERGE_STRATEGY_POLICY } from './policy-types';

/** "Require a merge strategy": read by a gate, and enforced when a pull request is completed. */
let sim: TestSimulator;

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterEach(() => removePolicies(sim));
afterAll(() => sim.end());

async function open(name: string): Promise<number> {
  await sim.branch(name, { [`${name}.txt`]: '1\n' });
  return (await sim.open(name)).pullRequestId;
}

const scope = [{ repositoryId: null, refName: 'refs/heads/main', matchKind: 'Exact' as const }];

test.each([
  ['today, what is allowed is said', { allowSquash: true, allowRebase: true }, ['squash', 'rebase']],
  ['the old word is not looked at beside those', { allowRebaseMerge: true, useSquashMerge: true }, ['rebaseMerge']],
  ['the old word alone: squash', { useSquashMerge: true }, ['squash']],
  ['the old word alone: a merge', { useSquashMerge: false }, ['noFastForward']],
])('%s', (_, settings, allowed) => {
  expect(allowedStrategies({ scope, ...settings })).toEqual(allowed);
});

test('with squash alone allowed, everything else is refused, and who names nothing is asked to choose', async () => {
  await addPolicy(sim, MERGE_STRATEGY_POLICY, { allowSquash: true });
  const id = await open('squashed');
  expect(await verdictsOf(sim, id)).toEqual(['queued']);
  expect((await complete(sim, id)).text).toContain('Choose how to complete: squash commit.');
  for (const mergeStrategy of ['noFastForward', 'rebase', 'rebaseMerge']) {
    const refused = await complete(sim, id, { completionOptions: { mergeStrategy } });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('is not allowed; allowed: squash commit.');
  }
  expect(await verdictsOf(sim, id)).toEqual(['rejected']);
  expect((await complete(sim, id, { completionOptions: { mergeStrategy: 'squash' } })).status).toBe(200);
  const { lastMergeCommit } = await sim.until(id, (each) => each.status === 'completed');
  const commit = await sim.rest('author', 'GET', `git/repositories/web/commits/${lastMergeCommit.commitId}`);
  expect(commit['parents']).toHaveLength(1);
});

test('a gate finds the policy by branch and type', async () => {
  const policy = await addPolicy(sim, MERGE_STRATEGY_POLICY, { allowSquash: true });
  const { id: repositoryId } = await sim.rest('bot', 'GET', 'git/repositories/web');
  const at = (refName: string): string =>
    `git/policy/configurations?repositoryId=${repositoryId}&refName=${refName}&policyType=${MERGE_STRATEGY_POLICY}`;
  const { value } = await sim.rest('bot', 'GET', at('refs/heads/main'));
  expect(value).toMatchObject([{ id: policy, isBlocking: true, settings: { allowSquash: true } }]);
  expect((await sim.rest('bot', 'GET', at('refs/heads/other'))).value).toEqual([]);
});

test('a policy that allows what is done asks nothing', async () => {
  await addPolicy(sim, MERGE_STRATEGY_POLICY, { allowNoFastForward: true, allowSquash: false });
  const id = await open('merged');
  expect(await verdictsOf(sim, id)).toEqual(['approved']);
  expect((await complete(sim, id, { completionOptions: { squashMerge: true } })).status).toBe(403);
  expect((await complete(sim, id, { completionOptions: { squashMerge: false } })).status).toBe(200);
  await sim.until(id, (each) => each.status === 'completed');
});
