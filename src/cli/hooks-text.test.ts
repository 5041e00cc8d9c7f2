import { hooksStatusSchema, rotateText, statusText, syncText } from './hooks-text';

const line = (over: object = {}): object => ({
  eventType: 'git.pullrequest.created',
  state: 'inPlace',
  faults: [],
  probation: null,
  ...over,
});
const status = (lines: object[], over: object = {}) =>
  hooksStatusSchema.parse({
    mode: 'projects',
    account: 'Portcullis',
    ok: false,
    places: [{ project: 'Shop', lines }],
    remedy: 'portcullis hooks sync',
    ...over,
  });

test('where all is well a project is one line', () => {
  expect(statusText(status([line(), line()], { ok: true, remedy: null }))).toBe(
    'Shop: 2 of 2 in place\nAll are in place and belong to Portcullis.',
  );
});

test('what is wrong stands below its project, and cannot write on the terminal', () => {
  const wrong = line({ state: 'wrong', faults: ['was disabled by \u001b[31mMallory', 'is narrowed by a filter'] });
  expect(statusText(status([line(), wrong]))).toBe(
    [
      'Shop: 1 of 2 in place',
      '  git.pullrequest.created  wrong  was disabled by ⟨U+001B⟩[31mMallory; is narrowed by a filter',
      'portcullis hooks sync mends it.',
    ].join('\n'),
  );
});

test('probation tells since when, how often, and when next', () => {
  const probation = { retries: 1, since: '2026-10-01T12:00:00.000Z', nextRetryAt: '2026-10-01T13:00:00.000Z' };
  const text = statusText(status([line({ state: 'onProbation', probation })], { remedy: null }));
  expect(text).toContain('since 2026-10-01T12:00:00.000Z, 1 retry, the next one at 2026-10-01T13:00:00.000Z');
  expect(text).toContain('new events are lost');
  expect(text).toContain('by itself');
});

const result = {
  mode: 'projects' as const,
  projects: 3,
  changes: { created: 8, repaired: 1, removed: 0 },
  total: 12,
  refused: [],
};

test('a sync says what it did, and what a project refused', () => {
  expect(syncText(result)).toBe('12 service hook subscriptions, for 3 projects: 8 created, 1 repaired.');
  const nothing = {
    ...result,
    mode: 'organization' as const,
    total: 4,
    changes: { created: 0, repaired: 0, removed: 0 },
  };
  expect(syncText(nothing)).toBe('4 service hook subscriptions, one set for all projects: nothing was to be done.');
  expect(syncText({ ...result, refused: [{ project: 'Bank', reason: 'It may not.' }] })).toContain(
    '✗ Bank: It may not.',
  );
});

test('a rotation says when the former password ends', () => {
  const formerEndsAt = '2026-10-01T12:00:00.000Z';
  expect(rotateText({ ...result, formerEndsAt })).toContain('The former password ends at 12:00 UTC.');
  const refused = [{ project: 'Bank', reason: 'It may not.' }];
  expect(rotateText({ ...result, refused, formerEndsAt: null })).toContain('counts for a day');
});
