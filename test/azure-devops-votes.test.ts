import { startShop, type Shop } from './azure-devops-shop';
import { people, type People } from './support/people';
import { pushesOf, reviewersOf } from '../src/app/reviewers';
import type { ConnectedAzureDevOps } from '../src/azure-devops/connect';
import type { PullRequestKey, Reviewer } from '../src/core/snapshot';

/** When votes were cast, through the door from the simulator, and what somebody may do to move that time. */
let shop: Shop;
let door: ConnectedAzureDevOps;
let organization: People;
let key: PullRequestKey;
let branch: string;
const idOf: Record<string, string> = {};

beforeAll(async () => {
  shop = await startShop();
  door = shop.connect('bot-pat');
  organization = people(shop.url);
  for (const person of ['author', 'reviewer', 'admin']) idOf[person] = (await organization.find(person)).id;
});
afterAll(() => shop.stop());

/** As a person does it; some seconds later than what was before. */
async function act(person: string, method: string, path: string, body: unknown): Promise<{ id: number }> {
  await shop.control('POST', 'clock', { advanceSeconds: 10 });
  const { repositoryId, pullRequestId } = key;
  const url = `${shop.url}/Shop/_apis/git/repositories/${repositoryId}/pullRequests/${pullRequestId}${path}`;
  const authorization = `Basic ${Buffer.from(`:${person}-pat`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await fetch(`${url}?api-version=7.1`, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { id: number };
}

const vote = (person: string, value: number, more = {}): Promise<unknown> =>
  act(person, 'PUT', `/reviewers/${idOf[person]}`, { vote: value, ...more });

let pushed = 0;
async function push(): Promise<void> {
  await shop.control('POST', 'clock', { advanceSeconds: 10 });
  pushed += 1;
  await shop.push(branch, [{ path: `/more-${pushed}.txt`, content: 'more\n' }]);
}

/** The reviewer as a gate sees it, and whether the vote was cast after the last push. */
async function look(person = 'reviewer'): Promise<Reviewer & { isFresh: boolean | null }> {
  const [pullRequest, threads, iterations] = await Promise.all([
    door.readPullRequest(key),
    door.readThreads(key),
    door.readIterations(key),
  ]);
  if (!pullRequest.reviewers.ok) throw pullRequest.reviewers.failure;
  const reviewer = reviewersOf(pullRequest.reviewers.value, threads).find(
    ({ identity }) => identity.id === idOf[person],
  );
  const last = pushesOf(iterations).at(-1)?.at;
  if (!reviewer || !last) throw new Error('There is a reviewer, and a push.');
  return { ...reviewer, isFresh: reviewer.votedAt === null ? null : reviewer.votedAt > last };
}

describe.each(['identities', 'tfIds'] as const)('told as %s', (shape) => {
  beforeAll(async () => {
    await organization.shapeThreads(shape);
    branch = `votes-${shape}`;
    await shop.push(branch, [{ path: `/${branch}.txt`, content: 'one\n' }]);
    key = await shop.createPullRequest(branch);
  });

  test('a vote, and a push after it', async () => {
    await vote('reviewer', 10);
    expect(await look()).toMatchObject({ vote: 'approved', isFresh: true, isGroup: false });
    await push();
    expect(await look()).toMatchObject({ vote: 'approved', isFresh: false });
  });

  test('the same vote again changes nothing; approving anew does', async () => {
    await vote('reviewer', 10);
    expect(await look()).toMatchObject({ isFresh: false });
    await vote('reviewer', 10, { isReapprove: true });
    expect(await look()).toMatchObject({ isFresh: true });
  });

  test('changed from 10 to 5 the time is that of the 5; taken back, and given again, that of the last', async () => {
    await push();
    await vote('reviewer', 5);
    expect(await look()).toMatchObject({ vote: 'approvedWithSuggestions', isFresh: true });
    await vote('reviewer', 0);
    await push();
    expect(await look()).toMatchObject({ vote: 'none', isFresh: false });
    await vote('reviewer', 5);
    const { votedAt, isFresh } = await look();
    expect(isFresh).toBe(true);
    await vote('reviewer', -10);
    await vote('reviewer', 5);
    expect(String(votedAt) < String((await look()).votedAt)).toBe(true);
  });

  test('a vote that a push took back is none, and can be given again', async () => {
    const body = {
      isEnabled: true,
      isBlocking: true,
      type: { id: 'fa4e907d-c16b-4a4c-9dfa-4906e5d171dd' },
      settings: {
        minimumApproverCount: 1,
        resetOnSourcePush: true,
        scope: [{ repositoryId: null, refName: 'refs/heads/main', matchKind: 'Exact' }],
      },
    };
    const policies = `${shop.url}/Shop/_apis/policy/configurations`;
    const headers = {
      authorization: `Basic ${Buffer.from(':admin-pat').toString('base64')}`,
      'content-type': 'application/json',
    };
    const created = await fetch(`${policies}?api-version=7.1`, { method: 'POST', headers, body: JSON.stringify(body) });
    const { id } = (await created.json()) as { id: number };
    await push();
    await fetch(`${policies}/${id}?api-version=7.1`, { method: 'DELETE', headers });
    expect(await look()).toMatchObject({ vote: 'none', votedAt: null });
    await vote('reviewer', 10);
    expect(await look()).toMatchObject({ vote: 'approved', isFresh: true });
  });

  test('a group shows the vote of a member, and is told to be one', async () => {
    const { id } = await organization.putGroup('[Shop]\\Seniors', ['admin']);
    await act('author', 'PUT', `/reviewers/${id}`, { isRequired: true });
    await vote('admin', 10);
    idOf['seniors'] = id;
    expect(await look('seniors')).toMatchObject({ vote: 'approved', isGroup: true, isRequired: true, votedAt: null });
    expect(await look('admin')).toMatchObject({ vote: 'approved', isGroup: false, isFresh: true });
  });

  describe('after a push nobody makes the vote younger', () => {
    const said = (person: string) => ({
      CodeReviewThreadType: 'VoteUpdate',
      CodeReviewVoteResult: '10',
      CodeReviewVotedByTfId: idOf[person],
      CodeReviewVotedByDisplayName: 'Rex Reviewer',
    });
    beforeAll(push);
    afterEach(async () => {
      const { vote, isFresh } = await look();
      expect(vote).toBe('approved');
      expect(isFresh).not.toBe(true);
    });

    test.each(['author', 'admin'])('by a thread in the same words: %s', async (person) => {
      for (const commentType of ['text', 'system', 'codeChange']) {
        const comments = [{ content: 'Rex Reviewer voted 10', commentType }];
        await act(person, 'POST', '/threads', { comments, properties: said('reviewer') });
        const keyed = { ...said('reviewer'), CodeReviewVotedByTfId: null, CodeReviewVotedByIdentity: '1' };
        const identities = { '1': { id: idOf['reviewer'] } };
        await act(person, 'POST', '/threads', { comments, properties: keyed, identities });
      }
    });

    test('by giving a thread of the service, which the push has brought, the properties of a vote', async () => {
      const threads = await door.readThreads(key);
      const told = threads.findLast(({ properties }) => properties['CodeReviewThreadType'] === 'RefUpdate');
      await act('author', 'PATCH', `/threads/${told?.id}`, { properties: said('reviewer') });
    });

    test('by giving the vote of somebody else to the reviewer', async () => {
      await vote('author', 10);
      const own = (await door.readThreads(key)).findLast((each) => each.vote?.voterId === idOf['author']);
      expect(own).toBeDefined();
      await act('author', 'PATCH', `/threads/${own?.id}`, { properties: said('reviewer') });
    });

    test('by a word below the thread that tells of it, which makes its time unknown', async () => {
      const own = (await door.readThreads(key)).findLast((each) => each.vote?.voterId === idOf['reviewer']);
      await act('author', 'POST', `/threads/${own?.id}/comments`, {
        content: 'Rex Reviewer voted 10',
        parentCommentId: 1,
      });
      expect(await look()).toMatchObject({ votedAt: null });
    });

    test('but the reviewer, by approving anew', async () => {
      await vote('reviewer', 10, { isReapprove: true });
      expect(await look()).toMatchObject({ isFresh: true });
      await push();
    });
  });
});
