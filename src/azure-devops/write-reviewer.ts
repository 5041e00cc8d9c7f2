import { z } from 'zod';

import { Failure } from '../core/failures';
import type { PullRequestKey } from '../core/snapshot';

import { guid, listOf, placeOf } from './answers';
import { ask, unexpectedAnswer, type Door } from './door';

const reviewers = listOf(z.object({ id: guid, isRequired: z.boolean().nullish() }));
const wrote = { wrote: true };

/**
 * Adds a person or a group as a reviewer, by the one request that only adds: another, which takes an id in its URL, also
 * sets votes, and might take away the one that somebody has given meanwhile. One at a time: only then does the service tell
 * in a thread who it was.
 */
export async function addReviewer(
  door: Door,
  key: PullRequestKey,
  { id, isRequired }: { id: string; isRequired: boolean },
): Promise<void> {
  const doing = `add the reviewer ${id} to ${placeOf(key)} in ${door.base}`;
  if (!guid.safeParse(id).success) {
    throw new Failure({ kind: 'unexpected', message: `Portcullis did not ${doing}: that is no id.` });
  }
  const added = await asked(doing, () =>
    door.git.createPullRequestReviewers(one({ id, isRequired }), key.repositoryId, key.pullRequestId),
  );
  const found = added.find((reviewer) => reviewer.id === id.toLowerCase());
  if (!found) throw unexpectedAnswer(doing, 'a list without it', wrote);
  if (isRequired && found.isRequired !== true) throw unexpectedAnswer(doing, 'an optional one', wrote);
}

/** The documents and node-api have no `isRequired` here; Microsoft's own command line sends it. */
function one(reviewer: { id: string; isRequired: boolean }): { id: string }[] {
  return [reviewer];
}

async function asked(doing: string, add: () => Promise<unknown>): Promise<z.output<typeof reviewers>> {
  try {
    return await ask(doing, reviewers, add, wrote);
  } catch (error) {
    // The same PAT has just read the pull request: what is refused here is the scope, and nothing else of it is.
    if (!(error instanceof Failure) || error.kind !== 'credentialRefused') throw error;
    throw new Failure({
      kind: 'permissionMissing',
      message:
        `Portcullis could not ${doing}: the PAT may not. ` +
        'Give it the scope Code (Read & write), or let the settings add no reviewers.',
      remedy: 'needs PAT scope Code (Read & write)',
    });
  }
}
