import { count } from '../../core/phrase';
import type { QueueSight, RecordedDeadLetter } from '../ports';

import type { Finding } from './look-at-part';

const SLOW_MINUTES = 5;
const STUCK_MINUTES = 30;
const DAY_MS = 86_400_000;
/** Longer ago, whoever looks after Portcullis has seen them, and the sweep has judged what they were about. */
const RECENT_DAYS = 7;

/** Whether messages go through. */
export function queueFindings({ due, oldestDueAt, dead, isWhole }: QueueSight, now: Date): Finding[] {
  const waiting = `${isWhole ? '' : 'more than '}${count(due, 'message')}`;
  const minutes = oldestDueAt ? Math.floor((now.getTime() - oldestDueAt.getTime()) / 60_000) : 0;
  const held: Finding[] =
    dead === 0
      ? []
      : [
          {
            check: 'dead-letters',
            state: 'warning',
            message: `${count(dead, 'message')} in the dead-letter queue ${dead === 1 ? 'is' : 'are'} not recorded yet.`,
            help: 'They go within a minute; if not, look in Application Insights for the function record-dead-letters.',
          },
        ];
  if (minutes < SLOW_MINUTES) {
    return [
      {
        state: 'ok',
        message: due === 0 ? 'Nothing waits in the queue.' : `The queue is worked on; it holds ${waiting}.`,
      },
      ...held,
    ];
  }
  return [
    {
      state: minutes < STUCK_MINUTES ? 'warning' : 'broken',
      message: `The oldest of ${waiting} in the queue has waited for ${count(minutes, 'minute')}.`,
      help: 'Look in Application Insights for the function work-queue: whether it runs, and what it says. Much work at once takes time, too.',
    },
    ...held,
  ];
}

/** @param most how many were asked for */
export function deadLetterFindings(letters: readonly RecordedDeadLetter[], most: number, now: Date): Finding[] {
  const [newest] = letters;
  if (!newest) return [{ state: 'ok', message: 'There are no dead letters.' }];
  const total = `${letters.length < most ? '' : 'at least '}${count(letters.length, 'dead letter')}`;
  const there = letters.length === 1 ? 'There is' : 'There are';
  const what = newest.key ? `pull request ${newest.key.pullRequestId}` : 'a message';
  const last = `the newest at ${newest.recordedAt.toISOString()}, of ${what} (reference ${newest.reference}, ${newest.reason})`;
  const recent = letters.filter(({ recordedAt }) => now.getTime() - recordedAt.getTime() < RECENT_DAYS * DAY_MS);
  if (recent.length === 0) return [{ state: 'ok', message: `${there} ${total}, ${last}.` }];
  return [
    {
      state: 'warning',
      message: `${there} ${total}, ${recent.length} of the last ${RECENT_DAYS} days, ${last}.`,
      help: 'portcullis dead-letters list says which of them were judged since; portcullis dead-letters replay has the others judged again, drop removes them.',
    },
  ];
}
