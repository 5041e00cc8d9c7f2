import type { SettingsScope } from './ports';
import { readSettings } from './read-settings';
import { SETTINGS_SCHEMA_VERSION } from '../settings';
import { key } from './testing/samples';
import { createWorld, type World } from './testing/world';

const { connectionId, repositoryId } = key;
const ofConnection: SettingsScope = { kind: 'connection', connectionId };
const ofRepository: SettingsScope = { kind: 'repository', connectionId, repositoryId };

async function read(world: World) {
  const { details } = world.pullRequest.seen(0);
  const source = await readSettings(world.settings.port, key, world.log.port);
  return source.of(details);
}
const ofProject = (world: World): SettingsScope => ({
  kind: 'project',
  connectionId,
  projectId: world.pullRequest.seen(0).details.project.id,
});
/** What holds, as far as these tests look. */
const held = async (world: World): Promise<unknown> => {
  const resolved = await read(world);
  return resolved.ok ? { drafts: resolved.settings.drafts, phase: resolved.settings.phase } : resolved.problems;
};
const judged = async (world: World) => {
  world.hook();
  await world.drain();
  return world.verdict();
};

test('the connection, the project and the repository, narrower over wider', async () => {
  const world = createWorld();
  world.settings.put(ofConnection, { phase: 'shadow', drafts: 'skip' });
  expect(await held(world)).toEqual({ phase: 'shadow', drafts: 'skip' });
  world.settings.put(ofProject(world), { drafts: 'judge' });
  expect(await held(world)).toEqual({ phase: 'shadow', drafts: 'judge' });
  world.settings.put(ofRepository, { phase: 'enforce' });
  expect(await held(world)).toEqual({ phase: 'enforce', drafts: 'judge' });
  world.settings.put(ofProject(world), undefined);
  expect(await held(world)).toEqual({ phase: 'enforce', drafts: 'skip' });
});

describe('a document of the previous release', () => {
  test('means what it meant', async () => {
    const world = createWorld();
    world.settings.put(ofRepository, { schemaVersion: SETTINGS_SCHEMA_VERSION - 1, drafts: 'judge' });
    expect(await held(world)).toMatchObject({ drafts: 'judge' });
  });
});

describe('a document of the next release, after a rollback', () => {
  const next = { schemaVersion: SETTINGS_SCHEMA_VERSION + 1, drafts: { unless: 'renovate' } };

  test('gives way to the newest version that is understood, and the log says which', async () => {
    const world = createWorld();
    world.settings.put(ofRepository, { drafts: 'skip' });
    world.settings.put(ofRepository, { drafts: 'judge' });
    world.settings.put(ofRepository, next);
    world.settings.put(ofRepository, next);
    expect(await held(world)).toMatchObject({ drafts: 'judge' });
    expect(world.log.recorded.entries).toMatchObject([
      { level: 'warn', fields: { kind: 'repository', repositoryId, schemaVersion: 3, version: 2 } },
    ]);
    world.pullRequest.change((state) => (state.details.isDraft = true));
    expect(await judged(world)).toMatchObject({ state: 'succeeded' });
  });

  test('gives way to it although it does not say that it is of the next release: its row does', async () => {
    const world = createWorld();
    world.settings.put(ofRepository, { drafts: 'judge' }, SETTINGS_SCHEMA_VERSION);
    world.settings.put(ofRepository, { drafts: { unless: 'renovate' } }, SETTINGS_SCHEMA_VERSION + 1);
    expect(await held(world)).toMatchObject({ drafts: 'judge' });
    // What reads like something of today may mean something else there.
    world.settings.put(ofRepository, { drafts: 'skip' }, SETTINGS_SCHEMA_VERSION + 1);
    expect(await held(world)).toMatchObject({ drafts: 'judge' });
  });

  test('gives way to it in a row of the next release, too', async () => {
    const world = createWorld();
    world.settings.put(ofRepository, { drafts: 'judge' });
    world.settings.damage(ofRepository, true);
    expect(await held(world)).toMatchObject({ drafts: 'judge' });
    expect(world.log.recorded.entries).toMatchObject([{ level: 'warn', fields: { kind: 'repository', version: 1 } }]);
  });

  test('in a row of the next release, without any that is understood, is an error in a sentence', async () => {
    const world = createWorld();
    world.settings.damage(ofRepository, true);
    expect(await judged(world)).toMatchObject({
      state: 'error',
      description: expect.stringMatching(/^settings: the repository’s document was written by a newer release of /),
    });
  });

  test.each<[string, (world: World) => void]>([
    ['without any', () => undefined],
    [
      'with one that somebody deleted before',
      (world) => {
        world.settings.put(ofRepository, { drafts: 'judge' });
        world.settings.put(ofRepository, undefined);
      },
    ],
  ])('%s is an error on the pull request', async (_, before) => {
    const world = createWorld();
    before(world);
    world.settings.put(ofRepository, next);
    expect(await judged(world)).toMatchObject({
      state: 'error',
      description: expect.stringMatching(
        /^settings: schemaVersion: .* newer release of Portcullis; deploy that release/,
      ),
    });
  });
});

describe('a row that cannot be read', () => {
  test('is an error on the pull request, in a sentence; restored, it is judged again', async () => {
    const world = createWorld();
    world.settings.put(ofRepository, { drafts: 'judge' });
    world.settings.damage(ofRepository);
    const verdict = await judged(world);
    expect(verdict).toMatchObject({
      state: 'error',
      description: expect.stringMatching(/^settings: the repository’s document is damaged; restore a version with /),
    });
    expect(world.azureDevOps.recorded.summaries()[0]?.comments[0]?.content).toContain(
      '- The repository settings: the repository’s document is damaged; restore a version with portcullis settings restore',
    );
    expect(world.deadLetters.recorded.letters()).toEqual([]);
    world.settings.put(ofRepository, { drafts: 'judge' });
    world.clock.advance(60);
    expect(await judged(world)).toMatchObject({ state: 'succeeded' });
  });

  test('does not hide what is wrong in the others', async () => {
    const world = createWorld();
    world.settings.damage(ofConnection);
    world.settings.put(ofRepository, { gates: { titel: {} } });
    expect(await held(world)).toMatchObject([
      { scope: 'connection', path: '' },
      { scope: 'repository', path: 'gates.titel' },
    ]);
  });
});
