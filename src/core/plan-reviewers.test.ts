import type { GateOutcome } from './evaluate';
import type { WantedReviewer } from './gate';
import { planReviewers } from './plan-reviewers';

const team: WantedReviewer = { id: 'a-group', name: '[Shop]\\Reviewers', isRequired: false };
const bob: WantedReviewer = { uniqueName: 'bob@contoso.com', name: 'bob@contoso.com', isRequired: false };
const outcome = (reviewers: WantedReviewer[] | undefined, over: Partial<GateOutcome> = {}): GateOutcome => ({
  gate: 'code-owners',
  mode: 'block',
  component: null,
  shadow: false,
  state: 'pending',
  description: '',
  findings: [],
  ...(reviewers ? { reviewers } : {}),
  ...over,
});

test.each<[string, GateOutcome[], WantedReviewer[]]>([
  ['nobody', [outcome(undefined)], []],
  [
    'each once',
    [outcome([team, bob]), outcome([{ ...bob, uniqueName: 'BOB@contoso.com' }, team])],
    [team, { ...bob, uniqueName: 'BOB@contoso.com' }],
  ],
  [
    'as required, where any says so',
    [outcome([{ ...bob, isRequired: true }]), outcome([bob])],
    [{ ...bob, isRequired: true }],
  ],
  ['also by advice', [outcome([bob], { mode: 'advise' })], [bob]],
  ['nobody by what is tried out', [outcome([bob], { shadow: true })], []],
])('%s', (_, outcomes, reviewers) => {
  expect(planReviewers(outcomes)).toEqual(reviewers);
});

test('twenty at most', () => {
  const many = Array.from({ length: 30 }, (_, index) => ({ ...bob, uniqueName: `owner-${index}` }));
  expect(planReviewers([outcome(many)])).toHaveLength(20);
});
