import type { Outcome } from '../core/gate';
import { groupKey } from '../core/group-name';

import { freeze } from './freeze';
import { ordinary, ordinaryPullRequest } from './testing/ordinary-pull-request';

type Options = Parameters<typeof freeze.options.parse>[0];

const judge = (at: string, options: Options = {}, labels: string[] = []): Outcome =>
  freeze.evaluate(
    // A copy would look at what the gate may not.
    Object.assign(ordinaryPullRequest({ labels }, freeze.needs), { now: new Date(at) }),
    freeze.options.parse(options),
  );

const window = (from: string, to: string, reason = 'release') => ({ from, to, reason });
const day = { windows: [window('2026-03-04T08:00', '2026-03-04T18:00')] };
const berlin = { ...day, timeZone: 'Europe/Berlin' };

describe('while it lasts, and not before or after', () => {
  test.each<[string, string, Options, string, string, string | undefined]>([
    ['before', '2026-03-04T07:59:59.999Z', day, 'succeeded', 'open until 2026-03-04 08:00 UTC', '2026-03-04T08:00'],
    ['at its begin', '2026-03-04T08:00:00Z', day, 'pending', 'until 2026-03-04 18:00 UTC: release', '2026-03-04T18:00'],
    [
      'to the last',
      '2026-03-04T17:59:59.999Z',
      day,
      'pending',
      'until 2026-03-04 18:00 UTC: release',
      '2026-03-04T18:00',
    ],
    ['at its end', '2026-03-04T18:00:00Z', day, 'succeeded', 'no freeze ahead', undefined],
    [
      'there, before',
      '2026-03-04T06:59:00Z',
      berlin,
      'succeeded',
      'open until 2026-03-04 08:00 Europe/Berlin',
      '2026-03-04T07:00',
    ],
    [
      'there',
      '2026-03-04T07:00:00Z',
      berlin,
      'pending',
      'until 2026-03-04 18:00 Europe/Berlin: release',
      '2026-03-04T17:00',
    ],
    ['no window', '2026-03-04T08:00:00Z', {}, 'succeeded', 'no freeze ahead', undefined],
  ])('%s', (_, at, options, state, description, validUntil) => {
    const outcome = judge(at, options);
    expect(outcome).toMatchObject({ state, description });
    expect(outcome.validUntil?.toISOString().slice(0, 16)).toBe(validUntil);
  });
});

test('every week, what is next or lasts', () => {
  const options = { windows: [window('friday 16:00', 'monday 08:00')] };
  expect(judge('2026-03-04T12:00:00Z', options).description).toBe('open until 2026-03-06 16:00 UTC');
  expect(judge('2026-03-08T12:00:00Z', options).description).toBe('until 2026-03-09 08:00 UTC: release');
  expect(judge('2026-03-09T08:00:00Z', options).description).toBe('open until 2026-03-13 16:00 UTC');
});

test('windows that overlap or follow one another are one freeze, looked at again when the named one ends', () => {
  const options = {
    windows: [
      window('2026-03-04T08:00', '2026-03-04T18:00', 'first'),
      window('2026-03-04T18:00', '2026-03-05T18:00', 'second'),
      window('2026-03-07T08:00', '2026-03-08T08:00', 'apart'),
    ],
  };
  const outcome = judge('2026-03-04T12:00:00Z', options);
  expect(outcome.description).toBe('until 2026-03-05 18:00 UTC: first');
  expect(outcome.validUntil).toEqual(new Date('2026-03-04T18:00:00Z'));
  expect(judge('2026-03-04T18:00:00Z', options).description).toBe('until 2026-03-05 18:00 UTC: second');
});

describe('exempt labels', () => {
  const options = { ...day, exemptLabels: ['hotfix', 'security'] };
  test.each<[string, string[], string, string]>([
    ['none', [], 'pending', 'until 2026-03-04 18:00 UTC: release'],
    ['another', ['hotfixes'], 'pending', 'until 2026-03-04 18:00 UTC: release'],
    ['in any case', ['a', 'HotFix'], 'succeeded', 'exempt by "HotFix" until 2026-03-04 18:00 UTC'],
  ])('%s', (_, labels, state, description) => {
    expect(judge('2026-03-04T12:00:00Z', options, labels)).toMatchObject({
      state,
      description,
      validUntil: new Date('2026-03-04T18:00:00Z'),
    });
  });

  test('an author is told of them', () => {
    expect(judge('2026-03-04T12:00:00Z', options).findings).toEqual([
      {
        severity: 'medium',
        key: 'frozen',
        message: 'Nothing is merged until 2026-03-04 18:00 UTC: "release". The verdict follows by itself then.',
        help: 'What cannot wait carries the label "hotfix" or "security": set it on the pull request\'s page, under "Tags", then comment "/gate re-run", as a label is noticed only later otherwise.',
      },
    ]);
    expect(judge('2026-03-04T12:00:00Z', day).findings[0]?.help).toBeUndefined();
  });
});

describe('what is no calendar', () => {
  test.each<[string, Options, string]>([
    ['a time', { windows: [window('tomorrow', 'monday 08:00')] }, 'is no time'],
    ['ends in two ways', { windows: [window('friday 16:00', '2026-03-04T18:00')] }, 'two ends that are written'],
    [
      'an end before the begin',
      { windows: [window('2026-03-05T08:00', '2026-03-04T18:00')] },
      'ends before it has begun',
    ],
    ['a time zone', { timeZone: 'Mars' }, 'is no time zone'],
  ])('%s', (_, options, message) => {
    expect(freeze.options.safeParse(options).error?.issues[0]?.message).toContain(message);
  });
});

describe('exempt groups', () => {
  const onCall = '[Shop]\\On Call';
  const judgeBy = (memberIds: string[], over: object = {}) =>
    freeze.evaluate(
      Object.assign(
        ordinaryPullRequest({ groups: { [groupKey(onCall)]: { id: 'o', name: onCall, memberIds } } }, freeze.needs),
        { now: new Date('2026-03-04T12:00:00Z') },
      ),
      freeze.options.parse({ ...day, exemptGroups: [onCall], ...over }),
    );

  test('an author who is in one does not wait, until it ends', () => {
    expect(judgeBy([ordinary.details.author.id])).toMatchObject({
      state: 'succeeded',
      description: 'exempt for [Shop]\\On Call until 2026-03-04 18:00 UTC',
      validUntil: new Date('2026-03-04T18:00:00Z'),
    });
  });

  test('another waits, and is told whose does not', () => {
    expect(judgeBy([])).toMatchObject({
      state: 'pending',
      findings: [{ help: 'What members of [Shop]\\On Call open does not wait.' }],
    });
    expect(judgeBy([], { exemptLabels: ['hotfix'] }).findings[0]?.help).toMatch(
      /^What cannot wait carries the label "hotfix".* What members of .* open does not wait\.$/,
    );
  });

  test('labels and groups are asked for where some are named', () => {
    expect(freeze.asks?.(freeze.options.parse({}))).toEqual({ groups: [], spares: ['groups', 'labels'] });
    const options = freeze.options.parse({ exemptGroups: [onCall], exemptLabels: ['hotfix'] });
    expect(freeze.asks?.(options)).toEqual({ groups: [onCall], spares: [] });
  });
});
