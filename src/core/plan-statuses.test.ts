import { planComponentStatuses, planStatus, type StatusRow, type WantedStatus } from './plan-statuses';

const wanted: WantedStatus = {
  iterationId: 3,
  state: 'failed',
  description: '1 of 4 gates failed: title is too short',
  targetUrl: 'https://dev.azure.example/contoso/pullrequest/7?discussionId=9',
};

const row = (over: Partial<StatusRow> = {}): StatusRow => ({
  ...wanted,
  id: 10,
  genre: 'portcullis',
  name: 'verdict',
  authorId: 'us',
  ...over,
});

const posted = { ...wanted, genre: 'portcullis', name: 'verdict' };

test('the first status of a pull request is posted', () => {
  expect(planStatus([], wanted, 'us')).toEqual(posted);
});

test('nothing is written when the newest row says the same', () => {
  expect(planStatus([row()], wanted, 'us')).toBeUndefined();
  expect(planStatus([row({ id: 4, state: 'pending' }), row()], wanted, 'us')).toBeUndefined();
});

describe('a row is written when the newest one', () => {
  test.each<[string, Partial<StatusRow>]>([
    ['was posted by somebody else', { authorId: 'mallory' }],
    ['judged an older iteration', { iterationId: 2 }],
    ['was posted on the pull request as a whole', { iterationId: null }],
    ['has another state', { state: 'succeeded' }],
    ['was not set at all', { state: 'notSet' }],
    ['has another description', { description: '4 gates passed' }],
    ['leads to another page', { targetUrl: 'https://evil.example/' }],
    ['leads nowhere', { targetUrl: null }],
  ])('%s', (_, over) => {
    expect(planStatus([row(over)], wanted, 'us')).toEqual(posted);
  });
});

describe('the newest row counts, whatever the order of the list', () => {
  const older = row({ id: 9, state: 'succeeded' });
  test.each([
    ['ours is the newest', [older, row()], undefined],
    ['ours is the newest, listed first', [row(), older], undefined],
    ['somebody forged a newer one', [row(), row({ id: 11, state: 'succeeded', authorId: 'mallory' })], posted],
    ['somebody forged a newer one that says the same', [row(), row({ id: 11, authorId: 'mallory' })], posted],
    ['a newer one of ours says something else', [row({ id: 12, state: 'succeeded' }), row()], posted],
  ])('%s', (_, rows, plan) => {
    expect(planStatus(rows, wanted, 'us')).toEqual(plan);
  });
});

test('statuses of other contexts do not count', () => {
  const others = [
    row({ id: 20, genre: 'sonar', state: 'succeeded' }),
    row({ id: 21, name: 'payments', state: 'succeeded' }),
  ];
  expect(planStatus(others, wanted, 'us')).toEqual(posted);
  expect(planStatus([row(), ...others], wanted, 'us')).toBeUndefined();
});

test('a pull request without iterations is compared as such', () => {
  const whole = { ...wanted, iterationId: null };
  expect(planStatus([row({ iterationId: null })], whole, 'us')).toBeUndefined();
  expect(planStatus([row()], whole, 'us')).toEqual({ ...posted, iterationId: null });
});

describe('the statuses of components', () => {
  const { iterationId, targetUrl, state, description } = wanted;
  const place = { iterationId, targetUrl };
  const plan = (rows: StatusRow[], names: string[]): [name: string, description: string][] =>
    planComponentStatuses(
      rows,
      Object.fromEntries(names.map((name) => [name, { state, description }])),
      place,
      'us',
    ).map(({ name, ...status }) => {
      expect(status).toMatchObject({ genre: 'portcullis', ...place });
      return [name, status.description];
    });
  const gone = 'not a component any more';

  test('only those that say something new', () => {
    expect(plan([row({ name: 'payments' })], ['payments', 'search'])).toEqual([['search', description]]);
  });

  test('one that is no component any more says so, once', () => {
    const rows = [row({ name: 'payments' })];
    expect(plan(rows, [])).toEqual([['payments', gone]]);
    const said = row({ id: 11, name: 'payments', state: 'notApplicable', description: gone });
    expect(plan([...rows, said], [])).toEqual([]);
    expect(plan([...rows, said], ['payments'])).toEqual([['payments', description]]);
  });

  test.each<[string, Partial<StatusRow>]>([
    ["somebody else's", { authorId: 'mallory' }],
    ['of another iteration', { iterationId: 2 }],
    ['of another genre', { genre: 'sonar' }],
    ['the verdict', { name: 'verdict' }],
    ['that of an evaluation by hand', { name: 'evaluate' }],
  ])('what is not a component of ours is left alone: %s', (_, over) => {
    expect(plan([row({ name: 'payments', ...over })], [])).toEqual([]);
  });
});
