import type { Identity, PullRequestKey, Slices } from '../../core/snapshot';

import type { Connection } from '../ports';

/** Identities of the people and accounts that tests are played with. */
export const bot: Identity = {
  id: 'b0700000-0000-4000-8000-000000000001',
  displayName: 'Portcullis',
  uniqueName: 'portcullis@contoso.example',
};
export const author: Identity = {
  id: 'a0700000-0000-4000-8000-000000000002',
  displayName: 'Ada Author',
  uniqueName: 'ada@contoso.example',
};
export const mallory: Identity = {
  id: 'e0700000-0000-4000-8000-000000000003',
  displayName: 'Mallory',
  uniqueName: 'mallory@contoso.example',
};

export const organizationId = 'c0700000-0000-4000-8000-000000000004';

export const connection: Connection = {
  id: 'con-contoso',
  name: 'contoso',
  kind: 'services',
  url: 'https://dev.azure.example/contoso',
  organizationIds: [organizationId],
  identities: [bot],
};

export const key: PullRequestKey = {
  connectionId: connection.id,
  repositoryId: '3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f',
  pullRequestId: 7,
};

/** 40 hexadecimal digits that differ for different numbers. */
export function commit(number: number): string {
  return number.toString(16).padStart(8, '0').repeat(5);
}

/** An ordinary pull request, with which the default gates are content. */
export function ordinarySlices(): Slices {
  return {
    details: {
      id: key.pullRequestId,
      title: 'feat: add a voucher field to the basket',
      description: 'Customers ask for vouchers at the till; the basket gets a field for them.',
      status: 'active',
      isDraft: false,
      sourceBranch: 'refs/heads/vouchers',
      targetBranch: 'refs/heads/main',
      author,
      supportsIterations: true,
      isFork: false,
      project: { id: 'd0700000-0000-4000-8000-000000000005', name: 'Shop' },
      repository: { id: key.repositoryId, name: 'web' },
      webUrl: 'https://dev.azure.example/contoso/Shop/_git/web/pullrequest/7',
    },
    iteration: {
      id: 1,
      sourceCommit: commit(1),
      targetCommit: commit(0),
      commonCommit: commit(0),
      hasMultipleMergeBases: false,
    },
    changes: [{ path: '/src/basket.ts', kinds: ['edit'], objectId: commit(11), originalObjectId: commit(10) }],
    lineCounts: [{ path: '/src/basket.ts', additions: 12, deletions: 3 }],
    workItems: [{ id: 12, type: 'User Story', state: 'Active', title: 'Vouchers' }],
  };
}
