import { approvalsOf, whyUncountable, type ApprovalTerms } from './approvals';
import type { Identity, Push, Reviewer } from './snapshot';

const person = (id: string): Identity => ({ id, displayName: id, uniqueName: `${id}@contoso.com` });
const terms: ApprovalTerms = { afterLastPush: true, byOthers: true, withSuggestions: true };
const at = (minute: number): string => new Date(Date.UTC(2026, 2, 4, 12, minute)).toISOString();
const push = (iterationId: number, by: string, over: Partial<Push> = {}): Push => ({
  iterationId,
  by: person(by),
  at: at(iterationId * 10),
  isPush: true,
  ...over,
});
const approved = (id: string, minute: number | null, over: Partial<Reviewer> = {}): Reviewer => ({
  identity: person(id),
  isGroup: false,
  isRequired: false,
  vote: 'approved',
  votedAt: minute === null ? null : at(minute),
  ...over,
});

describe('an approval', () => {
  const two = [push(1, 'ada'), push(2, 'ada')];
  test.each<[string, Reviewer, Push[], Partial<ApprovalTerms>, string | undefined]>([
    ['after the last push counts', approved('rita', 21), two, {}, undefined],
    ['before it does not', approved('rita', 15), two, {}, 'approved before the last push'],
    ['at the very moment does not', approved('rita', 20), two, {}, 'approved before the last push'],
    ['before it counts where that is allowed', approved('rita', 15), two, { afterLastPush: false }, undefined],
    [
      'at an unknown time does not',
      approved('rita', null),
      two,
      {},
      'approved at a time that Azure DevOps does not tell',
    ],
    ['at an unknown time counts on the first iteration', approved('rita', null), [push(1, 'ada')], {}, undefined],
    [
      'after a push whose time is unknown does not',
      approved('rita', 50),
      [push(1, 'ada'), push(2, 'ada', { at: null })],
      {},
      'approved before the last push',
    ],
    [
      'before another target branch does not',
      approved('rita', 15),
      [push(1, 'ada'), push(2, 'olga', { isPush: false })],
      {},
      'approved before the last push',
    ],
    [
      'by whoever changed the target branch counts',
      approved('olga', 25),
      [push(1, 'ada'), push(2, 'olga', { isPush: false })],
      {},
      undefined,
    ],
    ['by the author never counts', approved('ada', 25), two, { byOthers: false }, 'opened the pull request'],
    ['by somebody who pushed does not', approved('rita', 25), [push(1, 'ada'), push(2, 'rita')], {}, 'pushed to it'],
    ['of an earlier pusher does not', approved('rita', 35), [push(1, 'rita'), push(2, 'ada')], {}, 'pushed to it'],
    [
      'by somebody who pushed counts where that is allowed',
      approved('rita', 25),
      [push(1, 'ada'), push(2, 'rita')],
      { byOthers: false },
      undefined,
    ],
    [
      'by a build service never counts',
      approved('b', 21, { identity: { id: 'b', displayName: 'Shop Build Service', uniqueName: 'Build\\4f9e0a63' } }),
      two,
      { byOthers: false },
      'is a build service, for which any pipeline speaks',
    ],
    ['with suggestions counts', approved('rita', 21, { vote: 'approvedWithSuggestions' }), two, {}, undefined],
    [
      'with suggestions does not where that is asked',
      approved('rita', 21, { vote: 'approvedWithSuggestions' }),
      two,
      { withSuggestions: false },
      'approved with suggestions only',
    ],
  ])('%s', (_, reviewer, pushes, over, why) => {
    const { counted, discounted } = approvalsOf('ada', [reviewer], pushes, { ...terms, ...over });
    expect(counted).toEqual(why === undefined ? [reviewer] : []);
    expect(discounted).toEqual(why === undefined ? [] : [{ reviewer, why }]);
  });

  test.each<[string, Partial<Reviewer>]>([
    ['the row of a group, which repeats a vote', { isGroup: true }],
    ['no vote', { vote: 'none' }],
    ['a rejection', { vote: 'rejected' }],
    ['waiting for the author', { vote: 'waitingForAuthor' }],
  ])('is not %s', (_, over) => {
    expect(approvalsOf('ada', [approved('rita', 25, over)], two, terms)).toEqual({ counted: [], discounted: [] });
  });
});

describe('who pushed and when', () => {
  const neither = { ...terms, byOthers: false, afterLastPush: false };
  test.each<[string, Push[], ApprovalTerms, string | undefined]>([
    ['is known', [push(1, 'ada')], terms, undefined],
    ['is unknown without iterations', [], terms, 'keeps no iterations'],
    ['matters to nobody', [], neither, undefined],
    ['lacks the account of a push', [push(1, 'ada'), push(2, '')], terms, 'does not say who pushed iteration 2'],
    ['lacks one that nobody asks for', [push(1, '')], { ...terms, byOthers: false }, undefined],
    ['lacks that of a changed target branch', [push(1, 'ada'), push(2, '', { isPush: false })], terms, undefined],
  ])('%s', (_, pushes, asked, said) => {
    const why = whyUncountable(pushes, asked);
    if (said === undefined) expect(why).toBeUndefined();
    else expect(why).toContain(said);
  });
});
