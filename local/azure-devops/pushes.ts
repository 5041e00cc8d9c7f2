import { z } from 'zod';
import { commitInList } from './commit-shapes';
import { createCommit, type FileChange } from './create-commit';
import { mailOf } from './flavour';
import { AzureDevOpsError, badRequest } from './errors';
import { ZERO_ID, type GitRepository } from './git-repository';
import { created, enumSchema, list, parseBody } from './http';
import { identityRefById } from './identities';
import { repositoryOfRequest } from './lookups';
import { moveRefs } from './move-refs';
import { requirePermission } from './permissions';
import { PUSH_REFUSED } from './policies/protected-branches';
import { repositoryReference, repositoryUrl } from './repository-shapes';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Push, Repository } from './state-model';

const changeTypes = ['add', 'edit', 'delete', 'rename'] as const;
const contentTypes = ['rawtext', 'base64encoded'] as const;

const changeSchema = z.object({
  changeType: enumSchema(changeTypes, [1, 2, 16, 8]),
  item: z.object({ path: z.string().min(1) }),
  sourceServerItem: z.string().optional(),
  newContent: z.object({ content: z.string(), contentType: enumSchema(contentTypes).optional() }).optional(),
});
type Change = z.infer<typeof changeSchema>;

const pushSchema = z.object({
  refUpdates: z.array(z.object({ name: z.string(), oldObjectId: z.string() })).length(1),
  commits: z
    .array(
      z.object({
        comment: z.string().min(1),
        parents: z.array(z.string()).optional(),
        author: z.object({ name: z.string(), email: z.string() }).optional(),
        changes: z.array(changeSchema).min(1),
      }),
    )
    .length(1),
});

export function pushRoutes(simulation: Simulation): Route[] {
  return [
    {
      method: 'POST',
      template: 'git/repositories/:repository/pushes',
      async answer(request) {
        const repository = repositoryOfRequest(simulation, request);
        requirePermission(simulation.state, request.identity, repository, 'contribute');
        const body = parseBody(request, pushSchema);
        const [update] = body.refUpdates;
        const [commit] = body.commits;
        if (!update || !commit) throw badRequest('A push has one ref update and one commit.');
        const git = simulation.git(repository);
        // A branch that does not exist yet begins at the commit that stands as its old one, or as the commit's parent.
        const exists = (await git.refs()).has(update.name);
        const oldObjectId = exists ? update.oldObjectId : ZERO_ID;
        const parent = update.oldObjectId === ZERO_ID ? commit.parents?.[0] : update.oldObjectId;
        if (parent !== undefined && !(await git.commit(parent))) throw staleReference(update.name);
        const { id, release } = await createCommit(git, {
          ...(parent === undefined ? {} : { parent }),
          message: commit.comment,
          author: commit.author ?? { name: request.identity.displayName, email: mailOf(request.identity) },
          date: simulation.clock.now(),
          changes: await fileChanges(git, parent, commit.changes),
        });
        const change = { name: update.name, oldObjectId, newObjectId: id };
        const { statuses, pushId } = await moveRefs(simulation, repository, request.identity, [change], [release]);
        if (statuses[0] === 'invalidRefName') throw badRequest(`TF401035: The ref name ${update.name} is not valid.`);
        if (statuses[0] === 'rejectedByPolicy') {
          throw new AzureDevOpsError(403, 'GitRefUpdateRejectedByPolicyException', PUSH_REFUSED);
        }
        const push = simulation.state.pushes.find((each) => each.id === pushId);
        if (!push) throw staleReference(update.name);
        const object = await git.commit(id);
        return created({
          commits: object ? [commitInList(simulation, repository, object)] : [],
          ...pushShape(simulation, repository, push),
          refUpdates: push.refUpdates.map((each) => ({ repositoryId: repository.id, ...each })),
        });
      },
    },
    {
      method: 'GET',
      template: 'git/repositories/:repository/pushes',
      answer(request) {
        const { query } = request;
        const repository = repositoryOfRequest(simulation, request);
        const refName = query.text('searchCriteria.refName');
        const skip = query.integer('$skip') ?? 0;
        const pushes = simulation.state.pushes
          .filter((push) => push.repositoryId === repository.id)
          .filter((push) => refName === undefined || push.refUpdates.some((each) => each.name === refName))
          .reverse();
        return list(
          pushes.slice(skip, skip + (query.integer('$top') ?? 100)).map((push) => ({
            ...pushShape(simulation, repository, push),
            ...(query.flag('searchCriteria.includeRefUpdates') ? { refUpdates: push.refUpdates } : {}),
          })),
        );
      },
    },
  ];
}

function pushShape(simulation: Simulation, repository: Repository, push: Push): Record<string, unknown> {
  return {
    repository: repositoryReference(simulation, repository),
    pushedBy: identityRefById(simulation, push.pushedById),
    pushId: push.id,
    date: push.date,
    url: `${repositoryUrl(simulation, repository)}/pushes/${push.id}`,
  };
}

const staleReference = (name: string): AzureDevOpsError =>
  new AzureDevOpsError(
    409,
    'GitReferenceStaleException',
    `TF401028: The reference '${name}' has already been updated by another client, so you cannot update it. Please try again.`,
  );

async function fileChanges(
  git: GitRepository,
  parent: string | undefined,
  changes: readonly Change[],
): Promise<FileChange[]> {
  const answer: FileChange[] = [];
  for (const change of changes) {
    const path = change.item.path.replace(/^\/+/, '');
    const existing = parent === undefined ? undefined : await git.entryAt(parent, change.sourceServerItem ?? path);
    if (change.changeType !== 'add' && !existing) {
      throw badRequest(
        `TF401174: The item '/${path}' could not be found in the repository.`,
        'GitItemNotFoundException',
      );
    }
    if (change.changeType === 'add' && existing) {
      throw badRequest(`TF401025: The path '/${path}' exists already.`, 'GitInvalidChangeException');
    }
    if (change.changeType === 'delete') answer.push({ kind: 'delete', path });
    if (change.changeType === 'rename') {
      answer.push({ kind: 'rename', from: (change.sourceServerItem ?? '').replace(/^\/+/, ''), to: path });
    }
    if (change.newContent && change.changeType !== 'delete') {
      const encoding = change.newContent.contentType === 'base64encoded' ? 'base64' : 'utf8';
      const content = Buffer.from(change.newContent.content, encoding);
      answer.push({ kind: 'write', path, content, ...(existing?.type === 'blob' ? { mode: existing.mode } : {}) });
    }
  }
  return answer;
}
