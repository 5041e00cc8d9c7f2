import { findCommands } from '../../core/commands';
import { Failure, isTransient } from '../../core/failures';
import { THREAD_KIND } from '../../core/plan-threads';
import { createSlots } from '../../core/slots';
import type { PullRequestKey } from '../../core/snapshot';
import type { AzureDevOps, Thread } from '../ports';

/** The rate limit is shared with everybody who works there. */
const AT_ONCE = 4;
const MOST_REASONS = 5;

export interface ClosedThreads {
  closed: number;
  /** Why threads of some pull requests could not be closed: the first few reasons. */
  refused: string[];
  /** All up to this number were looked at, and none above it. */
  through: number;
  isWhole: boolean;
}

type Door = Pick<AzureDevOps, 'readThreads' | 'updateThreadStatus'>;

/** Asks with the credential that is good for the pull request's project. */
type Ask<Key> = (key: Key, use: (door: Door) => Promise<void>) => Promise<void>;

/**
 * Closes what would keep active pull requests waiting where comments have to be resolved, and what nobody is going to
 * answer any more: our own threads, and those that people began with nothing but a command to us. A thread in which we only
 * answered is its author's.
 *
 * @param keys by ascending number
 */
export async function closeThreads<Key extends PullRequestKey>(
  ask: Ask<Key>,
  keys: readonly Key[],
  ours: ReadonlySet<string>,
  isTimeLeft: () => boolean,
): Promise<ClosedThreads> {
  const result: ClosedThreads = { closed: 0, refused: [], through: 0, isWhole: true };
  const slots = createSlots(AT_ONCE);
  const closeOne = async (key: Key): Promise<void> => {
    if (!result.isWhole || !isTimeLeft()) {
      result.isWhole = false;
      return;
    }
    try {
      await ask(key, async (door) => {
        for (const { id } of threadsToClose(await door.readThreads(key), ours)) {
          await door.updateThreadStatus(key, id, 'closed');
          result.closed += 1;
        }
      });
    } catch (error) {
      if (!(error instanceof Failure) || isTransient(error) || error.kind === 'credentialRefused') throw error;
      // One that is gone waits for nothing.
      if (error.kind !== 'notFound' && result.refused.length < MOST_REASONS) result.refused.push(error.message);
    }
    result.through = Math.max(result.through, key.pullRequestId);
  };
  await Promise.all(keys.map((key) => slots.run(() => closeOne(key))));
  return result;
}

/** Those that are open and ours, or ask nothing but us. */
export function threadsToClose(threads: readonly Thread[], ours: ReadonlySet<string>): Thread[] {
  const commented = threads.map(({ comments, ...thread }) => ({
    ...thread,
    comments: comments.map(({ author, ...comment }) => ({ ...comment, authorId: author.id })),
  }));
  const commands = findCommands(commented, ours).filter(({ isWholeThread }) => isWholeThread);
  const asked = new Set(commands.map(({ threadId }) => threadId));
  return threads.filter(
    (thread) =>
      !thread.isDeleted &&
      (thread.status === 'active' || thread.status === 'pending') &&
      (asked.has(thread.id) || isOurs(thread, ours)),
  );
}

/** By its mark and by who began it: either alone can be anybody's. */
function isOurs({ properties, comments: [first] }: Thread, ours: ReadonlySet<string>): boolean {
  return properties[THREAD_KIND] !== undefined && first !== undefined && ours.has(first.author.id);
}
