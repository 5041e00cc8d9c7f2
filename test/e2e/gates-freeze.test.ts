import { eventually, startTestEnvironment, type Clone, type TestEnvironment } from '../support/local-environment';
import { management } from '../support/management';
import { pullRequests } from '../support/pull-requests';

/** A freeze that begins and ends by the clock alone, and the gates `paths` and `size` red and green again. */
let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;
let clone: Clone;
let repositoryId: string;

const MINUTE = 60_000;

beforeAll(async () => {
  // What comes right here comes by the message that was left for later, and not by a sweep.
  environment = await startTestEnvironment({ sweeps: false });
  pulls = pullRequests(environment);
  clone = await environment.clone('author');
  const { body } = await environment.rest('author', 'GET', 'Shop/_apis/git/repositories/web?api-version=7.1');
  repositoryId = body.id;
});

afterAll(async () => {
  await environment.end();
});

const off = Object.fromEntries(['title', 'description', 'work-items', 'size'].map((name) => [name, { mode: 'off' }]));

/** Makes one gate the only one that is on. */
async function only(name: string, options: object): Promise<void> {
  const document = { gates: { ...off, [name]: { mode: 'block', ...options } } };
  const { status, body } = await management(environment).save(`/repositories/${repositoryId}`, document);
  if (status !== 200 && status !== 201) throw new Error(`saving: ${status} ${JSON.stringify(body)}`);
}

/** A branch with files of its own, and a pull request from it. */
async function open(branch: string, files: Record<string, string>): Promise<number> {
  await clone.git('checkout', '--quiet', '-B', branch, 'origin/main');
  await clone.push(branch, files);
  return pulls.open(branch, { title: 'Something of the shop' });
}

/** The newest status, once it is as it should be. */
async function says(id: number, state: string, description: string): Promise<void> {
  const found = await pulls.verdict(id, (row) => row.state === state && row.description === description, 40);
  expect([found.state, found.description]).toEqual([state, description]);
}

/** Nothing is worked on, and nothing is due but what waits for the calendar. */
async function quiet(): Promise<void> {
  await eventually(
    () => Promise.resolve(environment.broker.queue('work')),
    ({ active, locked }) => active === 0 && locked === 0,
  );
}

/** A whole minute on the environment's clock. */
function minuteIn(minutes: number): Date {
  return new Date(Math.ceil(environment.clock.now() / MINUTE) * MINUTE + minutes * MINUTE);
}

test('a window that ends before it begins is not saved', async () => {
  const windows = [{ from: '2026-03-05T08:00', to: '2026-03-04T08:00', reason: 'Stocktaking' }];
  await expect(only('freeze', { windows })).rejects.toThrow('ends before it has begun');
});

test('paths: what is forbidden and renamed away, then put back; what changes together', async () => {
  await clone.git('checkout', '--quiet', '-B', 'main', 'origin/main');
  await clone.push('main', { 'vendor/pad.ts': 'export const pad = (text: string) => text.padStart(8);\n' });
  await only('paths', {
    forbidden: [{ paths: ['vendor/**'], help: 'Take a new release.' }],
    together: [{ changed: ['src/**'], needs: ['CHANGELOG.md'], help: 'Tell who upgrades.' }],
  });
  await clone.git('checkout', '--quiet', '-B', 'moved', 'main');
  await clone.git('mv', 'vendor/pad.ts', 'pad.ts');
  await clone.push('moved', {});
  const id = await pulls.open('moved', { title: 'Something of the shop' });
  await says(id, 'failed', '1 of 1 gate failed: paths vendor/pad.ts may not change');

  await clone.git('mv', 'pad.ts', 'vendor/pad.ts');
  await clone.push('moved', { 'src/moved.ts': 'export const one = 1;\n' });
  await says(id, 'failed', '1 of 1 gate failed: paths no change in CHANGELOG.md');
  await clone.push('moved', { 'CHANGELOG.md': 'One.\n' });
  await says(id, 'succeeded', '1 gate passed');
}, 180_000);

test('size: added lines apart, and tests that count half', async () => {
  const weights = [{ paths: ['**/*.test.ts'], weight: 0.5 }];
  await only('size', { maximumAdditions: 10, weights });
  const lines = (amount: number) => 'x();\n'.repeat(amount);
  const id = await open('sized', { 'src/sized.ts': lines(8), 'src/sized.test.ts': lines(5) });
  await says(id, 'failed', '1 of 1 gate failed: size 10.5 > 10 weighed added lines');
  await clone.push('sized', { 'src/sized.test.ts': lines(4) });
  await says(id, 'succeeded', '1 gate passed');
}, 180_000);

// Last, as it takes the hooks away.
test('a freeze begins and ends, and the verdict follows without a hook, a push or a sweep', async () => {
  const [begin, end] = [minuteIn(60), minuteIn(120)];
  const windows = [
    { from: begin.toISOString().slice(0, 16), to: end.toISOString().slice(0, 16), reason: 'Stocktaking' },
  ];
  await only('freeze', { windows, exemptLabels: ['hotfix'] });
  const id = await open('frozen', { 'src/frozen.ts': 'export const one = 1;\n' });
  await says(id, 'succeeded', '1 gate passed');
  await environment.dropHooks();
  await quiet();

  environment.clock.advance(begin.getTime() - environment.clock.now() - 5_000);
  await quiet();
  await says(id, 'succeeded', '1 gate passed');

  environment.clock.advance(10_000);
  const ends = end.toISOString().slice(0, 16).replace('T', ' ');
  await says(id, 'pending', `waiting for freeze until ${ends} UTC: Stocktaking`);
  const [summary] = await pulls.summaries(id);
  expect(summary?.comments[0]?.content).toContain(`Nothing is merged until ${ends} UTC: "Stocktaking".`);

  await quiet();
  environment.clock.advance(end.getTime() - environment.clock.now() + 5_000);
  await says(id, 'succeeded', '1 gate passed');
}, 180_000);
