import type { TokenCredential } from '@azure/identity';

/**
 * The deployment's identity in Azure: the user-assigned identity with this client id, or, without one, whatever
 * `DefaultAzureCredential` finds (the CLI's sign-in of an admin). The library is loaded with the first token, so that
 * the local environment, which needs none, never pays for it.
 */
export function azureCredential(options: { clientId?: string }): TokenCredential {
  let credential: Promise<TokenCredential> | undefined;
  return {
    getToken: async (scopes, tokenOptions) => {
      credential ??= loadCredential(options.clientId);
      return (await credential).getToken(scopes, tokenOptions);
    },
  };
}

async function loadCredential(clientId: string | undefined): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  return clientId === undefined ? new DefaultAzureCredential() : new ManagedIdentityCredential({ clientId });
}
