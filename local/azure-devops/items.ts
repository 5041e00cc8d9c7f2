import { z } from 'zod';
import { commitReference } from './commit-shapes';
import { bytesAnswer, contentMetadata, formatOf, isBinary } from './content';
import { AzureDevOpsError, badRequest } from './errors';
import type { TreeEntry } from './git-formats';
import { list, ok, parameter, parseBody, type ApiAnswer, type ApiRequest } from './http';
import { repositoryOfRequest } from './lookups';
import { repositoryUrl } from './repository-shapes';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Repository } from './state-model';
import { resolveVersion, versionOfQuery } from './versions';

interface Located {
  path: string;
  entry: TreeEntry;
}

interface ItemOptions {
  includeContent: boolean;
  includeContentMetadata: boolean;
  latestProcessedChange: boolean;
}

const flagSchema = z.union([z.boolean(), z.string().transform((text) => text.toLowerCase() === 'true')]);
const batchSchema = z.object({
  itemDescriptors: z.array(
    z.object({
      path: z.string(),
      version: z.string().optional(),
      versionType: z.union([z.string(), z.number()]).optional(),
      recursionLevel: z.union([z.string(), z.number()]).optional(),
    }),
  ),
  includeContentMetadata: flagSchema.optional(),
  latestProcessedChange: flagSchema.optional(),
});

export function itemRoutes(simulation: Simulation): Route[] {
  return [
    { method: 'GET', template: 'git/repositories/:repository/items', answer: (request) => items(simulation, request) },
    {
      method: 'GET',
      template: 'git/repositories/:repository/items/*path',
      answer: (request) => items(simulation, request, parameter(request, 'path')),
    },
    {
      method: 'POST',
      template: 'git/repositories/:repository/itemsbatch',
      async answer(request) {
        const repository = repositoryOfRequest(simulation, request);
        const body = parseBody(request, batchSchema);
        const options = {
          includeContent: false,
          includeContentMetadata: body.includeContentMetadata ?? false,
          latestProcessedChange: body.latestProcessedChange ?? false,
        };
        const answers: unknown[] = [];
        for (const descriptor of body.itemDescriptors) {
          const commitId = await resolveVersion(simulation, repository, descriptor);
          const found = await located(simulation, repository, commitId, descriptor.path, descriptor.recursionLevel);
          answers.push(
            await Promise.all(found.map((each) => itemShape(simulation, repository, commitId, each, options))),
          );
        }
        return list(answers);
      },
    },
  ];
}

async function items(simulation: Simulation, request: ApiRequest, pathSegment?: string): Promise<ApiAnswer> {
  const { query } = request;
  const repository = repositoryOfRequest(simulation, request);
  const commitId = await resolveVersion(simulation, repository, versionOfQuery(query));
  const options: ItemOptions = {
    includeContent: query.flag('includeContent'),
    includeContentMetadata: query.flag('includeContentMetadata'),
    latestProcessedChange: query.flag('latestProcessedChange'),
  };
  const path = query.text('path') ?? pathSegment;
  if (path === undefined) {
    const scope = query.text('scopePath') ?? '/';
    const found = await located(simulation, repository, commitId, scope, query.text('recursionLevel'));
    return list(await Promise.all(found.map((each) => itemShape(simulation, repository, commitId, each, options))));
  }
  const [item] = await located(simulation, repository, commitId, path, undefined);
  if (!item) throw badRequest('A path is required.');
  const format = formatOf(request, item.entry.type === 'blob' ? 'text' : 'json');
  if (format === 'json') return ok(await itemShape(simulation, repository, commitId, item, options));
  const object = await simulation.git(repository).object(item.entry.id);
  if (object?.type !== 'blob') throw badRequest(`The item ${item.path} is a folder and has no content.`);
  return bytesAnswer(format, item.path.split('/').at(-1) ?? 'item', object.content);
}

/** The item at a path and, as the recursion level asks, what is below it; folders stand before their items. */
async function located(
  simulation: Simulation,
  repository: Repository,
  commitId: string,
  path: string,
  recursionLevel: string | number | undefined,
): Promise<Located[]> {
  const git = simulation.git(repository);
  const normal = `/${path.split('/').filter(Boolean).join('/')}`;
  const entry = await git.entryAt(commitId, normal);
  if (!entry) {
    throw new AzureDevOpsError(
      404,
      'GitItemNotFoundException',
      `TF401174: The item '${normal}' could not be found in the repository '${repository.name}' at the version specified by '<Commit: ${commitId} >' (resolved to commit '${commitId}')`,
    );
  }
  const found: Located[] = [{ path: normal, entry }];
  const depth = depthOf(recursionLevel);
  const descend = async (folder: Located, level: number): Promise<void> => {
    for (const child of await git.tree(folder.entry.id)) {
      const item = { path: `${folder.path === '/' ? '' : folder.path}/${child.name}`, entry: child };
      found.push(item);
      if (child.type === 'tree' && level < depth) await descend(item, level + 1);
    }
  };
  if (entry.type === 'tree' && depth > 0) await descend({ path: normal, entry }, 1);
  return found;
}

function depthOf(recursionLevel: string | number | undefined): number {
  const level = String(recursionLevel ?? 'none').toLowerCase();
  if (level === 'full' || level === '120') return Infinity;
  return level === 'none' || level === '0' ? 0 : 1;
}

async function itemShape(
  simulation: Simulation,
  repository: Repository,
  commitId: string,
  { path, entry }: Located,
  options: ItemOptions,
): Promise<Record<string, unknown>> {
  const git = simulation.git(repository);
  const isFile = entry.type === 'blob';
  const wanted = options.includeContent || options.includeContentMetadata;
  const content = isFile && wanted ? (await git.object(entry.id))?.content : undefined;
  return {
    objectId: entry.id,
    gitObjectType: entry.type,
    commitId,
    path,
    ...(entry.type === 'tree' ? { isFolder: true } : {}),
    ...(entry.mode === '120000' ? { isSymLink: true } : {}),
    ...(options.includeContentMetadata ? { contentMetadata: contentMetadata(path, content) } : {}),
    ...(options.latestProcessedChange
      ? { latestProcessedChange: await lastChange(simulation, repository, commitId, path) }
      : {}),
    ...(options.includeContent && content && !isBinary(content) ? { content: content.toString('utf8') } : {}),
    url: `${repositoryUrl(simulation, repository)}/items${encodeURI(path)}?versionType=Commit&version=${commitId}&versionOptions=None`,
  };
}

async function lastChange(
  simulation: Simulation,
  repository: Repository,
  commitId: string,
  path: string,
): Promise<Record<string, unknown>> {
  const scope = path === '/' ? [] : ['--', path.slice(1)];
  const { stdout } = await simulation.git(repository).git(['rev-list', '--max-count=1', commitId, ...scope]);
  return commitReference(simulation, repository, stdout.toString('utf8').trim());
}
