import { queueCompletion } from './complete-pull-request';
import { identityById } from './identities';
import { repositoryById } from './lookups';
import { queuePreviewMerge } from './preview-merge';
import { headOf, sourceMoved } from './pull-request-updates';
import type { Simulation } from './simulation';

/** After a restart: what was pushed, or was about to be merged when the process ended, is made up for. */
export async function catchUp(simulation: Simulation): Promise<void> {
  const { state } = simulation;
  for (const pullRequest of state.pullRequests) {
    if (pullRequest.status !== 'active') continue;
    const source = repositoryById(state, pullRequest.sourceRepositoryId);
    const head = await headOf(simulation, source, pullRequest.sourceRefName);
    if (head !== undefined && head !== pullRequest.lastMergeSourceCommit) {
      await sourceMoved(simulation, pullRequest, identityById(state, pullRequest.createdById), head);
    } else if (pullRequest.mergeStatus !== 'queued') continue;
    else if (pullRequest.completionRequestedById === undefined) queuePreviewMerge(simulation, pullRequest);
    else queueCompletion(simulation, pullRequest, identityById(state, pullRequest.completionRequestedById));
  }
}
