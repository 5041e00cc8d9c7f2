import { z } from 'zod';
import { bytesAnswer, formatOf, zipAnswer } from './content';
import { AzureDevOpsError } from './errors';
import type { GitObject } from './git-object-reader';
import { ok, parameter, parseBody } from './http';
import { repositoryOfRequest } from './lookups';
import { repositoryUrl } from './repository-shapes';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Repository } from './state-model';

export function blobRoutes(simulation: Simulation): Route[] {
  return [
    {
      method: 'GET',
      template: 'git/repositories/:repository/blobs/:sha1',
      async answer(request) {
        const repository = repositoryOfRequest(simulation, request);
        const blob = await requireBlob(simulation, repository, parameter(request, 'sha1'));
        const format = formatOf(request, 'octetStream');
        if (format !== 'json') return bytesAnswer(format, request.query.text('fileName') ?? blob.id, blob.content);
        const url = `${repositoryUrl(simulation, repository)}/blobs/${blob.id}`;
        return ok({
          objectId: blob.id,
          size: blob.content.length,
          url,
          _links: { self: { href: url }, repository: { href: repositoryUrl(simulation, repository) } },
        });
      },
    },
    {
      method: 'POST',
      template: 'git/repositories/:repository/blobs',
      async answer(request) {
        const repository = repositoryOfRequest(simulation, request);
        const files: Record<string, Uint8Array> = {};
        for (const id of parseBody(request, z.array(z.string()))) {
          const blob = await requireBlob(simulation, repository, id);
          files[blob.id] = blob.content;
        }
        return zipAnswer(request.query.text('filename') ?? 'blobs.zip', files);
      },
    },
  ];
}

/** @throws AzureDevOpsError 404 */
async function requireBlob(simulation: Simulation, repository: Repository, sha1: string): Promise<GitObject> {
  const object = /^[0-9a-f]{40}$/i.test(sha1) ? await simulation.git(repository).object(sha1.toLowerCase()) : undefined;
  if (object?.type !== 'blob') {
    throw new AzureDevOpsError(
      404,
      'GitObjectDoesNotExistException',
      `TF401177: The Git object with the id ${sha1} does not exist in the repository ${repository.name}.`,
    );
  }
  return object;
}
