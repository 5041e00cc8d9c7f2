import { z } from 'zod';

import { approvalsOf, isStale, whyUncountable, type Discounted } from '../core/approvals';
import { defineGate, stricter } from '../core/gate';
import { groupKey, groupNameSchema } from '../core/group-name';
import { judged, waiting, type Fault } from '../core/outcome';
import { count, firstOf, quoteName, shorten } from '../core/phrase';
import type { Identity, Reviewer } from '../core/snapshot';

/** More names would say no more. */
const MOST_NAMED = 5;

const options = z.strictObject({
  minimum: z.int().min(0).max(20).default(1).meta(stricter('higher', 'At least this many approvals that count.')),
  groups: z
    .array(
      z.strictObject({
        group: groupNameSchema().meta({
          description: 'Members count who are in it themselves or through other groups.',
        }),
        minimum: z.int().min(1).max(20).default(1).meta({ description: 'At least this many of its members approve.' }),
      }),
    )
    .max(20)
    .default([])
    .meta(
      stricter(
        'superset',
        'Groups of which somebody must approve, each with `group` (`[Project]\\Name`, `[Organization]\\Name` or an id) and `minimum`. One person may count for several of them. It takes the PAT scope Identity (Read).',
      ),
    ),
  votesAgainst: z
    .enum(['ignore', 'rejected', 'waiting'])
    .default('rejected')
    .meta(
      stricter(
        'later',
        '`rejected`: a single vote "Rejected" keeps the pull request from being completed; `waiting`: one "Waiting for author" does, too.',
      ),
    ),
  afterLastPush: z
    .boolean()
    .default(true)
    .meta(
      stricter(
        'on',
        'An approval counts only if it was cast after the last push or change of the target branch. One whose time Azure DevOps does not tell counts on the first iteration only.',
      ),
    ),
  byOthers: z
    .boolean()
    .default(true)
    .meta(
      stricter(
        'on',
        'The approval of somebody who pushed to the pull request does not count, whoever the commits name. That of its author never does.',
      ),
    ),
  withoutSuggestions: z.boolean().default(false).meta(stricter('on', '"Approved with suggestions" does not count.')),
});

const RITA = person('44444444-4444-4444-8444-444444444444', 'Rita Reviewer', 'rita@contoso.com');
const MAINTAINERS = '[Shop]\\Maintainers';
const FIRST = {
  iterationId: 1,
  by: person('11111111-1111-4111-8111-111111111111', 'Ada Author', 'ada@contoso.com'),
  at: '2026-03-04T10:00:00.000Z',
  isPush: true,
};

export const reviewers = defineGate({
  name: 'reviewers',
  summary: 'Require approvals by people who may give them, for what is there now',
  notes: [
    'An approval counts if it was given by a person: not by the author, not by a build service, for which whoever changes a pipeline speaks, and not by a group, whose row repeats the vote of a member.',
    'Who pushed is told by the updates (iterations) of the pull request, by the account that signed in, whatever names the commits have. Who pushed before the pull request was opened, and did not open it, is not told there, and may approve: where that matters, Azure DevOps\' own policy for the minimum number of reviewers has "Prohibit the most recent pusher from approving their own changes".',
    'A vote fires a hook, so the verdict follows within seconds. When somebody joins or leaves a group, it follows within the hour, or at once after a comment `/gate re-run`.',
  ],
  needs: ['details', 'reviewers', 'pushes', 'groups'],
  options,
  examples: [
    {
      title: 'nobody has approved yet',
      options: {},
      given: { reviewers: [] },
      then: 'pending',
      says: '0 of 1 approval',
    },
    {
      title: 'an approval of what was there before the last push',
      options: {},
      given: { pushes: [FIRST, { ...FIRST, iterationId: 2, at: '2026-03-04T11:30:00.000Z' }] },
      then: 'pending',
      says: '0 of 1 approval',
    },
    {
      title: 'approved, but by nobody of the group',
      options: { groups: [{ group: MAINTAINERS, minimum: 1 }] },
      given: { groups: { [groupKey(MAINTAINERS)]: { id: RITA.id, name: MAINTAINERS, memberIds: [] } } },
      then: 'pending',
      says: '0 of 1 approval by [Shop]\\Maintainers',
    },
    {
      title: 'a rejection',
      options: {},
      given: { reviewers: [approval(RITA), { ...approval(FIRST.by), identity: RITA, vote: 'rejected' }] },
      then: 'failed',
      says: 'rejected by "Rita Reviewer"',
    },
    {
      title: 'approved by a member of the group, after the last push',
      options: { groups: [{ group: MAINTAINERS, minimum: 1 }] },
      given: { groups: { [groupKey(MAINTAINERS)]: { id: RITA.id, name: MAINTAINERS, memberIds: [RITA.id] } } },
      then: 'succeeded',
      says: '1 approval',
    },
  ],
  asks: ({ groups }) => ({
    groups: groups.map(({ group }) => group),
    spares: groups.length === 0 ? ['groups'] : [],
  }),
  evaluate({ details, reviewers: reviewing, pushes, groups: known }, wanted) {
    const { minimum, groups, votesAgainst } = wanted;
    const against = reviewing.filter(
      ({ vote, isGroup }) =>
        !isGroup &&
        ((vote === 'rejected' && votesAgainst !== 'ignore') ||
          (vote === 'waitingForAuthor' && votesAgainst === 'waiting')),
    );
    if (against.length > 0) return judged(against.map(refusal), '');
    const terms = { ...wanted, withSuggestions: !wanted.withoutSuggestions };
    const uncountable = whyUncountable(pushes, terms);
    if (uncountable !== undefined && (minimum > 0 || groups.length > 0)) {
      const help = 'An administrator may let such approvals count: `afterLastPush` and `byOthers` of this gate.';
      const finding = { severity: 'high' as const, key: 'uncountable', message: `${uncountable}.`, help };
      return { state: 'error', description: shorten(uncountable), findings: [finding] };
    }
    const { counted, discounted } = approvalsOf(details.author.id, reviewing, pushes, terms);
    const missing: Fault[] = [];
    if (counted.length < minimum) missing.push(lack('', 'minimum', counted, minimum, discounted));
    for (const { group, minimum: asked } of groups) {
      const members = new Set(known[groupKey(group)]?.memberIds);
      const isMember = ({ identity }: Reviewer): boolean => members.has(identity.id);
      const own = counted.filter(isMember);
      const others = discounted.filter(({ reviewer }) => isMember(reviewer));
      if (own.length < asked)
        missing.push(lack(` by ${shorten(group, 60)}`, `group ${groupKey(group)}`, own, asked, others));
    }
    return missing.length > 0 ? waiting(missing) : judged([], count(counted.length, 'approval'));
  },
});

function refusal({ identity, vote }: Reviewer): Fault {
  const name = quoteName(identity);
  return {
    short: `${vote === 'rejected' ? 'rejected' : 'held'} by ${name}`,
    finding: {
      severity: 'high',
      key: `against ${identity.id}`,
      message: `${name} ${vote === 'rejected' ? 'rejected the pull request' : 'waits for the author'}.`,
      help: 'Settle it together; whoever voted so changes the vote then, or resets it.',
    },
  };
}

function lack(
  by: string,
  key: string,
  counted: readonly Reviewer[],
  asked: number,
  discounted: readonly Discounted[],
): Fault {
  const named = discounted.map(({ reviewer, why }) => `${quoteName(reviewer.identity)} ${why}`);
  const uncounted = named.length === 0 ? '' : ` Not counted: ${firstOf(named, MOST_NAMED)}.`;
  const again = discounted.some(({ why }) => isStale(why));
  return {
    short: `${counted.length} of ${count(asked, 'approval')}${by}`,
    finding: {
      severity: 'medium',
      key,
      message: `${count(asked, 'approval')}${by} ${asked === 1 ? 'is' : 'are'} asked for; ${counted.length === 0 ? 'none counts' : `${counted.length} ${counted.length === 1 ? 'counts' : 'count'}`} so far.${uncounted}`,
      help: again
        ? 'Ask for a review of what is there now: who approved before resets the vote and approves again.'
        : 'Ask somebody else for a review.',
    },
  };
}

function person(id: string, displayName: string, uniqueName: string): Identity {
  return { id, displayName, uniqueName };
}

function approval(identity: Identity): Reviewer {
  return { identity, isGroup: false, isRequired: false, vote: 'approved', votedAt: '2026-03-04T11:00:00.000Z' };
}
