import { z } from 'zod';

import { isTime, isTimeZone, localText, orderProblem, spansAround, type Span } from '../core/calendar';
import { defineGate, stricter } from '../core/gate';
import { judged } from '../core/outcome';
import { groupKey, groupNameSchema, isInGroup } from '../core/group-name';
import { anyOf, quote, shorten } from '../core/phrase';
import { isSameName } from '../core/same-name';
import type { Group } from '../core/snapshot';

const time = (description: string) =>
  z
    .string()
    .max(40)
    .refine(isTime, 'is no time: write 2026-12-18T18:00, 2026-12-18T18:00Z or friday 18:00')
    .meta({ description, format: 'freeze-time' });

const window = z.strictObject({
  from: time(
    'When it begins: `2026-12-18T18:00` in the time zone, `2026-12-18T18:00+01:00` anywhere, `friday 18:00` every week.',
  ),
  to: time('When it ends, written in the same way; from that minute on the way is free.'),
  reason: z.string().min(1).max(200).meta({ description: 'Why, as authors read it: a few words.' }),
});

const optionsShape = z.strictObject({
  windows: z
    .array(window)
    .max(100)
    .default([])
    .meta(
      stricter(
        'fixed',
        'When nothing is merged, each window with `from`, `to` and a `reason`: once (`2026-12-18T18:00`) or every week (`friday 18:00`). A time that the clocks skip or show twice is taken so that the freeze is the longer one.',
      ),
    ),
  timeZone: z
    .string()
    .max(60)
    .refine(isTimeZone, 'is no time zone: write its IANA name, such as Europe/Berlin')
    .meta({ format: 'time-zone' })
    .default('UTC')
    .meta(stricter('fixed', 'The IANA name of the time zone that the windows are in, such as `Europe/Berlin`.')),
  exemptLabels: z
    .array(z.string().min(1).max(200))
    .max(50)
    .default([])
    .meta(
      stricter(
        'subset',
        'Labels with which a pull request is merged all the same, whatever their case. Whoever may edit a pull request may set them.',
      ),
    ),
  exemptGroups: z
    .array(groupNameSchema())
    .max(20)
    .default([])
    .meta(
      stricter(
        'subset',
        'Groups whose members, also through other groups, open pull requests that are merged all the same: `[Project]\\Name`, `[Organization]\\Name` or an id. It takes the PAT scope Identity (Read).',
      ),
    ),
});

const options = optionsShape.check((context) => {
  for (const [index, each] of context.value.windows.entries()) {
    const message = orderProblem(each);
    if (message !== undefined) context.issues.push({ code: 'custom', input: each, path: ['windows', index], message });
  }
});

const RELEASE = { from: '2026-03-02T18:00', to: '2026-03-09T08:00', reason: 'Release 2.1 is being tested' };

const ON_CALL: Group = {
  id: '55555555-5555-4555-8555-555555555555',
  name: '[Shop]\\On Call',
  memberIds: ['11111111-1111-4111-8111-111111111111'],
};

export const freeze = defineGate({
  name: 'freeze',
  summary: 'Let nothing be merged in times of a calendar',
  needs: ['details', 'labels', 'groups'],
  options,
  examples: [
    {
      title: 'a freeze that lasts',
      options: { windows: [RELEASE], timeZone: 'Europe/Berlin' },
      given: {},
      then: 'pending',
      says: 'until 2026-03-09 08:00 Europe/Berlin: Release 2.1 is being tested',
    },
    {
      title: 'a hotfix during a freeze',
      options: { windows: [RELEASE], exemptLabels: ['hotfix'] },
      given: { labels: ['Hotfix'] },
      then: 'succeeded',
      says: 'exempt by "Hotfix" until 2026-03-09 08:00 UTC',
    },
    {
      title: 'every weekend, seen on a Wednesday',
      options: {
        windows: [{ from: 'friday 16:00', to: 'monday 08:00', reason: 'nobody is on call' }],
        timeZone: 'America/New_York',
      },
      given: {},
      then: 'succeeded',
      says: 'open until 2026-03-06 16:00 America/New_York',
    },
    {
      title: 'somebody of a group that does not wait',
      options: { windows: [RELEASE], exemptGroups: [ON_CALL.name] },
      given: { groups: { [groupKey(ON_CALL.name)]: ON_CALL } },
      then: 'succeeded',
      says: 'exempt for [Shop]\\On Call until 2026-03-09 08:00 UTC',
    },
    { title: 'no window', options: {}, given: {}, then: 'succeeded', says: 'no freeze ahead' },
  ],
  asks: ({ exemptGroups, exemptLabels }) => ({
    groups: exemptGroups,
    spares: [
      ...(exemptGroups.length === 0 ? (['groups'] as const) : []),
      ...(exemptLabels.length === 0 ? (['labels'] as const) : []),
    ],
  }),
  evaluate({ details, labels, groups, now }, { windows, timeZone, exemptLabels, exemptGroups }) {
    const spans = windows.flatMap((each) =>
      spansAround(each, timeZone, now).map((span) => ({ ...span, reason: each.reason })),
    );
    const text = (at: Date): string => `${localText(at, timeZone)} ${timeZone}`;
    const current = lastToEnd(spans.filter(({ begin, end }) => begin <= now && now < end));
    if (!current) {
      const [next] = spans
        .flatMap(({ begin }) => (begin > now ? [begin] : []))
        .sort((a, b) => a.getTime() - b.getTime());
      return next === undefined
        ? judged([], 'no freeze ahead')
        : { ...judged([], `open until ${text(next)}`), validUntil: next };
    }
    const end = text(endOf(current, spans));
    // The window that is named may be followed by another one without a break, which then is named.
    const validUntil = current.end;
    const exempt = labels.find((label) => exemptLabels.some((name) => isSameName(name, label)));
    if (exempt !== undefined) {
      return { ...judged([], `exempt by ${quote(shorten(exempt, 40))} until ${end}`), validUntil };
    }
    const group = exemptGroups.find((name) => isInGroup(groups, name, details.author.id));
    if (group !== undefined) {
      return { ...judged([], `exempt for ${shorten(group, 40)} until ${end}`), validUntil };
    }
    return {
      state: 'pending',
      description: `until ${end}: ${shorten(current.reason, 50)}`,
      findings: [
        {
          severity: 'medium',
          key: 'frozen',
          message: `Nothing is merged until ${end}: ${quote(current.reason)}. The verdict follows by itself then.`,
          ...helpWith(exemptLabels, exemptGroups),
        },
      ],
      validUntil,
    };
  },
});

function helpWith(exemptLabels: readonly string[], exemptGroups: readonly string[]): { help?: string } {
  const byLabel = `What cannot wait carries the label ${anyOf(exemptLabels.map(quote))}: set it on the pull request's page, under "Tags", then comment "/gate re-run", as a label is noticed only later otherwise.`;
  const byGroup = `What members of ${anyOf(exemptGroups.map((name) => shorten(name)))} open does not wait.`;
  const ways = [...(exemptLabels.length > 0 ? [byLabel] : []), ...(exemptGroups.length > 0 ? [byGroup] : [])];
  return ways.length > 0 ? { help: ways.join(' ') } : {};
}

function lastToEnd<Each extends Span>(spans: readonly Each[]): Each | undefined {
  return [...spans].sort((a, b) => b.end.getTime() - a.end.getTime())[0];
}

/** When the way is free again: windows that overlap or follow without a break are one freeze. */
function endOf(current: Span, spans: readonly Span[]): Date {
  const later = lastToEnd(spans.filter(({ begin, end }) => begin <= current.end && end > current.end));
  return later ? endOf(later, spans) : current.end;
}
