import { actSchema } from './act';

test('parses what the forms post', () => {
  expect(actSchema.parse({ action: 'vote', as: 'reviewer', vote: '-5' })).toEqual({
    action: 'vote',
    as: 'reviewer',
    vote: -5,
  });
  expect(actSchema.parse({ action: 'comment', as: 'author', content: ' a\r\nb ', threadId: '4' })).toEqual({
    action: 'comment',
    as: 'author',
    content: 'a\nb',
    threadId: 4,
    side: 'right',
  });
  expect(actSchema.parse({ action: 'link-work-item', as: 'author', workItemId: '41' })).toMatchObject({
    workItemId: 41,
  });
  expect(actSchema.parse({ action: 'complete', as: 'author' })).toEqual({ action: 'complete', as: 'author' });
});

test.each([
  ['an unknown action', { action: 'bypass', as: 'author' }],
  ['nobody acting', { action: 'complete' }],
  ['a vote there is not', { action: 'vote', as: 'author', vote: '7' }],
  ['an empty comment', { action: 'comment', as: 'author', content: ' \r\n' }],
  ['a thread status there is not', { action: 'thread-status', as: 'author', threadId: '1', status: 'gone' }],
  ['a file path that is not rooted', { action: 'comment', as: 'author', content: 'x', filePath: 'a.ts', line: '1' }],
])('refuses %s', (_name, form) => {
  expect(actSchema.safeParse(form).success).toBe(false);
});
