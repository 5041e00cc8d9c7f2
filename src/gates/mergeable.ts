import { z } from 'zod';

import { defineGate, stricter } from '../core/gate';
import { judged, type Fault } from '../core/outcome';
import { count } from '../core/phrase';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A merge that is being tried out ends with an event; should it be lost, the pull request is looked at again then. */
const LOOK_AGAIN = 5 * MINUTE;

const options = z.strictObject({
  maximumCommitsBehind: z
    .int()
    .min(0)
    .max(100_000)
    .optional()
    .meta(
      stricter(
        'lower',
        'At most this many commits of the target branch may be missing here. Without it any number may.',
      ),
    ),
  maximumDaysBehind: z
    .int()
    .min(1)
    .max(3_650)
    .optional()
    .meta(
      stricter(
        'lower',
        'While commits of the target branch are missing here, the newest commit that both share may be at most this many days old. Without it any age will do.',
      ),
    ),
});

export const mergeable = defineGate({
  name: 'mergeable',
  summary: 'Require branches that merge without conflicts, and are not far apart',
  needs: ['merge', 'behind'],
  options,
  examples: [
    {
      title: 'branches that conflict',
      options: {},
      given: { merge: { status: 'conflicts' } },
      then: 'failed',
      says: 'conflicts with the target branch',
    },
    {
      title: 'a branch that is far behind',
      options: { maximumCommitsBehind: 20 },
      given: { behind: { commits: 34, sharedAt: '2026-02-01T09:00:00Z' } },
      then: 'failed',
      says: '34 > 20 commits behind',
    },
    {
      title: 'a branch that was last brought up to date long ago',
      options: { maximumDaysBehind: 14 },
      given: { behind: { commits: 3, sharedAt: '2026-02-01T09:00:00Z' } },
      then: 'failed',
      says: 'more than 14 days behind',
    },
    {
      title: 'a branch that is behind, but not too far',
      options: { maximumCommitsBehind: 20, maximumDaysBehind: 14 },
      given: { behind: { commits: 3, sharedAt: '2026-03-01T09:00:00Z' } },
      then: 'succeeded',
      says: 'merges, 3 commits behind',
    },
    {
      title: 'a push whose merge is still being tried out',
      options: {},
      given: { merge: { status: 'queued' } },
      then: 'pending',
      says: 'not known yet',
    },
  ],
  evaluate({ merge: { status }, behind, now }, { maximumCommitsBehind, maximumDaysBehind }) {
    const faults: Fault[] = [];
    if (status === 'conflicts') {
      faults.push({
        short: 'conflicts with the target branch',
        finding: {
          severity: 'high',
          key: 'conflicts',
          message: 'The source branch conflicts with the target branch, so it cannot be merged.',
          help: 'Merge the target branch into the source branch, resolve the conflicts there, and push.',
        },
      });
    }
    if (maximumCommitsBehind !== undefined && behind.commits > maximumCommitsBehind) {
      faults.push({
        short: `${behind.commits} > ${maximumCommitsBehind} commits behind`,
        finding: {
          severity: 'medium',
          key: 'maximumCommitsBehind',
          message: `${count(behind.commits, 'commit')} of the target branch ${behind.commits === 1 ? 'is' : 'are'} missing here; at most ${maximumCommitsBehind} may be.`,
          help: BRING_UP_TO_DATE,
        },
      });
    }
    const sharedAt =
      maximumDaysBehind === undefined || behind.sharedAt === null ? undefined : new Date(behind.sharedAt);
    const lastsUntil = sharedAt && new Date(sharedAt.getTime() + (maximumDaysBehind ?? 0) * DAY);
    if (sharedAt && lastsUntil && lastsUntil < now) {
      faults.push({
        short: `more than ${count(maximumDaysBehind ?? 0, 'day')} behind`,
        finding: {
          severity: 'medium',
          key: 'maximumDaysBehind',
          message: `The target branch has moved on, and the newest commit that both branches share is of ${sharedAt.toISOString().slice(0, 10)}; it may be at most ${count(maximumDaysBehind ?? 0, 'day')} old.`,
          help: BRING_UP_TO_DATE,
        },
      });
    }
    if (faults.length > 0) return judged(faults, '');
    switch (status) {
      case 'notSet':
      case 'queued':
        return {
          state: 'pending',
          description: 'not known yet',
          findings: [],
          validUntil: new Date(now.getTime() + LOOK_AGAIN),
        };
      case 'failure':
        return {
          state: 'error',
          description: 'the merge could not be tried out',
          findings: [
            {
              severity: 'high',
              key: 'failure',
              message: "Azure DevOps could not try out the merge; the pull request's page says why.",
              help: "It tries again after a push, or when the merge is started anew on the pull request's page.",
            },
          ],
        };
      default: {
        // `rejectedByPolicy`: completing was refused by a policy, perhaps for our own verdict; the branches do merge.
        const lacking = behind.commits === 0 ? '' : `, ${count(behind.commits, 'commit')} behind`;
        return { ...judged([], `merges${lacking}`), ...(lastsUntil ? { validUntil: justAfter(lastsUntil) } : {}) };
      }
    }
  },
});

const BRING_UP_TO_DATE = 'Merge the target branch into the source branch, or rebase onto it, and push.';

function justAfter(time: Date): Date {
  return new Date(time.getTime() + 1);
}
