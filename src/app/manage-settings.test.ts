import { Failure } from '../core/failures';
import { SETTINGS_SCHEMA_VERSION } from '../settings';

import { createManaging } from './testing/managing-settings';

const off = { mode: 'off' };
const allOff = { title: off, description: off, 'work-items': off, size: off };
const down = new Failure({ kind: 'unavailable', message: 'Azure DevOps does not answer.' });

test('a valid document is saved, and the answer carries the ETag for the next time', async () => {
  const { save, scopes, settings } = createManaging();
  const first = await save(scopes.repository, { drafts: 'judge' }, { note: 'for a while' });
  expect(first).toMatchObject({
    kind: 'saved',
    present: { version: 1, savedBy: 'ada', note: 'for a while' },
    notices: [],
  });
  const expectedEtag = first.kind === 'saved' ? first.present.etag : '';
  expect(await save(scopes.repository, { enabled: true }, { expectedEtag })).toMatchObject({ kind: 'saved' });
  expect(settings.recorded.document(scopes.repository)).toEqual({ enabled: true });
});

test('a document is kept with the version of the release that saved it, and restored as what it was', async () => {
  const { save, manage, connection, scopes, settings, presentEtag } = createManaging();
  await save(scopes.repository, { enabled: true });
  expect(await settings.port.read(scopes.repository)).toMatchObject({
    document: { enabled: true },
    documentSchemaVersion: SETTINGS_SCHEMA_VERSION,
  });
  settings.put(scopes.repository, { enabled: false }, SETTINGS_SCHEMA_VERSION - 1);
  settings.put(scopes.repository, { enabled: false }, SETTINGS_SCHEMA_VERSION + 1);
  await save(scopes.repository, { drafts: 'skip' });
  const restore = async (version: number) =>
    manage.restore(connection, scopes.repository, version, {
      savedBy: 'ada',
      expectedEtag: await presentEtag(scopes.repository),
    });
  expect(await restore(3)).toMatchObject({ kind: 'refused', problems: [{ path: 'schemaVersion' }] });
  expect(await restore(2)).toMatchObject({ kind: 'saved' });
  expect(settings.recorded.document(scopes.repository)).toEqual({
    schemaVersion: SETTINGS_SCHEMA_VERSION - 1,
    enabled: false,
  });
});

test('what holds tells that an older version does, while the present one is of a newer release', async () => {
  const { manage, connection, scopes, settings } = createManaging();
  settings.put(scopes.project, { drafts: 'judge' });
  settings.put(scopes.project, { drafts: 'skip' }, SETTINGS_SCHEMA_VERSION + 1);
  expect(await manage.effective(connection, scopes.repository)).toMatchObject({
    ok: true,
    values: expect.arrayContaining([{ path: 'drafts', value: 'judge', from: 'project' }]),
    warnings: [
      {
        scope: 'project',
        path: 'schemaVersion',
        message:
          'the present document is of a newer release of Portcullis; version 1 counts until that release is deployed, or the settings are saved again.',
      },
    ],
  });
});

describe('a document is refused, and nothing is saved', () => {
  test.each<[string, unknown, string[]]>([
    ['an unknown gate', { gates: { titel: {} } }, ['gates.titel']],
    ['an unknown key and a wrong value', { enabeld: true, phase: 'on' }, ['phase', 'enabeld']],
    ['no mapping', ['x'], ['']],
    ['a newer format', { schemaVersion: 3 }, ['schemaVersion']],
  ])('%s', async (_, document, paths) => {
    const { save, validate, scopes, wire } = createManaging();
    const result = await save(scopes.repository, document);
    expect(result.kind === 'refused' && result.problems.map(({ path }) => path).sort()).toEqual(paths.sort());
    expect((await validate(scopes.repository, document)).problems).toEqual(
      result.kind === 'refused' ? result.problems : [],
    );
    expect(wire.calls).not.toContain('settings.save');
  });

  test('one that is too large to be kept', async () => {
    const { save, scopes, wire } = createManaging();
    wire.fail('settings.save', 'before', new Failure({ kind: 'tooLarge', message: 'The settings are too large.' }));
    expect(await save(scopes.repository, {})).toEqual({
      kind: 'refused',
      problems: [{ path: '', message: 'The settings are too large.' }],
    });
  });

  test('with what a wider document says: the sentence names where', async () => {
    const { save, settings, scopes } = createManaging();
    settings.put(scopes.project, { gates: { titel: {} } });
    expect(await save(scopes.repository, { enabled: true })).toMatchObject({
      kind: 'refused',
      problems: [
        { path: 'gates.titel', message: expect.stringMatching(/^in the project settings, not here: unknown/) },
      ],
    });
    expect(await save(scopes.connection, { enabled: true })).toMatchObject({ kind: 'saved' });
  });

  test('with a wider one that is damaged', async () => {
    const { save, settings, scopes } = createManaging();
    settings.damage(scopes.connection);
    expect(await save(scopes.repository, {})).toMatchObject({
      kind: 'refused',
      problems: [
        { path: '', message: expect.stringMatching(/^the connection’s document is damaged; restore a version/) },
      ],
    });
    expect(await save(scopes.connection, {})).toMatchObject({ kind: 'saved' });
  });
});

describe('under a lock', () => {
  const locking = { lock: ['gates.title'], gates: { title: { mode: 'block' } } };

  test('what loosens it is refused, with who locks', async () => {
    const { save, validate, settings, scopes } = createManaging();
    settings.put(scopes.project, locking);
    const document = { gates: { title: { mode: 'advise' } } };
    const result = await save(scopes.repository, document);
    expect(result).toMatchObject({
      kind: 'refused',
      problems: [{ path: 'gates.title.mode', message: expect.stringContaining('the project settings lock this') }],
    });
    expect(settings.recorded.document(scopes.repository)).toBeUndefined();
    expect(await validate(scopes.repository, document)).toMatchObject({ problems: [{ path: 'gates.title.mode' }] });
  });

  test('what does not reach the locked gate is saved, and told', async () => {
    const { save, settings, scopes } = createManaging();
    settings.put(scopes.project, locking);
    expect(await save(scopes.repository, { enabled: false })).toMatchObject({
      kind: 'saved',
      notices: [{ path: 'enabled', message: expect.stringContaining('does not reach the gate title') }],
    });
  });

  test('wider documents that are saved together with it count, in place of those that stand', async () => {
    const { manage, connection, settings, scopes } = createManaging();
    const loose = { gates: { title: { mode: 'advise' } } };
    const validate = (proposed: object) => manage.validate(connection, scopes.repository, loose, proposed);
    expect(await validate({ connection: locking })).toMatchObject({ problems: [{ path: 'gates.title.mode' }] });
    expect(await validate({})).toMatchObject({ problems: [] });
    settings.put(scopes.project, locking);
    expect(await validate({})).toMatchObject({ problems: [{ path: 'gates.title.mode' }] });
    expect(await validate({ project: null })).toMatchObject({ problems: [] });
    expect(settings.recorded.document(scopes.project)).toEqual(locking);
  });
});

describe('somebody else was faster', () => {
  test('with the first document', async () => {
    const { save, scopes, settings } = createManaging();
    await save(scopes.repository, { enabled: false }, { savedBy: 'grace' });
    expect(await save(scopes.repository, { drafts: 'judge' }, { expectedEtag: null })).toMatchObject({
      kind: 'conflict',
      present: { document: { enabled: false }, savedBy: 'grace', version: 1 },
    });
    expect(settings.recorded.document(scopes.repository)).toEqual({ enabled: false });
  });

  test('with another version', async () => {
    const { save, scopes, presentEtag } = createManaging();
    await save(scopes.repository, { enabled: false });
    const expectedEtag = await presentEtag(scopes.repository);
    await save(scopes.repository, { enabled: true });
    expect(await save(scopes.repository, { drafts: 'judge' }, { expectedEtag })).toMatchObject({ kind: 'conflict' });
  });

  test('where nothing ever was', async () => {
    const { save, scopes } = createManaging();
    expect(await save(scopes.repository, { enabled: false }, { expectedEtag: 'etag-of-old' })).toEqual({
      kind: 'conflict',
      present: undefined,
    });
  });

  test('just after this one: the ETag of theirs is not given away', async () => {
    const { save, scopes, settings, wire } = createManaging();
    const expectedEtag = null;
    const saving = save(scopes.connection, { enabled: true }, { expectedEtag });
    // Reads: of what stands, before it is saved; of what was saved.
    wire.meanwhile('settings.save', () =>
      wire.meanwhile('settings.read', () => settings.put(scopes.connection, { enabled: false })),
    );
    expect(await saving).toMatchObject({ kind: 'saved', present: { etag: '' } });
  });
});

describe('a scope that the PAT lacks', () => {
  const named = { gates: { 'work-items': { mode: 'block' } } };

  test('is refused where a gate is named that needs it', async () => {
    const { save, scopes, azureDevOps } = createManaging();
    azureDevOps.missingScopes.set('workItems', 'Work Items (Read)');
    expect(await save(scopes.repository, named)).toEqual({
      kind: 'refused',
      problems: [
        {
          path: 'gates.work-items',
          message:
            'The PAT of this connection lacks the scope Work Items (Read). Without it this gate cannot judge: add it, or turn the gate off.',
        },
      ],
    });
  });

  test.each<[string, unknown]>([
    ['off', { gates: { 'work-items': off } }],
    ['on by default, and named by nobody', { drafts: 'judge' }],
    ['another', { gates: { title: {} } }],
  ])('does not matter for a gate that is %s', async (_, document) => {
    const { save, scopes, azureDevOps } = createManaging();
    azureDevOps.missingScopes.set('workItems', 'Work Items (Read)');
    expect(await save(scopes.connection, document)).toMatchObject({ kind: 'saved', notices: [] });
  });

  test('that could not be tried locks nobody out, and is told', async () => {
    const { save, scopes, wire } = createManaging();
    wire.fail('probe', 'before', down, 9);
    expect(await save(scopes.repository, named)).toMatchObject({
      kind: 'saved',
      notices: [{ path: '', message: expect.stringMatching(/could not be tried: Azure DevOps does not answer\.$/) }],
    });
  });

  test('is tried once a minute at most', async () => {
    const { save, scopes, wire, clock } = createManaging();
    const probes = () => wire.calls.filter((call) => call === 'probe').length;
    await save(scopes.connection, named);
    await save(scopes.repository, named);
    expect(probes()).toBe(1);
    clock.advance(61);
    await save(scopes.repository, named);
    expect(probes()).toBe(2);
  });
});

describe('a group that a gate names', () => {
  const named = { gates: { reviewers: { groups: [{ group: '[Shop]\\Reviewers' }] } } };

  test('must be there', async () => {
    const { save, scopes, azureDevOps } = createManaging();
    expect(await save(scopes.repository, named)).toEqual({
      kind: 'refused',
      problems: [{ path: 'gates.reviewers', message: 'There is no group [Shop]\\Reviewers.' }],
    });
    azureDevOps.groups.set('[shop]\\reviewers', { id: 'g', name: '[Shop]\\Reviewers', memberIds: [] });
    expect(await save(scopes.repository, named)).toMatchObject({ kind: 'saved', notices: [] });
  });

  test('takes a scope, of which the PAT is asked first', async () => {
    const { save, scopes, azureDevOps, wire } = createManaging();
    azureDevOps.missingScopes.set('groups', 'Identity (Read)');
    expect(await save(scopes.repository, named)).toMatchObject({
      kind: 'refused',
      problems: [{ path: 'gates.reviewers', message: expect.stringContaining('lacks the scope Identity (Read)') }],
    });
    expect(wire.calls).not.toContain('readGroup');
    azureDevOps.missingScopes.set('workItems', 'Work Items (Read)');
    const both = { gates: { ...named.gates, 'work-items': { mode: 'block' } } };
    expect(await save(scopes.repository, both)).toMatchObject({
      kind: 'refused',
      problems: [{ path: 'gates.reviewers' }, { path: 'gates.work-items' }],
    });
  });
});

test('every gate off while enabled is told', async () => {
  const { save, scopes } = createManaging();
  expect(await save(scopes.repository, { gates: allOff })).toMatchObject({
    kind: 'saved',
    notices: [{ path: 'gates', message: expect.stringMatching(/^no gate is on, so pull requests say error/) }],
  });
  expect(await save(scopes.repository, { enabled: false, gates: allOff })).toMatchObject({
    notices: [{ path: 'enabled', message: 'gating is switched off: policies that require the verdict are lifted.' }],
  });
});

test('a repository whose project cannot be asked for is saved all the same, and that is told', async () => {
  const { save, scopes, settings, wire } = createManaging();
  settings.put(scopes.project, { gates: { titel: {} } });
  wire.fail('findRepository', 'before', down);
  expect(await save(scopes.repository, { drafts: 'judge' })).toMatchObject({
    kind: 'saved',
    notices: [{ message: 'the settings of its project were not considered: Azure DevOps does not answer.' }],
  });
});

describe('what turns at once for every pull request is told', () => {
  const PHASE = {
    path: 'phase',
    message: 'goes from shadow to enforce: what would have failed so far fails from now on.',
  };

  test('a document that leaves the phase out enforces: shadow was what the former one said', async () => {
    const { save, settings, scopes } = createManaging();
    settings.put(scopes.connection, { phase: 'shadow' });
    const answer = await save(scopes.connection, { gates: { title: { mode: 'block' } } });
    expect(answer).toMatchObject({ kind: 'saved', notices: [PHASE] });
  });

  test('so does deleting it', async () => {
    const { save, settings, scopes } = createManaging();
    settings.put(scopes.repository, { phase: 'shadow' });
    expect(await save(scopes.repository, undefined)).toMatchObject({ kind: 'saved', notices: [PHASE] });
  });

  test('but not that nothing is blocked any more, while a lock goes on blocking', async () => {
    const { save, settings, scopes } = createManaging();
    settings.put(scopes.project, { lock: ['gates.title'] });
    const answer = await save(scopes.repository, { phase: 'shadow' });
    expect(answer).toMatchObject({
      kind: 'saved',
      notices: [{ path: 'phase', message: expect.stringMatching(/does not reach the gate title/) }],
    });
  });

  test.each<[string, unknown, unknown, string]>([
    ['to shadow', {}, { phase: 'shadow' }, 'goes from enforce to shadow: nothing is blocked any more.'],
    ['on again', { enabled: false }, {}, 'gating is switched on.'],
  ])('%s', async (_, former, next, message) => {
    const { save, settings, scopes } = createManaging();
    settings.put(scopes.repository, former);
    const answer = await save(scopes.repository, next);
    expect(answer).toMatchObject({ kind: 'saved', notices: [{ message }] });
  });

  test('what stays as it was is not', async () => {
    const { save, settings, scopes } = createManaging();
    settings.put(scopes.connection, { phase: 'shadow' });
    expect(await save(scopes.repository, { gates: {} })).toMatchObject({ kind: 'saved', notices: [] });
  });
});
