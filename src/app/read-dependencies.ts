import { parseWaits } from '../core/dependencies';
import {
  DEEPEST,
  MOST_DIRECT,
  MOST_IN_ALL,
  waitsForNow,
  type Dependencies,
  type Dependency,
} from '../core/dependencies-graph';
import { toFailure } from '../core/failures';
import type { PullRequestDetails } from '../core/snapshot';

import type { AzureDevOps } from './ports';

/**
 * The pull requests that one waits for, and those that they wait for: one round trip for all that a pull request names
 * itself, one more for each further step of those that are open. Nothing is read where nothing is named.
 */
export async function readDependencies(
  { findPullRequest }: Pick<AzureDevOps, 'findPullRequest'>,
  details: PullRequestDetails,
): Promise<Dependencies> {
  const found: Dependencies = {};
  let level = numbersOf(details).slice(0, MOST_DIRECT);
  for (let depth = 1; depth <= DEEPEST && level.length > 0; depth++) {
    const room = MOST_IN_ALL - Object.keys(found).length;
    const numbers = level.slice(0, room);
    const read = await Promise.all(numbers.map((number) => readOne(findPullRequest, number)));
    numbers.forEach((number, index) => {
      const one = read[index];
      if (one) found[number] = one;
    });
    const next = read.flatMap((one) => waitsForNow(one));
    level = [...new Set(next)].filter((number) => number !== details.id && found[number] === undefined);
  }
  return found;
}

function numbersOf(details: Pick<PullRequestDetails, 'id' | 'description' | 'webUrl'>): number[] {
  const { references } = parseWaits(details);
  return [...new Set(references.map(({ number }) => number))].filter((number) => number !== details.id);
}

async function readOne(find: AzureDevOps['findPullRequest'], number: number): Promise<Dependency> {
  try {
    const details = await find(number);
    const { title, status, isDraft, project, repository } = details;
    // More than are read at all say no more than that there are too many.
    const waitsFor = numbersOf({ ...details, id: 0 }).slice(0, MOST_IN_ALL);
    return { kind: 'found', title, status, isDraft, project, repository, waitsFor };
  } catch (error) {
    const { kind, message, remedy } = toFailure(error);
    if (kind === 'notFound') return { kind: 'notFound' };
    if (kind === 'permissionMissing') return { kind: 'refused', message, remedy: remedy ?? 'may not be read' };
    throw error;
  }
}
