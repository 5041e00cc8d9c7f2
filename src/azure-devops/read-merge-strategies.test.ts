import { failureOf, projectId, repositoryId, wireList } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();
const branch = 'refs/heads/main';
const read = () => scene.door.readMergeStrategies({ projectId, repositoryId, branch });

const type = { id: 'FA4E907D-C16B-4A4C-9DFA-4916E5D171AB' };
const here = [{ repositoryId: repositoryId.toUpperCase(), refName: branch, matchKind: 'Exact' }];
let lastId = 0;
const policy = (settings: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  id: ++lastId,
  isEnabled: true,
  isBlocking: true,
  isDeleted: false,
  type,
  settings: { scope: here, ...settings },
  ...more,
});
const path = `/${projectId}/_apis/git/policy/configurations`;
const script = (...policies: unknown[]) => scene.answer({ [path]: wireList(...policies) });

const everything = ['noFastForward', 'rebase', 'rebaseMerge', 'squash'];
const squashOnly = { allowSquash: true, allowNoFastForward: false, allowRebase: false, allowRebaseMerge: false };

test('everything without a policy, which is asked for by repository, branch and type', async () => {
  script();
  await expect(read()).resolves.toEqual(everything);
  const [request] = scene.server.requests;
  expect(request?.path).toBe(path);
  expect(Object.fromEntries(request?.query ?? [])).toEqual({
    repositoryId,
    refName: branch,
    policyType: type.id.toLowerCase(),
  });
});

test.each<[string, ReturnType<typeof policy>[], string[]]>([
  ['squash alone', [policy(squashOnly)], ['squash']],
  ['what is not said', [policy({ allowRebase: true })], ['rebase']],
  ['names in another case', [policy({ AllowSquash: true, AllowRebaseMerge: true })], ['rebaseMerge', 'squash']],
  ['the former way to say squash', [policy({ useSquashMerge: true })], ['squash']],
  ['the former way to say merge', [policy({ useSquashMerge: false })], ['noFastForward']],
  ['both ways', [policy({ ...squashOnly, allowRebase: true, useSquashMerge: true })], ['rebase', 'squash']],
  [
    'what all of them allow',
    [policy({ allowSquash: true, allowRebase: true }), policy({ allowSquash: true, allowNoFastForward: true })],
    ['squash'],
  ],
  ['nothing that all of them allow', [policy(squashOnly), policy({ allowRebase: true })], []],
  ['one that is switched off', [policy(squashOnly, { isEnabled: false })], everything],
  ['one that does not block', [policy(squashOnly, { isBlocking: false })], everything],
  ['one that is deleted', [policy(squashOnly, { isDeleted: true })], everything],
  ['another type', [policy(squashOnly, { type: { id: repositoryId } })], everything],
  ['another branch', [policy({ ...squashOnly, scope: [{ ...here[0], refName: 'refs/heads/x' }] })], everything],
  ['another repository', [policy({ ...squashOnly, scope: [{ ...here[0], repositoryId: projectId }] })], everything],
  [
    'every repository',
    [policy({ ...squashOnly, scope: [{ repositoryId: null, refName: 'refs/heads/', matchKind: 'Prefix' }] })],
    ['squash'],
  ],
  ['the default branch', [policy({ ...squashOnly, scope: [{ matchKind: 'DefaultBranch' }] })], ['squash']],
])('%s', async (_, policies, strategies) => {
  script(...policies);
  await expect(read()).resolves.toEqual(strategies);
});

test('paged to the end', async () => {
  scene.script = ({ query }) => {
    const isSecond = query.get('continuationToken') === '7';
    return isSecond
      ? { json: wireList(policy(squashOnly)) }
      : {
          json: wireList(policy({ allowSquash: true, allowRebase: true })),
          headers: { 'x-ms-continuationtoken': '7' },
        };
  };
  await expect(read()).resolves.toEqual(['squash']);
  expect(scene.server.requests).toHaveLength(2);
});

test('pages without an end are no answer', async () => {
  scene.script = () => ({ json: wireList(), headers: { 'x-ms-continuationtoken': '7' } });
  expect(await failureOf(read())).toMatchObject({ kind: 'unexpected' });
});

test('settings that say nothing which is understood are no answer', async () => {
  script(policy({ allowSquash: 'yes' }));
  expect(await failureOf(read())).toMatchObject({
    kind: 'unexpected',
    message: expect.stringContaining('the settings of policy'),
  });
});

test('an account that may not read them is told', async () => {
  scene.script = () => ({ status: 403, json: { message: 'TF401027' } });
  expect(await failureOf(read())).toMatchObject({
    kind: 'permissionMissing',
    message: expect.stringMatching(/read the branch policies of .*Code \(Read\)/s),
  });
});
