import { z } from 'zod';

import { Failure } from '../core/failures';
import type { PullRequestKey } from '../core/snapshot';

import { guid, listOf, placeOf } from './answers';
import { ask, unexpectedAnswer, type Door } from './door';

const reviewer = z.object({ id: guid, isRequired: z.boolean().nullish() });
const wrote = { wrote: true };

/**
 * Adds a person or a group as a reviewer, one at a time: only then does the service tell in a thread who it was. An optional
 * one by the request that only adds. A required one takes the request that also sets votes; so it is sent only while there is
 * no such reviewer, as it would take away a vote that was given meanwhile.
 */
export async function addReviewer(
  door: Door,
  key: PullRequestKey,
  { id, isRequired }: { id: string; isRequired: boolean },
): Promise<void> {
  const doing = `add the reviewer ${id} to ${placeOf(key)} in ${door.base}`;
  // node-api leaves an empty id out of the URL: a request would then mean the whole list.
  if (!guid.safeParse(id).success) {
    throw new Failure({ kind: 'unexpected', message: `Portcullis did not ${doing}: that is no id.` });
  }
  const [repositoryId, number] = [key.repositoryId, key.pullRequestId] as const;
  if (!isRequired) {
    const added = await asked(doing, listOf(reviewer), () =>
      door.git.createPullRequestReviewers([{ id }], repositoryId, number),
    );
    if (!added.some((each) => each.id === id.toLowerCase())) throw unexpectedAnswer(doing, 'a list without it', wrote);
    return;
  }
  if (await isReviewer(door, key, id)) return;
  const added = await asked(doing, reviewer, () =>
    door.git.createPullRequestReviewer({ vote: 0, isRequired }, repositoryId, number, id),
  );
  if (added.id !== id.toLowerCase()) throw unexpectedAnswer(doing, `reviewer ${added.id}`, wrote);
  if (added.isRequired !== true) throw unexpectedAnswer(doing, 'an optional one', wrote);
}

async function isReviewer(door: Door, key: PullRequestKey, id: string): Promise<boolean> {
  const doing = `look whether ${id} reviews ${placeOf(key)} in ${door.base}`;
  try {
    await ask(doing, reviewer, () => door.git.getPullRequestReviewer(key.repositoryId, key.pullRequestId, id));
    return true;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'notFound') return false;
    throw error;
  }
}

async function asked<Shape extends z.ZodType>(
  doing: string,
  shape: Shape,
  add: () => Promise<unknown>,
): Promise<z.output<Shape>> {
  try {
    return await ask(doing, shape, add, wrote);
  } catch (error) {
    // The same PAT has just read the pull request: what is refused here is the scope, and nothing else of it is.
    if (!(error instanceof Failure) || error.kind !== 'credentialRefused') throw error;
    throw new Failure({
      kind: 'permissionMissing',
      message:
        `Portcullis could not ${doing}: the PAT may not. ` +
        'Give it the scope Code (Read & write), or let the settings add no reviewers.',
      remedy: 'needs PAT scope Code (Read & write)',
      lacksScope: true,
    });
  }
}
