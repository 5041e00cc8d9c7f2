import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCommit } from './create-commit';
import { initializeGitRepository, openGitRepository, ZERO_ID, type GitRepository } from './git-repository';

let folder: string;
let git: GitRepository;
const author = { name: 'Ada <Author>', email: 'author@contoso.example' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-git-'));
  await initializeGitRepository('git', join(folder, 'one.git'));
  git = openGitRepository('git', join(folder, 'one.git'));
});
afterAll(async () => {
  git.close();
  await rm(folder, { recursive: true, force: true });
});

async function commit(files: Record<string, string | Buffer>, parent?: string): Promise<string> {
  const { id, release } = await createCommit(git, {
    ...(parent === undefined ? {} : { parent }),
    message: 'a message\n\nof two paragraphs',
    author,
    date: 1_700_000_000_000,
    changes: Object.entries(files).map(([path, content]) => ({ kind: 'write', path, content: Buffer.from(content) })),
  });
  await git.updateRefs([release]);
  return id;
}

test('a commit with awkward paths and bytes reads back as it was written', async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  const files = { 'a "quoted" name.txt': 'x', 'back\\slash': 'y', 'ümläut/日本.txt': 'z', 'all.bin': bytes, empty: '' };
  const id = await commit(files);
  expect(await git.commit(id)).toMatchObject({
    parents: [],
    message: 'a message\n\nof two paragraphs',
    author: { name: 'Ada Author', date: '2023-11-14T22:13:20Z' },
  });
  for (const [path, content] of Object.entries(files)) {
    const entry = await git.entryAt(id, `/${path}`);
    expect((await git.object(entry?.id ?? ''))?.content).toEqual(Buffer.from(content));
  }
  expect(await git.entryAt(id, '/ümläut')).toMatchObject({ type: 'tree' });
  expect(await git.entryAt(id, '/all.bin/below')).toBeUndefined();
  expect(await git.object('f'.repeat(40))).toBeUndefined();
  expect(await git.object('HEAD\nHEAD')).toBeUndefined();
  const changes = await git.diff('4b825dc642cb6eb9a060e54bf8d69288fbee4904', id);
  expect(changes.map((change) => change.path).sort()).toEqual(
    Object.keys(files)
      .map((path) => `/${path}`)
      .sort(),
  );
});

test('a large object comes in many pieces, and many questions get their own answers', async () => {
  const large = 'line of some length\n'.repeat(200_000);
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`f${index}`, `content ${index}`]));
  const id = await commit({ ...files, large });
  const read = async (path: string): Promise<string> => {
    const entry = await git.entryAt(id, `/${path}`);
    return (await git.object(entry?.id ?? ''))?.content.toString() ?? '';
  };
  const [first, ...rest] = await Promise.all(['large', ...Object.keys(files)].map(read));
  expect(first).toBe(large);
  expect(rest).toEqual(Object.values(files));
});

test('refs stand where the last writer put them, whoever reads and writes at the same time', async () => {
  const one = await commit({ a: '1' });
  const two = await commit({ a: '2' }, one);
  const names = Array.from({ length: 12 }, (_, index) => `refs/heads/branch-${String(index).padStart(2, '0')}`);
  const move = (name: string, oldObjectId: string, newObjectId: string) =>
    git.updateRefs([{ name, oldObjectId, newObjectId }]);
  await Promise.all(names.flatMap((name) => [move(name, ZERO_ID, one), git.refs()]));
  await Promise.all(names.flatMap((name) => [git.refs(), move(name, one, two)]));
  await Promise.all(names.slice(6).map((name) => move(name, two, ZERO_ID)));
  const expected = names.slice(0, 6).map((name) => [name, two]);
  const refs = [...(await git.refs()).values()].map((ref) => [ref.name, ref.objectId]);
  expect(refs).toEqual(expected);
  await expect(move(names[0] ?? '', one, two)).rejects.toThrow('cannot lock ref');
  git.forgetRefs();
  expect([...(await git.refs()).keys()]).toEqual(names.slice(0, 6));
});

test('a merge is clean, in conflict, or between strangers', async () => {
  const base = await commit({ a: '1', b: '1' });
  const left = await commit({ a: '2' }, base);
  const right = await commit({ b: '2' }, base);
  const other = await commit({ a: '3' }, base);
  const stranger = await commit({ c: '1' });
  expect((await git.merge(left, right)).state).toBe('clean');
  expect((await git.merge(left, other)).state).toBe('conflicts');
  expect((await git.merge(left, stranger)).state).toBe('unrelated');
  expect(await git.mergeBases(left, right)).toEqual([base]);
  expect(await git.mergeBases(left, stranger)).toEqual([]);
  expect(await git.isAncestor(base, left)).toBe(true);
  expect(await git.isAncestor(left, base)).toBe(false);
});
