import { saveSettings, type SaveSettingsResult } from './manage-settings';
import { key } from './testing/samples';
import { createWorld, type World } from './testing/world';

const { connectionId, repositoryId } = key;
const ofConnection = { kind: 'connection', connectionId } as const;
const ofRepository = { kind: 'repository', connectionId, repositoryId } as const;

const save = (
  world: World,
  document: unknown,
  etag: string | null,
  scope: typeof ofConnection | typeof ofRepository = ofRepository,
) => saveSettings(world.settings.port, scope, document, { savedBy: 'ada' }, etag);
const pathsOf = (result: SaveSettingsResult): string[] =>
  result.kind === 'refused' ? result.problems.map(({ path }) => path) : [result.kind];

test('a valid document is saved, and the answer carries the ETag for the next time', async () => {
  const world = createWorld();
  const first = await save(world, { enabled: false }, null);
  expect(first).toMatchObject({ kind: 'saved' });
  const second = await save(world, { enabled: true }, first.kind === 'saved' ? first.etag : '');
  expect(second).toMatchObject({ kind: 'saved' });
  expect(world.settings.recorded.document(ofRepository)).toEqual({ enabled: true });
});

describe('a document that is wrong is refused with the paths, and nothing is written', () => {
  test.each<[string, unknown, string[]]>([
    ['an unknown gate', { gates: { titel: {} } }, ['gates.titel']],
    ['an unknown key and a wrong value', { enabeld: true, phase: 'on' }, ['phase', 'enabeld']],
    ['no mapping', ['x'], ['']],
  ])('%s', async (_, document, paths) => {
    const world = createWorld();
    const result = await save(world, document, null);
    expect(pathsOf(result).sort()).toEqual(paths.sort());
    expect(world.wire.calls).not.toContain('settings.save');
  });
});

describe('somebody else was faster', () => {
  test('with the first document', async () => {
    const world = createWorld();
    await save(world, { enabled: false }, null);
    expect(await save(world, { drafts: 'judge' }, null)).toMatchObject({
      kind: 'conflict',
      present: { document: { enabled: false } },
    });
    expect(world.settings.recorded.document(ofRepository)).toEqual({ enabled: false });
  });

  test('with another version', async () => {
    const world = createWorld();
    const first = await save(world, { enabled: false }, null);
    const etag = first.kind === 'saved' ? first.etag : '';
    await save(world, { enabled: true }, etag);
    expect(await save(world, { drafts: 'judge' }, etag)).toMatchObject({ kind: 'conflict' });
  });

  test('or deleted what was there', async () => {
    const world = createWorld();
    expect(await save(world, { enabled: false }, 'etag-of-old')).toEqual({ kind: 'conflict', present: undefined });
  });
});

test('the scopes are apart', async () => {
  const world = createWorld();
  await save(world, { enabled: false }, null, ofConnection);
  await save(world, { enabled: true }, null);
  expect(world.settings.recorded.document(ofConnection)).toEqual({ enabled: false });
  expect(world.settings.recorded.document(ofRepository)).toEqual({ enabled: true });
});
