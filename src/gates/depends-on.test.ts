import type { Dependencies, Dependency } from '../core/dependencies-graph';
import type { Outcome } from '../core/gate';

import { dependsOn } from './depends-on';
import { ordinary, ordinaryPullRequest } from './testing/ordinary-pull-request';

type Options = Parameters<typeof dependsOn.options.parse>[0];
type Found = Extract<Dependency, { kind: 'found' }>;

const other = { project: { id: 'p2', name: 'Payments' }, repository: { id: 'r2', name: 'ledger' } };
const api = { id: '55555555-5555-4555-8555-555555555555', name: 'api' };

const found = (more: Partial<Found> = {}): Found => ({
  kind: 'found',
  title: 'Voucher API',
  status: 'active',
  isDraft: false,
  project: ordinary.details.project,
  repository: api,
  waitsFor: [],
  ...more,
});

/** Number 42, in `Shop/web`, at noon of the 4th of March. */
const judge = (description: string, dependencies: Dependencies = {}, options: Options = {}): Outcome =>
  dependsOn.evaluate(
    ordinaryPullRequest({ details: { description }, dependencies }, dependsOn.needs),
    dependsOn.options.parse(options),
  );

const messages = ({ findings }: Outcome): string[] => findings.map(({ message }) => message);

describe('a pull request that is named', () => {
  test.each<[string, Partial<Found>, string, string]>([
    ['!7', {}, 'pending', '!7 open'],
    ['!7', { isDraft: true }, 'pending', '!7 draft'],
    ['!7', { status: 'completed' }, 'succeeded', '!7 completed'],
    // A draft cannot be completed; what was one when it was abandoned is abandoned.
    ['!7', { status: 'abandoned', isDraft: true }, 'failed', '!7 abandoned'],
    ['API!7', {}, 'pending', '!7 open'],
    ['shop/Api!7', {}, 'pending', '!7 open'],
    ['web!7', {}, 'failed', '!7 is elsewhere'],
    ['Shop/web!7', { status: 'completed' }, 'failed', '!7 is elsewhere'],
    ['https://dev.azure.com/contoso/Shop/_git/api/pullrequest/7', {}, 'pending', '!7 open'],
    [`https://dev.azure.com/contoso/Shop/_apis/git/repositories/${api.id}/pullRequests/7`, {}, 'pending', '!7 open'],
    [`https://dev.azure.com/contoso/_apis/git/repositories/${api.id}/pullRequests/7`, {}, 'pending', '!7 open'],
    [
      `https://dev.azure.com/contoso/_apis/git/repositories/${api.id.replace('5', '6')}/pullRequests/7`,
      {},
      'failed',
      '!7 is elsewhere',
    ],
    ['!7', other, 'failed', 'no !7 in this project'],
    ['ledger!7', other, 'failed', 'no !7 in this project'],
    ['Payments/ledger!7', other, 'pending', '!7 open'],
    ['payments/LEDGER!7', { ...other, status: 'completed' }, 'succeeded', '!7 completed'],
    ['Payments/other!7', other, 'error', 'no !7 to be seen in Payments/other'],
    ['Secret/ledger!7', other, 'error', 'no !7 to be seen in Secret/ledger'],
    ['Payments/api!7', {}, 'error', 'no !7 to be seen in Payments/api'],
  ])('%s, being %j: %s', (line, more, state, description) => {
    expect(judge(`Depends-On: ${line}`, { 7: found(more) })).toMatchObject({ state, description });
  });

  test.each<[string, string, string]>([
    ['!7', 'failed', 'no !7 in this project'],
    ['api!7', 'failed', 'no !7 in this project'],
    ['Shop/api!7', 'failed', 'no !7 in this project'],
    ['Payments/ledger!7', 'error', 'no !7 to be seen in Payments/ledger'],
  ])('%s, which is not found: %s', (line, state, description) => {
    const outcome = judge(`Depends-On: ${line}`, { 7: { kind: 'notFound' } });
    expect(outcome).toMatchObject({ state, description });
    expect(outcome.findings[0]?.message).toMatch(/may (not )?see/);
    expect(outcome.findings[0]?.help).toContain('grant');
  });

  test('that may not be read is an error that names what is missing', () => {
    const refused = {
      kind: 'refused',
      message: 'The account may not.',
      remedy: 'needs PAT scope Code (Read)',
    } as const;
    expect(judge('Depends-On: !7', { 7: refused })).toMatchObject({
      state: 'error',
      description: '!7 needs PAT scope Code (Read)',
      findings: [{ message: 'The account may not.' }],
    });
  });

  test('is told with where it is to be found, and with its title where it is of the same repository', () => {
    const [finding] = judge('Depends-On: !7', { 7: found() }).findings;
    // Whoever may write here may not be allowed to read there.
    expect(finding?.message).toBe('!7 in Shop/api is open.');
    expect(finding?.help).toContain('/gate re-run');
    const same = found({ repository: ordinary.details.repository });
    expect(messages(judge('Depends-On: !7', { 7: same }))).toEqual(['!7 "Voucher API" in Shop/web is open.']);
    expect(judge('Depends-On: web!7', { 7: found() }).findings[0]?.help).toBe('Write "Depends-On: api!7".');
  });

  test('in another project is told without what only Portcullis may see', () => {
    const lines = ['!7', 'ledger!7', 'Payments/ledger!7', 'Payments/x!7', 'x/ledger!7'];
    const told = lines.map((line) => judge(`Depends-On: ${line}`, { 7: found(other) }));
    expect(JSON.stringify(told)).not.toContain('Voucher');
    // Only what the line says itself.
    expect(JSON.stringify([told[0], told[1], told[3]])).not.toMatch(/Payments\/ledger/);
    expect(messages(judge('Depends-On: Payments/ledger!7', { 7: found(other) }))).toEqual([
      '!7 in Payments/ledger is open.',
    ]);
    // Nothing tells a pull request that is elsewhere from one that is not there.
    for (const line of ['!7', 'Payments/x!7']) {
      expect(judge(`Depends-On: ${line}`, { 7: found(other) })).toEqual(
        judge(`Depends-On: ${line}`, { 7: { kind: 'notFound' } }),
      );
    }
  });

  test('in another project may be refused, whatever became of it', () => {
    const options = { otherProjects: 'refuse' } as const;
    const outcomes = [found(other), found({ ...other, status: 'completed' }), { kind: 'notFound' as const }].map(
      (each) => judge('Depends-On: Payments/ledger!7', { 7: each }, options),
    );
    expect(outcomes[0]).toMatchObject({ state: 'failed', description: '!7 is of another project' });
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(judge('Depends-On: Shop/api!7', { 7: found() }, options).state).toBe('pending');
  });
});

describe('several', () => {
  test('failed comes before error, error before waiting, and all are told', () => {
    const graph: Dependencies = {
      1: found({ status: 'abandoned' }),
      2: { kind: 'notFound' },
      3: found(),
      4: found({ status: 'completed' }),
    };
    const all = judge('Depends-On: !3, Payments/x!2, !4, !1', graph);
    expect(all).toMatchObject({ state: 'failed', description: '!1 abandoned' });
    expect(all.findings.map(({ key }) => key)).toEqual(['1 abandoned', '2 unknown', '3 open']);
    expect(judge('Depends-On: !3, Payments/x!2, !4', graph).state).toBe('error');
    expect(judge('Depends-On: !3, !4', graph)).toMatchObject({ state: 'pending', description: '!3 open' });
    expect(judge('Depends-On: !4', graph).state).toBe('succeeded');
    expect(judge('Depends-On: !4\nDepends-On: !5', { ...graph, 5: found({ status: 'completed' }) })).toMatchObject({
      description: '2 pull requests completed',
    });
  });

  test('one that is named in two ways is told once', () => {
    expect(judge('Depends-On: !7, api!7, Shop/api!7', { 7: found() }).findings).toHaveLength(1);
  });

  test('no more than are allowed', () => {
    const graph = { 1: found({ status: 'completed' }), 2: found({ status: 'completed' }) };
    expect(judge('Depends-On: !1, !2', graph, { maximum: 1 })).toMatchObject({
      state: 'failed',
      description: '2 > 1 pull request',
    });
    expect(judge('Depends-On: !1, !2, api!2', graph, { maximum: 2 }).state).toBe('succeeded');
  });

  test('more than are ever looked at fail, and the others are not told to be too far away', () => {
    const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
    const graph = Object.fromEntries(numbers.slice(0, 20).map((number) => [number, found({ status: 'completed' })]));
    const outcome = judge(`Depends-On: ${numbers.map((number) => `!${number}`).join(', ')}`, graph);
    expect(outcome.findings.map(({ key }) => key)).toEqual(['maximum']);
  });

  test('those that are too far away to be looked at fail', () => {
    const outcome = judge('Depends-On: !7', { 7: found({ waitsFor: [8] }) });
    expect(outcome.state).toBe('failed');
    expect(outcome.findings.map(({ key }) => key)).toEqual(['tooFar', '7 open']);
  });
});

describe('a circle', () => {
  test.each<[string, string, Dependencies, string, string]>([
    ['with itself', 'Depends-On: !42', {}, 'circle !42 → !42', '!42 → !42: this pull request waits for itself.'],
    [
      'with two others',
      'Depends-On: !7',
      { 7: found({ waitsFor: [8] }), 8: found({ waitsFor: [42] }) },
      'circle !42 → !7 → !8 → !42',
      '!42 → !7 → !8 → !42: these pull requests wait for each other, so none of them can be completed.',
    ],
    [
      'of others',
      'Depends-On: !7',
      { 7: found({ waitsFor: [8] }), 8: found({ waitsFor: [7] }) },
      'circle !7 → !8 → !7',
      '!7 → !8 → !7: these pull requests wait for each other, and this one for them.',
    ],
  ])('%s', (_, description, graph, short, message) => {
    const outcome = judge(description, graph);
    expect(outcome).toMatchObject({ state: 'failed', description: short });
    expect(messages(outcome)[0]).toBe(message);
  });

  test('is told on both', () => {
    const one = judge('Depends-On: !7', { 7: found({ waitsFor: [42] }) });
    const two = dependsOn.evaluate(
      ordinaryPullRequest(
        { details: { id: 7, description: 'Depends-On: !42' }, dependencies: { 42: found({ waitsFor: [7] }) } },
        dependsOn.needs,
      ),
      dependsOn.options.parse({}),
    );
    expect([one.description, two.description]).toEqual(['circle !42 → !7 → !42', 'circle !7 → !42 → !7']);
  });

  test('is none once one of them is completed', () => {
    expect(judge('Depends-On: !7', { 7: found({ status: 'completed', waitsFor: [42] }) }).state).toBe('succeeded');
  });
});

describe('a line that cannot be read', () => {
  test.each([
    ['Depends-On: #7', 'cannot read "#7"', 'Depends-On: !123'],
    ['Merge-After: tomorrow', 'cannot read "tomorrow"', 'Merge-After: 2026-12-18T18:00Z'],
    ['Depends-On: https://dev.azure.com/fabrikam/a/_git/b/pullrequest/7', 'cannot read', 'of this one'],
  ])('%s says what to write', (description, short, help) => {
    const outcome = judge(description);
    expect(outcome.state).toBe('failed');
    expect(outcome.description).toContain(short);
    expect(outcome.findings[0]?.help).toContain(help);
  });
});

describe('a time', () => {
  test.each<[string, string, string, string | undefined]>([
    ['2026-03-04T12:00:01Z', 'pending', 'until 2026-03-04 12:00 UTC', '2026-03-04T12:00:01.000Z'],
    ['2026-03-04T14:00+01:00', 'pending', 'until 2026-03-04 13:00 UTC', '2026-03-04T13:00:00.000Z'],
    ['2026-03-05', 'pending', 'until 2026-03-05 00:00 UTC', '2026-03-05T00:00:00.000Z'],
    ['2026-03-04T12:00:00Z', 'succeeded', 'nothing to wait for', undefined],
    ['2026-03-04', 'succeeded', 'nothing to wait for', undefined],
    ['9999-12-31', 'pending', 'until 9999-12-31 00:00 UTC', undefined],
  ])('%s: %s', (time, state, description, validUntil) => {
    const outcome = judge(`Merge-After: ${time}`);
    expect(outcome).toMatchObject({ state, description });
    expect(outcome.validUntil?.toISOString()).toBe(validUntil);
  });

  test('ends also what fails for another reason', () => {
    const outcome = judge('Depends-On: !7\nMerge-After: 2026-03-05', { 7: found({ status: 'abandoned' }) });
    expect(outcome).toMatchObject({ state: 'failed', validUntil: new Date('2026-03-05T00:00:00Z') });
    expect(outcome.findings).toHaveLength(2);
  });
});
