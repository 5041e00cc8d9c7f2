import { ada, author, key, wireList } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();

const service = { id: '00000002-0000-8888-8000-000000000000', displayName: 'Microsoft.VisualStudio.Services.TFS' };
const serviceAccounts = {
  id: '41113706-4320-4083-9150-925feb93fc22',
  displayName: '[DefaultCollection]\\Project Collection Service Accounts',
  isContainer: true,
};
const mallory = {
  id: 'eeeeeeee-0000-4000-8000-00000000000e',
  displayName: 'Mallory',
  uniqueName: 'mallory@contoso.com',
};
const at = '2026-03-04T11:00:00.5Z';

const text = ($value: string): unknown => ({ $type: 'System.String', $value });
const today = (result: string): Record<string, unknown> => ({
  CodeReviewThreadType: text('VoteUpdate'),
  CodeReviewVoteResult: text(result),
  CodeReviewVotedByInitiatorIdentity: text('2'),
  CodeReviewVotedByIdentity: text('1'),
});
const before = (result: string, id: string): Record<string, unknown> => ({
  CodeReviewThreadType: text('VoteUpdate'),
  CodeReviewVoteResult: text(result),
  CodeReviewVotedByTfId: text(id),
});

/** What is read of the one thread that the service answers. */
async function voteOf(over: Record<string, unknown>, commentOver: Record<string, unknown> = {}): Promise<unknown> {
  const comment = { id: 1, author: service, commentType: 'system', content: 'Ada voted 10', ...commentOver };
  scene.answer({
    '/threads': wireList({
      id: 5,
      publishedDate: at,
      lastUpdatedDate: at,
      properties: today('10'),
      identities: { '1': author, '2': mallory },
      comments: [comment],
      ...over,
    }),
  });
  return (await scene.door.readThreads(key))[0]?.vote;
}

describe('a vote that the service tells of', () => {
  const cast = { voterId: ada.id, vote: 'approved', castAt: '2026-03-04T11:00:00.500Z' };

  test('today: the voter by a key, not whoever caused it', async () => {
    expect(await voteOf({})).toEqual(cast);
  });

  test.each([author.id, author.id.toLowerCase(), author.id.replaceAll('-', '')])(
    'on older servers: the voter by id, as %s',
    async (id) => {
      const properties = before('10', id);
      expect(await voteOf({ properties, identities: null }, { author: serviceAccounts })).toEqual(cast);
    },
  );

  test.each([
    ['5', 'approvedWithSuggestions'],
    ['0', 'none'],
    ['-5', 'waitingForAuthor'],
    ['-10', 'rejected'],
  ])('the vote %s is %s', async (wire, vote) => {
    expect(await voteOf({ properties: today(wire) }, { content: `Ada voted ${wire}` })).toMatchObject({ vote });
  });

  test.each(['Ada hat mit 10 gestimmt.', 'Microsoft.VisualStudio.Services.TFS voted 10', '10: Ada'])(
    'in other words: %s',
    async (content) => {
      expect(await voteOf({}, { content })).toEqual(cast);
    },
  );

  test('in the name of the voter', async () => {
    expect(await voteOf({}, { author })).toEqual(cast);
  });
});

describe('no vote', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['a thread that somebody else began with such properties', {}, { author: mallory }],
    ['one that calls itself the text of a person', {}, { commentType: 'text' }],
    ['one of nobody', {}, { author: null }],
    ['a vote that this release does not know', { properties: today('7') }, { content: 'Ada voted 7' }],
    ['a thread of the service that somebody has touched since', { lastUpdatedDate: '2026-03-04T11:00:01Z' }, {}],
    ['one of which nobody knows whether it was touched', { lastUpdatedDate: undefined }, {}],
    ['what was a push', {}, { content: 'The reference refs/heads/Ada/10 was updated.' }],
    ['what was the vote of somebody else', {}, { content: 'Mallory voted 10' }],
    ['what was another vote', {}, { content: 'Ada voted -10' }],
    ['no words', {}, { content: null }],
    ['what was another vote, on older servers', { properties: before('10', author.id) }, { content: 'Ada voted -10' }],
    ['no time', { publishedDate: null }, {}],
    ['a time that is none', { publishedDate: 'soon' }, {}],
    ['a key that nobody has', { identities: { '2': author } }, {}],
    ['no identities', { identities: null }, {}],
    ['an id that is none', { properties: before('10', 'ada') }, {}],
    ['another story', { properties: { ...today('10'), CodeReviewThreadType: text('ReviewersUpdate') } }, {}],
  ])('is %s', async (_, thread, comment) => {
    expect(await voteOf(thread, comment)).toBeUndefined();
  });
});
