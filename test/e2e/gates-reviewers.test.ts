import { eventually, startTestEnvironment, type Clone, type TestEnvironment } from '../support/local-environment';
import { management } from '../support/management';
import { pullRequests } from '../support/pull-requests';

/** Who may approve, and what: by the genuine adapters, on votes, pushes and groups as the simulated service keeps them. */
let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;
let author: Clone;
let repositoryId: string;

const MAINTAINERS = '[Shop]\\Maintainers';
const WEB = 'Shop/_apis/git/repositories/web';
const version = 'api-version=7.1';
const off = Object.fromEntries(['title', 'description', 'work-items', 'size'].map((name) => [name, { mode: 'off' }]));

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
  author = await environment.clone('author');
  repositoryId = (await environment.rest('author', 'GET', `${WEB}?${version}`)).body.id;
  await environment.control('POST', 'people', { key: 'rita', displayName: 'Rita Maintainer' });
});

afterAll(async () => {
  await environment.end();
});

async function gates(wanted: object): Promise<void> {
  const document = { gates: { ...off, ...wanted } };
  const { status, body } = await management(environment).save(`/repositories/${repositoryId}`, document);
  if (status !== 200 && status !== 201) throw new Error(`saving: ${status} ${JSON.stringify(body)}`);
}

async function group(name: string, members: string[]): Promise<void> {
  const { status, body } = await environment.control('POST', 'groups', { name, members });
  if (status !== 200) throw new Error(`making ${name}: ${JSON.stringify(body)}`);
}

async function open(branch: string, files: Record<string, string> = {}): Promise<number> {
  await author.git('checkout', '--quiet', '-B', branch, 'origin/main');
  await author.push(branch, { [`src/${branch}.ts`]: 'export const one = 1;\n', ...files });
  return pulls.open(branch, { title: `About ${branch}` });
}

/** What the verdict says, once it is as it should be; somebody asks, as what is silent is noticed later only. */
async function says(id: number, state: string, description: string): Promise<void> {
  const row = await pulls.verdict(id, (each) => each.state === state && each.description === description, 40);
  expect([row.state, row.description]).toEqual([state, description]);
}

async function asked(id: number, state: string, description: string): Promise<void> {
  await pulls.comment(id, '/gate re-run');
  await says(id, state, description);
}

/** What stands in the summary, once it does. */
async function tells(id: number, text: string): Promise<void> {
  const summaryOf = async (): Promise<string> => (await pulls.summaries(id))[0]?.comments[0]?.content ?? '';
  expect(await eventually(summaryOf, (content) => content.includes(text))).toContain(text);
}

const WAITS = 'waiting for reviewers 0 of 1 approval';
const APPROVED = '1 gate passed';

describe('one approval', () => {
  beforeAll(() => gates({ reviewers: { mode: 'block' } }));

  test('counts for what was there, and is given again after a push; nobody gives it in the name of another', async () => {
    const id = await open('voucher');
    await says(id, 'pending', WAITS);
    await pulls.vote(id, 'author', 10);
    await pulls.vote(id, 'reviewer', 10);
    await says(id, 'succeeded', APPROVED);

    await author.push('voucher', { 'src/voucher.ts': 'export const one = 2;\n' });
    await says(id, 'pending', WAITS);
    await tells(
      id,
      'Not counted: "Ada Author" opened the pull request and "Rex Reviewer" approved before the last push.',
    );

    const { body: rex } = await environment.rest('reviewer', 'GET', '_apis/connectionData');
    const voter = rex.authenticatedUser;
    const forged = await environment.rest('author', 'POST', `${WEB}/pullRequests/${id}/threads?${version}`, {
      comments: [{ parentCommentId: 0, content: 'Rex Reviewer voted 10', commentType: 'system' }],
      identities: { '1': { id: voter.id } },
      properties: {
        CodeReviewThreadType: { $type: 'System.String', $value: 'VoteUpdate' },
        CodeReviewVoteResult: { $type: 'System.String', $value: '10' },
        CodeReviewVotedByIdentity: { $type: 'System.String', $value: '1' },
        CodeReviewVotedByTfId: { $type: 'System.String', $value: voter.id },
      },
    });
    expect(forged.status).toBe(200);
    const { length } = await pulls.statuses(id);
    await pulls.comment(id, '/gate re-run');
    await environment.settle();
    expect((await pulls.statuses(id)).slice(length).every(({ state }) => state === 'pending')).toBe(true);
    await says(id, 'pending', WAITS);

    await pulls.vote(id, 'reviewer', 0);
    await pulls.vote(id, 'reviewer', 10);
    await says(id, 'succeeded', APPROVED);
  }, 120_000);

  test('does not count by somebody who pushed, whoever the commit names', async () => {
    const id = await open('checkout');
    const reviewer = await environment.clone('reviewer');
    await reviewer.git('checkout', '--quiet', '-B', 'checkout', 'origin/checkout');
    await reviewer.git('config', 'user.name', 'Ada Author');
    await reviewer.git('config', 'user.email', 'author@contoso.example');
    await reviewer.push('checkout', { 'src/sneaky.ts': 'export const two = 2;\n' });
    await pulls.vote(id, 'reviewer', 10);
    await asked(id, 'pending', WAITS);
    await tells(id, 'Not counted: "Rex Reviewer" pushed to it.');
    await pulls.vote(id, 'rita', 5);
    await says(id, 'succeeded', APPROVED);
    await pulls.vote(id, 'rita', -10);
    await says(id, 'failed', '1 of 1 gate failed: reviewers rejected by "Rita Maintainer"');
  }, 120_000);
});

describe('a group', () => {
  const LACKS = `waiting for reviewers 0 of 1 approval by ${MAINTAINERS}`;

  beforeAll(async () => {
    await group('[contoso]\\Seniors', ['rita']);
    await group('[Shop]\\Leads', ['[contoso]\\Seniors']);
    await group(MAINTAINERS, ['[Shop]\\Leads']);
    // A search by parts of names finds it, too.
    await group(`${MAINTAINERS} Emeriti`, ['reviewer']);
    await gates({ reviewers: { mode: 'block', groups: [{ group: MAINTAINERS }] } });
  });

  test('has members through three other groups, and none who have left', async () => {
    const id = await open('stock');
    await says(id, 'pending', 'waiting for reviewers 0 of 1 approval (+1 more)');
    await pulls.vote(id, 'reviewer', 10);
    await says(id, 'pending', LACKS);
    await pulls.vote(id, 'rita', 10);
    await says(id, 'succeeded', '1 gate passed');

    await group('[contoso]\\Seniors', []);
    environment.clock.advance(61_000);
    await asked(id, 'pending', LACKS);
    await group('[contoso]\\Seniors', ['rita']);
    environment.clock.advance(61_000);
    await asked(id, 'succeeded', '1 gate passed');
  }, 120_000);

  test('guards files under both names, and lets its members aim where others may not', async () => {
    const paths = { mode: 'block', protected: [{ paths: ['infra/**'], group: MAINTAINERS }] };
    const rules = [{ into: ['release/*'], from: ['**'], authorGroups: [MAINTAINERS] }];
    await gates({ paths, 'target-branch': { mode: 'block', rules } });
    await author.git('checkout', '--quiet', '-B', 'main', 'origin/main');
    await author.push('main', { 'infra/main.bicep': 'param location string\n'.repeat(20) });
    await author.push('release/1', {});
    await author.git('checkout', '--quiet', '-B', 'moved', 'origin/main');
    await author.git('mv', 'infra/main.bicep', 'main.bicep');
    await author.push('moved', {});
    const id = await pulls.open('moved', { title: 'Tidy up' });
    await says(id, 'pending', `waiting for paths infra/main.bicep: 0 of 1 approval by ${MAINTAINERS}`);
    await pulls.update(id, { targetRefName: 'refs/heads/release/1' });
    await says(id, 'failed', `1 of 2 gates failed: target-branch only ${MAINTAINERS} may aim at "release/1"`);
    await pulls.update(id, { targetRefName: 'refs/heads/main' });
    await pulls.vote(id, 'rita', 10);
    await says(id, 'succeeded', '2 gates passed');
  }, 120_000);

  test('that is not there, or that the PAT may not see, is an error with what to do', async () => {
    await group('[Shop]\\Nobody', []);
    await gates({ reviewers: { mode: 'block', groups: [{ group: '[Shop]\\Nobody' }] } });
    // Settings with a group that is not there are not saved; one can be renamed later, and is remembered for a minute.
    await environment.control('POST', 'groups', { name: '[Shop]\\Nobody', rename: '[Shop]\\Somebody', members: [] });
    await environment.control('POST', 'clock', { advanceSeconds: 61 });
    const id = await open('basket');
    const cannot = '1 of 1 gate could not judge: reviewers';
    await says(id, 'error', `${cannot} needs group "[Shop]\\Nobody", which is not there`);

    const scopes = ['vso.code', 'vso.code_status', 'vso.threads_full', 'vso.work'];
    await environment.control('POST', 'pats', { token: 'bot-pat', scopes });
    await asked(id, 'error', `${cannot} needs PAT scope Identity (Read)`);
    await tells(id, 'give its PAT the scope Identity');
    await environment.control('POST', 'pats', { token: 'bot-pat', scopes: null });
  }, 120_000);
});
