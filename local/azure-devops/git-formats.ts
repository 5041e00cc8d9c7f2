/** What git prints and stores, parsed. */

export interface GitPerson {
  name: string;
  email: string;
  /** ISO 8601, UTC, whole seconds. */
  date: string;
}

export interface CommitObject {
  id: string;
  tree: string;
  parents: string[];
  author: GitPerson;
  committer: GitPerson;
  message: string;
}

export interface TreeEntry {
  mode: string;
  name: string;
  id: string;
  type: 'blob' | 'tree' | 'commit';
}

/** One changed path; `path` and `originalPath` begin with a slash. */
export interface PathChange {
  changeType: 'add' | 'edit' | 'delete' | 'rename' | 'edit, rename';
  path: string;
  originalPath?: string;
  objectId?: string;
  originalObjectId?: string;
  gitObjectType: 'blob' | 'tree' | 'commit';
}

export function parseCommit(id: string, content: Buffer): CommitObject {
  const text = content.toString('utf8');
  const split = text.indexOf('\n\n');
  const headers = (split < 0 ? text : text.slice(0, split)).split('\n');
  const value = (name: string): string =>
    headers.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? '';
  return {
    id,
    tree: value('tree'),
    parents: headers.filter((line) => line.startsWith('parent ')).map((line) => line.slice(7)),
    author: parsePerson(value('author')),
    committer: parsePerson(value('committer')),
    message: split < 0 ? '' : text.slice(split + 2).replace(/\n$/, ''),
  };
}

function parsePerson(text: string): GitPerson {
  const match = /^(.*?) ?<([^>]*)> (\d+)/.exec(text);
  const seconds = Number(match?.[3] ?? 0);
  return {
    name: match?.[1] ?? '',
    email: match?.[2] ?? '',
    date: new Date(seconds * 1000).toISOString().replace('.000Z', 'Z'),
  };
}

function objectTypeOf(mode: string): 'blob' | 'tree' | 'commit' {
  if (mode === '40000' || mode === '040000') return 'tree';
  return mode === '160000' ? 'commit' : 'blob';
}

export function parseTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < content.length) {
    const space = content.indexOf(32, at);
    const zero = content.indexOf(0, space);
    const mode = content.toString('latin1', at, space);
    entries.push({
      mode,
      name: content.toString('utf8', space + 1, zero),
      id: content.toString('hex', zero + 1, zero + 21),
      type: objectTypeOf(mode),
    });
    at = zero + 21;
  }
  return entries;
}

/** Parses `git diff-tree -r -M --raw -z --no-abbrev`, with or without `-t`. */
export function parseRawDiff(output: Buffer): PathChange[] {
  const fields = output.toString('utf8').split('\0');
  const changes: PathChange[] = [];
  for (let at = 0; at + 1 < fields.length;) {
    const [oldMode = '', newMode = '', oldId = '', newId = '', letter = ''] = (fields[at] ?? '').slice(1).split(' ');
    const first = `/${fields[at + 1] ?? ''}`;
    const gitObjectType = objectTypeOf(newMode === '000000' ? oldMode : newMode);
    if (letter.startsWith('R')) {
      changes.push({
        changeType: oldId === newId ? 'rename' : 'edit, rename',
        path: `/${fields[at + 2] ?? ''}`,
        originalPath: first,
        objectId: newId,
        originalObjectId: oldId,
        gitObjectType,
      });
      at += 3;
      continue;
    }
    if (letter === 'A') changes.push({ changeType: 'add', path: first, objectId: newId, gitObjectType });
    else if (letter === 'D')
      changes.push({ changeType: 'delete', path: first, originalObjectId: oldId, gitObjectType });
    else changes.push({ changeType: 'edit', path: first, objectId: newId, originalObjectId: oldId, gitObjectType });
    at += 2;
  }
  return changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
