import { z } from 'zod';

import { parseWaits } from '../core/dependencies';
import {
  amountFault,
  circleFault,
  standingFault,
  timeFault,
  TOO_FAR,
  unreadableFault,
} from '../core/dependencies-faults';
import { circleFrom, isCutShort, MOST_DIRECT, type Dependency } from '../core/dependencies-graph';
import { standingOf } from '../core/dependencies-standing';
import { defineGate, stricter, type Outcome } from '../core/gate';
import { judged, type Fault } from '../core/outcome';
import { count } from '../core/phrase';
import type { PullRequestDetails } from '../core/snapshot';

/** Further away nothing is scheduled: a pull request that waits for years is looked at every hour like any other. */
const FARTHEST_MS = 366 * 24 * 60 * 60_000;

const options = z.strictObject({
  maximum: z
    .int()
    .min(1)
    .max(MOST_DIRECT)
    .default(MOST_DIRECT)
    .meta(stricter('lower', 'At most this many pull requests may be named.')),
  otherProjects: z
    .enum(['allow', 'refuse'])
    .default('allow')
    .meta(
      stricter(
        'later',
        '`refuse`: only pull requests of the same project may be named. Otherwise whoever writes a description learns of any pull request of another project that the account of Portcullis may read whether it is open, and nothing else.',
      ),
    ),
});

export const dependsOn = defineGate({
  name: 'depends-on',
  summary: 'Wait for the pull requests and the time that a description names',
  notes: [
    'An author writes into the description, on a line of its own and in any case, `Depends-On: !123` for a pull request of the same project, `Depends-On: api!123` or `Depends-On: Shop/api!123` to say in which repository it is (of another project only so), or the address of its page. Several stand behind commas or on several lines, or in a list below the key. Code and comments are not looked at.',
    '`Merge-After: 2026-12-18T18:00Z` waits for a time, with `Z` or an offset such as `+01:00`; a day alone begins with its midnight in UTC. Of several times the latest counts.',
    'A pull request that is open, also as a draft, is waited for; one that was completed is done with, whatever branch it went into; one that was abandoned fails the gate. So does a line that cannot be read, a pull request that waits for itself or in a circle, and more than 20 pull requests at once, 50 in all or 10 one behind the other.',
    'When another pull request is completed or abandoned, Azure DevOps tells nothing of this one: its verdict follows with the next sweep, within five minutes, or at once after a comment `/gate re-run`. One that is reactivated is noticed within the hour.',
  ],
  needs: ['details', 'dependencies'],
  options,
  examples: [
    {
      title: 'a pull request that is still open',
      options: {},
      given: { details: { description: 'Depends-On: api!7' }, dependencies: { '7': dependency('active') } },
      then: 'pending',
      says: '!7 open',
    },
    {
      title: 'a pull request that was completed',
      options: {},
      given: { details: { description: 'Depends-On: !7' }, dependencies: { '7': dependency('completed') } },
      then: 'succeeded',
      says: '!7 completed',
    },
    {
      title: 'a pull request that was abandoned',
      options: {},
      given: { details: { description: 'Depends-On: Shop/api!7' }, dependencies: { '7': dependency('abandoned') } },
      then: 'failed',
      says: '!7 abandoned',
    },
    {
      title: 'two pull requests that wait for each other',
      options: {},
      given: { details: { description: 'Depends-On: !7' }, dependencies: { '7': dependency('active', [42]) } },
      then: 'failed',
      says: 'circle !42 → !7 → !42',
    },
    {
      title: 'a line that cannot be read',
      options: {},
      given: { details: { description: 'Depends-On: the voucher API' } },
      then: 'failed',
      says: 'cannot read "the voucher API"',
    },
    {
      title: 'a time that has not come',
      options: {},
      given: { details: { description: 'Merge-After: 2026-03-09T08:00+01:00' } },
      then: 'pending',
      says: 'until 2026-03-09 07:00 UTC',
    },
    {
      title: 'a description that names nothing',
      options: {},
      given: {},
      then: 'succeeded',
      says: 'nothing to wait for',
    },
  ],
  evaluate({ details, dependencies, now }, { maximum, otherProjects }) {
    const { references, mergeAfter, unreadable } = parseWaits(details);
    const numbers = [...new Set(references.map(({ number }) => number))];
    const looked = numbers.slice(0, MOST_DIRECT);
    const found: Found = { failed: [], error: [], pending: [] };
    const circle = circleFrom(details.id, looked, dependencies);
    if (circle) found.failed.push(circleFault(circle, details.id));
    found.failed.push(...unreadable.map(unreadableFault));
    if (numbers.length > maximum) {
      found.failed.push(amountFault(numbers.length, maximum));
    }
    if (isCutShort(looked, details.id, dependencies)) found.failed.push(TOO_FAR);
    for (const reference of references.filter(({ number }) => number !== details.id)) {
      const standing = standingOf(reference, details, dependencies, otherProjects);
      const told = standingFault(reference, standing, details.project.name);
      // Named in two ways, it is told once.
      if (told && !found[told.state].some(({ finding }) => finding.key === told.fault.finding.key)) {
        found[told.state].push(told.fault);
      }
    }
    const waitsUntil = mergeAfter && mergeAfter > now ? mergeAfter : undefined;
    if (waitsUntil) found.pending.push(timeFault(waitsUntil));
    const isNear = waitsUntil !== undefined && waitsUntil.getTime() - now.getTime() <= FARTHEST_MS;
    return { ...outcomeOf(found, numbers), ...(isNear ? { validUntil: waitsUntil } : {}) };
  },
});

type Found = Record<'failed' | 'error' | 'pending', Fault[]>;

function outcomeOf(found: Found, numbers: readonly number[]): Outcome {
  const state = (['failed', 'error', 'pending'] as const).find((each) => found[each].length > 0);
  const [only] = numbers;
  if (state === undefined) {
    const all = numbers.length === 1 && only !== undefined ? `!${only}` : count(numbers.length, 'pull request');
    return judged([], only === undefined ? 'nothing to wait for' : `${all} completed`);
  }
  const { description } = judged(found[state], '');
  const faults = [...found.failed, ...found.error, ...found.pending];
  return { state, description, findings: faults.map(({ finding }) => finding) };
}

function dependency(status: PullRequestDetails['status'], waitsFor: number[] = []): Dependency & { kind: 'found' } {
  return {
    kind: 'found',
    title: 'Voucher API',
    status,
    isDraft: false,
    project: { id: '22222222-2222-4222-8222-222222222222', name: 'Shop' },
    repository: { id: '44444444-4444-4444-8444-444444444444', name: 'api' },
    waitsFor,
  };
}
