import { createHash } from 'node:crypto';

import { zipSync } from 'fflate';

import type { ChangedFile } from '../core/snapshot';

import { failureOf, key, repositoryId } from './testing/fixtures';
import { type ScriptedAnswer, type SeenRequest } from './testing/scripted-server';
import { setScene } from './testing/scene';

const scene = setScene();

const sha = (name: string): string => createHash('sha1').update(name).digest('hex');

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
    scene.script = (request) => zip(idsOf(request));
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
      { path: '/vendor', kinds: ['edit'], isSubmodule: true, objectId: 'c'.repeat(40), originalObjectId: sha('c') },
    ];
    await expect(scene.door.readLineCounts(key, changes)).resolves.toEqual([
      { path: '/z', additions: 3, deletions: 0 },
      { path: '/edit', additions: 2, deletions: 1 },
      { path: '/delete', additions: 0, deletions: 1 },
      { path: '/moved', additions: 0, deletions: 0 },
      { path: '/moved2', additions: 0, deletions: 0 },
      { path: '/both', additions: 1, deletions: 0 },
      { path: '/binary', uncounted: 'binary' },
      { path: '/empty', additions: 0, deletions: 0 },
      { path: '/vendor', additions: 0, deletions: 0 },
    ]);
    expect(scene.server.requests).toHaveLength(1);
    expect(scene.server.requests[0]).toMatchObject({
      method: 'POST',
      path: `/_apis/git/repositories/${repositoryId}/blobs`,
    });
  });

  test('a file without its object id is not counted as empty', async () => {
    const failure = await failureOf(
      scene.door.readLineCounts(key, [{ path: '/a', kinds: ['edit'], originalObjectId: sha('1') }]),
    );
    expect(failure.kind).toBe('unexpected');
    expect(failure.message).toContain('/a');
    await expect(scene.door.readLineCounts(key, [{ path: '/a', kinds: ['delete'] }])).resolves.toEqual([
      { path: '/a', additions: 0, deletions: 0 },
    ]);
  });

  test('nothing is fetched for nothing', async () => {
    await expect(scene.door.readLineCounts(key, [])).resolves.toEqual([]);
    await expect(
      scene.door.readLineCounts(key, [
        { path: '/m', originalPath: '/n', kinds: ['rename'], objectId: sha('1'), originalObjectId: sha('1') },
      ]),
    ).resolves.toEqual([{ path: '/m', additions: 0, deletions: 0 }]);
    expect(scene.server.requests).toHaveLength(0);
  });

  test('at most 200 different blobs a batch and three batches at once in a process', async () => {
    let now = 0;
    let most = 0;
    scene.script = (request) => (response) => {
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
    const counts = await scene.door.readLineCounts(key, changes);
    expect(counts.every((count) => 'additions' in count && count.additions === 1 && count.deletions === 1)).toBe(true);
    for (const request of scene.server.requests) {
      expect(idsOf(request).length).toBeLessThanOrEqual(200);
      expect(new Set(idsOf(request)).size).toBe(idsOf(request).length);
    }
    expect(scene.server.requests).toHaveLength(5);
    expect(most).toBe(3);
    // Nor do two pull requests make it more.
    await Promise.all([scene.door.readLineCounts(key, changes), scene.door.readLineCounts(key, changes)]);
    expect(scene.server.requests).toHaveLength(15);
    expect(most).toBe(3);
  });

  test('a blob over 1 MB is too large, as is whatever comes after 100 MB', async () => {
    const big = new Uint8Array(1024 * 1024).fill(120);
    const changes: ChangedFile[] = [
      { path: '/just', kinds: ['add'], objectId: blob(big) },
      { path: '/over', kinds: ['add'], objectId: blob(new Uint8Array(1024 * 1024 + 1).fill(120)) },
    ];
    await expect(scene.door.readLineCounts(key, changes)).resolves.toEqual([
      { path: '/just', additions: 1, deletions: 0 },
      { path: '/over', uncounted: 'tooLarge' },
    ]);
    const many = Array.from({ length: 110 }, (_, index): ChangedFile => {
      const one = new Uint8Array(1024 * 1024).fill(120);
      one[0] = index + 1;
      return { path: `/f${index}`, kinds: ['add'], objectId: blob(one) };
    });
    const counts = await scene.door.readLineCounts(key, many);
    expect(counts.filter((count) => 'uncounted' in count)).toHaveLength(10);
  });

  test('an archive that is larger than it may be is asked for in halves', async () => {
    const monster = blob('monster\n');
    scene.script = (request) => {
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
    await expect(scene.door.readLineCounts(key, changes)).resolves.toEqual([
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
    scene.script = () => answer;
    const changes: ChangedFile[] = [{ path: '/a', kinds: ['add'], objectId: blob('a\n') }];
    expect(await failureOf(scene.door.readLineCounts(key, changes))).toMatchObject({ kind });
  });

  test('an archive that lies about its sizes is no bomb', async () => {
    const id = blob(new Uint8Array(512 * 1024));
    const archive = Buffer.from(zipSync({ [id]: blobs.get(id) ?? new Uint8Array() }));
    // The uncompressed size, in the local header and in the directory: claim ten bytes.
    archive.writeUInt32LE(10, 22);
    archive.writeUInt32LE(10, archive.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
    scene.script = () => ({ raw: archive });
    const changes: ChangedFile[] = [{ path: '/a', kinds: ['add'], objectId: id }];
    expect(await failureOf(scene.door.readLineCounts(key, changes))).toMatchObject({ kind: 'unexpected' });
  });
});
