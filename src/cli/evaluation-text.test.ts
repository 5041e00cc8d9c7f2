import type { EvaluatedOnce } from '../app/evaluate-once';
import type { GateOutcome } from '../core/evaluate';
import { Failure } from '../core/failures';
import { ordinary } from '../gates/testing/ordinary-pull-request';

import { evaluationText } from './evaluation-text';

const now = new Date('2026-03-04T05:06:59Z');
const fine: GateOutcome = {
  gate: 'size',
  component: null,
  shadow: false,
  mode: 'advise',
  state: 'succeeded',
  description: '15 lines',
  findings: [],
};
const red: GateOutcome = {
  gate: 'title',
  component: null,
  shadow: false,
  mode: 'block',
  state: 'failed',
  description: '3 characters < 10',
  findings: [{ severity: 'medium', key: 'minimumLength', message: 'The title has 3 characters.', help: 'Say more.' }],
};

function text(changes: Partial<EvaluatedOnce> = {}, outcomes: GateOutcome[] = [fine, red]): string {
  const iteration = { ...ordinary.iteration, id: 3, sourceCommit: 'abcdef0123456789' };
  return evaluationText(
    {
      details: ordinary.details,
      iteration,
      verdict: { state: 'failed', description: '1 of 2 gates failed: title 3 characters < 10' },
      evaluation: { iterationId: 3, sourceCommit: iteration.sourceCommit, outcomes, untouched: [] },
      validUntil: null,
      components: {},
      published: undefined,
      ...changes,
    },
    { settings: 'the default settings', now },
  );
}

test('is what one would paste into a chat', () => {
  const { id, title, webUrl, author } = ordinary.details;
  expect(text()).toBe(`✗ failed: 1 of 2 gates failed: title 3 characters < 10

Pull request ${id}: ${title}
  Shop/web, feature/voucher into main, by ${author.displayName}
  ${webUrl}
  Judged on 2026-03-04 05:06 UTC: iteration 3, commit abcdef01, with the default settings.

  state      gate   mode    description
✗ failed     title  block   3 characters < 10
✓ succeeded  size   advise  15 lines

title (blocks)
  - The title has 3 characters.
    Say more.

Nothing was written to Azure DevOps.
`);
});

test('the worst stands first, blocking before advising', () => {
  const states = ['notApplicable', 'succeeded', 'pending', 'error', 'failed'] as const;
  const outcomes = states.flatMap((state) =>
    (['advise', 'block'] as const).map((mode) => ({ ...fine, gate: `${state}-${mode}`, state, mode })),
  );
  const order = text({}, outcomes).matchAll(/^. \w+ +(\w+-\w+)/gm);
  expect([...order].map(([, gate]) => gate)).toEqual([
    'failed-block',
    'error-block',
    'pending-block',
    'failed-advise',
    'error-advise',
    'pending-advise',
    'succeeded-advise',
    'succeeded-block',
    'notApplicable-advise',
    'notApplicable-block',
  ]);
});

test('says where a finding is, and how many are not shown', () => {
  const findings = Array.from({ length: 23 }, (_, index) => ({
    severity: 'low' as const,
    key: `${index}`,
    message: 'Too long.',
    filePath: '/src/a.ts',
    ...(index === 0 ? {} : { line: index }),
  }));
  const lines = text({}, [{ ...red, findings }]).split('\n');
  expect(lines).toContain('  - /src/a.ts: Too long.');
  expect(lines).toContain('  - /src/a.ts:19: Too long.');
  expect(lines).not.toContain('  - /src/a.ts:20: Too long.');
  expect(lines).toContain('  … and 3 more; --json has them all.');
});

test.each<[string, Partial<EvaluatedOnce>, RegExp]>([
  ['no iterations', { iteration: { ...ordinary.iteration, id: null } }, /commit [0-9a-f]{8} \(it has no iterations\)/],
  [
    'a completed pull request',
    { details: { ...ordinary.details, status: 'completed' } },
    /is completed; it was judged as if it were active\./,
  ],
  [
    'an end',
    { validUntil: new Date('2026-03-05T00:00:00Z') },
    /This failed holds until 2026-03-05 00:00 UTC at the longest\./,
  ],
  ['two writes', { published: { ok: true, writes: 2 } }, /Posted as the status portcullis\/evaluate \(2 writes\)/],
  ['no write', { published: { ok: true, writes: 0 } }, /said so already; nothing was written/],
  [
    'a failure',
    { published: { ok: false, failure: new Failure({ kind: 'unexpected', message: 'no' }) } },
    /Not everything was written/,
  ],
])('is honest about %s', (_, changes, expected) => {
  expect(text(changes).replace(/\s+/g, ' ')).toMatch(expected);
});

test('each component is told with what its own status says, the worst first', () => {
  const components = {
    orders: { state: 'notApplicable' as const, description: 'none of its files changed' },
    payments: { state: 'failed' as const, description: '1 of 1 gate failed: size 80 > 50 lines' },
    search: { state: 'succeeded' as const, description: '1 gate passed' },
  };
  expect(text({ components }, [fine])).toContain(`
✓ succeeded  size  advise  15 lines

  state          component  description
✗ failed         payments   1 of 1 gate failed: size 80 > 50 lines
✓ succeeded      search     1 gate passed
– notApplicable  orders     none of its files changed

Nothing was written`);
  expect(text({ components: {} }, [fine])).not.toContain('component');
});

test('without outcomes there is no table', () => {
  const draft = text({ verdict: { state: 'pending', description: 'draft: judged when published' } }, []);
  expect(draft).toMatch(/^… pending: draft: judged when published\n/);
  expect(draft).not.toContain('description\n');
});
