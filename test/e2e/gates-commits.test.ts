import { startTestEnvironment, type Clone, type TestEnvironment } from '../support/local-environment';
import { judging } from '../support/judged';
import { pullRequests } from '../support/pull-requests';

/** Commits as git makes them, a title by the same convention, a checklist: red while not as agreed, green when mended. */
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

const cases: [
  string,
  object,
  { branch: string; says: string; breaks: () => Promise<void>; mends: () => Promise<void> },
][] = [
  [
    'a message that is not conventional, reworded',
    { convention: 'conventional-commits' },
    {
      branch: 'worded',
      says: '1 of 1 commit not conventional',
      breaks: () => commitAs('worded', 'tidy up'),
      mends: () => commitAs('worded', 'chore: tidy up', '--amend'),
    },
  ],
  [
    'a commit that is not signed off, signed off',
    { signOff: true },
    {
      branch: 'signed',
      says: '1 of 1 commit not signed off',
      breaks: () => commitAs('signed', 'fix: round down'),
      mends: () => commitAs('signed', 'fix: round down', '--amend', '--signoff'),
    },
  ],
  [
    "another's domain, and the author renewed",
    { authorDomains: ['contoso.example'] },
    {
      branch: 'stranger',
      says: '1 of 1 commit by another domain',
      breaks: () => commitAs('stranger', 'fix: round', '--author', 'Ada <ada@home.example>'),
      mends: () => commitAs('stranger', 'fix: round', '--amend', '--author', 'Ada <ada@contoso.example>'),
    },
  ],
  [
    'a merge, and rebased',
    { mergeCommits: 'refuse' },
    {
      branch: 'merging',
      says: '1 of 3 commits merges',
      breaks: async () => {
        await commitAs('merging', 'fix: one');
        await clone.git('checkout', '--quiet', '-B', 'aside', 'origin/main');
        await clone.git('commit', '--quiet', '--allow-empty', '-m', 'fix: two');
        await clone.git('checkout', '--quiet', 'merging');
        await clone.git('merge', '--quiet', '--no-ff', '--no-edit', 'aside');
        await clone.git('push', '--quiet', 'origin', 'merging');
      },
      mends: async () => {
        await clone.git('reset', '--quiet', '--hard', 'HEAD~1');
        await clone.git('push', '--quiet', '--force', 'origin', 'merging');
      },
    },
  ],
];

test.each(cases)(
  '%s',
  async (_, options, { branch, says, breaks, mends }) => {
    await only(options);
    await clone.git('fetch', '--quiet', 'origin');
    await clone.git('checkout', '--quiet', '-B', branch, 'origin/main');
    await breaks();
    const id = await pulls.open(branch, { title: 'Something of the shop' });
    await looks(id, 'failed', `1 of 1 gate failed: commits ${says}`);
    await mends();
    await looks(id, 'succeeded', '1 gate passed');
  },
  120_000,
);

test('a title that is not conventional, then one whose breaking change is not explained, then explained', async () => {
  await only({ convention: 'conventional-commits', breakingChanges: 'explain' }, 'title');
  await clone.git('checkout', '--quiet', '-B', 'titled', 'origin/main');
  await commitAs('titled', 'anything');
  const id = await pulls.open('titled', { title: 'Something of the shop', description: 'It does.' });
  await looks(id, 'failed', '1 of 1 gate failed: title not conventional');
  await pulls.update(id, { title: 'feat(shop)!: greet customers' });
  await looks(id, 'failed', '1 of 1 gate failed: title breaking change not explained');
  await pulls.update(id, { description: 'It does.\n\nBREAKING CHANGE: nobody enters without a greeting.' });
  await looks(id, 'succeeded', '1 gate passed');
}, 120_000);

test('a checklist whose optional item may stay open', async () => {
  await only({ checklist: 'complete' }, 'description');
  await clone.git('checkout', '--quiet', '-B', 'listed', 'origin/main');
  await commitAs('listed', 'anything');
  const list = 'Customers asked to be greeted in the shop.\n\n- [ ] notes (optional)\n';
  const id = await pulls.open('listed', { title: 'Something of the shop', description: `${list}- [ ] tests` });
  await looks(id, 'failed', '1 of 1 gate failed: description 1 open checklist item');
  await pulls.update(id, { description: `${list}- [x] tests` });
  await looks(id, 'succeeded', '1 gate passed');
}, 120_000);

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
