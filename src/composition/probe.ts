import type { Log } from '../app/ports';
import { probeRepository, type ProbeReport } from '../azure-devops/probe/probe-repository';

import { systemClock } from './clock';
import { personalCredential } from './personal-credential';
import { personalNetwork } from './personal-network';

export type { ProbeReport };

/**
 * Probes a scratch repository with the gate's own PAT and the credential of whoever calls; see `probeRepository`. Throws
 * `Failure`.
 */
export async function probe(
  base: string,
  place: { project: string; repository: string },
  gatePat: string,
  agreement: { isAgreed: boolean },
  log: Log,
): Promise<ProbeReport> {
  const credential = await personalCredential(base, 'Code (Read & write)');
  const options = { url: base, network: personalNetwork(base), credential, log, now: () => systemClock.now() };
  return probeRepository(options, { kind: 'pat', pat: gatePat }, place, agreement);
}
