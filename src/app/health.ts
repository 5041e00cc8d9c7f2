import { toFailure } from '../core/failures';

import type { Clock, Connections, Log, QueueHealth, Secrets } from './ports';

export type HealthPart = 'tables' | 'key-vault' | 'queue-send' | 'queue-receive';

export interface PartHealth {
  part: HealthPart;
  /** `late`: no answer in time. Why it failed is in the log, and portcullis doctor tells it. */
  state: 'ok' | 'failed' | 'late';
  milliseconds: number;
}

/** Whether what Portcullis depends on answers. Never a word of what it answered. */
export type ReadHealth = () => Promise<PartHealth[]>;

interface Dependencies {
  connections: Pick<Connections, 'list'>;
  secrets: Pick<Secrets, 'readHookSecrets'>;
  queueHealth: Pick<QueueHealth, 'reach'>;
  clock: Clock;
  log: Log;
}

/** Whoever asks waits, and may ask from a monitor that gives up early. */
const PART_SECONDS = 5;
/** Within these, everybody is told the same: the services are not asked more often, whoever floods. */
const KEPT_MS = 5_000;
/** No connection is called so: what counts is that the vault answers, past every cache. */
const NOBODY = 'health';

export function createReadHealth(
  { connections, secrets, queueHealth, clock, log }: Dependencies,
  seconds = PART_SECONDS,
): ReadHealth {
  const parts: Record<HealthPart, () => Promise<unknown>> = {
    tables: () => connections.list(),
    'key-vault': () => secrets.readHookSecrets(NOBODY, { fresh: true }),
    'queue-send': () => queueHealth.reach('send'),
    'queue-receive': () => queueHealth.reach('receive'),
  };

  const look = async (part: HealthPart): Promise<PartHealth> => {
    const began = clock.now().getTime();
    const told = (state: PartHealth['state']): PartHealth => ({
      part,
      state,
      milliseconds: clock.now().getTime() - began,
    });
    try {
      return told((await inTime(parts[part](), seconds)) ? 'ok' : 'late');
    } catch (error) {
      log.warn('Something that Portcullis depends on does not answer as it should', {
        part,
        reason: toFailure(error).message,
      });
      return told('failed');
    }
  };

  let kept: { at: number; parts: Promise<PartHealth[]> } | undefined;
  return () => {
    const now = clock.now().getTime();
    if (!kept || now - kept.at >= KEPT_MS) {
      kept = {
        at: now,
        parts: Promise.all([look('tables'), look('key-vault'), look('queue-send'), look('queue-receive')]),
      };
    }
    return kept.parts;
  };
}

/** False when it took longer; what comes of it then is nobody's. */
async function inTime(work: Promise<unknown>, seconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, seconds * 1_000);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
