import type { Outcome } from '../core/gate';
import type { LinkedWorkItem } from '../core/snapshot';

import { ordinaryPullRequest } from './testing/ordinary-pull-request';
import { workItems } from './work-items';

type Options = Parameters<typeof workItems.options.parse>[0];

const judge = (linked: LinkedWorkItem[], options: Options = {}): Outcome =>
  workItems.evaluate(ordinaryPullRequest({ workItems: linked }, workItems.needs), workItems.options.parse(options));

const item = (id: number, type = 'User Story', state = 'Active', title = 'Vouchers'): LinkedWorkItem => ({
  id,
  type,
  state,
  title,
});

describe('how many count', () => {
  test.each<[string, LinkedWorkItem[], Options, string, string]>([
    ['none', [], {}, 'failed', 'none linked'],
    ['one', [item(1)], {}, 'succeeded', '1 linked'],
    ['three', [item(1), item(2), item(3)], {}, 'succeeded', '3 linked'],
    ['one of two', [item(1)], { minimum: 2 }, 'failed', '1 of 2 linked'],
    ['two of two', [item(1), item(2)], { minimum: 2 }, 'succeeded', '2 linked'],
    ['a wrong type', [item(9, 'Task')], { allowedTypes: ['Bug'] }, 'failed', '#9 is a Task'],
    ['a wrong state', [item(9, 'Bug', 'Closed')], { allowedStates: ['New'] }, 'failed', '#9 is Closed'],
    [
      'another case is the same name',
      [item(1)],
      { allowedTypes: ['user story'], allowedStates: ['ACTIVE'] },
      'succeeded',
      '1 linked',
    ],
    [
      'the wrong ones do not matter when enough count',
      [item(1), item(2, 'Task')],
      { allowedTypes: ['User Story'] },
      'succeeded',
      '1 linked',
    ],
    [
      'type is looked at before state',
      [item(1, 'Task', 'Closed')],
      { allowedTypes: ['Bug'], allowedStates: ['New'] },
      'failed',
      '#1 is a Task',
    ],
    [
      'a wrong one, which would be enough',
      [item(1), item(2, 'Task')],
      { minimum: 2, allowedTypes: ['User Story'] },
      'failed',
      '#2 is a Task',
    ],
    [
      'wrong ones and too few',
      [item(1), item(2, 'Task')],
      { minimum: 3, allowedTypes: ['User Story'] },
      'failed',
      '#2 is a Task (+1 more)',
    ],
  ])('%s', (_, linked, options, state, description) => {
    expect(judge(linked, options)).toMatchObject({ state, description });
  });
});

test('an author without work items is told what to link', () => {
  expect(judge([], { allowedTypes: ['User Story', 'Bug'], allowedStates: ['Active'] }).findings).toEqual([
    {
      severity: 'medium',
      key: 'minimum',
      message: 'No work item is linked.',
      help: 'Under "Work items" on the pull request\'s page, add one of type "User Story" or "Bug" and in state "Active".',
    },
  ]);
  expect(judge([], { minimum: 3 }).findings[0]?.help).toBe('Under "Work items" on the pull request\'s page, add 3.');
});

test('each work item that does not count is told, and what is still missing', () => {
  const outcome = judge([item(12, 'Bug', 'Closed', 'Basket loses `items`'), item(13, 'Epic')], {
    minimum: 2,
    allowedTypes: ['User Story', 'Bug'],
    allowedStates: ['New', 'Active'],
  });
  expect(outcome.findings.map(({ key, message }) => [key, message])).toEqual([
    ['state 12', 'Work item 12, "Basket loses \'items\'", is in state "Closed"; only "New" or "Active" counts.'],
    ['type 13', 'Work item 13, "Vouchers", is of type "Epic"; only "User Story" or "Bug" counts.'],
    ['minimum', 'No linked work item counts; 2 are asked for.'],
  ]);
  expect(judge([item(1)], { minimum: 3, allowedTypes: ['Bug', 'User Story'] }).findings[0]).toMatchObject({
    message: '1 linked work item counts; 3 are asked for.',
    help: 'Under "Work items" on the pull request\'s page, add 2 more of type "Bug" or "User Story".',
  });
});

test('findings stay the same when titles, states and limits change', () => {
  const options = { allowedStates: ['Active'] };
  const before = judge([item(5, 'Bug', 'New', 'before')], options).findings.map(({ key }) => key);
  const after = judge([item(5, 'Bug', 'Closed', 'after')], { ...options, minimum: 4 }).findings.map(({ key }) => key);
  expect(before).toEqual(['state 5', 'minimum']);
  expect(after).toEqual(before);
});

test('hostile names of types, states and titles are quoted on one line without a back-tick', () => {
  const evil = '`](http://evil.example)\n# <img> \u0000'.repeat(10);
  const outcomes = [
    judge([item(1, evil, 'Active', evil)], { allowedTypes: ['Bug'] }),
    judge([item(1, 'Bug', evil, evil)], { allowedStates: ['Active'] }),
  ];
  for (const { description, findings } of outcomes) {
    for (const text of [description, ...findings.flatMap(({ message, help }) => [message, help ?? ''])]) {
      expect(text).not.toMatch(/[`\p{Cc}]/u);
      expect(text.length).toBeLessThan(400);
    }
  }
});

describe('what else a work item needs to count', () => {
  const withFields = (fields: LinkedWorkItem['fields'], more: Partial<LinkedWorkItem> = {}): LinkedWorkItem => ({
    ...item(7),
    ...(fields ? { fields } : {}),
    ...more,
  });
  const area = (path: string) => withFields({ 'system.areapath': path });
  const sprint = (path: string) => withFields({ 'system.iterationpath': path });
  const tagged = (tags: string) => withFields({ 'system.tags': tags });
  const criteria = (text: string) => withFields({ 'microsoft.vsts.common.acceptancecriteria': text });
  const below = (parentType: string | null) => withFields({ 'system.parent': 3 }, { parentType });

  test.each<[string, LinkedWorkItem, Options, string]>([
    ['a state that does not count', item(7, 'Bug', 'Closed'), { forbiddenStates: ['closed'] }, '#7 is Closed'],
    ['another state', item(7, 'Bug', 'Active'), { forbiddenStates: ['closed'] }, ''],
    ['the area', area('Shop\\Web'), { areaPaths: ['shop\\web'] }, ''],
    ['below the area', area('Shop\\Web\\Till'), { areaPaths: ['Other', 'Shop\\Web'] }, ''],
    ['above it', area('Shop'), { areaPaths: ['Shop\\Web'] }, '#7 is in area Shop'],
    ['a name that begins alike', area('Shop\\Webstore'), { areaPaths: ['Shop\\Web'] }, '#7 is in area Shop\\Webstore'],
    ['the iteration', sprint('Shop\\Sprint 7'), { iterationPaths: ['Shop/Sprint 7'] }, ''],
    [
      'another',
      sprint('Shop\\Sprint 70'),
      { iterationPaths: ['Shop\\Sprint 7'] },
      '#7 is in iteration Shop\\Sprint 70',
    ],
    ['all tags', tagged('Ready; web'), { requiredTags: ['ready', 'WEB'] }, ''],
    ['one tag of two', tagged('ready'), { requiredTags: ['ready', 'web'] }, '#7 lacks the tag web'],
    ['a tag within another', tagged('not ready'), { requiredTags: ['ready'] }, '#7 lacks the tag ready'],
    ['no tags', withFields({}), { requiredTags: ['ready'] }, '#7 lacks the tag ready'],
    ['a tag that may not be', tagged('Blocked'), { forbiddenTags: ['blocked'] }, '#7 is tagged blocked'],
    ['a field', withFields({ 'custom.risk': 'low' }), { requiredFields: ['Custom.Risk'] }, ''],
    ['zero', withFields({ 'custom.points': 0 }), { requiredFields: ['Custom.Points'] }, ''],
    ['false', withFields({ 'custom.visible': false }), { requiredFields: ['Custom.Visible'] }, ''],
    ['white space', withFields({ 'custom.risk': ' ' }), { requiredFields: ['Custom.Risk'] }, '#7 lacks Risk'],
    [
      'what an editor leaves',
      withFields({ 'custom.why': '<div><br></div>' }),
      { requiredFields: ['Custom.Why'] },
      '#7 lacks Why',
    ],
    ['no such field', withFields({}), { requiredFields: ['Custom.Risk'] }, '#7 lacks Risk'],
    ['a parent', withFields({ 'system.parent': 3 }), { parent: 'required' }, ''],
    ['no parent', withFields({}), { parent: 'required' }, '#7 has no parent'],
    ['no parent for a type', withFields({}), { parentTypes: ['Feature'] }, '#7 has no parent'],
    ['the right parent', below('feature'), { parentTypes: ['Feature'] }, ''],
    ['a wrong parent', below('Task'), { parentTypes: ['Feature', 'Epic'] }, '#7 is below a Task'],
    ['criteria', criteria('<div>☐ paid</div>'), { acceptanceCriteria: 'present' }, ''],
    ['none', criteria('<p>&nbsp;</p>'), { acceptanceCriteria: 'present' }, '#7 has no acceptance criteria'],
    ['none to tick', withFields({}), { acceptanceCriteria: 'ticked' }, '#7 has no acceptance criteria'],
    ['no list', criteria('It is paid.'), { acceptanceCriteria: 'ticked' }, ''],
    ['all ticked', criteria('- [x] paid\n- [X] sent'), { acceptanceCriteria: 'ticked' }, ''],
    [
      'one open',
      criteria('- [x] paid\n- [ ] sent'),
      { acceptanceCriteria: 'ticked' },
      '#7 has 1 open acceptance criterion',
    ],
    [
      'two open',
      criteria('<ul><li>[ ] paid</li><li><input type="checkbox"> sent</li></ul>'),
      { acceptanceCriteria: 'ticked' },
      '#7 has 2 open acceptance criteria',
    ],
  ])('%s', (_, linked, options, wrong) => {
    const expected = wrong === '' ? ['succeeded', '1 linked'] : ['failed', wrong];
    const { state, description } = judge([linked], options);
    expect([state, description]).toEqual(expected);
  });

  test('everything that is missing is told at once, with what to do', () => {
    const outcome = judge([criteria('- [ ] paid at the till')], {
      areaPaths: ['Shop\\Web'],
      requiredTags: ['ready'],
      requiredFields: ['Microsoft.VSTS.Scheduling.StoryPoints'],
      parentTypes: ['Feature'],
      acceptanceCriteria: 'ticked',
    });
    expect(outcome.findings.map(({ key, message, help }) => [key, message, help])).toEqual([
      [
        'areaPath 7',
        'Work item 7, "Vouchers", is in area ""; only "Shop\\Web" counts, with everything below it.',
        undefined,
      ],
      ['tag ready 7', 'Work item 7, "Vouchers", lacks the tag "ready".', SET_IT],
      [
        'field microsoft.vsts.scheduling.storypoints 7',
        'Work item 7, "Vouchers", has nothing in its field "Microsoft.VSTS.Scheduling.StoryPoints".',
        SET_IT,
      ],
      ['parent 7', 'Work item 7, "Vouchers", has no parent; one of type "Feature" is asked for.', SET_IT],
      [
        'acceptanceCriteria 7',
        'Work item 7, "Vouchers", has an item in its acceptance criteria that is not ticked: "paid at the till".',
        'Tick on the work item what is met, and take out what is not asked for any more.',
      ],
      [
        'minimum',
        'No linked work item counts; one is asked for.',
        'Under "Work items" on the pull request\'s page, add one in area "Shop\\Web", tagged "ready", with "Microsoft.VSTS.Scheduling.StoryPoints" filled in, with a parent of type "Feature" and with all of its acceptance criteria ticked.',
      ],
    ]);
  });
  const SET_IT = 'Set it on the work item, or link another one.';

  test('one that has everything suffices', () => {
    expect(judge([item(1), tagged('ready')], { requiredTags: ['ready'] })).toMatchObject({ state: 'succeeded' });
  });

  describe('what cannot be known', () => {
    const unknownFields = ['Custom.Risk'];

    test('a field that the organization does not have is told to the admin, once', () => {
      const linked = [withFields({}, { unknownFields }), { ...withFields({}, { unknownFields }), id: 8 }];
      const outcome = judge(linked, { requiredFields: ['Custom.Risk'] });
      expect(outcome).toMatchObject({ state: 'error', description: 'could not judge: Custom.Risk is no field here' });
      expect(outcome.findings).toEqual([
        {
          severity: 'high',
          key: 'unknown custom.risk',
          message: '"Custom.Risk" is no field of this organization, so no work item can have it.',
          help: 'An admin corrects the settings of this gate: fields go by their reference names, such as Microsoft.VSTS.Scheduling.StoryPoints.',
        },
      ]);
    });

    test('who does not ask for that field is not concerned', () => {
      const linked = [withFields({ 'custom.points': 3 }, { unknownFields })];
      expect(judge(linked, { requiredFields: ['Custom.Points'] })).toMatchObject({ state: 'succeeded' });
    });

    test('what is known to be wrong is told as that', () => {
      const linked = [withFields({}, { unknownFields })];
      expect(judge(linked, { requiredFields: ['Custom.Risk', 'Custom.Points'] })).toMatchObject({ state: 'failed' });
      expect(judge(linked, { requiredFields: ['Custom.Risk'], minimum: 2 })).toMatchObject({ state: 'failed' });
    });

    test('the type of a parent that may not be seen', () => {
      const outcome = judge([below(null)], { parentTypes: ['Feature'] });
      expect(outcome).toMatchObject({
        state: 'error',
        description: 'could not judge: needs "View work items in this node"',
      });
      expect(judge([below(null), below('Feature')], { parentTypes: ['Feature'] })).toMatchObject({
        state: 'succeeded',
      });
      expect(judge([below(null)], { parent: 'required' })).toMatchObject({ state: 'succeeded' });
    });
  });

  test('long texts are read at once, up to a million characters in all; beyond, it is an error where it matters', () => {
    const long = (id: number, length: number, end: string): LinkedWorkItem => ({
      ...criteria(`${'☑ '.repeat(length / 2)}${end}`),
      id,
    });
    const options: Options = {
      acceptanceCriteria: 'ticked',
      requiredFields: ['Microsoft.VSTS.Common.AcceptanceCriteria', 'microsoft.vsts.common.acceptancecriteria'],
    };
    const started = process.cpuUsage();
    expect(judge([long(1, 999_000, '☐')], options).description).toBe('#1 has 1 open acceptance criterion');
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(10_000);
    const many = Array.from({ length: 30 }, (_, index) => long(index, 900_000, '☐'));
    expect(judge(many, options)).toMatchObject({
      state: 'error',
      description: 'could not judge: too much text in work items',
      findings: [{ key: 'text', message: expect.stringContaining('1,000,000 characters') }],
    });
    expect(judge([long(1, 2_000_000, ''), criteria('- [x] paid')], options)).toMatchObject({ state: 'succeeded' });
  });

  test('hostile values are quoted on one line without a back-tick', () => {
    const evil = '`](http://evil.example)\n# <img> \u0000'.repeat(10);
    const options: Options = {
      areaPaths: ['Shop'],
      iterationPaths: ['Shop'],
      forbiddenTags: ['x'],
      parentTypes: ['Feature'],
      acceptanceCriteria: 'ticked',
    };
    const fields = {
      'system.areapath': evil,
      'system.iterationpath': evil,
      'system.tags': 'x',
      'system.parent': 1,
      'microsoft.vsts.common.acceptancecriteria': `- [ ] ${evil}`,
    };
    const { description, findings } = judge([withFields(fields, { parentType: evil, title: evil })], options);
    expect(findings).toHaveLength(6);
    for (const text of [description, ...findings.flatMap(({ message, help }) => [message, help ?? ''])]) {
      expect(text).not.toMatch(/[`\p{Cc}]/u);
      expect(text.length).toBeLessThan(400);
    }
  });
});

describe('the fields that options ask for', () => {
  const asked = (options: Options): readonly string[] | undefined =>
    workItems.asks?.(workItems.options.parse(options)).workItemFields;

  test.each<[Options, string[]]>([
    [{}, []],
    [{ allowedTypes: ['Bug'], forbiddenStates: ['Closed'] }, []],
    [{ areaPaths: ['Shop'] }, ['System.AreaPath']],
    [{ iterationPaths: ['Shop'] }, ['System.IterationPath']],
    [{ requiredTags: ['x'] }, ['System.Tags']],
    [{ forbiddenTags: ['x'] }, ['System.Tags']],
    [{ requiredFields: ['Custom.Risk'] }, ['Custom.Risk']],
    [{ parent: 'required' }, ['System.Parent']],
    [{ parentTypes: ['Feature'] }, ['System.Parent', 'System.Parent/System.WorkItemType']],
    [{ acceptanceCriteria: 'present' }, ['Microsoft.VSTS.Common.AcceptanceCriteria']],
  ])('%j', (options, fields) => {
    expect(asked(options)).toEqual(fields);
  });
});

test.each<[Options]>([
  [{ requiredFields: ['Story Points'] }],
  [{ requiredFields: ['Risk'] }],
  [{ requiredFields: ['System.Parent/System.WorkItemType'] }],
  [{ areaPaths: ['\\'] }],
  [{ areaPaths: [] }],
])('%j is refused', (options) => {
  expect(workItems.options.safeParse(options).success).toBe(false);
});
