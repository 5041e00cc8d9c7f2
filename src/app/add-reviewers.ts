import { toFailure } from '../core/failures';
import type { GateOutcome } from '../core/evaluate';
import { planReviewers } from '../core/plan-reviewers';
import type { PullRequestKey } from '../core/snapshot';

import type { AzureDevOps } from './ports';
import type { Standing } from './standing';

/** Somebody who was not added, and why, as a sentence. */
export interface Unadded {
  name: string;
  reason: string;
}

interface Request {
  azureDevOps: Pick<AzureDevOps, 'readPersonId' | 'addReviewer'>;
  key: PullRequestKey;
  outcomes: readonly GateOutcome[];
  standing: Standing;
  /** Called before the first write: throws when somebody else judges the pull request by now, or there is a newer push. */
  fence: () => Promise<unknown>;
}

/**
 * Adds the reviewers whom gates want. Each once: who was a reviewer before, as the service's threads tell, was taken off by
 * somebody, and stays away. What is refused changes no verdict; it is told, and tried again with the next evaluation.
 */
export async function addMissingReviewers(request: Request): Promise<{ writes: number; unadded: Unadded[] }> {
  const { azureDevOps, key, outcomes, standing, fence } = request;
  const wanted = planReviewers(outcomes);
  const unadded: Unadded[] = [];
  let writes = 0;
  // Without the threads nobody knows who was there before.
  if (standing.tooLarge === 'comments') return { writes, unadded };
  const told = new Set(standing.threads.flatMap(({ reviewers }) => reviewers ?? []));
  for (const { id: knownId, uniqueName = '', name, isRequired } of wanted) {
    try {
      const id = knownId ?? (await azureDevOps.readPersonId(uniqueName));
      if (told.has(id)) continue;
      if (writes === 0) await fence();
      writes += 1;
      await azureDevOps.addReviewer(key, { id, isRequired });
    } catch (error) {
      const failure = toFailure(error);
      if (failure.kind === 'superseded' || failure.kind === 'credentialRefused') throw failure;
      unadded.push({ name, reason: failure.message });
      // The account may not, or the service is busy: for the others it would end the same way.
      if (failure.kind !== 'notFound' && failure.kind !== 'unexpected') break;
    }
  }
  return { writes, unadded };
}
