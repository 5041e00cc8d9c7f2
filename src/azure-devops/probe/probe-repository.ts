import { toFailure } from '../../core/failures';
import type { ConnectOptions } from '../door';

import { questions, UNSETTLED } from './questions';
import { openRest } from './rest';
import { makeScratch } from './scratch';

export interface ProbeReport {
  url: string;
  at: string;
  answers: { name: string; asks: string; answer: string | null; reason: string | null }[];
  /** What cannot be tried so. */
  unsettled: readonly string[];
  /** What was made and could not be put away. */
  left: string[];
}

/**
 * Tries on a pull request of a scratch repository what the documents of Azure DevOps leave open, each by itself, and puts
 * away what it made. Throws `Failure` where not even the pull request can be made.
 */
export async function probeRepository(
  { credential, ...options }: Omit<ConnectOptions, 'now'> & { now: () => Date },
  gateCredential: ConnectOptions['credential'],
  place: { project: string; repository: string },
  agreement: { isAgreed: boolean },
): Promise<ProbeReport> {
  const admin = openRest({ ...options, credential });
  const gate = openRest({ ...options, credential: gateCredential });
  try {
    const scratch = await makeScratch(admin, place, agreement);
    const answers: ProbeReport['answers'] = [];
    let left: string[] = [];
    try {
      for (const { name, asks, find } of questions) {
        try {
          answers.push({ name, asks, answer: await find({ gate, admin, scratch }), reason: null });
        } catch (error) {
          answers.push({ name, asks, answer: null, reason: toFailure(error).message });
        }
      }
    } finally {
      left = await scratch.putAway();
    }
    return { url: admin.base, at: options.now().toISOString(), answers, unsettled: UNSETTLED, left };
  } finally {
    admin.dispose();
    gate.dispose();
  }
}
