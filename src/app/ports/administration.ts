import type { ConnectionSight } from '../../core/connection-sight';

import type { DoorCredential } from './connections';

/** What an organization or collection needs to be told once, with an admin's credential. */
export interface AzureDevOpsAdministration {
  readProjects(): Promise<{ id: string; name: string }[]>;
  /** Creates the subscriptions that are missing, mends those whose URL or password differ; returns how many changed. */
  ensureServiceHooks(options: {
    projectId: string;
    url: string;
    userName: string;
    password: string;
    eventTypes: readonly string[];
  }): Promise<{ created: number; updated: number; unchanged: number }>;
}

/** Looks at an organization or a collection as whoever has the credential; writes nothing. Throws `Failure` where it cannot even try. */
export type LookAtConnection = (wanted: {
  /** The organization's or collection's base URL. */
  url: string;
  credential: DoorCredential;
  /** A repository that is to be read, too. */
  repository?: { project: string; name: string } | undefined;
  /** Whether service hook subscriptions are to be counted. */
  subscriptions: boolean;
}) => Promise<ConnectionSight>;
