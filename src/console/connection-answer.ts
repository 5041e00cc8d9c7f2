import type { Connection } from '../app/ports';
import { caCertificatesIn } from '../core/ca-certificates';

/** A connection as callers see it. */
export function connectionAnswer(connection: Connection): Record<string, unknown> {
  const { expiryWarnings: _, refusedWrites: __, organizationIds: ___, ...told } = connection;
  const { identities, projectPats, network, ...shown } = told;
  return {
    ...shown,
    network: { proxy: network.proxy, caCertificates: caCertificatesIn(network.caCertificates) },
    projectPats: projectPats.map(({ projectId, projectName, expiresOn, accountId }) => ({
      projectId,
      projectName,
      expiresOn,
      accountId,
    })),
    identities: identities.map(({ id, displayName }) => ({ id, displayName })),
  };
}
