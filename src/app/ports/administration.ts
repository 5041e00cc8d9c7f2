import type { ConnectionSight } from '../../core/connection-sight';

import type { ConnectionNetwork, DoorCredential } from './connections';

/** Looks at an organization or a collection as whoever has the credential; writes nothing. Throws `Failure` where it cannot even try. */
export type LookAtConnection = (wanted: {
  /** The organization's or collection's base URL. */
  url: string;
  network: ConnectionNetwork;
  credential: DoorCredential;
  /** A repository that is to be read, too. */
  repository?: { project: string; name: string } | undefined;
  /** A project, by name or id, in which a repository is to be seen. */
  project?: string | undefined;
  /** Whether service hook subscriptions are to be counted. */
  subscriptions: boolean;
}) => Promise<ConnectionSight>;
