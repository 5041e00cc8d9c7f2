import { judging } from '../support/judged';
import { startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { pullRequests } from '../support/pull-requests';

/** A linked work item that lacks what an option asks for: red with the sentence that its author reads, green when mended. */
let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;
let judged: ReturnType<typeof judging>;
let id: number;

const STORY = 1;
const FEATURE = 4;
const TASK = 3;
const CRITERIA = 'Microsoft.VSTS.Common.AcceptanceCriteria';
const version = 'api-version=7.1';

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
  judged = judging(environment);
  const clone = await environment.clone('author');
  await clone.push('vouchers', { 'src/vouchers.ts': 'export const vouchers = [];\n' });
  id = await pulls.open('vouchers', { title: 'Vouchers' });
  await pulls.linkWorkItem(id, STORY);
});

afterAll(async () => {
  await environment.end();
});

const off = Object.fromEntries(['title', 'description', 'size'].map((name) => [name, { mode: 'off' }]));

const only = (options: object) =>
  judged.save('repository', { gates: { ...off, 'work-items': { mode: 'block', ...options } } });

async function patch(workItem: number, ...operations: object[]): Promise<void> {
  const path = `Shop/_apis/wit/workitems/${workItem}?${version}`;
  const answer = await environment.rest('author', 'PATCH', path, operations);
  if (answer.status !== 200) throw new Error(`changing ${workItem}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

const set = (field: string, value: unknown) => () => patch(STORY, { op: 'add', path: `/fields/${field}`, value });

/** Puts the story below another work item, and below nothing else. */
const below = (parent: number) => async () => {
  const { body } = await environment.rest('author', 'GET', `Shop/_apis/wit/workitems/${STORY}?$expand=all&${version}`);
  const at = body.relations.findIndex(({ rel }: { rel: string }) => rel === 'System.LinkTypes.Hierarchy-Reverse');
  const url = `${environment.simulator.url}/_apis/wit/workItems/${parent}`;
  await patch(STORY, ...(at < 0 ? [] : [{ op: 'remove', path: `/relations/${at}` }]), {
    op: 'add',
    path: '/relations/-',
    value: { rel: 'System.LinkTypes.Hierarchy-Reverse', url },
  });
};

/** What the verdict says after another look, once it is as it should be. */
async function looks(state: string, description: string): Promise<void> {
  await pulls.comment(id, '/gate re-run');
  const row = await pulls.verdict(id, (each) => each.state === state && each.description === description, 40);
  expect([row.state, row.description]).toEqual([state, description]);
}

const nothing = () => Promise.resolve();

test.each<[string, object, () => Promise<void>, string, () => Promise<void>]>([
  [
    'a state',
    { forbiddenStates: ['Closed'] },
    set('System.State', 'Closed'),
    'is Closed',
    set('System.State', 'Active'),
  ],
  [
    'an area',
    { areaPaths: ['Shop\\Web'] },
    set('System.AreaPath', 'Shop\\Webstore'),
    'is in area Shop\\Webstore',
    set('System.AreaPath', 'Shop\\Web\\Till'),
  ],
  [
    'an iteration',
    { iterationPaths: ['Shop\\Sprint 7'] },
    nothing,
    'is in iteration Shop',
    set('System.IterationPath', 'Shop\\Sprint 7'),
  ],
  ['a tag', { requiredTags: ['ready'] }, nothing, 'lacks the tag ready', set('System.Tags', 'Vouchers; Ready')],
  [
    'a tag that may not be',
    { forbiddenTags: ['blocked'] },
    set('System.Tags', 'ready; Blocked'),
    'is tagged blocked',
    set('System.Tags', 'ready'),
  ],
  [
    'a field, which zero fills',
    { requiredFields: ['Microsoft.VSTS.Scheduling.StoryPoints'] },
    nothing,
    'lacks StoryPoints',
    set('Microsoft.VSTS.Scheduling.StoryPoints', 0),
  ],
  ['a parent', { parent: 'required' }, nothing, 'has no parent', below(TASK)],
  ['the type of the parent', { parentTypes: ['User Story'] }, below(TASK), 'is below a Task', below(FEATURE)],
  [
    'acceptance criteria',
    { acceptanceCriteria: 'present' },
    set(CRITERIA, '<div><br></div>'),
    'has no acceptance criteria',
    set(CRITERIA, '<div>Vouchers can be paid with.</div>'),
  ],
  [
    'ticked, in HTML',
    { acceptanceCriteria: 'ticked' },
    set(CRITERIA, '<ul><li>☑ at the till</li><li>☐ on the &lt;web&gt;</li></ul>'),
    'has 1 open acceptance criterion',
    set(CRITERIA, '<ul><li>☑ at the till</li><li>☑ on the &lt;web&gt;</li></ul>'),
  ],
  [
    'ticked, in Markdown',
    { acceptanceCriteria: 'ticked' },
    () =>
      patch(
        STORY,
        { op: 'add', path: `/fields/${CRITERIA}`, value: '- [x] at the till\n- [ ] on the web' },
        { op: 'add', path: `/multilineFieldsFormat/${CRITERIA}`, value: 'Markdown' },
      ),
    'has 1 open acceptance criterion',
    set(CRITERIA, '- [x] at the till\n- [x] on the web'),
  ],
])(
  '%s',
  async (_, options, breaks, says, mends) => {
    await breaks();
    await only(options);
    await looks('failed', `1 of 1 gate failed: work-items #1 ${says}`);
    await mends();
    await looks('succeeded', '1 gate passed');
  },
  120_000,
);

test('a field that the organization does not have is an error that names it, and gone with the settings', async () => {
  await only({ requiredFields: ['Custom.Risk', 'Microsoft.VSTS.Scheduling.StoryPoints'] });
  await looks('error', '1 of 1 gate could not judge: work-items Custom.Risk is no field here');
  const [summary] = await pulls.summaries(id);
  expect(summary?.comments[0]?.content).toContain('is no field of this organization');
  await only({ requiredFields: ['Microsoft.VSTS.Scheduling.StoryPoints'] });
  await looks('succeeded', '1 gate passed');
}, 120_000);
