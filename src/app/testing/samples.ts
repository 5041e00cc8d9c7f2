import type { Identity, PullRequestKey } from '../../core/snapshot';

import type { Connection } from '../ports';

/** The account that the gate posts as; the pull request's author is in gates/testing. */
export const bot: Identity = {
  id: 'b0700000-0000-4000-8000-000000000001',
  displayName: 'Portcullis',
  uniqueName: 'portcullis@contoso.example',
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
  broken: null,
  description: '',
  labels: [],
  credential: { kind: 'pat', expiresOn: new Date('2027-09-01T00:00:00Z') },
  projectPats: [],
  state: 'connected',
  publicUrl: 'https://gate.example',
  expiryWarnings: [],
  refusedWrites: [],
  network: { proxy: null, caCertificates: null },
  apiVersion: null,
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
