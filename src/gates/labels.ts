import { z } from 'zod';

import { defineGate, stricter } from '../core/gate';
import { judged, type Fault } from '../core/outcome';
import { allOf, anyOf, count, quote, shorten } from '../core/phrase';
import { distinctNames, isSameName } from '../core/same-name';

const names = () => z.array(z.string().min(1).max(200)).max(50);

const options = z.strictObject({
  required: names().default([]).meta(stricter('superset', 'Labels that must all be there, whatever their case.')),
  anyOf: names().min(1).optional().meta(stricter('subset', 'Labels of which at least one must be there.')),
  exactlyOneOf: names()
    .min(2)
    .optional()
    .meta(stricter('fixed', 'Labels of which exactly one must be there, such as those of a size or of a risk.')),
  forbidden: names()
    .default(['do-not-merge', 'do not merge', 'wip', 'blocked'])
    .meta(stricter('superset', 'Labels that may not be there.')),
});

const ON_THE_PAGE = 'on the pull request\'s page, under "Tags"';

export const labels = defineGate({
  name: 'labels',
  summary: 'Require, forbid or count labels',
  needs: ['labels'],
  options,
  examples: [
    {
      title: 'a pull request that is on hold',
      options: {},
      given: { labels: ['Do-Not-Merge'] },
      then: 'failed',
      says: '"Do-Not-Merge" is set',
    },
    {
      title: 'two risks at once',
      options: { exactlyOneOf: ['risk: low', 'risk: high'] },
      given: { labels: ['risk: low', 'risk: high'] },
      then: 'failed',
      says: '2 of "risk: low" and "risk: high" are set',
    },
    {
      title: 'a label that is missing',
      options: { required: ['reviewed by security'] },
      given: { labels: ['backend'] },
      then: 'failed',
      says: '"reviewed by security" is missing',
    },
    {
      title: 'all as it should be',
      options: { required: ['backend'], exactlyOneOf: ['risk: low', 'risk: high'] },
      given: { labels: ['Backend', 'risk: low'] },
      then: 'succeeded',
      says: '2 labels',
    },
  ],
  evaluate({ labels: present }, { required, anyOf: some, exactlyOneOf, forbidden }) {
    const isSet = (label: string) => present.some((name) => isSameName(name, label));
    const faults: Fault[] = [];
    for (const label of distinctNames(required).filter((name) => !isSet(name))) {
      faults.push({
        short: `${short(label)} is missing`,
        finding: {
          severity: 'medium',
          key: `required ${label.toLowerCase()}`,
          message: `The label ${quote(label)} is missing.`,
          help: `Add it ${ON_THE_PAGE}, once it is true of this change.`,
        },
      });
    }
    if (some !== undefined && !some.some(isSet)) {
      faults.push({
        short: `none of ${shorten(allOf(some.map(short)), 60)} is set`,
        finding: {
          severity: 'medium',
          key: 'anyOf',
          message: `None of the labels ${allOf(some.map(quote))} is set; at least one is asked for.`,
          help: `Add ${anyOf(some.map(quote))} ${ON_THE_PAGE}.`,
        },
      });
    }
    const chosen = distinctNames(exactlyOneOf ?? []).filter(isSet);
    if (exactlyOneOf !== undefined && chosen.length !== 1) {
      faults.push({
        short: `${chosen.length === 0 ? 'none' : chosen.length} of ${shorten(allOf(exactlyOneOf.map(short)), 60)} ${chosen.length === 0 ? 'is' : 'are'} set`,
        finding: {
          severity: 'medium',
          key: 'exactlyOneOf',
          message: `Exactly one of the labels ${allOf(exactlyOneOf.map(quote))} is asked for; ${chosen.length === 0 ? 'none' : allOf(chosen.map(quote))} ${chosen.length === 0 ? 'is' : 'are'} set.`,
          help:
            chosen.length === 0
              ? `Add ${anyOf(exactlyOneOf.map(quote))} ${ON_THE_PAGE}.`
              : `Leave the one that fits, and take the others off ${ON_THE_PAGE}.`,
        },
      });
    }
    for (const label of present.filter((name) => forbidden.some((other) => isSameName(name, other)))) {
      faults.push({
        short: `${short(label)} is set`,
        finding: {
          severity: 'medium',
          key: `forbidden ${label.toLowerCase()}`,
          message: `The label ${quote(label)} is set, with which these settings let nothing be merged.`,
          help: `Take it off ${ON_THE_PAGE}, once it is no longer true.`,
        },
      });
    }
    return judged(faults, present.length === 0 ? 'no labels' : count(present.length, 'label'));
  },
});

function short(label: string): string {
  return quote(shorten(label, 40));
}
