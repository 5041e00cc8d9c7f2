import { createHash } from 'node:crypto';

import { zipSync } from 'fflate';

import type { ChangedFile, Iteration } from '../core/snapshot';

import { connectAzureDevOps, type ConnectedAzureDevOps } from './connect';
import { collectLog, failureOf, key, repositoryId } from './testing/fixtures';
import {
  startScriptedServer,
  type ScriptedAnswer,
  type ScriptedServer,
  type SeenRequest,
} from './testing/scripted-server';

let server: ScriptedServer;
let door: ConnectedAzureDevOps;
let script: (request: SeenRequest) => ScriptedAnswer | undefined;

beforeAll(async () => {
  server = await startScriptedServer((request) => script(request));
});

beforeEach(() => {
  server.requests.length = 0;
  door = connectAzureDevOps({ url: server.url, credential: { kind: 'pat', pat: 'a-pat' }, log: collectLog() });
});

afterEach(() => door.dispose());
afterAll(() => server.stop());

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
    script = ({ query }) => {
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
    const changes = await door.readChanges(key, iteration);
    expect(changes).toHaveLength(4_500);
    expect(changes[0]?.path).toBe('/f00000');
    expect(changes.at(-1)?.path).toBe('/f04499');
    expect(server.requests.map(({ query }) => query.get('$skip'))).toEqual(['0', '2000', '4000']);
    expect(server.requests[0]?.path).toMatch(/\/pullRequests\/7\/iterations\/3\/changes$/);
  });

  test('a full page that does not say whether it is the last is followed', async () => {
    script = ({ query }) => ({
      json: {
        changeEntries:
          query.get('$skip') === '0'
            ? Array.from({ length: 2_000 }, (_, i) => entry(`/${i}`, 'add'))
            : [entry('/last', 'add')],
      },
    });
    await expect(door.readChanges(key, iteration)).resolves.toHaveLength(2_001);
  });

  test('paging that goes nowhere ends', async () => {
    script = () => ({ json: { changeEntries: [entry('/a', 'add')], nextSkip: 1, nextTop: 1 } });
    expect(await failureOf(door.readChanges(key, iteration))).toMatchObject({ kind: 'unexpected' });
  });

  test('folders and submodules are left out, names and combinations of changes are read', async () => {
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
    script = () => ({ json: { changeEntries: entries, nextSkip: 0, nextTop: 0 } });
    await expect(door.readChanges(key, iteration)).resolves.toEqual([
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
      { path: '/z', originalPath: '/y', kinds: ['edit', 'rename'], objectId: sha('/z'), originalObjectId: sha('old') },
    ]);
  });

  test('the old path of a rename is part of it, a path that is named twice is one file', async () => {
    script = () => ({
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
    await expect(door.readChanges(key, iteration)).resolves.toEqual([
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
    script = () => ({ json: { changeEntries: [one] } });
    const failure = await failureOf(door.readChanges(key, iteration));
    expect(failure.kind).toBe('unexpected');
    expect(failure.message).toContain(named);
  });
});

describe('readChanges of a pull request without iterations', () => {
  test('compares the commits with their common one, to the end', async () => {
    const all = Array.from({ length: 2_500 }, (_, index) => entry(`/${index}`, 'add'));
    script = ({ query }) => {
      const skip = Number(query.get('$skip'));
      const top = Number(query.get('$top'));
      return { json: { changes: all.slice(skip, skip + top), allChangesIncluded: skip + top >= all.length } };
    };
    await expect(door.readChanges(key, whole)).resolves.toHaveLength(2_500);
    expect(server.requests).toHaveLength(2);
    const [first] = server.requests;
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
    script = ({ query }) => ({ json: { changes: query.get('$skip') === '0' ? [entry('/a', 'add')] : [] } });
    await expect(door.readChanges(key, whole)).resolves.toHaveLength(1);
  });

  test('a service that does not page is not asked for ever', async () => {
    script = () => ({ json: { changes: [entry('/a', 'add')], allChangesIncluded: false } });
    expect(await failureOf(door.readChanges(key, whole))).toMatchObject({ kind: 'unexpected' });
  });

  test('renames name their source', async () => {
    script = () => ({
      json: { changes: [{ ...entry('/new', 'rename'), sourceServerItem: '/old' }], allChangesIncluded: true },
    });
    await expect(door.readChanges(key, whole)).resolves.toMatchObject([{ path: '/new', originalPath: '/old' }]);
  });
});

describe('readLineCounts', () => {
  let blobs: Map<string, Uint8Array>;
  const blob = (content: string | Uint8Array): string => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const id = createHash('sha1').update(bytes).digest('hex');
    blobs.set(id, bytes);
    return id;
  };
  const zip = (ids: string[]): ScriptedAnswer => ({
    headers: { 'content-type': 'application/zip' },
    raw: Buffer.from(zipSync(Object.fromEntries(ids.map((id) => [id, blobs.get(id) ?? new Uint8Array()])))),
  });
  const idsOf = ({ body }: SeenRequest): string[] => JSON.parse(body) as string[];

  beforeEach(() => {
    blobs = new Map();
    script = (request) => zip(idsOf(request));
  });

  test('adds, edits, deletes, renames, in the order of the changes', async () => {
    const same = blob('moved\n');
    const changes: ChangedFile[] = [
      { path: '/z', kinds: ['add'], objectId: blob('1\n2\n3\n') },
      { path: '/edit', kinds: ['edit'], originalObjectId: blob('a\nb\n'), objectId: blob('a\nc\nd\n') },
      { path: '/delete', kinds: ['delete'], originalObjectId: blob('gone\n') },
      { path: '/moved', originalPath: '/x', kinds: ['rename'], objectId: same, originalObjectId: same },
      { path: '/moved2', originalPath: '/x', kinds: ['rename'], objectId: same },
      {
        path: '/both',
        originalPath: '/y',
        kinds: ['edit', 'rename'],
        originalObjectId: same,
        objectId: blob('moved\n+\n'),
      },
      { path: '/binary', kinds: ['add'], objectId: blob('\u0000\u0001') },
      { path: '/empty', kinds: ['add'], objectId: blob('') },
    ];
    await expect(door.readLineCounts(key, changes)).resolves.toEqual([
      { path: '/z', additions: 3, deletions: 0 },
      { path: '/edit', additions: 2, deletions: 1 },
      { path: '/delete', additions: 0, deletions: 1 },
      { path: '/moved', additions: 0, deletions: 0 },
      { path: '/moved2', additions: 0, deletions: 0 },
      { path: '/both', additions: 1, deletions: 0 },
      { path: '/binary', uncounted: 'binary' },
      { path: '/empty', additions: 0, deletions: 0 },
    ]);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: `/_apis/git/repositories/${repositoryId}/blobs` });
  });

  test('a file without its object id is not counted as empty', async () => {
    const failure = await failureOf(
      door.readLineCounts(key, [{ path: '/a', kinds: ['edit'], originalObjectId: sha('1') }]),
    );
    expect(failure.kind).toBe('unexpected');
    expect(failure.message).toContain('/a');
    await expect(door.readLineCounts(key, [{ path: '/a', kinds: ['delete'] }])).resolves.toEqual([
      { path: '/a', additions: 0, deletions: 0 },
    ]);
  });

  test('nothing is fetched for nothing', async () => {
    await expect(door.readLineCounts(key, [])).resolves.toEqual([]);
    await expect(
      door.readLineCounts(key, [
        { path: '/m', originalPath: '/n', kinds: ['rename'], objectId: sha('1'), originalObjectId: sha('1') },
      ]),
    ).resolves.toEqual([{ path: '/m', additions: 0, deletions: 0 }]);
    expect(server.requests).toHaveLength(0);
  });

  test('at most 200 different blobs a batch and three batches at once', async () => {
    let now = 0;
    let most = 0;
    script = (request) => (response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        const answer = zip(idsOf(request));
        response.writeHead(200, { 'content-type': 'application/zip' }).end('raw' in answer ? answer.raw : '');
      }, 30);
    };
    const changes = Array.from({ length: 450 }, (_, index): ChangedFile => ({
      path: `/f${index}`,
      kinds: ['edit'],
      originalObjectId: blob(`old ${index}\n`),
      // Many files become the same one: it travels once a batch.
      objectId: index < 100 ? blob('same\n') : blob(`new ${index}\n`),
    }));
    const counts = await door.readLineCounts(key, changes);
    expect(counts.every((count) => 'additions' in count && count.additions === 1 && count.deletions === 1)).toBe(true);
    for (const request of server.requests) {
      expect(idsOf(request).length).toBeLessThanOrEqual(200);
      expect(new Set(idsOf(request)).size).toBe(idsOf(request).length);
    }
    expect(server.requests).toHaveLength(5);
    expect(most).toBe(3);
  });

  test('a blob over 1 MB is too large, as is whatever comes after 100 MB', async () => {
    const big = new Uint8Array(1024 * 1024).fill(120);
    const changes: ChangedFile[] = [
      { path: '/just', kinds: ['add'], objectId: blob(big) },
      { path: '/over', kinds: ['add'], objectId: blob(new Uint8Array(1024 * 1024 + 1).fill(120)) },
    ];
    await expect(door.readLineCounts(key, changes)).resolves.toEqual([
      { path: '/just', additions: 1, deletions: 0 },
      { path: '/over', uncounted: 'tooLarge' },
    ]);
    const many = Array.from({ length: 110 }, (_, index): ChangedFile => {
      const one = new Uint8Array(1024 * 1024).fill(120);
      one[0] = index + 1;
      return { path: `/f${index}`, kinds: ['add'], objectId: blob(one) };
    });
    const counts = await door.readLineCounts(key, many);
    expect(counts.filter((count) => 'uncounted' in count)).toHaveLength(10);
  });

  test('an archive that is larger than it may be is asked for in halves', async () => {
    const monster = blob('monster\n');
    script = (request) => {
      const ids = idsOf(request);
      if (!ids.includes(monster)) return zip(ids);
      return (response) => {
        response.writeHead(200, { 'content-type': 'application/zip' });
        const chunk = Buffer.alloc(1024 * 1024);
        const pour = (): void => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', pour);
        pour();
      };
    };
    const changes = ['a\n', 'b\n', 'monster\n', 'c\n'].map((content): ChangedFile => ({
      path: `/${content.trim()}`,
      kinds: ['add'],
      objectId: blob(content),
    }));
    await expect(door.readLineCounts(key, changes)).resolves.toEqual([
      { path: '/a', additions: 1, deletions: 0 },
      { path: '/b', additions: 1, deletions: 0 },
      { path: '/monster', uncounted: 'tooLarge' },
      { path: '/c', additions: 1, deletions: 0 },
    ]);
  });

  test.each<[string, ScriptedAnswer, string]>([
    ['403 instead of an archive', { status: 403, json: { message: 'no' } }, 'permissionMissing'],
    ['404 instead of an archive', { status: 404, json: { message: 'TF401177' } }, 'notFound'],
    ['the sign-in page', { status: 203, headers: { 'content-type': 'text/html' }, raw: '<html>' }, 'credentialRefused'],
    ['no archive', { headers: { 'content-type': 'application/zip' }, raw: 'no archive at all' }, 'unexpected'],
    ['an archive without the blob', { raw: Buffer.from(zipSync({ other: new Uint8Array(1) })) }, 'unexpected'],
  ])('%s is a failure', async (_, answer, kind) => {
    script = () => answer;
    const changes: ChangedFile[] = [{ path: '/a', kinds: ['add'], objectId: blob('a\n') }];
    expect(await failureOf(door.readLineCounts(key, changes))).toMatchObject({ kind });
  });

  test('an archive that lies about its sizes is no bomb', async () => {
    const id = blob(new Uint8Array(512 * 1024));
    const archive = Buffer.from(zipSync({ [id]: blobs.get(id) ?? new Uint8Array() }));
    // The uncompressed size, in the local header and in the directory: claim ten bytes.
    archive.writeUInt32LE(10, 22);
    archive.writeUInt32LE(10, archive.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
    script = () => ({ raw: archive });
    const changes: ChangedFile[] = [{ path: '/a', kinds: ['add'], objectId: id }];
    expect(await failureOf(door.readLineCounts(key, changes))).toMatchObject({ kind: 'unexpected' });
  });
});
