import { Failure } from '../core/failures';

import { vaultFailure, type VaultCaller } from './secret-client';

const HOST = 'contoso.vault.azure.net';
const refused = (statusCode: number, code: string) =>
  Object.assign(new Error('canary-pat'), { statusCode, details: { error: { code: 'x', innerError: { code } } } });

test.each<[VaultCaller, unknown, RegExp]>([
  ['person', refused(403, 'ForbiddenByRbac'), /you need the role Key Vault Secrets Officer.*nextCommands/],
  ['person', refused(403, 'AccessDenied'), /you need the role Key Vault Secrets Officer/],
  ['person', refused(403, 'ForbiddenByFirewall'), /its firewall does not let you in from here/],
  ['person', refused(403, 'ForbiddenByConnection'), /its firewall does not let you in from here/],
  ['person', refused(401, 'Unauthorized'), /az login to the tenant that this vault belongs to/],
  ['person', new Error('getaddrinfo ENOTFOUND'), /it does not answer: look at the name contoso\.vault\.azure\.net/],
  ['person', refused(503, 'x'), /call this again later/],
  ['app', refused(403, 'ForbiddenByRbac'), /give this identity the role Key Vault Secrets User/],
  ['app', refused(403, 'ForbiddenByFirewall'), /its firewall does not let Portcullis in/],
  ['app', refused(409, 'x'), /recover or purge it first/],
  ['app', new Error('x'), /it is tried again later/],
])('a %s is told what to do: %#', (caller, error, says) => {
  const { message, kind } = vaultFailure(error, 'pat-con', HOST, caller);
  expect({ message, kind }).toEqual({ message: expect.stringMatching(says), kind: 'unavailable' });
  expect(message).not.toMatch(/canary/);
});

test('what a sign-in says stays as it is', () => {
  const nobody = new Failure({ kind: 'credentialRefused', message: 'Nobody is signed in.' });
  expect(vaultFailure(nobody, 'pat-con', HOST, 'person')).toBe(nobody);
});
