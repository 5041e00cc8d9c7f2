import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { heldSentence, lockData, type LockedData } from './data-lock';

const ports = { portcullis: 7071, azureDevOps: 7080 };

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portcullis-lock-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const lockFile = (): string => join(directory, 'lock.json');

function held(locked: LockedData): Extract<LockedData, { ok: true }> {
  if (!locked.ok) throw new Error('The lock was not free.');
  return locked;
}

test('a second one is told who holds it, and touches nothing', async () => {
  const first = held(await lockData(directory, ports));
  await writeFile(join(directory, 'state'), 'kept');
  const second = await lockData(directory, { portcullis: 1, azureDevOps: 2 });
  expect(second).toMatchObject({ ok: false, holder: { process: process.pid, ports } });
  expect((await readdir(directory)).sort()).toEqual(['lock.json', 'state']);
  if (!second.ok) {
    expect(heldSentence('.local', second.holder)).toMatch(
      new RegExp(`process ${process.pid}, with Portcullis on port 7071 and Azure DevOps on port 7080`),
    );
  }
  await first.release();
});

test('once released it is free, and nothing of it is left', async () => {
  await held(await lockData(directory, ports)).release();
  expect(await readdir(directory)).toEqual([]);
  await held(await lockData(directory, ports)).release();
});

test('everything is forgotten but the lock', async () => {
  const locked = held(await lockData(directory, ports));
  await writeFile(join(directory, 'state'), 'old');
  await locked.clear();
  expect(await readdir(directory)).toEqual(['lock.json']);
  await locked.release();
});

test('of many at once, one gets it', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => lockData(directory, ports)));
  const winners = all.filter(({ ok }) => ok);
  expect(winners).toHaveLength(1);
  for (const winner of winners) await held(winner).release();
});

describe('a lock that nobody holds any more', () => {
  const takes = async (): Promise<void> => {
    const locked = await lockData(directory, ports);
    expect(locked.ok).toBe(true);
    expect(JSON.parse(await readFile(lockFile(), 'utf8'))).toMatchObject({ process: process.pid });
    await held(locked).release();
  };

  test('its process was killed', async () => {
    const script = join(directory, 'killed.cjs');
    await writeFile(
      script,
      `const server = require('node:net').createServer((socket) => socket.end('k'));
       server.listen(0, '127.0.0.1', () => {
         const holder = { process: process.pid, ports: ${JSON.stringify(ports)}, answersAt: server.address().port, key: 'k' };
         require('node:fs').writeFileSync(${JSON.stringify(lockFile())}, JSON.stringify(holder));
         process.send('locked');
       });`,
    );
    const child: ChildProcess = fork(script);
    await once(child, 'message');
    const whileItRan = await lockData(directory, ports).finally(() => child.kill('SIGKILL'));
    expect(whileItRan).toMatchObject({ ok: false, holder: { process: child.pid } });
    await once(child, 'exit');
    await takes();
  });

  test('its process id and its port are somebody else’s by now', async () => {
    const stranger = createServer((socket) => socket.end('hello'));
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const address = stranger.address();
    const answersAt = address !== null && typeof address === 'object' ? address.port : 0;
    await writeFile(lockFile(), JSON.stringify({ process: process.pid, ports, answersAt, key: 'gone' }));
    await takes();
    stranger.close();
  });

  test('it was written by half', async () => {
    await writeFile(lockFile(), '{"process":');
    await takes();
  });
});

test('whoever holds it and is too busy to answer still holds it', async () => {
  const busy = createServer(() => undefined);
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
  const address = busy.address();
  const answersAt = address !== null && typeof address === 'object' ? address.port : 0;
  await writeFile(lockFile(), JSON.stringify({ process: process.pid, ports, answersAt, key: 'busy' }));
  expect((await lockData(directory, ports)).ok).toBe(false);
  busy.close();
});
