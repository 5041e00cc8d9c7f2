import { findCommands } from './commands';
import { reRunAnswer } from './markdown';

const evaluation = { iterationId: 3, sourceCommit: 'c0ffee11'.repeat(5), outcomes: [], untouched: [] };

test('the answer tells what was judged and how', () => {
  expect(reRunAnswer({ state: 'succeeded', description: '4 gates passed' }, evaluation)).toBe(
    'Judged again: iteration 3, commit `c0ffee11` is **succeeded**: 4 gates passed',
  );
});

test('without iterations it names the commit alone', () => {
  const answer = reRunAnswer(
    { state: 'error', description: 'no gate is configured' },
    { ...evaluation, iterationId: null },
  );
  expect(answer).toBe('Judged again: commit `c0ffee11` is **error**: no gate is configured');
});

test.each([
  ['calls nobody', '@<11111111-2222-4333-8444-555555555555> #12 !7', /@<|#12|!7/],
  ['links to nothing', '[here](https://evil.example) https://evil.example', /\]\(|:\/\//],
  ['holds no HTML', '<img src=x>', /<img/],
])('what a pull request’s author wrote %s', (_, description, active) => {
  expect(reRunAnswer({ state: 'failed', description }, evaluation)).not.toMatch(active);
});

test('an answer is no command, whoever writes it', () => {
  const content = reRunAnswer({ state: 'failed', description: '\n/gate re-run' }, evaluation);
  const comment = { id: 1, authorId: 'ada', content, isDeleted: false, isSystem: false };
  expect(findCommands([{ id: 1, isDeleted: false, comments: [comment] }], new Set())).toEqual([]);
});
