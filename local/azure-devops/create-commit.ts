import { randomUUID } from 'node:crypto';
import { PRIVATE_REFS, ZERO_ID, type GitRepository, type RefChange } from './git-repository';

export type FileChange =
  | { kind: 'write'; path: string; content: Buffer; mode?: string }
  | { kind: 'delete'; path: string }
  | { kind: 'rename'; from: string; to: string };

export interface NewCommit {
  /** The commit before; none begins a history. */
  parent?: string;
  message: string;
  author: { name: string; email: string };
  /** Milliseconds since the epoch. */
  date: number;
  changes: readonly FileChange[];
}

/**
 * Writes a commit with all its files through one `git fast-import`. Paths have no slash in front.
 *
 * @returns the commit's id, and the ref change that the caller adds to its own: it drops the ref that held the commit.
 */
export async function createCommit(
  repository: GitRepository,
  commit: NewCommit,
): Promise<{ id: string; release: RefChange }> {
  const ref = `${PRIVATE_REFS}new/${randomUUID()}`;
  const who = `${printable(commit.author.name)} <${printable(commit.author.email)}> ${Math.floor(commit.date / 1000)} +0000`;
  const message = Buffer.from(commit.message.endsWith('\n') ? commit.message : `${commit.message}\n`);
  const parts: (string | Buffer)[] = [
    `commit ${ref}\nmark :1\nauthor ${who}\ncommitter ${who}\ndata ${message.length}\n`,
    message,
    commit.parent === undefined ? '\n' : `\nfrom ${commit.parent}\n`,
  ];
  for (const change of commit.changes) {
    if (change.kind === 'delete') parts.push(`D ${quoted(change.path)}\n`);
    else if (change.kind === 'rename') parts.push(`R ${quoted(change.from)} ${quoted(change.to)}\n`);
    else {
      parts.push(`M ${change.mode ?? '100644'} inline ${quoted(change.path)}\ndata ${change.content.length}\n`);
      parts.push(change.content, '\n');
    }
  }
  parts.push('get-mark :1\n');
  const input = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  const { stdout } = await repository.git(['fast-import', '--quiet', '--date-format=raw'], { input });
  const id = stdout.toString('utf8').trim();
  return { id, release: { name: ref, oldObjectId: id, newObjectId: ZERO_ID } };
}

const printable = (text: string): string => text.replace(/[<>\r\n]/g, '').trim();

function quoted(path: string): string {
  return `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
