import { Failure } from '../core/failures';
import { sweepMessage } from '../core/messages';

import { createManaging } from './testing/managing-settings';

describe('the history', () => {
  test('a deleted document is there no more; a first one is saved over it, or a version restored', async () => {
    const { save, manage, connection, scopes, settings, presentEtag } = createManaging();
    await save(scopes.repository, { drafts: 'judge' });
    expect(await save(scopes.repository, undefined)).toMatchObject({ kind: 'saved', present: { isDeleted: true } });
    expect(await save(scopes.repository, { enabled: true }, { expectedEtag: null })).toMatchObject({ kind: 'saved' });
    const saving = { savedBy: 'grace', note: 'calmer', expectedEtag: await presentEtag(scopes.repository) };
    const restored = await manage.restore(connection, scopes.repository, 1, saving);
    expect(restored).toMatchObject({
      kind: 'saved',
      present: { version: 4, document: { drafts: 'judge' }, savedBy: 'grace', note: 'version 1 restored: calmer' },
    });
    expect(await settings.port.history(scopes.repository)).toHaveLength(4);
  });

  test('a version that is not right any more is not restored', async () => {
    const { manage, connection, scopes, settings, presentEtag } = createManaging();
    settings.put(scopes.repository, { gates: { titel: {} } });
    settings.put(scopes.repository, {});
    const restore = async (version: number) =>
      manage.restore(connection, scopes.repository, version, {
        savedBy: 'ada',
        expectedEtag: await presentEtag(scopes.repository),
      });
    expect(await restore(1)).toMatchObject({ kind: 'refused', problems: [{ path: 'gates.titel' }] });
    expect(await restore(7)).toEqual({ kind: 'unknown', versions: [2, 1] });
    settings.damage(scopes.repository);
    expect(await restore(3)).toMatchObject({ kind: 'refused', problems: [{ path: '' }] });
    expect(await restore(2)).toMatchObject({ kind: 'saved' });
  });

  test('a restore after somebody saved is a conflict', async () => {
    const { manage, connection, scopes, settings, presentEtag } = createManaging();
    settings.put(scopes.repository, {});
    const expectedEtag = await presentEtag(scopes.repository);
    settings.put(scopes.repository, { enabled: false });
    expect(await manage.restore(connection, scopes.repository, 1, { savedBy: 'ada', expectedEtag })).toMatchObject({
      kind: 'conflict',
      present: { document: { enabled: false } },
    });
  });
});

describe('after a change', () => {
  test('the pull requests that it concerns are judged again', async () => {
    const { save, scopes, queue } = createManaging();
    const { projectId } = scopes.project;
    const { repositoryId, connectionId } = scopes.repository;
    for (const scope of [scopes.connection, scopes.project, scopes.repository]) await save(scope, { drafts: 'judge' });
    await save(scopes.repository, undefined);
    expect(queue.recorded.sent.map(({ message }) => message)).toEqual([
      sweepMessage(connectionId, true),
      sweepMessage(connectionId, true, { projectId }),
      sweepMessage(connectionId, true, { projectId, repositoryId }),
      sweepMessage(connectionId, true, { projectId, repositoryId }),
    ]);
  });

  test('the verdict follows without a hook', async () => {
    const { save, scopes, hook, drain, verdict, clock } = createManaging();
    hook();
    await drain();
    expect(verdict()?.state).toBe('succeeded');
    clock.advance(60);
    await save(scopes.project, { gates: { title: { pattern: '(feat|fix)!: .*' } } });
    await drain(30);
    expect(verdict()).toMatchObject({ state: 'failed', description: expect.stringContaining('title') });
  });

  test('a queue that is down loses nothing, and is told', async () => {
    const { save, scopes, settings, wire } = createManaging();
    wire.fail('queue.send', 'before', new Failure({ kind: 'unavailable', message: 'The queue is down.' }));
    expect(await save(scopes.connection, { drafts: 'judge' })).toMatchObject({
      kind: 'saved',
      notices: [{ message: expect.stringMatching(/judged within the hour: The queue is down\.$/) }],
    });
    expect(settings.recorded.document(scopes.connection)).toEqual({ drafts: 'judge' });
  });

  test('a refused one queues nothing', async () => {
    const { save, scopes, queue } = createManaging();
    await save(scopes.connection, { gates: { titel: {} } });
    expect(queue.recorded.sent).toEqual([]);
  });
});

describe('effective settings', () => {
  test('say for each value who said it, and who locks it', async () => {
    const { manage, connection, scopes, settings } = createManaging();
    settings.put(scopes.connection, { gates: { size: { maximumLines: 400 } }, lock: ['gates.size'] });
    settings.put(scopes.project, { drafts: 'judge' });
    settings.put(scopes.repository, { gates: { size: { maximumLines: 900 } } });
    const effective = await manage.effective(connection, scopes.repository);
    if (!effective.ok) throw new Error('They are right.');
    const value = (path: string) => effective.values.find((each) => each.path === path);
    expect(value('drafts')).toEqual({ path: 'drafts', value: 'judge', from: 'project' });
    expect(value('gates.size.maximumLines')).toEqual({
      path: 'gates.size.maximumLines',
      value: 400,
      from: 'connection',
      lockedBy: 'connection',
    });
    expect(effective.warnings).toMatchObject([{ scope: 'repository', kind: 'ignored' }]);
  });

  test('that cannot be told are problems', async () => {
    const { manage, connection, scopes, settings } = createManaging();
    settings.damage(scopes.connection);
    expect(await manage.effective(connection, scopes.repository)).toMatchObject({
      ok: false,
      problems: [{ scope: 'connection', path: '' }],
    });
  });
});
