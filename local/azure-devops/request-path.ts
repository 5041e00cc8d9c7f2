/** What a request's path asks for, with the organization or collection already taken off. */
export type RequestPath =
  | { kind: 'api'; project?: string; segments: string[] }
  | { kind: 'git'; project: string; repository: string; rest: string }
  | { kind: 'page'; segments: string[] }
  | { kind: 'unknown' };

/** Takes a path apart; `segments` are decoded. A project's own repository may leave the project out: `/contoso/_git/Shop`. */
export function parsePath(path: string, basePath: string): RequestPath {
  let segments: string[];
  try {
    segments = path.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return { kind: 'unknown' };
  }
  const base = basePath.split('/').filter(Boolean).map(decodeURIComponent);
  if (!base.every((part, index) => segments[index]?.toLowerCase() === part.toLowerCase())) return { kind: 'unknown' };
  const rest = segments.slice(base.length);
  const is = (index: number, word: string): boolean => rest[index]?.toLowerCase() === word;
  if (is(0, '_apis')) return { kind: 'api', segments: rest.slice(1) };
  // What the web pages ask of the service, such as pictures.
  if (is(0, '_api')) return { kind: 'api', segments: rest };
  const [project = ''] = rest;
  if (is(1, '_apis')) return { kind: 'api', project, segments: rest.slice(2) };
  const git = is(0, '_git') ? { project: rest[1] ?? '', at: 1 } : is(1, '_git') ? { project, at: 2 } : undefined;
  if (git) {
    const [repository = '', ...after] = rest.slice(git.at);
    const tail = after.join('/');
    if (tail === 'info/refs' || tail.startsWith('git-')) {
      return { kind: 'git', project: git.project, repository: repository.replace(/\.git$/, ''), rest: tail };
    }
  }
  return { kind: 'page', segments: rest };
}
