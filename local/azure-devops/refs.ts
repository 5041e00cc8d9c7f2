import { z } from 'zod';
import type { GitRef } from './git-repository';
import { list, parseBody } from './http';
import { identityRef, systemIdentity, identityRefById } from './identities';
import { repositoryOfRequest } from './lookups';
import { moveRefs } from './move-refs';
import { requirePermission } from './permissions';
import { repositoryUrl } from './repository-shapes';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Repository } from './state-model';

const objectId = z
  .string()
  .regex(/^[0-9a-f]{40}$/i)
  .transform((id) => id.toLowerCase());
const updatesSchema = z.array(z.object({ name: z.string(), oldObjectId: objectId, newObjectId: objectId })).min(1);

export function refRoutes(simulation: Simulation): Route[] {
  return [
    {
      method: 'GET',
      template: 'git/repositories/:repository/refs',
      async answer(request) {
        const { query } = request;
        const repository = repositoryOfRequest(simulation, request);
        const filter = `refs/${query.text('filter') ?? ''}`;
        const contains = (query.text('filterContains') ?? '').toLowerCase();
        const after = query.text('continuationToken');
        const found = [...(await simulation.git(repository).refs()).values()].filter(
          (ref) =>
            ref.name.startsWith(filter) &&
            ref.name.toLowerCase().includes(contains) &&
            (after === undefined || ref.name > after),
        );
        const page = found.slice(0, query.integer('$top') ?? found.length);
        const last = page.at(-1);
        return {
          ...list(page.map((ref) => refShape(simulation, repository, ref, query.flag('peelTags')))),
          ...(last && page.length < found.length ? { headers: { 'x-ms-continuationtoken': last.name } } : {}),
        };
      },
    },
    {
      method: 'POST',
      template: 'git/repositories/:repository/refs',
      async answer(request) {
        const repository = repositoryOfRequest(simulation, request);
        requirePermission(simulation.state, request.identity, repository, 'contribute');
        const updates = parseBody(request, updatesSchema);
        const { statuses } = await moveRefs(simulation, repository, request.identity, updates);
        return list(
          updates.map((update, index) => ({
            repositoryId: repository.id,
            name: update.name,
            oldObjectId: update.oldObjectId,
            newObjectId: update.newObjectId,
            isLocked: false,
            updateStatus: statuses[index],
            success: statuses[index] === 'succeeded',
          })),
        );
      },
    },
  ];
}

function refShape(simulation: Simulation, repository: Repository, ref: GitRef, peel: boolean): Record<string, unknown> {
  const creation = simulation.state.pushes.find(
    (push) => push.repositoryId === repository.id && push.refUpdates.some((update) => update.name === ref.name),
  );
  return {
    name: ref.name,
    objectId: ref.objectId,
    ...(peel && ref.peeledObjectId !== undefined ? { peeledObjectId: ref.peeledObjectId } : {}),
    creator: creation
      ? identityRefById(simulation, creation.pushedById)
      : identityRef(simulation, systemIdentity(simulation.state)),
    url: `${repositoryUrl(simulation, repository)}/refs?filter=${encodeURIComponent(ref.name.replace(/^refs\//, ''))}`,
  };
}
