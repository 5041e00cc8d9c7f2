import { NOW, status } from './fixture-parts';
import type { PolicyState } from './model';
import { renderChecks } from './statuses';

/** The Checks panel where the branch has policies. */
const verdict: PolicyState = {
  name: 'Portcullis',
  context: 'portcullis/verdict',
  isBlocking: true,
  status: 'queued',
  reason: 'Waiting for portcullis/verdict.',
};

const render = (policies: readonly PolicyState[], statuses = [status(1, { iterationId: 1 })]): string =>
  renderChecks({ statuses, policies, iterations: [{ id: 1 }], mergeRefusals: [], isActive: true }, NOW).markup;

const words = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

test('a status policy whose status nobody posted has a row that says what it waits for', () => {
  const page = render([verdict], []);
  expect(words(page)).toContain('Checks: 1 check not yet decided');
  expect(words(page)).toContain('Waiting for portcullis/verdict. Portcullis Required');
  expect(page).toContain('aria-label="Pending"');
});

test('a posted status says whether it is required, and why it does not count when it does not', () => {
  const approved = words(render([{ ...verdict, status: 'approved', reason: 'row 1' }]));
  expect(approved).toContain('row 1 portcullis/verdict Required update 1');
  expect(approved).not.toContain('Waiting');
  expect(words(render([{ ...verdict, status: 'approved', isBlocking: false }]))).toContain('Optional');
  expect(words(render([verdict]))).toContain('Required Waiting for portcullis/verdict.');
  expect(words(render([]))).not.toContain('Required');
  expect(words(render([{ ...verdict, status: 'notApplicable' }], []))).toContain('No checks have been posted');
});

test('policies of other kinds count among the checks', () => {
  const comments = { name: 'Comment requirements', isBlocking: true, reason: '1 comment thread is not resolved.' };
  const page = render([verdict, { ...comments, status: 'rejected' }]);
  expect(words(page)).toContain('Checks: 1 check failed');
  expect(words(page)).toContain('1 comment thread is not resolved. Comment requirements Required');
});
