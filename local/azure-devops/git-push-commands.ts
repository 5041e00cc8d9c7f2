import type { RefChange } from './git-repository';

/** What a push asks for, before git has seen it. */
export interface PushCommands {
  changes: RefChange[];
  /** What the client understands, such as `side-band-64k`. */
  capabilities: string[];
}

const COMMAND = /^([0-9a-f]{40}) ([0-9a-f]{40}) (\S+)$/;

/** Reads the commands with which the body of a `git-receive-pack` begins; undefined when it begins otherwise. */
export function parsePushCommands(body: Buffer): PushCommands | undefined {
  const changes: RefChange[] = [];
  let capabilities: string[] = [];
  let at = 0;
  while (at + 4 <= body.length) {
    const length = Number.parseInt(body.toString('latin1', at, at + 4), 16);
    if (length === 0) return { changes, capabilities };
    if (!(length > 4)) return undefined;
    const [command = '', more] = body.toString('utf8', at + 4, at + length).split('\0');
    const [, oldObjectId, newObjectId, name] = COMMAND.exec(command.trimEnd()) ?? [];
    if (oldObjectId === undefined || newObjectId === undefined || name === undefined) return undefined;
    changes.push({ name, oldObjectId, newObjectId });
    if (more !== undefined) capabilities = more.trim().split(' ');
    at += length;
  }
  return undefined;
}

/** The answer to a push of which nothing was taken: `reasons` by ref, in the words that git shows. */
export function refusePush({ changes, capabilities }: PushCommands, reasonOf: (change: RefChange) => string): Buffer {
  const lines = ['unpack ok\n', ...changes.map((change) => `ng ${change.name} ${reasonOf(change)}\n`)];
  const report = Buffer.concat([...lines.map((line) => packet(Buffer.from(line))), FLUSH]);
  if (!capabilities.includes('side-band-64k')) return report;
  return Buffer.concat([packet(Buffer.concat([Buffer.from([1]), report])), FLUSH]);
}

const FLUSH = Buffer.from('0000');

const packet = (content: Buffer): Buffer =>
  Buffer.concat([Buffer.from((content.length + 4).toString(16).padStart(4, '0')), content]);
