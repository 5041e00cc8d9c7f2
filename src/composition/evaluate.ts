import { evaluateOnce, type EvaluatedOnce, type EvaluateOnceRequest } from '../app/evaluate-once';
import type { Log } from '../app/ports';
import { connectAzureDevOps } from '../azure-devops/connect';

import { systemClock } from './clock';
import { personalCredential } from './personal-credential';
import { personalNetwork } from './personal-network';

const READING = 'Code (Read) and Work Items (Read)';
const PUBLISHING = 'Code (Read), Code (Status), Pull Request Threads (Read & write) and Work Items (Read)';

/** Evaluates one pull request with the credential of whoever calls. Throws `Failure` when that is not possible. */
export async function evaluate(request: EvaluateOnceRequest, log: Log): Promise<EvaluatedOnce> {
  const { base: url } = request.address;
  const credential = await personalCredential(url, request.publish ? PUBLISHING : READING);
  const azureDevOps = connectAzureDevOps({ url, network: personalNetwork(url), credential, log });
  try {
    return await evaluateOnce(azureDevOps, systemClock, request);
  } finally {
    azureDevOps.dispose();
  }
}
