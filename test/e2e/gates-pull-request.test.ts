import { startTestEnvironment, type Clone, type TestEnvironment } from '../support/local-environment';
import { management } from '../support/management';
import { pullRequests } from '../support/pull-requests';

/** Each gate alone on a pull request that breaks it: red, told as advice, not meant for it, and green when it is mended. */
let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;
let clone: Clone;
let repositoryId: string;

const repository = 'Shop/_apis/git/repositories/web';
const version = 'api-version=7.1';

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
  clone = await environment.clone('author');
  await clone.push('main', { 'src/shared.ts': 'export const greeting = "hello";\n' });
  await clone.push('develop', {});
  const { body } = await environment.rest('author', 'GET', `${repository}?${version}`);
  repositoryId = body.id;
});

afterAll(async () => {
  await environment.end();
});

const off = Object.fromEntries(['title', 'description', 'work-items', 'size'].map((name) => [name, { mode: 'off' }]));

/** Makes one gate the only one that is on. */
async function only(name: string, options: object): Promise<void> {
  const document = { gates: { ...off, [name]: options } };
  const { status, body } = await management(environment).save(`/repositories/${repositoryId}`, document);
  if (status !== 200 && status !== 201) throw new Error(`saving: ${status} ${JSON.stringify(body)}`);
}

/** A branch from `main` with a change of its own, and a pull request from it. */
async function open(branch: string, files: Record<string, string> = {}): Promise<number> {
  await clone.git('fetch', '--quiet', 'origin');
  await clone.git('checkout', '--quiet', '-B', branch, 'origin/main');
  await clone.push(branch, { [`src/${branch.replaceAll('/', '-')}.ts`]: 'export const one = 1;\n', ...files });
  return pulls.open(branch, { title: 'Something of the shop' });
}

/** A commit on `main` by somebody else. */
async function moveMain(files: Record<string, string>): Promise<void> {
  await clone.git('checkout', '--quiet', '-B', 'main', 'origin/main');
  await clone.push('main', files);
}

/** `main` is merged into the branch, whose own side wins. */
async function mergeMain(branch: string): Promise<void> {
  await clone.git('checkout', '--quiet', branch);
  await clone.git('merge', '--quiet', '--no-edit', '-X', 'ours', 'main');
  await clone.git('push', '--quiet', 'origin', branch);
}

const below = (id: number, path: string) => `${repository}/pullRequests/${id}/${path}?${version}`;

interface Case {
  gate: string;
  options: object;
  /** Opens a pull request that the gate fails; returns its number and what mends it. */
  breaks: () => Promise<{ id: number; mend: () => Promise<number> }>;
  /** What the gate says then. */
  says: string;
}

const cases: [string, Case][] = [
  [
    'branch-name',
    {
      gate: 'branch-name',
      options: { allowed: ['feature/**'] },
      breaks: async () => ({ id: await open('sloppy'), mend: () => open('feature/tidy') }),
      says: '"sloppy" is not as agreed',
    },
  ],
  [
    'target-branch',
    {
      gate: 'target-branch',
      options: { rules: [{ into: ['main'], from: ['release/*'] }] },
      breaks: async () => {
        const id = await open('feature/aim');
        return { id, mend: async () => (await pulls.update(id, { targetRefName: 'refs/heads/develop' }), id) };
      },
      says: '"feature/aim" may not go into "main"',
    },
  ],
  [
    'labels',
    {
      gate: 'labels',
      options: {},
      breaks: async () => {
        const id = await open('labelled');
        await environment.rest('author', 'POST', below(id, 'labels'), { name: 'Do-Not-Merge' });
        return {
          id,
          mend: async () => (await environment.rest('author', 'DELETE', below(id, 'labels/do-not-merge')), id),
        };
      },
      says: '"Do-Not-Merge" is set',
    },
  ],
  [
    'comments',
    {
      gate: 'comments',
      options: {},
      breaks: async () => {
        const id = await open('discussed');
        const thread = await pulls.comment(id, 'Why not in the basket?', 'reviewer');
        return {
          id,
          mend: async () => (
            await environment.rest('reviewer', 'PATCH', below(id, `threads/${thread}`), { status: 'fixed' }),
            id
          ),
        };
      },
      says: '1 open',
    },
  ],
  [
    'mergeable: conflicts',
    {
      gate: 'mergeable',
      options: {},
      breaks: async () => {
        const id = await open('conflicting', { 'src/shared.ts': 'export const greeting = "good day";\n' });
        await moveMain({ 'src/shared.ts': 'export const greeting = "good evening";\n' });
        return { id, mend: async () => (await mergeMain('conflicting'), id) };
      },
      says: 'conflicts with the target branch',
    },
  ],
  [
    'mergeable: behind',
    {
      gate: 'mergeable',
      options: { maximumCommitsBehind: 1 },
      breaks: async () => {
        const id = await open('behind');
        await moveMain({ 'src/other.ts': 'export const two = 2;\n' });
        await moveMain({ 'src/third.ts': 'export const three = 3;\n' });
        return { id, mend: async () => (await mergeMain('behind'), id) };
      },
      says: '2 > 1 commits behind',
    },
  ],
];

/** What the verdict says after another look, once it is as it should be. */
async function looks(id: number, expected: { state: string; description: string }): Promise<void> {
  await pulls.comment(id, '/gate re-run');
  const { state, description } = await pulls.verdict(
    id,
    (row) => row.state === expected.state && row.description === expected.description,
    40,
  );
  expect({ state, description }).toEqual(expected);
}

test.each(cases)(
  '%s',
  async (_, { gate, options, breaks, says }) => {
    await only(gate, { mode: 'block', ...options });
    const { id, mend } = await breaks();
    await looks(id, { state: 'failed', description: `1 of 1 gate failed: ${gate} ${says}` });

    await only(gate, { mode: 'advise', ...options });
    await looks(id, { state: 'succeeded', description: `nothing blocks · advice: ${gate} ${says}` });

    await only(gate, { mode: 'block', ...options, when: { targetBranch: ['nowhere'] } });
    await looks(id, { state: 'succeeded', description: `no gate applies: ${gate} not into nowhere` });

    await only(gate, { mode: 'block', ...options });
    await looks(id, { state: 'failed', description: `1 of 1 gate failed: ${gate} ${says}` });
    await looks(await mend(), { state: 'succeeded', description: '1 gate passed' });
  },
  180_000,
);

test('a label taken off and a thread resolved, of which no hook tells, change the verdict within the hour', async () => {
  const document = { gates: { ...off, labels: { mode: 'block' }, comments: { mode: 'block' } } };
  await management(environment).save(`/repositories/${repositoryId}`, document);
  const id = await open('silent');
  await environment.rest('author', 'POST', below(id, 'labels'), { name: 'blocked' });
  const thread = await pulls.comment(id, 'Is this tested?', 'reviewer');
  const description = '2 of 2 gates failed: comments 1 open · labels "blocked" is set';
  await looks(id, { state: 'failed', description });
  await environment.settle();

  await environment.rest('author', 'DELETE', below(id, 'labels/blocked'));
  await environment.rest('reviewer', 'PATCH', below(id, `threads/${thread}`), { status: 'fixed' });
  let newest = await pulls.verdict(id);
  expect(newest.description).toBe(description);
  for (let sweeps = 0; sweeps < 13 && newest.state === 'failed'; sweeps += 1) {
    await environment.sweep();
    newest = await pulls.verdict(id);
  }
  expect(newest).toMatchObject({ state: 'succeeded', description: '2 gates passed' });
}, 180_000);
