import { ordinary } from '../gates/testing/ordinary-pull-request';

import type { Circumstances } from './circumstances';
import { evaluate, outcomesIn, validUntil, type EnabledGate, type Evaluation } from './evaluate';
import { Failure } from './failures';
import type { Outcome } from './gate';
import type { PullRequestSnapshot } from './snapshot';

const now = new Date('2026-10-01T12:00:00Z');
const { details, iteration, changes, lineCounts, workItems, labels } = ordinary;
const snapshot: PullRequestSnapshot = {
  details,
  iteration,
  changes: { ok: true, value: changes },
  lineCounts: { ok: true, value: lineCounts },
  workItems: { ok: true, value: workItems },
  labels: { ok: true, value: labels },
};

const fine: Outcome = { state: 'succeeded', description: 'fine', findings: [] };
const always: Circumstances = {
  enabled: true,
  phase: 'enforce',
  branches: { include: ['**'], exclude: [] },
  drafts: 'skip',
  bots: { identities: [], exempt: [] },
};
const gate = (over: Partial<EnabledGate> = {}): EnabledGate => ({
  name: 'title',
  mode: 'block',
  needs: ['details'],
  asks: {},
  component: null,
  files: { include: null, exclude: [] },
  circumstances: [always],
  when: undefined,
  evaluate: () => fine,
  ...over,
});

test('an evaluation carries the iteration, the commit and an outcome for each gate, in order', () => {
  const gates = [gate(), gate({ name: 'size', mode: 'advise' })];
  expect(evaluate(snapshot, gates, now)).toEqual({
    iterationId: iteration.id,
    sourceCommit: iteration.sourceCommit,
    outcomes: [
      { gate: 'title', mode: 'block', component: null, shadow: false, ...fine },
      { gate: 'size', mode: 'advise', component: null, shadow: false, ...fine },
    ],
    untouched: [],
  });
});

test('a gate gets what was read, and the time that was passed in', () => {
  const seen: unknown[] = [];
  const needs = ['details', 'iteration', 'changes', 'lineCounts', 'workItems', 'labels'] as const;
  const curious = gate({
    needs,
    evaluate: (input) => {
      seen.push(input);
      return fine;
    },
  });
  evaluate(snapshot, [curious], now);
  expect(seen).toMatchObject([{ details, iteration, changes, lineCounts, workItems, labels, now }]);
});

describe('a gate whose slice could not be read is an error that says why, and is not asked', () => {
  const forbidden = new Failure({ kind: 'permissionMissing', message: 'The PAT lacks the scope Work Items (Read).' });
  const unasked = gate({
    needs: ['details', 'workItems'],
    evaluate: () => {
      throw new Error('asked');
    },
  });

  test('the failure is its finding', () => {
    const { outcomes } = evaluate(
      { ...snapshot, workItems: { ok: false, failure: forbidden } },
      [unasked, gate()],
      now,
    );
    expect(outcomes).toEqual([
      {
        gate: 'title',
        component: null,
        shadow: false,
        mode: 'block',
        state: 'error',
        description: 'could not judge: The PAT lacks the scope Work Items (Read).',
        findings: [{ severity: 'high', key: 'unread', message: forbidden.message }],
      },
      { gate: 'title', mode: 'block', component: null, shadow: false, ...fine },
    ]);
  });

  test('its description is cut, its finding is not', () => {
    const failure = new Failure({ kind: 'unexpected', message: 'x'.repeat(200) });
    const [outcome] = evaluate({ ...snapshot, workItems: { ok: false, failure } }, [unasked], now).outcomes;
    expect(outcome?.description).toBe(`could not judge: ${'x'.repeat(59)}…`);
    expect(outcome?.findings[0]?.message).toBe('x'.repeat(200));
  });

  test('its description says what it takes, where the failure knows', () => {
    const failure = new Failure({ kind: 'permissionMissing', message: 'x'.repeat(200), remedy: 'needs Code (Read)' });
    const [outcome] = evaluate({ ...snapshot, workItems: { ok: false, failure } }, [unasked], now).outcomes;
    expect(outcome?.description).toBe('could not judge: needs Code (Read)');
    expect(outcome?.findings[0]?.message).toBe('x'.repeat(200));
  });

  test('a slice that nobody read is told as a mistake of ours', () => {
    const [outcome] = evaluate({ details, iteration }, [unasked], now).outcomes;
    expect(outcome?.state).toBe('error');
    expect(outcome?.findings[0]?.message).toContain('The slice workItems was not read');
  });

  test('gates that do not need the slice are judged all the same', () => {
    const failing: PullRequestSnapshot = { ...snapshot, changes: { ok: false, failure: forbidden } };
    expect(evaluate(failing, [gate()], now).outcomes[0]?.state).toBe('succeeded');
  });
});

describe('when it is judged', () => {
  test.each<[string, Partial<EnabledGate>, string, boolean]>([
    [
      'switched off',
      { circumstances: [{ ...always, enabled: false }] },
      'notApplicable: switched off in the settings',
      false,
    ],
    ['tried out', { circumstances: [{ ...always, phase: 'shadow' }] }, 'succeeded: fine', true],
    ['a condition that holds', { when: { targetBranch: ['main'] } }, 'succeeded: fine', false],
    ['a condition that does not', { when: { targetBranch: ['dev'] } }, 'notApplicable: not into dev', false],
    [
      'a condition that does not, tried out',
      { when: { labels: ['x'] }, circumstances: [{ ...always, phase: 'shadow' }] },
      'notApplicable: no label x',
      true,
    ],
  ])('%s', (_, over, says, shadow) => {
    const [outcome] = evaluate(snapshot, [gate(over)], now).outcomes;
    expect([`${outcome?.state}: ${outcome?.description}`, outcome?.shadow]).toEqual([says, shadow]);
  });

  test('a gate that is not judged needs nothing', () => {
    const draft = { details: { ...details, isDraft: true }, iteration };
    const [outcome] = evaluate(draft, [gate({ needs: ['changes', 'workItems'] })], now).outcomes;
    expect(outcome).toMatchObject({ state: 'pending', description: 'draft: judged when published', findings: [] });
  });

  test('what its condition needs and nobody could read is its error', () => {
    const failure = new Failure({ kind: 'unavailable', message: 'The labels could not be read.' });
    const labelled = gate({ needs: ['details', 'labels'], when: { labels: ['x'] } });
    const [outcome] = evaluate({ ...snapshot, labels: { ok: false, failure } }, [labelled], now).outcomes;
    expect(outcome).toMatchObject({ state: 'error', description: 'could not judge: The labels could not be read.' });
  });
});

describe('an evaluation holds until its earliest outcome ends', () => {
  const holding = (...until: (string | undefined)[]): Evaluation => ({
    iterationId: 1,
    sourceCommit: '',
    untouched: [],
    outcomes: until.map((time) => ({
      gate: 'freeze',
      mode: 'block',
      component: null,
      shadow: false,
      ...fine,
      ...(time === undefined ? {} : { validUntil: new Date(time) }),
    })),
  });
  test.each<[string, Evaluation, Date | null]>([
    ['no gate', holding(), null],
    ['no end', holding(undefined), null],
    ['one end', holding(undefined, '2026-10-02'), new Date('2026-10-02')],
    ['the earliest of two', holding('2026-10-03', '2026-10-02', undefined), new Date('2026-10-02')],
  ])('%s', (_, evaluation, until) => {
    expect(validUntil(evaluation)).toEqual(until);
  });
});

test('outcomes are picked by mode and state, in the order of the settings', () => {
  const gates = [gate({ name: 'b' }), gate({ name: 'a' }), gate({ name: 'c', mode: 'advise' })];
  const evaluation = evaluate(snapshot, gates, now).outcomes;
  expect(outcomesIn(evaluation, 'block', 'succeeded').map((outcome) => outcome.gate)).toEqual(['b', 'a']);
  expect(outcomesIn(evaluation, 'advise', 'succeeded').map((outcome) => outcome.gate)).toEqual(['c']);
  expect(outcomesIn(evaluation, 'block', 'failed')).toEqual([]);
});

describe('the gate of a component', () => {
  const seen: string[][] = [];
  const payments = gate({
    component: 'payments',
    needs: ['changes', 'lineCounts'],
    files: { include: ['services/payments/**'], exclude: [] },
    evaluate: ({ changes: files, lineCounts: counts }) => {
      seen.push(files.map(({ path }) => path));
      expect(counts.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
      return fine;
    },
  });
  const rest = gate({ needs: ['changes'], files: { include: null, exclude: ['services/payments/**'] } });
  const changed = (...files: { path: string; originalPath?: string }[]): PullRequestSnapshot => ({
    ...snapshot,
    changes: { ok: true, value: files.map((file) => ({ kinds: ['edit'], ...file })) },
    lineCounts: { ok: true, value: files.map(({ path }) => ({ path, additions: 1, deletions: 0 })) },
  });
  const told = (one: EnabledGate, files: PullRequestSnapshot): [string, string] | undefined => {
    const [outcome] = evaluate(files, [one], now).outcomes;
    return outcome && [outcome.state, outcome.description];
  };
  const inside = { path: '/services/payments/ledger.ts' };
  const outside = { path: '/services/search/index.ts' };
  const movedOut = { path: '/services/search/ledger.ts', originalPath: inside.path };

  beforeEach(() => seen.splice(0));

  test('sees the files of its component alone', () => {
    expect(told(payments, changed(inside, outside))).toEqual(['succeeded', 'fine']);
    expect(seen).toEqual([[inside.path]]);
  });

  test('sees a file that was moved out of it', () => {
    expect(told(payments, changed(movedOut))).toEqual(['succeeded', 'fine']);
    expect(seen).toEqual([[movedOut.path]]);
  });

  test('has no outcome where none of its files changed', () => {
    const { outcomes, untouched } = evaluate(changed(outside), [payments], now);
    expect([outcomes, untouched]).toEqual([[], ['payments']]);
    expect(evaluate(changed(inside), [payments], now).untouched).toEqual([]);
  });

  test('stands behind those of the pull request as a whole, with those of its component', () => {
    const search = { ...payments, component: 'search', files: { include: ['services/search/**'], exclude: [] } };
    const gates = [search, payments, gate({ name: 'labels' }), { ...search, name: 'a' }, { ...payments, name: 'a' }];
    const { outcomes } = evaluate(changed(inside, outside), gates, now);
    expect(outcomes.map(({ component, gate: name }) => `${component}/${name}`)).toEqual([
      'null/labels',
      'payments/title',
      'payments/a',
      'search/title',
      'search/a',
    ]);
  });

  test.each<[string, Partial<Circumstances>]>([
    ['would not be asked of a bot', { bots: { identities: [details.author.id], exempt: ['title'] } }],
    ['is switched off', { enabled: false }],
  ])('nor has it one that %s', (_, circumstances) => {
    const exempt = { ...payments, circumstances: [{ ...always, ...circumstances }] };
    expect(told(exempt, changed(outside))).toBeUndefined();
    expect(told(exempt, changed(inside))?.[0]).toBe('notApplicable');
  });

  test('could have something to judge while the changes are unknown', () => {
    const failure = new Failure({ kind: 'permissionMissing', message: 'The PAT lacks the scope Code (Read).' });
    expect(told(payments, { ...snapshot, changes: { ok: false, failure } })?.[0]).toBe('error');
  });

  test('leaves the rest to the gate above, which judges what was moved out as well', () => {
    expect(told(rest, changed(inside))).toEqual(['notApplicable', 'every changed file belongs to a component']);
    expect(told(rest, changed(inside, outside))).toEqual(['succeeded', 'fine']);
    expect(told(rest, changed(movedOut))).toEqual(['succeeded', 'fine']);
    expect(told(rest, changed())).toEqual(['succeeded', 'fine']);
  });
});
