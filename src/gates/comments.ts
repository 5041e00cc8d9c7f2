import { z } from 'zod';

import { isOneOf } from '../core/circumstances';
import { defineGate, stricter } from '../core/gate';
import { judged } from '../core/outcome';
import { count, firstOf, quoteName } from '../core/phrase';

/** More names would say no more. */
const MOST_NAMES = 5;

const options = z.strictObject({
  maximum: z
    .int()
    .min(0)
    .max(1_000)
    .default(0)
    .meta(stricter('lower', 'At most this many comment threads by people may be active or pending.')),
  ignoreAuthors: z
    .array(z.string().min(1).max(256))
    .max(100)
    .default([])
    .meta(
      stricter('subset', 'Accounts whose threads do not count, such as those of other bots, by `uniqueName` or id.'),
    ),
});

export const comments = defineGate({
  name: 'comments',
  summary: 'Require the discussions of people to be resolved',
  needs: ['openThreads'],
  options,
  examples: [
    {
      title: 'a question that nobody has answered',
      options: {},
      given: { openThreads: [{ id: 12, author: person('Rita Reviewer', 'rita@contoso.com') }] },
      then: 'failed',
      says: '1 open',
    },
    {
      title: 'what another bot has to say',
      options: { ignoreAuthors: ['coverage-bot@contoso.com'] },
      given: { openThreads: [{ id: 12, author: person('Coverage', 'coverage-bot@contoso.com') }] },
      then: 'succeeded',
      says: 'none open',
    },
    {
      title: 'fewer than are allowed',
      options: { maximum: 2 },
      given: { openThreads: [{ id: 12, author: person('Rita Reviewer', 'rita@contoso.com') }] },
      then: 'succeeded',
      says: '1 open, 2 allowed',
    },
  ],
  evaluate({ openThreads }, { maximum, ignoreAuthors }) {
    const open = openThreads.filter(({ author }) => !isOneOf(author, ignoreAuthors));
    const limit = maximum === 0 ? '' : `, ${maximum} allowed`;
    if (open.length <= maximum) return judged([], `${open.length === 0 ? 'none' : open.length} open${limit}`);
    const begunBy = firstOf([...new Set(open.map(({ author }) => quoteName(author)))], MOST_NAMES);
    return judged(
      [
        {
          short: `${open.length} open${limit}`,
          finding: {
            severity: 'medium',
            key: 'maximum',
            message: `${count(open.length, 'comment thread')}, begun by ${begunBy}, ${open.length === 1 ? 'is' : 'are'} still open${maximum === 0 ? '' : `; at most ${maximum} may be`}.`,
            help: 'Answer each, and set it to resolved, won\'t fix or closed when its question is settled; then comment "/gate re-run", as changing a thread is noticed only later otherwise.',
          },
        },
      ],
      '',
    );
  },
});

function person(displayName: string, uniqueName: string) {
  return { id: '44444444-4444-4444-8444-444444444444', displayName, uniqueName };
}
