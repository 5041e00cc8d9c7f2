import { startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { newRepository, newWorkItem, patchWorkItem, type NewRepository } from '../support/new-repository';

/**
 * A linked work item that lacks what an option asks for: red with the sentence that its author reads, green when mended.
 * Each case has a repository and a story of its own.
 */
let environment: TestEnvironment;

const CRITERIA = 'Microsoft.VSTS.Common.AcceptanceCriteria';
const FEATURE = 4;
const TASK = 3;
const version = 'api-version=7.1';

beforeAll(async () => {
  environment = await startTestEnvironment();
});

afterAll(() => environment.end());

/** A pull request with a story, which is judged by these options alone. */
async function judged(
  name: string,
  options: object,
): Promise<{ repository: NewRepository; id: number; story: number }> {
  const repository = await newRepository(environment, name.replace(/[^a-z]+/gi, '-'));
  const story = await newWorkItem(environment, { 'System.Title': 'Vouchers' });
  const id = await repository.open('vouchers');
  await repository.pulls.linkWorkItem(id, story);
  await repository.save({ 'work-items': { mode: 'block', ...options } });
  return { repository, id, story };
}

type Act = (story: number) => Promise<void>;

const set =
  (field: string, value: unknown): Act =>
  (story) =>
    patchWorkItem(environment, story, { op: 'add', path: `/fields/${field}`, value });

/** Puts the story below another work item, and below nothing else. */
const below =
  (parent: number): Act =>
  async (story) => {
    const { body } = await environment.rest(
      'author',
      'GET',
      `Shop/_apis/wit/workitems/${story}?$expand=all&${version}`,
    );
    const relations: { rel: string }[] = body.relations;
    const at = relations.findIndex(({ rel }) => rel === 'System.LinkTypes.Hierarchy-Reverse');
    const url = `${environment.simulator.url}/_apis/wit/workItems/${parent}`;
    await patchWorkItem(environment, story, ...(at < 0 ? [] : [{ op: 'remove', path: `/relations/${at}` }]), {
      op: 'add',
      path: '/relations/-',
      value: { rel: 'System.LinkTypes.Hierarchy-Reverse', url },
    });
  };

const nothing: Act = () => Promise.resolve();

test.concurrent.each<[string, object, Act, string, Act]>([
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
    (story) =>
      patchWorkItem(
        environment,
        story,
        { op: 'add', path: `/fields/${CRITERIA}`, value: '- [x] at the till\n- [ ] on the web' },
        { op: 'add', path: `/multilineFieldsFormat/${CRITERIA}`, value: 'Markdown' },
      ),
    'has 1 open acceptance criterion',
    set(CRITERIA, '- [x] at the till\n- [x] on the web'),
  ],
])(
  '%s',
  async (name, options, breaks, says, mends) => {
    const { repository, id, story } = await judged(name, options);
    await breaks(story);
    await repository.looks(id, 'failed', `1 of 1 gate failed: work-items #${story} ${says}`);
    await mends(story);
    await repository.looks(id, 'succeeded', '1 gate passed');
  },
  120_000,
);

test.concurrent(
  'a field that the organization does not have is an error that names it, and gone with the settings',
  async () => {
    const requiredFields = ['Custom.Risk', 'Microsoft.VSTS.Scheduling.StoryPoints'];
    const { repository, id, story } = await judged('no-field', { requiredFields });
    await set('Microsoft.VSTS.Scheduling.StoryPoints', 0)(story);
    await repository.looks(id, 'error', '1 of 1 gate could not judge: work-items Custom.Risk is no field here');
    expect(await repository.summary(id)).toContain('is no field of this organization');
    await repository.save({ 'work-items': { mode: 'block', requiredFields: requiredFields.slice(1) } });
    await repository.looks(id, 'succeeded', '1 gate passed');
  },
  120_000,
);
