import { zipSync } from 'fflate';
import { z } from 'zod';

import { wireList } from './fixtures';
import type { ScriptedAnswer, SeenRequest } from './scripted-server';

/**
 * What a service answers of a branch with these files, by their paths: ids are made of what a file holds, and of what is
 * below a folder. A content that begins with `-> ` is a symbolic link.
 */
export function filesScript(files: Record<string, string>): (request: SeenRequest) => ScriptedAnswer {
  const idOf = (path: string): string =>
    Object.entries(files)
      .filter(([file]) => file === path || file.startsWith(path === '/' ? '/' : `${path}/`))
      .map(([file, content]) => Buffer.from(`${file}=${content.slice(0, 20)}`).toString('hex'))
      .join('00');
  const item = (path: string): unknown => ({
    objectId: idOf(path),
    commitId: 'c'.repeat(40),
    path,
    ...(path in files ? {} : { isFolder: true, gitObjectType: 'tree' }),
    ...(files[path]?.startsWith('-> ') === true ? { isSymLink: true } : {}),
  });
  return ({ path, query, body }) => {
    if (path.endsWith('/blobs')) {
      const ids = z.array(z.string()).parse(JSON.parse(body));
      const contents = ids.map((id): [string, Uint8Array] => [
        id,
        Buffer.from(files[Object.keys(files).find((file) => idOf(file) === id) ?? ''] ?? ''),
      ]);
      return {
        headers: { 'content-type': 'application/zip' },
        raw: Buffer.from(zipSync(Object.fromEntries(contents))),
      };
    }
    const folder = query.get('scopePath') ?? '';
    const start = folder === '/' ? '/' : `${folder}/`;
    const below = Object.keys(files).flatMap((file) =>
      file.startsWith(start) ? [`${start}${file.slice(start.length).split('/')[0] ?? ''}`] : [],
    );
    return { json: wireList(...[folder, ...new Set(below)].map(item)) };
  };
}
