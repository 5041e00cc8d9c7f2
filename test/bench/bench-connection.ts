import type { Connection } from '../../src/app/ports';

import { CONNECTION_ID, ORGANIZATION_ID } from './payload';

/** The connection that every hook of the benchmark is for. */
export const benchConnection: Connection = {
  id: CONNECTION_ID,
  name: 'contoso',
  kind: 'services',
  url: 'https://dev.azure.com/contoso',
  organizationIds: [ORGANIZATION_ID],
  identities: [],
  broken: null,
  description: '',
  labels: [],
  credential: { kind: 'pat', expiresOn: null },
  projectPats: [],
  state: 'connected',
  publicUrl: null,
  expiryWarnings: [],
  refusedWrites: [],
  network: { proxy: null, caCertificates: null },
  apiVersion: null,
};
