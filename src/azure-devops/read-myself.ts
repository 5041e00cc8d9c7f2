import { z } from 'zod';

import { Failure, toFailure } from '../core/failures';
import type { Identity } from '../core/snapshot';

import { guid, text, unwrap } from './answers';
import { ANONYMOUS_ID } from './classify-failure';
import { ask, type Door } from './door';

const connectionData = z.object({
  authenticatedUser: z.object({
    id: guid,
    providerDisplayName: text,
    customDisplayName: text,
    subjectDescriptor: text,
    properties: z.record(z.string(), z.unknown()).nullish(),
  }),
  instanceId: guid,
  deploymentId: guid.nullish(),
});

/**
 * The identity behind the credential, and the ids by which hooks name this organization. A hook's collection id is the
 * instance id; its account id is not told here, so one match of several is all that can be asked for.
 */
export async function readMyself(
  door: Door,
): Promise<{ identity: Identity; organizationIds: string[]; pictureUrl: string }> {
  const { authenticatedUser: me, ...ids } = await ask(
    `read the account behind the PAT of ${door.base}`,
    connectionData,
    () => door.locations.getConnectionData(),
  );
  if (me.id === ANONYMOUS_ID) {
    throw new Failure({
      kind: 'credentialRefused',
      message:
        `Azure DevOps takes the PAT for ${door.base} for nobody's: it has expired, was revoked, or belongs to another ` +
        'organization. Make a new one and give it to portcullis pat rotate.',
    });
  }
  const account = unwrap(me.properties?.['Account']);
  return {
    identity: {
      id: me.id,
      displayName: me.customDisplayName || me.providerDisplayName,
      uniqueName: typeof account === 'string' && account !== '' ? account : me.subjectDescriptor,
    },
    // It stands in no answer about oneself; with every comment it is at this address.
    pictureUrl: me.subjectDescriptor
      ? `${door.base}/_apis/GraphProfile/MemberAvatars/${encodeURIComponent(me.subjectDescriptor)}`
      : `${door.base}/_api/_common/identityImage?id=${me.id}`,
    organizationIds: [...new Set([ids.instanceId, ...(ids.deploymentId ? [ids.deploymentId] : [])])],
  };
}

/**
 * What a refusal of a route means whose scope nothing else needs: that the PAT lacks it. Any other failure is thrown, and
 * what is wrong with a PAT that is good for nothing.
 */
export async function missingScope(door: Door, refusal: unknown, scope: string, message: string): Promise<Failure> {
  const { kind } = toFailure(refusal);
  if (kind !== 'credentialRefused' && kind !== 'permissionMissing') throw refusal;
  await readMyself(door);
  return new Failure({ kind: 'permissionMissing', message, remedy: `needs PAT scope ${scope}` });
}
