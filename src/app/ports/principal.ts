/** Who asks, as far as a sign-in proved it. What they may do is another question (app/access.ts). */
export interface Principal {
  /** The object id in Entra, lower case; of the local administrator, `local`. */
  id: string;
  /** For people to read; never compared. */
  name: string;
  kind: 'local' | 'person' | 'application';
}

/** A principal with what its sign-in says of it. */
export interface SignedIn extends Principal {
  /** The app role `admin`, or the local token: administrator of the whole deployment. */
  isAdmin: boolean;
  /** Object ids of Entra groups, lower case. */
  groups: readonly string[];
  /** In so many groups that Entra left them out: what was granted to a group does not count for them. */
  areGroupsMissing: boolean;
}

/**
 * The claims of an access token of Entra, once its signature, issuer, audience and time are proven; undefined when it
 * proves nothing. Throws `unavailable` when the keys of Entra cannot be had.
 */
export type VerifyEntraToken = (token: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
