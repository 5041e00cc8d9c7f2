import { z } from 'zod';

import type { CallManagement } from './management-client';
import { DELETION, readPresent, refusal, validate, type Present } from './settings-answers';
import type { FolderDocument } from './settings-folder';
import {
  ofConnection,
  ofProject,
  ofRepository,
  projectSchema,
  repositorySchema,
  type Connection,
  type LocatedScope,
} from './settings-scope';

/** More at once only wait for each other. */
const AT_ONCE = 8;

/** A scope as the folder wants it; without a document, the one that stands there is to be deleted. */
export interface PlannedScope {
  file: string | undefined;
  scope: LocatedScope;
  project: string | undefined;
  document: unknown;
  present: Present;
}

const standingSchema = z.array(
  z.object({
    scope: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('connection') }),
      z.object({ kind: z.literal('project'), projectId: z.string() }),
      z.object({ kind: z.literal('repository'), repositoryId: z.string() }),
    ]),
    name: z.string().nullable(),
  }),
);

/** What the folder asks for, from wide to narrow, each scope as it stands now. Throws when a name is not known. */
export async function planFolder(
  call: CallManagement,
  connection: Connection,
  documents: readonly FolderDocument[],
  prune: boolean,
): Promise<PlannedScope[]> {
  const wanted = await locateAll(call, connection, documents);
  const pruned = prune ? await findOthers(call, connection, wanted) : [];
  const order = ['connection', 'project', 'repository'];
  const all = [...wanted, ...pruned].sort((a, b) => order.indexOf(a.scope.kind) - order.indexOf(b.scope.kind));
  return inParallel(all, async (each) => ({ ...each, present: await readPresent(call, each.scope) }));
}

/** Has every document judged together with the wider ones of the folder. Throws with all that is wrong. */
export async function validatePlan(call: CallManagement, plan: readonly PlannedScope[]): Promise<string[]> {
  // What the folder does not speak of stays as it stands; what it prunes is gone by then.
  const proposed = (found: PlannedScope | undefined): unknown => (found ? (found.document ?? null) : undefined);
  const widest = plan.find(({ scope }) => scope.kind === 'connection');
  const judged = await inParallel(plan, async ({ file, scope, project: projectId, document }) => {
    const project = plan.find((each) => each.scope.kind === 'project' && each.project === projectId);
    const wider = { connection: proposed(widest), project: proposed(project) };
    const { problems, notices } = await validate(call, scope, {
      ...(document === undefined ? DELETION : { document }),
      projectId,
      ...wider,
    });
    const named = (text: string): string => `${file ?? scope.name}: ${text}`;
    return { problems: problems.map(named), notices: notices.map(named) };
  });
  const problems = judged.flatMap((each) => each.problems);
  if (problems.length > 0) throw refusal('Nothing was saved.', problems);
  return judged.flatMap(({ notices }) => notices);
}

type Located = Omit<PlannedScope, 'present'>;

async function locateAll(
  call: CallManagement,
  connection: Connection,
  documents: readonly FolderDocument[],
): Promise<Located[]> {
  const read = async (what: 'projects' | 'repositories') => (await call('GET', `${connection.path}/${what}`)).body;
  const projects = documents.some(({ names }) => names.length === 1)
    ? z.array(projectSchema).parse(await read('projects'))
    : [];
  const repositories = documents.some(({ names }) => names.length === 2)
    ? z.array(repositorySchema).parse(await read('repositories'))
    : [];
  const problems: string[] = [];
  const located: Located[] = [];
  for (const { file, names, document } of documents) {
    const [projectName, repositoryName] = names;
    const project = projects.find(({ name }) => isSame(name, projectName));
    const repository = repositories.find(
      (each) => isSame(each.project.name, projectName) && isSame(each.name, repositoryName),
    );
    const found =
      projectName === undefined
        ? { scope: ofConnection(connection), project: undefined }
        : repositoryName === undefined
          ? project && { scope: ofProject(connection, project), project: project.id }
          : repository && { scope: ofRepository(connection, repository), project: repository.project.id };
    const twin = found && located.find(({ scope }) => scope.path === found.scope.path);
    if (!found)
      problems.push(`${file}: Portcullis sees no ${names.length === 1 ? 'project' : 'repository'} of that name.`);
    else if (twin) problems.push(`${file}: ${twin.file ?? ''} is about the same ${found.scope.kind}.`);
    else located.push({ file, document, ...found });
  }
  if (problems.length > 0) throw refusal('Nothing was saved.', problems);
  return located;
}

/** Scopes with settings that the folder says nothing of. */
async function findOthers(
  call: CallManagement,
  connection: Connection,
  wanted: readonly Located[],
): Promise<Located[]> {
  const standing = standingSchema.parse((await call('GET', `${connection.path}/settings-documents`)).body);
  const others = standing.map(({ scope, name }): Located => {
    const gone = name ?? '(gone, or not to be seen)';
    switch (scope.kind) {
      case 'connection':
        return { file: undefined, scope: ofConnection(connection), project: undefined, document: undefined };
      case 'project': {
        const project = { id: scope.projectId, name: gone };
        return { file: undefined, scope: ofProject(connection, project), project: project.id, document: undefined };
      }
      case 'repository': {
        const path = `${connection.path}/repositories/${scope.repositoryId}/settings`;
        const found: LocatedScope = { kind: 'repository', path, name: `repository ${gone}`, wider: [] };
        return { file: undefined, scope: found, project: undefined, document: undefined };
      }
    }
  });
  return others.filter(({ scope }) => !wanted.some((each) => each.scope.path === scope.path));
}

function isSame(name: string, wanted: string | undefined): boolean {
  return name.toLowerCase() === wanted?.toLowerCase();
}

/** In the order given, a few at a time. */
async function inParallel<From, To>(items: readonly From[], act: (item: From) => Promise<To>): Promise<To[]> {
  const results: To[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(act))));
  }
  return results;
}
