import { startTestEnvironment, type Clone, type TestEnvironment } from '../support/local-environment';
import { judging } from '../support/judged';
import { pullRequests } from '../support/pull-requests';

/** Commits where policies say how they are merged; what else the gate asks for is in every-gate.test.ts. */
let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;
let judged: ReturnType<typeof judging>;
let clone: Clone;

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
  judged = judging(environment);
  clone = await environment.clone('author');
});

afterAll(async () => {
  await environment.end();
});

const off = Object.fromEntries(['title', 'description', 'work-items', 'size'].map((name) => [name, { mode: 'off' }]));

const only = (options: object, gate = 'commits') =>
  judged.save('repository', { gates: { ...off, [gate]: { mode: 'block', ...options } } });

async function commitAs(branch: string, message: string, ...more: string[]): Promise<void> {
  await clone.git('commit', '--quiet', '--allow-empty', '-m', message, ...more);
  await clone.git('push', '--quiet', '--force', 'origin', branch);
}

/** What the verdict says after another look, once it is as it should be. */
async function looks(id: number, state: string, description: string): Promise<void> {
  await pulls.comment(id, '/gate re-run');
  const row = await pulls.verdict(id, (each) => each.state === state && each.description === description, 40);
  expect([row.state, row.description]).toEqual([state, description]);
}

test('where a policy allows nothing but squashing, the title counts in place of the messages, and only there', async () => {
  await only({ convention: 'conventional-commits' });
  await clone.git('checkout', '--quiet', '-B', 'squashed', 'origin/main');
  await commitAs('squashed', 'tidy up');
  const id = await pulls.open('squashed', { title: 'Something of the shop' });
  await looks(id, 'failed', '1 of 1 gate failed: commits 1 of 1 commit not conventional');

  const policies = 'Shop/_apis/policy/configurations';
  const version = 'api-version=7.1';
  const { body: repository } = await environment.rest('author', 'GET', `Shop/_apis/git/repositories/web?${version}`);
  const policy = (allowed: object, more: object = {}) => ({
    isEnabled: true,
    isBlocking: true,
    type: { id: 'fa4e907d-c16b-4a4c-9dfa-4916e5d171ab' },
    settings: {
      ...allowed,
      scope: [{ repositoryId: repository.id, refName: 'refs/heads/main', matchKind: 'exact' }],
    },
    ...more,
  });
  const { status, body } = await environment.rest(
    'admin',
    'POST',
    `${policies}?${version}`,
    policy({ allowSquash: true }),
  );
  expect(status).toBe(200);
  const change = async (wanted: object): Promise<void> => {
    const answer = await environment.rest('admin', 'PUT', `${policies}/${body.id}?${version}`, wanted);
    expect(answer.status).toBe(200);
  };
  await looks(id, 'failed', '1 of 1 gate failed: commits title not conventional');
  await pulls.update(id, { title: 'chore: tidy up' });
  await looks(id, 'succeeded', '1 gate passed');

  await change(policy({ allowSquash: true, allowRebase: true }));
  await looks(id, 'failed', '1 of 1 gate failed: commits 1 of 1 commit not conventional');
  await change(policy({ allowSquash: true }, { isBlocking: false }));
  await looks(id, 'failed', '1 of 1 gate failed: commits 1 of 1 commit not conventional');
  await change(policy({ useSquashMerge: true }));
  await looks(id, 'succeeded', '1 gate passed');
  await only({ convention: 'conventional-commits', underSquash: 'commits' });
  await looks(id, 'failed', '1 of 1 gate failed: commits 1 of 1 commit not conventional');
  await environment.rest('admin', 'DELETE', `${policies}/${body.id}?${version}`);
}, 180_000);
