import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { LRUCache } from 'lru-cache';
import { gitEnvironment } from './git-process';

export interface GitObject {
  id: string;
  type: 'blob' | 'tree' | 'commit' | 'tag';
  content: Buffer;
}

export interface GitObjectReader {
  /** Reads an object by a full id or any revision git understands; undefined when there is none. */
  read(revision: string): Promise<GitObject | undefined>;
  /** Ends the git process; reads are refused from then on. */
  close(): void;
}

interface Waiting {
  resolve(value: GitObject | undefined): void;
  reject(error: Error): void;
}

const CACHED_BYTES = 48 * 1024 * 1024;
const FULL_ID = /^[0-9a-f]{40}$/;

/**
 * One `git cat-file --batch` per repository: a process per object would make a pull request of hundreds of files slow.
 * Objects never change, so what was read by id is kept.
 */
export function createGitObjectReader(gitPath: string, directory: string): GitObjectReader {
  const cache = new LRUCache<string, GitObject>({
    maxSize: CACHED_BYTES,
    sizeCalculation: (object) => object.content.length + 200,
  });
  let child: ChildProcessWithoutNullStreams | undefined;
  let isClosed = false;
  const waiting: Waiting[] = [];
  let chunks: Buffer[] = [];
  let length = 0;
  /** How many bytes must be there before parsing again is worth it: a large blob arrives in many chunks. */
  let needed = 1;

  const fail = (error: Error): void => {
    child = undefined;
    chunks = [];
    length = 0;
    needed = 1;
    for (const each of waiting.splice(0)) each.reject(error);
  };

  const parse = (): void => {
    let buffer = Buffer.concat(chunks);
    for (;;) {
      const newline = buffer.indexOf(10);
      if (newline < 0) {
        needed = buffer.length + 1;
        break;
      }
      const [id = '', type = '', size = '0'] = buffer.toString('utf8', 0, newline).split(' ');
      if (type === 'blob' || type === 'tree' || type === 'commit' || type === 'tag') {
        const end = newline + 1 + Number(size);
        if (buffer.length < end + 1) {
          needed = end + 1;
          break;
        }
        waiting.shift()?.resolve({ id, type, content: Buffer.from(buffer.subarray(newline + 1, end)) });
        buffer = buffer.subarray(end + 1);
      } else {
        waiting.shift()?.resolve(undefined);
        buffer = buffer.subarray(newline + 1);
      }
    }
    chunks = [buffer];
    length = buffer.length;
  };

  const start = (): ChildProcessWithoutNullStreams => {
    const started = spawn(gitPath, ['--git-dir', directory, 'cat-file', '--batch'], { env: gitEnvironment() });
    started.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= needed) parse();
    });
    started.stderr.resume();
    started.stdin.on('error', () => undefined);
    const ended = (): void => {
      if (child === started) fail(new Error('git cat-file ended'));
    };
    started.on('error', ended);
    started.on('close', ended);
    child = started;
    return started;
  };

  return {
    async read(revision) {
      const known = cache.get(revision);
      if (known) return known;
      // A line break would be a second question to git.
      if (/[\r\n]/.test(revision) || revision === '') return undefined;
      if (isClosed) throw new Error('The simulator stopped.');
      const object = await new Promise<GitObject | undefined>((resolve, reject) => {
        waiting.push({ resolve, reject });
        (child ?? start()).stdin.write(`${revision}\n`);
      });
      if (object && FULL_ID.test(revision)) cache.set(revision, object);
      return object;
    },
    close() {
      isClosed = true;
      const running = child;
      fail(new Error('The simulator stopped.'));
      running?.stdin.end();
      running?.kill();
    },
  };
}
