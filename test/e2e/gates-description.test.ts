import { judging } from '../support/judged';
import { startTestEnvironment, type Clone, type TestEnvironment } from '../support/local-environment';
import { pullRequests } from '../support/pull-requests';

/** A description by the repository's own template: red while sections are as they were given, green when filled in. */
let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;
let judged: ReturnType<typeof judging>;
let clone: Clone;
let id: number;

const PLACE = '.azuredevops/pull_request_template.md';
const TEMPLATE = [
  '## Why',
  '<!-- what is it for? -->',
  '',
  '## Tests',
  'How did you test it?',
  '',
  '## Screenshots (optional)',
  '',
].join('\n');

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
  judged = judging(environment);
  clone = await environment.clone('author');
  await clone.push('main', { [PLACE]: TEMPLATE });
  await clone.push('release/2.0', {});
  // Whoever empties the template in a pull request is judged by the one that stands.
  await clone.push('vouchers', { [PLACE]: '', 'src/vouchers.ts': 'export const vouchers = [];\n' });
  id = await pulls.open('vouchers', { title: 'Vouchers', description: TEMPLATE });
});

afterAll(async () => {
  await environment.end();
});

const off = Object.fromEntries(['title', 'work-items', 'size'].map((name) => [name, { mode: 'off' }]));

const only = (options: object) =>
  judged.save('repository', { gates: { ...off, description: { mode: 'block', minimumLength: 0, ...options } } });

const write = (...lines: string[]) => pulls.update(id, { description: lines.join('\n') });

/** What the verdict says after another look, once it is as it should be. */
async function looks(state: string, description: string): Promise<void> {
  await pulls.comment(id, '/gate re-run');
  const row = await pulls.verdict(id, (each) => each.state === state && each.description === description, 40);
  expect([row.state, row.description]).toEqual([state, description]);
}

const failed = (says: string) => looks('failed', `1 of 1 gate failed: description ${says}`);
const passed = () => looks('succeeded', '1 gate passed');

test('the sections of the template, from as they were given to filled in', async () => {
  await only({ template: 'sections' });
  await failed('the template, unchanged');
  await write('## Why', 'Customers ask for vouchers.', '', '## Tests', 'How did you test it?');
  await failed('section "Tests" is as the template has it');
  await write('## Why', 'Customers ask for vouchers.');
  await failed('section "Tests" is missing');
  await write('## Why', 'Customers ask for vouchers.', '## Tests', '<!-- by hand -->');
  await failed('section "Tests" is empty');
  const [summary] = await pulls.summaries(id);
  expect(summary?.comments[0]?.content).toContain('comments are seen by nobody');
  await write('## Why', 'Customers ask for vouchers.', '## Tests', 'How did you test it?', 'By hand.');
  await passed();
}, 120_000);

test('what the template says has to go where the settings say so', async () => {
  await only({ template: 'filled' });
  await failed('1 line of the template left');
  await write('## Why', 'Customers ask for vouchers.', '## Tests', 'By hand.');
  await passed();
}, 120_000);

test('another branch has a template of its own, which stands on the default branch, too', async () => {
  await clone.git('checkout', '--quiet', '-B', 'main', 'origin/main');
  await clone.push('main', { '.azuredevops/pull_request_template/branches/release.md': '## Risk\n' });
  await only({ template: 'filled' });
  await passed();
  await pulls.update(id, { targetRefName: 'refs/heads/release/2.0' });
  await failed('section "Risk" is missing');
  await write('## Risk', 'None that we know of.');
  await passed();
  await pulls.update(id, { targetRefName: 'refs/heads/main' });
  await failed('section "Why" is missing (+1 more)');
}, 120_000);

test('one that is too large is an error that names it; without one, nothing is asked for', async () => {
  await clone.git('checkout', '--quiet', 'main');
  await clone.push('main', { [PLACE]: `## Why\n${'x'.repeat(100 * 1024)}\n` });
  await looks('error', `1 of 1 gate could not judge: description /${PLACE} has more than 100 KiB`);
  await clone.git('rm', '--quiet', PLACE);
  await clone.push('main', {});
  await passed();
}, 120_000);
