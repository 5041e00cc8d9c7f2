import { z } from 'zod';

import { installInStages } from '../../src/app/policy-stages';
import { administerPolicies } from '../../src/azure-devops/policy-administration';
import { startShop } from '../azure-devops-shop';
import { judgingShop } from '../support/judging-shop';

import { atMost, shown, type Section } from './report';

const PULL_REQUESTS = 2_000;
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const requests = z.array(z.object({ method: z.string(), url: z.string(), identity: z.string().nullable() }));

/** What Azure DevOps is asked while a policy is installed for a project in which two thousand pull requests are open. */
export async function measurePolicyInstall(): Promise<Section> {
  const shop = await startShop();
  const administration = administerPolicies({ url: shop.url, credential: { kind: 'pat', pat: 'admin-pat' }, log });
  try {
    await shop.control('POST', 'organization', { gitProjects: 1, pullRequests: PULL_REQUESTS });
    const { id: projectId } = await administration.readProject('Shop');
    const judged = (): Promise<void> => Promise.resolve();
    const { identity, judge } = await judgingShop({ shop, projectId, isForReal: () => false, judged });
    await shop.control('DELETE', 'requests');
    const report = await installInStages({
      administration,
      request: {
        address: { kind: 'services', base: shop.url, project: 'Shop', repository: undefined, pullRequestId: undefined },
        branches: [],
        allRepositories: false,
      },
      identityId: identity.id,
      agree: () => Promise.resolve(true),
      judge,
      tell: () => undefined,
    });
    if (report?.isFine !== true) throw new Error(`The policy does not block: ${report?.lines.join(' ') ?? ''}`);
    const all = requests.parse(await shop.control('GET', 'requests')).filter(({ method }) => method !== 'OPTIONS');
    const own = all.filter(({ identity: who }) => who === 'admin');
    const lists = all.filter(({ identity: who, method }) => who === 'bot' && method === 'GET');
    const each = own.filter(({ url }) => /\/pullRequests\/\d+\//i.test(url));
    return {
      title: `A policy for a project with ${PULL_REQUESTS.toLocaleString('en-US')} open pull requests, by counts`,
      how: 'Counted in the simulator’s log. Verdicts come from a stand-in that posts as the account of Portcullis; what judging takes is counted by the part verdict.',
      figures: [
        atMost(
          'requests for each open pull request: statuses before, statuses and iterations after',
          each.length / PULL_REQUESTS,
          3,
          '',
          2,
        ),
        atMost('other requests of the administrator', own.length - each.length, 100, ''),
        shown('lists that were read while judging was waited for', lists.length),
      ],
    };
  } finally {
    administration.dispose();
    await shop.stop();
  }
}
