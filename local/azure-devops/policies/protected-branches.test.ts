import { present } from '../testing/json';
import { addStatusPolicy, removePolicies } from '../testing/policy-acts';
import { startTestSimulator, type TestSimulator } from '../testing/start-test-simulator';

/** A branch with a blocking policy moves by pull requests only. */
let sim: TestSimulator;
const REFUSED =
  /TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch\./;

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterAll(() => sim.end());

const headOf = async (branch: string): Promise<string | undefined> =>
  (await sim.rest('author', 'GET', `git/repositories/web/refs?filter=heads/${branch}`)).value[0]?.objectId;

test('git is refused a push to it, with all that the push brings; other branches and who may bypass are not', async () => {
  await addStatusPolicy(sim);
  const before = await headOf('main');
  const clone = await sim.clone();
  const commit = await clone.commit({ 'straight.txt': 'to main\n' });
  await expect(clone.git('push', 'origin', 'main')).rejects.toThrow(REFUSED);
  await expect(clone.git('push', 'origin', 'main', 'main:beside')).rejects.toThrow(REFUSED);
  await expect(clone.git('push', 'origin', '--delete', 'main')).rejects.toThrow(REFUSED);
  expect(await headOf('main')).toBe(before);
  expect(await headOf('beside')).toBeUndefined();
  await clone.git('push', '--quiet', 'origin', 'main:feature/straight');
  expect(await headOf('feature/straight')).toBe(commit);

  const admin = await sim.clone('admin');
  const pushed = await admin.commit({ 'urgent.txt': 'to main\n' });
  await admin.git('push', '--quiet', 'origin', 'main');
  expect(await headOf('main')).toBe(pushed);
  await removePolicies(sim);
});

test('so is REST; an optional policy protects nothing', async () => {
  const head = present(await headOf('main'));
  const push = {
    refUpdates: [{ name: 'refs/heads/main', oldObjectId: head }],
    commits: [
      {
        comment: 'straight',
        changes: [
          { changeType: 'add', item: { path: '/rest.txt' }, newContent: { content: '1', contentType: 'rawtext' } },
        ],
      },
    ],
  };
  await addStatusPolicy(sim);
  const refused = await sim.call('author', 'POST', 'Shop/_apis/git/repositories/web/pushes', push);
  expect(refused).toMatchObject({ status: 403, body: { typeKey: 'GitRefUpdateRejectedByPolicyException' } });
  expect(refused.text).toMatch(REFUSED);
  const moved = await sim.call(
    'author',
    'POST',
    'Shop/_apis/git/repositories/web/refs',
    [{ name: 'refs/heads/main', oldObjectId: head, newObjectId: '0'.repeat(40) }],
    { 'content-type': 'application/json' },
  );
  expect(moved.body.value).toMatchObject([{ updateStatus: 'rejectedByPolicy', success: false }]);
  expect(await headOf('main')).toBe(head);

  await removePolicies(sim);
  await addStatusPolicy(sim, {}, { isBlocking: false });
  expect((await sim.call('author', 'POST', 'Shop/_apis/git/repositories/web/pushes', push)).status).toBe(201);
});
