import { createHash } from 'node:crypto';

import type { Iteration } from '../core/snapshot';

import { failureOf, key, repositoryId } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();

const iteration: Iteration = {
  id: 3,
  sourceCommit: 'a'.repeat(40),
  targetCommit: 'b'.repeat(40),
  commonCommit: 'c'.repeat(40),
  hasMultipleMergeBases: false,
};
const whole: Iteration = { ...iteration, id: null };

const sha = (name: string): string => createHash('sha1').update(name).digest('hex');
const entry = (path: string, changeType: unknown, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  changeType,
  item: { path, objectId: sha(path), ...more },
});

describe('readChanges of an iteration', () => {
  test('pages to the end, asks for the most, and sorts by path', async () => {
    const all = Array.from({ length: 4_500 }, (_, index) =>
      entry(`/f${String(index).padStart(5, '0')}`, 'add'),
    ).reverse();
    scene.script = ({ query }) => {
      const skip = Number(query.get('$skip') ?? 0);
      const top = Math.min(2_000, Number(query.get('$top') ?? 100));
      const left = Math.max(0, all.length - skip - top);
      return {
        json: {
          changeEntries: all.slice(skip, skip + top),
          nextSkip: left === 0 ? 0 : skip + top,
          nextTop: left === 0 ? 0 : Math.min(top, left),
        },
      };
    };
    const changes = await scene.door.readChanges(key, iteration);
    expect(changes).toHaveLength(4_500);
    expect(changes[0]?.path).toBe('/f00000');
    expect(changes.at(-1)?.path).toBe('/f04499');
    expect(scene.server.requests.map(({ query }) => query.get('$skip'))).toEqual(['0', '2000', '4000']);
    expect(scene.server.requests[0]?.path).toMatch(/\/pullRequests\/7\/iterations\/3\/changes$/);
  });

  test('a full page that does not say whether it is the last is followed', async () => {
    scene.script = ({ query }) => ({
      json: {
        changeEntries:
          query.get('$skip') === '0'
            ? Array.from({ length: 2_000 }, (_, i) => entry(`/${i}`, 'add'))
            : [entry('/last', 'add')],
      },
    });
    await expect(scene.door.readChanges(key, iteration)).resolves.toHaveLength(2_001);
  });

  test('paging that goes nowhere ends', async () => {
    scene.script = () => ({ json: { changeEntries: [entry('/a', 'add')], nextSkip: 1, nextTop: 1 } });
    expect(await failureOf(scene.door.readChanges(key, iteration))).toMatchObject({ kind: 'unexpected' });
  });

  test('folders are left out and submodules are not, names and combinations of changes are read', async () => {
    const entries = [
      entry('/z', 'edit, rename', { originalObjectId: sha('old') }),
      entry('/folder', 'add', { gitObjectType: 'tree' }),
      entry('/other', 'add', { isFolder: true }),
      entry('/submodule', 'edit', { gitObjectType: 'commit' }),
      entry('/a', 'Add', { gitObjectType: 'blob' }),
      entry('/b', 10, { originalObjectId: sha('b') }),
      { changeType: 'delete', item: { path: '/c', originalObjectId: sha('c').toUpperCase() } },
      { changeType: 'delete', originalPath: '/d' },
      entry('/d2', 'delete'),
      entry('/d3', 'delete', { objectId: '0'.repeat(40), originalObjectId: sha('d3') }),
      entry('/e', 'encoding'),
      entry('/f', 'undelete'),
      entry('/g', 'none', { originalObjectId: sha('g2') }),
      entry('/h', 'targetRename'),
    ];
    Object.assign(entries[0] ?? {}, { originalPath: '/y' });
    Object.assign(entries[5] ?? {}, { originalPath: '/b' });
    scene.script = () => ({ json: { changeEntries: entries, nextSkip: 0, nextTop: 0 } });
    await expect(scene.door.readChanges(key, iteration)).resolves.toEqual([
      { path: '/a', kinds: ['add'], objectId: sha('/a') },
      { path: '/b', kinds: ['edit', 'rename'], objectId: sha('/b'), originalObjectId: sha('b') },
      { path: '/c', kinds: ['delete'], originalObjectId: sha('c') },
      { path: '/d', kinds: ['delete'] },
      { path: '/d2', kinds: ['delete'], originalObjectId: sha('/d2') },
      { path: '/d3', kinds: ['delete'], originalObjectId: sha('d3') },
      { path: '/e', kinds: ['edit'], objectId: sha('/e') },
      { path: '/f', kinds: ['add'], objectId: sha('/f') },
      { path: '/g', kinds: ['edit'], objectId: sha('/g'), originalObjectId: sha('g2') },
      { path: '/h', kinds: ['rename'], objectId: sha('/h') },
      { path: '/submodule', kinds: ['edit'], isSubmodule: true, objectId: sha('/submodule') },
      { path: '/z', originalPath: '/y', kinds: ['edit', 'rename'], objectId: sha('/z'), originalObjectId: sha('old') },
    ]);
  });

  test('a submodule in the place of a file, and a file in the place of a submodule', async () => {
    const commit = { gitObjectType: 'commit', isFolder: true };
    scene.script = () => ({
      json: {
        changeEntries: [
          { changeType: 'delete', item: { path: '/vendor', originalObjectId: sha('1') } },
          entry('/vendor', 'add', commit),
          { changeType: 'delete', item: { path: '/lib', originalObjectId: sha('2'), ...commit } },
          entry('/lib', 'add'),
        ],
        nextSkip: 0,
      },
    });
    await expect(scene.door.readChanges(key, iteration)).resolves.toEqual([
      { path: '/lib', kinds: ['add'], objectId: sha('/lib') },
      { path: '/vendor', kinds: ['add'], isSubmodule: true, objectId: sha('/vendor') },
    ]);
  });

  test('the old path of a rename is part of it, a path that is named twice is one file', async () => {
    scene.script = () => ({
      json: {
        changeEntries: [
          { changeType: 'delete, sourceRename', item: { path: '/old', originalObjectId: sha('1') } },
          { ...entry('/new', 'edit, rename'), originalPath: '/old' },
          // A file was deleted, and another one moved to its place.
          { changeType: 'delete', item: { path: '/place', originalObjectId: sha('2') } },
          { ...entry('/place', 'rename', { originalObjectId: sha('3') }), originalPath: '/from' },
          // The same entry again, from the next page of a list that grew meanwhile.
          entry('/twice', 'add'),
          entry('/twice', 'add'),
          { changeType: 'delete, sourceRename', item: { path: '/gone', originalObjectId: sha('4') } },
        ],
      },
    });
    await expect(scene.door.readChanges(key, iteration)).resolves.toEqual([
      { path: '/gone', kinds: ['delete'], originalObjectId: sha('4') },
      {
        path: '/new',
        originalPath: '/old',
        kinds: ['edit', 'rename'],
        objectId: sha('/new'),
        originalObjectId: sha('1'),
      },
      { path: '/place', originalPath: '/from', kinds: ['rename'], objectId: sha('/place'), originalObjectId: sha('2') },
      { path: '/twice', kinds: ['add'], objectId: sha('/twice') },
    ]);
  });

  test.each([
    ['changeType', entry('/a', 'edit, teleport'), 'edit, teleport'],
    ['changeType', entry('/a', 'all'), 'all'],
    ['changeType', entry('/a', 16_384), '16384'],
    ['changeType', entry('/a', undefined), 'undefined'],
    ['gitObjectType', entry('/a', 'add', { gitObjectType: 'quark' }), 'quark'],
    ['path', { changeType: 'add', item: { objectId: sha('x') } }, 'without a path'],
  ])('%s that is not known is named, not guessed', async (_, one, named) => {
    scene.script = () => ({ json: { changeEntries: [one] } });
    const failure = await failureOf(scene.door.readChanges(key, iteration));
    expect(failure.kind).toBe('unexpected');
    expect(failure.message).toContain(named);
  });
});

describe('readChanges of a pull request without iterations', () => {
  test('compares the commits with their common one, to the end', async () => {
    const all = Array.from({ length: 2_500 }, (_, index) => entry(`/${index}`, 'add'));
    scene.script = ({ query }) => {
      const skip = Number(query.get('$skip'));
      const top = Number(query.get('$top'));
      return { json: { changes: all.slice(skip, skip + top), allChangesIncluded: skip + top >= all.length } };
    };
    await expect(scene.door.readChanges(key, whole)).resolves.toHaveLength(2_500);
    expect(scene.server.requests).toHaveLength(2);
    const [first] = scene.server.requests;
    expect(first?.path).toBe(`/_apis/git/repositories/${repositoryId}/diffs/commits`);
    expect(Object.fromEntries(first?.query ?? [])).toMatchObject({
      diffCommonCommit: 'true',
      baseVersion: whole.targetCommit,
      baseVersionType: '2',
      targetVersion: whole.sourceCommit,
      targetVersionType: '2',
    });
  });

  test('a list that never says that it is complete ends with an empty page', async () => {
    scene.script = ({ query }) => ({ json: { changes: query.get('$skip') === '0' ? [entry('/a', 'add')] : [] } });
    await expect(scene.door.readChanges(key, whole)).resolves.toHaveLength(1);
  });

  test('a service that does not page is not asked for ever', async () => {
    scene.script = () => ({ json: { changes: [entry('/a', 'add')], allChangesIncluded: false } });
    expect(await failureOf(scene.door.readChanges(key, whole))).toMatchObject({ kind: 'unexpected' });
  });

  test('renames name their source', async () => {
    scene.script = () => ({
      json: { changes: [{ ...entry('/new', 'rename'), sourceServerItem: '/old' }], allChangesIncluded: true },
    });
    await expect(scene.door.readChanges(key, whole)).resolves.toMatchObject([{ path: '/new', originalPath: '/old' }]);
  });
});
