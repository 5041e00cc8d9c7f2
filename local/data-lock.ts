import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

import { z } from 'zod';

/** One `npm start` a data directory: two would share tables, repositories and the file that the CLI looks into. */

const NAME = 'lock.json';
const LOOPBACK = '127.0.0.1';
const LONGEST_ANSWER_MILLISECONDS = 2_000;

const holderSchema = z.object({
  process: z.int().positive(),
  ports: z.object({ portcullis: z.int(), azureDevOps: z.int() }),
  /** Where the holder says `key`: a process id alone may be somebody else's by now. */
  answersAt: z.int(),
  key: z.string(),
});

/** Who holds a data directory, and the ports it was started with. */
export type Holder = z.output<typeof holderSchema>;

export type LockedData =
  | {
      ok: true;
      /** Forgets everything in the directory but the lock. */ clear(): Promise<void>;
      release(): Promise<void>;
    }
  | { ok: false; holder: Holder };

/** Takes the directory for this process; a lock whose process has died, however it died, counts for nothing. */
export async function lockData(directory: string, ports: Holder['ports']): Promise<LockedData> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, NAME);
  const key = crypto.randomUUID();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(key);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, resolve);
  });
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The lock of the local data has no port.');
  const holder: Holder = { process: process.pid, ports, answersAt: address.port, key };
  const fresh = join(directory, `${key}.lock`);
  await writeFile(fresh, `${JSON.stringify(holder)}\n`);
  try {
    // Made whole first and linked then: whoever finds the lock can read it, and of two only one gets it.
    while (!(await isLinked(fresh, file))) {
      const found = await readHolder(file);
      if (found && (await isAlive(found))) {
        server.close();
        return { ok: false, holder: found };
      }
      await removeDead(file, found, join(directory, `${key}.dead`));
    }
  } finally {
    await rm(fresh, { force: true });
  }
  return {
    ok: true,
    async clear() {
      const entries = (await readdir(directory)).filter((entry) => entry !== NAME);
      await Promise.all(entries.map((entry) => rm(join(directory, entry), { recursive: true, force: true })));
    },
    async release() {
      await rm(file, { force: true });
      server.close();
    },
  };
}

async function isLinked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

async function isAlive({ answersAt, key, process: id }: Holder): Promise<boolean> {
  const said = await answerAt(answersAt);
  // Whoever listens there and says nothing may be busy, or a stranger: then the process decides.
  return said === undefined ? isRunning(id) : said === key;
}

/** Undefined = somebody listens, and says nothing in time. */
function answerAt(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: LOOPBACK });
    let said = '';
    socket.setEncoding('utf8').setTimeout(LONGEST_ANSWER_MILLISECONDS, () => {
      resolve(undefined);
      socket.destroy();
    });
    socket.on('data', (part: string) => (said += part));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(said));
  });
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one, too.
    return codeOf(error) === 'EPERM';
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

/** Moved away before it is removed: if somebody else was quicker, what was moved is a living lock, and goes back. */
async function removeDead(file: string, dead: Holder | undefined, away: string): Promise<void> {
  try {
    await rename(file, away);
  } catch {
    return;
  }
  const moved = await readHolder(away);
  if (moved && moved.key !== dead?.key) await isLinked(away, file);
  await rm(away, { force: true });
}

/** Why nothing was started. */
export function heldSentence(directory: string, { process: id, ports }: Holder): string {
  return (
    `Portcullis is running from this folder already: process ${id}, with Portcullis on port ${ports.portcullis} and Azure ` +
    `DevOps on port ${ports.azureDevOps}; ${directory} is its own. Nothing was touched. Stop it with Ctrl-C in its terminal, ` +
    `or start this one in another checkout, with ports of its own in PORTCULLIS_PORT and AZURE_DEVOPS_PORT.`
  );
}
