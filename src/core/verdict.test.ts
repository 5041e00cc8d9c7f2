import type { Evaluation, GateOutcome } from './evaluate';
import type { State } from './gate';
import { componentVerdict, inShadow, verdict, verdictOf } from './verdict';

const outcome = (gate: string, mode: GateOutcome['mode'], state: State, description: string = state): GateOutcome => ({
  gate,
  component: null,
  shadow: false,
  mode,
  state,
  description,
  findings: [],
});

const evaluationOf = (...outcomes: GateOutcome[]): Evaluation => ({
  iterationId: 1,
  sourceCommit: 'c0ffee',
  outcomes,
  untouched: [],
});

const passing = outcome('labels', 'block', 'succeeded');

describe('the verdict is the first that applies', () => {
  const failed = outcome('title', 'block', 'failed', 'is too short');
  const error = outcome('size', 'block', 'error', 'could not judge: why');
  const pending = outcome('build', 'block', 'pending', 'the build');
  const skipped = outcome('paths', 'block', 'notApplicable', 'no path of theirs');
  const advice = outcome('commits', 'advise', 'failed', 'no type');
  const waiting = outcome('checks', 'advise', 'pending', 'the pipeline');
  const unsure = outcome('secrets', 'advise', 'error', 'could not judge');

  test.each<[string, GateOutcome[], State, string]>([
    [
      'failed before everything else',
      [passing, pending, error, failed, advice, skipped],
      'failed',
      '1 of 4 blocking gates failed: title is too short · size could not judge: why',
    ],
    [
      'error before pending',
      [passing, pending, error, advice],
      'error',
      '1 of 3 blocking gates could not judge: size why',
    ],
    ['pending before succeeded', [passing, pending, advice], 'pending', 'waiting for build the build'],
    ['succeeded', [passing, outcome('title', 'block', 'succeeded')], 'succeeded', '2 gates passed'],
    ['one alone passed', [passing], 'succeeded', '1 gate passed'],
    [
      'where nothing advises, every gate is a blocking one',
      [passing, failed, skipped],
      'failed',
      '1 of 2 gates failed: title is too short',
    ],
    ['one alone failed', [failed], 'failed', '1 of 1 gate failed: title is too short'],
    ['what does not apply is not counted', [passing, skipped], 'succeeded', '1 gate passed'],
    ['a failed advice does not block', [passing, advice], 'succeeded', '1 gate passed · advice: commits no type'],
    [
      'an advice that could not be judged does not block either',
      [passing, unsure],
      'succeeded',
      '1 gate passed · advice: secrets could not judge',
    ],
    [
      'an advice that waits is told, and not waited for',
      [passing, waiting],
      'succeeded',
      '1 gate passed · advice: checks the pipeline',
    ],
    [
      'advice: what failed first, then what could not be judged, then what waits',
      [waiting, unsure, advice, passing],
      'succeeded',
      '1 gate passed · advice: commits no type · secrets could not judge · checks the pipeline',
    ],
    [
      'advice alone never blocks',
      [advice, unsure],
      'succeeded',
      'nothing blocks · advice: commits no type · secrets could not judge',
    ],
    ['no gate applies', [skipped], 'succeeded', 'no gate applies: paths no path of theirs'],
    [
      'no gate at all is an error, never a pass',
      [],
      'error',
      'no gate is configured: enable one in the settings, or set enabled: false',
    ],
  ])('%s', (_, outcomes, state, description) => {
    expect(verdictOf(evaluationOf(...outcomes))).toEqual({ state, description });
  });

  test('the order of the gates decides nothing but the order of the words', () => {
    expect(verdictOf(evaluationOf(failed, error)).state).toBe('failed');
    expect(verdictOf(evaluationOf(error, failed)).state).toBe('failed');
    expect(verdictOf(evaluationOf(error, passing, pending)).state).toBe('error');
  });
});

describe('what is only tried out', () => {
  const tried = (one: GateOutcome): GateOutcome => ({ ...one, shadow: true });
  const failed = outcome('title', 'block', 'failed', 'is too short');
  const unsure = outcome('size', 'block', 'error', 'could not judge: needs Code (Read)');
  const exempt = outcome('labels', 'block', 'notApplicable', 'not asked of this bot');

  test.each<[string, GateOutcome[], State, string]>([
    [
      'alone: shadow',
      [tried(failed)],
      'succeeded',
      'shadow: would have failed: 1 of 1 gate failed: title is too short',
    ],
    [
      'beside what passes: told after it',
      [passing, tried(failed)],
      'succeeded',
      '1 gate passed · shadow: would have failed: 1 of 1 gate failed: title is too short',
    ],
    ['beside what fails: not told', [failed, tried(unsure)], 'failed', '1 of 1 gate failed: title is too short'],
    ['passing beside what passes: not told', [passing, tried(passing)], 'succeeded', '1 gate passed'],
    [
      'an unjudged one alone is never succeeded',
      [tried(unsure)],
      'notApplicable',
      'shadow: could not judge: size needs Code (Read)',
    ],
    [
      'nor is one beside a gate that does not apply',
      [exempt, tried(unsure)],
      'notApplicable',
      'shadow: could not judge: size needs Code (Read)',
    ],
    [
      'beside what does not apply: told alone',
      [exempt, tried(failed)],
      'succeeded',
      'shadow: would have failed: 1 of 1 gate failed: title is too short',
    ],
    [
      'an unjudged one beside what passes: told after it',
      [passing, tried(unsure)],
      'succeeded',
      '1 gate passed · shadow: could not judge: size needs Code (Read)',
    ],
  ])('%s', (_, outcomes, state, description) => {
    expect(verdictOf(evaluationOf(...outcomes))).toEqual({ state, description });
  });
});

describe('components', () => {
  const payments = { ...outcome('size', 'block', 'failed', '812 > 600 lines'), component: 'payments' };
  const search = { ...outcome('size', 'block', 'succeeded', '3 lines'), component: 'search' };
  const evaluation = { ...evaluationOf(passing, payments, search), untouched: ['docs'] };

  test('the rollup is red when one of them is, and names it', () => {
    expect(verdictOf(evaluation)).toEqual({
      state: 'failed',
      description: '1 of 3 gates failed: payments/size 812 > 600 lines',
    });
  });

  test('each has a verdict of its own, and one whose files did not change needs none', () => {
    expect(componentVerdict(evaluation, 'payments')).toEqual({
      state: 'failed',
      description: '1 of 1 gate failed: size 812 > 600 lines',
    });
    expect(componentVerdict(evaluation, 'search')).toEqual({ state: 'succeeded', description: '1 gate passed' });
    expect(componentVerdict(evaluation, 'docs')).toEqual({
      state: 'notApplicable',
      description: 'none of its files changed',
    });
  });

  test('one that no gate judges is an error, never a pass', () => {
    expect(componentVerdict(evaluation, 'web')).toEqual({
      state: 'error',
      description: 'no gate judges this component: enable one in the settings, or take the component out',
    });
  });

  test('where only components have gates, and none was touched, no gate applies', () => {
    expect(verdictOf({ ...evaluationOf(), untouched: ['docs'] })).toEqual({
      state: 'notApplicable',
      description: 'no gate applies: no file of a component changed',
    });
  });
});

describe('a description fits into a status', () => {
  test('at most 120 characters, and what is left out is counted', () => {
    const outcomes = Array.from({ length: 20 }, (_, index) => outcome(`gate-${index}`, 'block', 'failed', 'is wrong'));
    const { description } = verdictOf(evaluationOf(...outcomes));
    expect(description).toMatch(/^20 of 20 gates failed: gate-0 is wrong · gate-1 is wrong · .* · \+16 more$/);
  });

  test('120 characters are not cut, 121 are', () => {
    expect(verdict('failed', 'x'.repeat(120)).description).toBe('x'.repeat(120));
    expect(verdict('failed', 'x'.repeat(121)).description).toBe(`${'x'.repeat(119)}…`);
  });

  test('it is one line, and no character is cut in half', () => {
    expect(verdict('error', 'two\nlines\u0000\u2028here').description).toBe('two lines here');
    expect(verdict('error', '𝒳'.repeat(200)).description).toBe(`${'𝒳'.repeat(119)}…`);
  });
});

describe('a verdict in shadow blocks nothing', () => {
  test.each<[State, State, string]>([
    ['succeeded', 'succeeded', 'shadow: why'],
    ['failed', 'succeeded', 'shadow: would have failed: why'],
    ['pending', 'succeeded', 'shadow: would wait: why'],
    ['error', 'notApplicable', 'shadow: could not judge: why'],
    ['notApplicable', 'notApplicable', 'why'],
  ])('%s becomes %s', (state, shadowed, description) => {
    expect(inShadow(verdict(state, 'why'))).toEqual({ state: shadowed, description });
  });

  test('it does not say twice that it could not judge', () => {
    const { description } = inShadow(verdict('error', 'could not judge (1a2b3c4d): why'));
    expect(description).toBe('shadow: could not judge (1a2b3c4d): why');
  });

  test('its description is still cut to what a status holds', () => {
    expect(Array.from(inShadow(verdict('failed', 'x'.repeat(120))).description)).toHaveLength(120);
  });
});
