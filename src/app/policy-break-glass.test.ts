import { Failure } from '../core/failures';

import { applyBreakGlass, planBreakGlass, type BreakGlassAction, type BreakGlassReport } from './policy-break-glass';
import { isSuspended, suspensionOf } from './policy-suspension';
import type { BranchPolicy } from './ports';
import { createFakePolicies, type FakePolicies } from './testing/fake-policies';

const repositoryId = '3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f';
const blog = { id: 'b1090000-0000-4000-8000-000000000001', name: 'Blog', policies: [] };

function settings(changes: Record<string, unknown> = {}): BranchPolicy['settings'] {
  return {
    statusGenre: 'portcullis',
    statusName: 'verdict',
    authorId: repositoryId,
    invalidateOnSourceUpdate: true,
    defaultDisplayName: 'Portcullis',
    policyApplicability: null,
    more: { kept: [1] },
    scope: [{ repositoryId, refName: 'refs/heads/main', matchKind: 'Exact' }],
    ...changes,
  };
}

async function add(
  fake: FakePolicies,
  changes: Record<string, unknown> = {},
  state: Partial<BranchPolicy> = {},
  project = 'Shop',
): Promise<number> {
  const policy = { isEnabled: true, isBlocking: true, settings: settings(changes), ...state };
  return (await fake.port.createStatusPolicy(project, policy)).id;
}

async function run(fake: FakePolicies, action: BreakGlassAction): Promise<BreakGlassReport> {
  return applyBreakGlass(fake.port, action, await planBreakGlass(fake.port, action));
}

const writes = ({ calls }: FakePolicies): string[] => calls.filter((call) => call.startsWith('update'));
const states = ({ policies }: BreakGlassReport) => policies.map(({ policyId, state }) => `${policyId} ${state}`);

test('exactly our blocking policies of all projects become optional, and exactly as they were again', async () => {
  const fake = createFakePolicies();
  fake.projects.push(structuredClone(blog));
  const verdict = await add(fake);
  await add(fake, { statusName: 'payments', authorId: null });
  const optional = await add(fake, {}, { isBlocking: false });
  const off = await add(fake, {}, { isEnabled: false });
  await add(fake, { statusGenre: 'sonar' });
  await add(fake, { statusGenre: 'portcullis-like' });
  const misspelt = await add(fake, { statusGenre: null, statusName: 'portcullis/verdict' });
  await add(fake, { statusGenre: null, statusName: 'portcullis/verdict' }, { isBlocking: false });
  const elsewhere = await add(fake, { authorId: blog.id }, {}, 'Blog');
  const before = structuredClone(fake.projects);

  const plan = await planBreakGlass(fake.port, 'suspend');
  expect(writes(fake)).toEqual([]);
  expect(plan.refused).toEqual([]);
  // What is spelt nearly as ours and blocks is told, and left to whoever wrote it.
  const near = { project: { id: expect.any(String), name: 'Shop' }, place: `main of repository ${repositoryId}` };
  expect(plan.misspelt).toEqual([{ ...near, policyId: misspelt, context: 'portcullis/verdict' }]);
  expect(plan.policies[0]).toEqual({
    project: { id: expect.any(String), name: 'Shop' },
    policyId: verdict,
    context: 'portcullis/verdict',
    place: `main of repository ${repositoryId}`,
    authorId: repositoryId,
    diff: [
      '- isBlocking: true',
      '+ isBlocking: false',
      '- settings.defaultDisplayName: "Portcullis"',
      '+ settings.defaultDisplayName: "Portcullis (suspended by portcullis)"',
    ],
    state: 'toChange',
    note: null,
  });
  const report = await applyBreakGlass(fake.port, 'suspend', plan);
  expect(states(report)).toEqual([
    '40 changed',
    '41 changed',
    `${optional} left`,
    `${off} left`,
    `${elsewhere} changed`,
  ]);
  const blocking = fake.projects.flatMap(({ policies }) => policies.filter(({ isBlocking }) => isBlocking));
  expect(blocking.map(({ id }) => id)).toEqual([off, 44, 45, misspelt]);

  // Once more: nothing is written, and nothing is marked twice.
  expect(states(await run(fake, 'suspend'))[0]).toBe('40 asItShouldBe');
  expect(writes(fake)).toHaveLength(3);

  expect(states(await run(fake, 'restore'))).toEqual([
    '40 changed',
    '41 changed',
    `${optional} left`,
    `${off} left`,
    `${elsewhere} changed`,
  ]);
  expect(fake.projects).toEqual(before);
  await run(fake, 'restore');
  expect(writes(fake)).toHaveLength(6);
});

test.each([
  ['no name', undefined],
  ['null for a name', null],
  ['an empty name', ''],
  ['its context for a name', 'portcullis/verdict'],
  ['a name like the mark', 'suspended by portcullis'],
])('a policy with %s has it again', async (_, defaultDisplayName) => {
  const fake = createFakePolicies();
  const { defaultDisplayName: named, ...nameless } = settings();
  expect(named).toBeDefined();
  const given = defaultDisplayName === undefined ? nameless : { ...nameless, defaultDisplayName };
  await fake.port.createStatusPolicy('Shop', { isEnabled: true, isBlocking: true, settings: given });
  const before = structuredClone(fake.policies);
  await run(fake, 'suspend');
  expect(fake.policies[0]?.settings['defaultDisplayName']).toMatch(/^(portcullis\/verdict|suspended by portcullis) \(/);
  await run(fake, 'restore');
  expect(fake.policies).toEqual(before);
});

test('what people change meanwhile is kept', async () => {
  const fake = createFakePolicies();
  const [paths, blocking, off, renamed] = [await add(fake), await add(fake), await add(fake), await add(fake)];
  await run(fake, 'suspend');
  fake.edit(paths, (policy) => ({ ...policy, settings: { ...policy.settings, filenamePatterns: ['/src/*'] } }));
  fake.edit(blocking, (policy) => ({ ...policy, isBlocking: true }));
  fake.edit(off, (policy) => ({ ...policy, isEnabled: false }));
  fake.edit(renamed, (policy) => ({ ...policy, settings: { ...policy.settings, defaultDisplayName: 'Mine' } }));
  const report = await run(fake, 'restore');
  expect(states(report)).toEqual([`${paths} changed`, `${blocking} changed`, `${off} changed`, `${renamed} left`]);
  expect(report.policies.map(({ note }) => note)).toEqual([
    null,
    null,
    'It is switched off, and stays so.',
    'It is optional, but was not suspended by portcullis policy suspend, and was left so.',
  ]);
  expect(fake.policies.map(({ isEnabled, isBlocking }) => [isEnabled, isBlocking])).toEqual([
    [true, true],
    [true, true],
    [false, true],
    [true, false],
  ]);
  expect(fake.policies[0]?.settings).toEqual(settings({ filenamePatterns: ['/src/*'] }));
  expect(fake.policies[3]?.settings['defaultDisplayName']).toBe('Mine');
});

test('one that was made blocking by hand in the emergency is suspended again, and marked once', async () => {
  const fake = createFakePolicies();
  const id = await add(fake);
  await run(fake, 'suspend');
  fake.edit(id, (policy) => ({ ...policy, isBlocking: true }));
  await run(fake, 'suspend');
  expect(fake.policies[0]).toMatchObject({
    isBlocking: false,
    settings: { defaultDisplayName: 'Portcullis (suspended by portcullis)' },
  });
});

test('what is changed between looking and writing is kept, and what has gone is named', async () => {
  const fake = createFakePolicies();
  const [first, second, third] = [await add(fake), await add(fake), await add(fake)];
  const plan = await planBreakGlass(fake.port, 'suspend');
  fake.edit(first, (policy) => ({ ...policy, settings: { ...policy.settings, filenamePatterns: ['/src/*'] } }));
  fake.edit(second, (policy) => ({ ...policy, isBlocking: false }));
  fake.policies.pop();
  const report = await applyBreakGlass(fake.port, 'suspend', plan);
  expect(states(report)).toEqual([`${first} changed`, `${second} asItShouldBe`, `${third} failed`]);
  expect(fake.policies[0]?.settings['filenamePatterns']).toEqual(['/src/*']);
  expect(fake.policies[1]?.settings['defaultDisplayName']).toBe('Portcullis');
});

test('a refused project and a refused policy are named, the rest goes on, and running again does what is left', async () => {
  const fake = createFakePolicies();
  fake.projects.push(structuredClone(blog));
  const [first, second] = [await add(fake), await add(fake)];
  await add(fake, {}, {}, 'Blog');
  const refusal = new Failure({ kind: 'permissionMissing', message: 'You lack "Edit policies".' });
  fake.fail.set('readStatusPolicies Blog', refusal).set(`update ${first}`, refusal);
  const report = await run(fake, 'suspend');
  expect(report.refused).toEqual([{ project: { id: blog.id, name: 'Blog' }, reason: refusal.message }]);
  expect(states(report)).toEqual([`${first} failed`, `${second} changed`]);
  expect(report.policies[0]?.note).toBe(refusal.message);
  const again = await run(fake, 'suspend');
  expect(again.refused).toEqual([]);
  expect(fake.projects.flatMap(({ policies }) => policies).every(isSuspended)).toBe(true);
});

test('the history tells who suspended, and when', async () => {
  const fake = createFakePolicies();
  const id = await add(fake);
  const since = async () => suspensionOf(await fake.port.readPolicyRevisions('Shop', id));
  expect(await since()).toBeUndefined();
  fake.person.name = 'Otto';
  fake.person.now = () => new Date('2026-03-01T10:00:00Z');
  await run(fake, 'suspend');
  fake.person.name = 'Ada';
  fake.person.now = () => new Date('2026-03-02T10:00:00Z');
  fake.edit(id, (policy) => ({ ...policy, settings: { ...policy.settings, filenamePatterns: ['/src/*'] } }));
  expect(await since()).toEqual({ by: 'Otto', at: '2026-03-01T10:00:00.000Z' });
  await run(fake, 'restore');
  expect(await since()).toBeUndefined();
});
