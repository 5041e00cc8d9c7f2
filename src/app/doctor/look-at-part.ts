import type { DoctorCheck, DoctorLine, DoctorPlace } from '../../core/doctor-line';
import { Failure, toFailure } from '../../core/failures';
import type { Log } from '../ports';

/** What a part finds out, without saying where: that it knows by itself. */
export type Finding = Omit<DoctorLine, 'where' | 'check'> & { check?: DoctorCheck; project?: string };

export interface Part {
  check: DoctorCheck;
  where: DoctorPlace;
  /** What it looks at, after "It could not be learnt", with its full stop. */
  asks: string;
  /** That it cannot be reached is what the part is there to find out. */
  isAccess?: true;
  look: () => Promise<readonly Finding[]>;
}

/** Somebody waits: a part that takes longer is told as one that could not be looked at. */
export const PART_SECONDS = 20;

/** The lines of a part, whatever becomes of it: one that fails or takes too long is a line, and hides no other. */
export async function lookAtPart(
  { check, where, asks, isAccess, look }: Part,
  log: Pick<Log, 'error'>,
  seconds = PART_SECONDS,
): Promise<DoctorLine[]> {
  try {
    const findings = await inTime(look(), seconds);
    return findings.map(({ project, ...finding }) => ({
      check,
      ...finding,
      where: project === undefined ? where : { ...where, project },
    }));
  } catch (error) {
    const reason = reasonOf(error, seconds);
    if (!(error instanceof Failure) && !(error instanceof TookTooLong))
      log.error('A part of doctor failed', { check, reason: toFailure(error).message });
    if (isAccess) return [{ check, state: 'broken', message: reason, help: ACCESS_HELP, where }];
    return [{ check, state: 'warning', message: `It could not be learnt ${asks} ${reason}`, where, isUnknown: true }];
  }
}

const ACCESS_HELP =
  'Look whether it is up, and whether the identity of the deployment has the roles that infra/ gives it.';

class TookTooLong extends Error {}

function reasonOf(error: unknown, seconds: number): string {
  if (error instanceof TookTooLong) return `It took longer than ${seconds} s.`;
  return error instanceof Failure ? error.message : 'Something went wrong in Portcullis; its log says what.';
}

async function inTime<T>(work: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new TookTooLong());
    }, seconds * 1_000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
