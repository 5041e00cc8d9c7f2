import { localText } from './calendar';
import type { Reference, Unreadable } from './dependencies';
import { DEEPEST, MOST_IN_ALL } from './dependencies-graph';
import type { Standing } from './dependencies-standing';
import type { Fault } from './outcome';
import { code, count, quote, shorten } from './phrase';

/** What authors read about the pull requests and the time that a description waits for. */

interface Told {
  state: 'failed' | 'error' | 'pending';
  fault: Fault;
}

/** What is told of a pull request that is named; nothing of one that is completed, or that was not looked at. */
export function standingFault({ number, written }: Reference, standing: Standing, home: string): Told | undefined {
  const told = (state: Told['state'], short: string, message: string, help?: string): Told => {
    const severity = state === 'failed' ? 'high' : 'medium';
    return { state, fault: fault(severity, `${number} ${standing.kind}`, short, message, help) };
  };
  switch (standing.kind) {
    case 'open':
    case 'draft': {
      const state = standing.kind === 'draft' ? 'a draft' : 'open';
      const message = `${named(number, standing)} is ${state}.`;
      return told('pending', `!${number} ${standing.kind}`, message, ENDS);
    }
    case 'abandoned':
      return told(
        'failed',
        `!${number} abandoned`,
        `${named(number, standing)} was abandoned, so this waits for what will not come.`,
        'Reactivate that pull request, or take its line out of the description.',
      );
    case 'misplaced':
      return told(
        'failed',
        `!${number} is elsewhere`,
        `!${number} is in the repository ${quote(standing.repository)}, and not where ${quote(written)} says.`,
        `Write ${quote(`Depends-On: ${standing.repository}!${number}`)}.`,
      );
    case 'missing':
      return told(
        'failed',
        `no !${number} in this project`,
        `There is no pull request !${number} in project ${quote(home)}, as far as the account of Portcullis may see.`,
        'Correct the number; a pull request of another project is written "Depends-On: project/repository!123". If it is there, an administrator grants that account "Read" on its repository.',
      );
    case 'unknown':
      return told(
        'error',
        `no !${number} to be seen in ${shorten(standing.place, 40)}`,
        `There is no pull request !${number} in ${quote(standing.place)}, or the account of Portcullis may not see it.`,
        'Correct the line, or have an administrator grant that account "Read" on that repository.',
      );
    case 'refused':
      return told('error', `!${number} ${standing.remedy}`, standing.message);
    case 'foreign':
      return told(
        'failed',
        `!${number} is of another project`,
        `${quote(written)} is of another project; only pull requests of this one may be waited for.`,
      );
    case 'completed':
    case 'unread':
      return undefined;
  }
}

const ENDS =
  'When it is completed, the verdict follows within minutes; a comment "/gate re-run" has it looked at at once.';

function named(number: number, { title, place }: { title: string | undefined; place: string }): string {
  return title === undefined ? `!${number} in ${place}` : `!${number} ${quote(title)} in ${place}`;
}

/** @param circle pull requests that wait for each other, the first again at the end */
export function circleFault(circle: readonly number[], self: number): Fault {
  const way = circle.map((number) => `!${number}`).join(' → ');
  const what =
    circle.length === 2
      ? `${way}: this pull request waits for itself.`
      : circle.includes(self)
        ? `${way}: these pull requests wait for each other, so none of them can be completed.`
        : `${way}: these pull requests wait for each other, and this one for them.`;
  return fault('high', 'circle', `circle ${shorten(way, 60)}`, what, 'Take one of the lines out of a description.');
}

export function unreadableFault({ key, written, isElsewhere }: Unreadable): Fault {
  const short = `cannot read ${quote(shorten(written, 40))}`;
  if (isElsewhere) {
    const message = `${quote(written)} is in another organization or collection, which Portcullis does not look into.`;
    return fault('medium', `elsewhere ${written}`, short, message, 'Name pull requests of this one, or none.');
  }
  return key === 'Depends-On'
    ? fault('medium', `unreadable ${written}`, short, `${quote(written)} cannot be read as a pull request.`, DEPENDS)
    : fault('medium', `unreadable ${written}`, short, `${quote(written)} cannot be read as a time.`, MERGE);
}

const DEPENDS =
  'Write "Depends-On: !123", "Depends-On: repository!123", "Depends-On: project/repository!123" or the address of its page, with commas between several, and nothing else on the line.';
const MERGE =
  'Write "Merge-After: 2026-12-18T18:00Z", with an offset such as +01:00 in place of Z, or the day alone, which begins with its midnight in UTC.';

export function amountFault(amount: number, maximum: number): Fault {
  const short = `${amount} > ${count(maximum, 'pull request')}`;
  const message = `The description names ${count(amount, 'pull request')}; at most ${maximum} may be waited for.`;
  return fault('medium', 'maximum', short, message);
}

export const TOO_FAR = fault(
  'medium',
  'tooFar',
  `waits for more than ${MOST_IN_ALL}, or ${DEEPEST} deep`,
  `With those that they wait for in turn, these are more than ${MOST_IN_ALL} pull requests, or more than ${DEEPEST} one behind the other; that many are not looked at.`,
  'Wait for fewer, or complete some of them first.',
);

export function timeFault(time: Date): Fault {
  const text = `${localText(time, 'UTC')} UTC`;
  const message = `This waits until ${text}, as ${code('Merge-After')} says. The verdict follows by itself then.`;
  return fault('medium', 'mergeAfter', `until ${text}`, message);
}

function fault(severity: 'medium' | 'high', key: string, short: string, message: string, help?: string): Fault {
  return { short, finding: { severity, key, message, ...(help === undefined ? {} : { help }) } };
}
