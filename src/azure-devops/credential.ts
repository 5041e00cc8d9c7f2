import { BearerCredentialHandler } from 'azure-devops-node-api/handlers/bearertoken';
import { PersonalAccessTokenCredentialHandler } from 'azure-devops-node-api/handlers/personalaccesstoken';

import { patForms } from '../core/pat';

interface Refusable {
  /** What whoever holds the credential does when it is refused, as a clause. */
  renewal?: string;
}

export type Credential =
  | ({ kind: 'pat'; pat: string } & Refusable)
  /** An Entra access token of the resource Azure DevOps: of a person or a service, good for about an hour. */
  | ({ kind: 'bearer'; token: string } & Refusable);

/** What puts the credential into every request, and into none that goes to another host. */
export function credentialHandler(
  credential: Credential,
): BearerCredentialHandler | PersonalAccessTokenCredentialHandler {
  return credential.kind === 'pat'
    ? new PersonalAccessTokenCredentialHandler(credential.pat, false)
    : new BearerCredentialHandler(credential.token, false);
}

/** Every form in which the credential might stand in an answer. */
export function secretForms(credential: Credential): string[] {
  return credential.kind === 'bearer' ? [credential.token] : patForms(credential.pat);
}

/** What went wrong and what to do, after "Azure DevOps refused ". */
export function refusalText(credential: Credential, how: string, scope: string): string {
  return credential.kind === 'pat'
    ? `the PAT (${how}). It has expired, was revoked, belongs to another organization, or lacks the scope ${scope}: ` +
        `${credential.renewal ?? 'make a new one and give it to portcullis pat rotate'}.`
    : `the Entra token (${how}). It has ended, or its account is no member of this organization or belongs to another ` +
        `tenant: ${credential.renewal ?? 'add the account to the organization'}.`;
}
