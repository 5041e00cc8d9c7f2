import { z } from 'zod';

import { Failure } from '../core/failures';
import type { PullRequestKey } from '../core/snapshot';

import { guid, listOf, placeOf } from './answers';
import { ask, unexpectedAnswer, type Door } from './door';

const reviewers = listOf(z.object({ id: guid, isRequired: z.boolean().nullish() }));
const wrote = { wrote: true };

/**
 * Adds people and groups as reviewers, by the one request that only adds: another, which takes an id in its URL, also sets
 * votes, and might take away the one that somebody has given meanwhile.
 */
export async function addReviewers(
  door: Door,
  key: PullRequestKey,
  wanted: readonly { id: string; isRequired: boolean }[],
): Promise<void> {
  const doing = `add ${wanted.length === 1 ? 'a reviewer' : 'reviewers'} to ${placeOf(key)} in ${door.base}`;
  if (!wanted.every(({ id }) => guid.safeParse(id).success)) {
    throw new Failure({ kind: 'unexpected', message: `Portcullis did not ${doing}: one of them has no id.` });
  }
  const added = await asked(doing, () =>
    door.git.createPullRequestReviewers(
      wanted.map(({ id, isRequired }) => ({ id, isRequired })),
      key.repositoryId,
      key.pullRequestId,
    ),
  );
  for (const { id, isRequired } of wanted) {
    const found = added.find((reviewer) => reviewer.id === id.toLowerCase());
    if (!found) throw unexpectedAnswer(doing, `a list without ${id}`, wrote);
    if (isRequired && found.isRequired !== true) throw unexpectedAnswer(doing, `${id} as an optional one`, wrote);
  }
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
