import { Failure } from '../core/failures';
import { resolveSettings } from '../settings';

import { parsePullRequestAddress } from '../core/azure-devops-url';
import { evaluateOnce, type EvaluatedOnce, type ValidSettings } from './evaluate-once';
import type { AzureDevOps } from './ports';
import { bot, connection, key } from './testing/samples';
import { BOT_PAT, createWorld, type World } from './testing/world';

let world: World;
let azureDevOps: AzureDevOps;

beforeEach(() => {
  world = createWorld();
  azureDevOps = world.azureDevOps.connect(connection, BOT_PAT);
});

function settingsOf(document: unknown = {}): ValidSettings {
  const settings = resolveSettings([{ scope: 'connection', document }]);
  if (!settings.ok) throw new Error(JSON.stringify(settings.problems));
  return settings;
}

async function evaluate({ document, publish = false }: { document?: unknown; publish?: boolean } = {}) {
  const parsed = parsePullRequestAddress('https://dev.azure.com/contoso/Shop/_git/web/pullrequest/7');
  if (!parsed.ok) throw new Error(parsed.reason);
  return evaluateOnce(azureDevOps, world.clock, { address: parsed.address, settings: settingsOf(document), publish });
}

const wip = (): void => world.pullRequest.change(({ details }) => (details.title = 'wip'));
const written = (): string[] => world.azureDevOps.recorded.writes();
const rows = (name: string) => world.azureDevOps.recorded.statuses().filter((row) => row.name === name);
const threads = (kind: string) =>
  world.azureDevOps.recorded.threads().filter(({ properties }) => properties['Portcullis.Kind'] === kind);

test('evaluates with the defaults and writes nothing', async () => {
  wip();
  const evaluated = await evaluate();
  expect(evaluated).toMatchObject({
    verdict: { state: 'failed', description: expect.stringContaining('title') },
    iteration: { id: 1 },
    details: { id: 7, status: 'active' },
    published: undefined,
  });
  expect(evaluated.evaluation.outcomes.map(({ gate }) => gate)).toEqual(['description', 'size', 'title', 'work-items']);
  expect(written()).toEqual([]);
});

test("tells what each component's status would say, and posts none of them", async () => {
  const components = { source: { paths: ['src/**'] }, docs: { paths: ['docs/**'] } };
  const evaluated = await evaluate({ document: { gates: { size: { maximumLines: 5 } }, components }, publish: true });
  expect(evaluated.components).toEqual({
    source: { state: 'succeeded', description: 'nothing blocks · advice: size 15 > 5 lines' },
    docs: { state: 'notApplicable', description: 'none of its files changed' },
  });
  expect(world.azureDevOps.recorded.statuses().map(({ name }) => name)).toEqual(['evaluate']);
});

test.each<[string, unknown, string]>([
  ['a gate switched off', { gates: { title: { mode: 'off' } } }, 'succeeded'],
  ['another branch', { branches: { include: ['release/*'] } }, 'notApplicable'],
  ['shadow', { phase: 'shadow' }, 'succeeded'],
  ['no gate at all', { gates: { ...off('title', 'description', 'work-items', 'size') } }, 'error'],
])('evaluates with the given settings: %s', async (_, document, state) => {
  wip();
  expect((await evaluate({ document })).verdict.state).toBe(state);
});

function off(...names: string[]): Record<string, { mode: 'off' }> {
  return Object.fromEntries(names.map((name) => [name, { mode: 'off' }]));
}

test('a repository given by its id is not looked up by name', async () => {
  const parsed = parsePullRequestAddress(
    `https://dev.azure.com/contoso/_apis/git/repositories/${key.repositoryId.toUpperCase()}/pullRequests/7`,
  );
  if (!parsed.ok) throw new Error(parsed.reason);
  const evaluated = await evaluateOnce(azureDevOps, world.clock, {
    address: parsed.address,
    settings: settingsOf(),
    publish: false,
  });
  expect(evaluated.verdict.state).toBe('succeeded');
  expect(world.wire.calls).not.toContain('readRepository');
});

test.each(['completed', 'abandoned'] as const)(
  'judges a %s pull request as it was, and publishes nothing on it',
  async (status) => {
    wip();
    world.pullRequest.change(({ details }) => (details.status = status));
    expect(await evaluate()).toMatchObject({ verdict: { state: 'failed' }, details: { status } });
    const { published } = await evaluate({ publish: true });
    expect(published).toMatchObject({ ok: false, failure: { message: expect.stringContaining(`is ${status}`) } });
    expect(written()).toEqual([]);
  },
);

describe('publishing', () => {
  test('posts its own status and summary, once', async () => {
    wip();
    const first = await evaluate({ publish: true });
    expect(first.published).toEqual({ ok: true, writes: 2 });
    expect(await evaluate({ publish: true })).toMatchObject({ published: { ok: true, writes: 0 } });
    const [row] = rows('evaluate');
    const [thread] = threads('evaluate');
    expect(row).toMatchObject({ genre: 'portcullis', iterationId: 1, ...first.verdict, author: bot });
    expect(row?.targetUrl).toBe(`${first.details.webUrl}?discussionId=${thread?.id}`);
    expect(thread?.comments[0]?.content).toContain('`portcullis evaluate`; it is no verdict');
    expect(thread?.status).toBe('closed');
    expect(rows('verdict')).toEqual([]);
    expect(threads('summary')).toEqual([]);
  });

  test('keeps its summary true when everything is mended', async () => {
    wip();
    await evaluate({ publish: true });
    world.pullRequest.change(({ details }) => (details.title = 'Add a basket to the shop'));
    await evaluate({ publish: true });
    expect(threads('evaluate').map(({ comments }) => comments[0]?.content)).toEqual([
      expect.stringContaining('All gates passed'),
    ]);
    expect(rows('evaluate').map(({ state }) => state)).toEqual(['failed', 'succeeded']);
  });

  test('leaves alone what the gate wrote, and the gate leaves alone what it wrote', async () => {
    wip();
    world.hook();
    await world.drain();
    const before = { threads: threads('summary'), rows: rows('verdict') };
    expect(before.threads).toHaveLength(1);
    await evaluate({ publish: true });
    expect({ threads: threads('summary'), rows: rows('verdict') }).toEqual(before);
    const evaluated = { threads: threads('evaluate'), rows: rows('evaluate') };
    world.clock.advance(60);
    world.pullRequest.change(({ details }) => (details.title = 'wip again'));
    world.hook();
    await world.drain();
    expect(rows('verdict').length).toBeGreaterThan(before.rows.length);
    expect({ threads: threads('evaluate'), rows: rows('evaluate') }).toEqual(evaluated);
  });

  test('answers no command that is meant for the gate', async () => {
    wip();
    world.azureDevOps.createThreadAs(world.pullRequest.seen(0).details.author, {
      content: '/gate re-run',
      status: 'active',
      properties: {},
    });
    await evaluate({ publish: true });
    expect(written()).toEqual(['createThread', 'postStatus']);
  });

  test('evaluates again when somebody pushes meanwhile, so that the status is of the newest iteration', async () => {
    wip();
    world.wire.meanwhile('createThread', () => world.pullRequest.push());
    const { iteration, published } = await evaluate({ publish: true });
    expect(iteration.id).toBe(2);
    expect(published).toMatchObject({ ok: true });
    expect(rows('evaluate').map(({ iterationId }) => iterationId)).toEqual([2]);
  });

  test('tells the verdict although it may not be posted', async () => {
    wip();
    const failure = new Failure({ kind: 'permissionMissing', message: 'The account may not.' });
    world.wire.fail('postStatus', 'before', failure);
    const evaluated: EvaluatedOnce = await evaluate({ publish: true });
    expect(evaluated.verdict.state).toBe('failed');
    expect(evaluated.published).toEqual({ ok: false, failure });
  });

  test('with comments.summary off, posts the status alone', async () => {
    wip();
    await evaluate({ publish: true, document: { comments: { summary: 'off' } } });
    expect(written()).toEqual(['postStatus']);
  });
});

test('what cannot be read is thrown', async () => {
  azureDevOps = world.azureDevOps.connect(connection, 'a-wrong-pat');
  await expect(evaluate()).rejects.toMatchObject({ kind: 'credentialRefused' });
});
