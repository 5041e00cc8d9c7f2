/** What somebody may do in a connection; each may do what the ones before it may. */
export type Role = 'reader' | 'project-admin' | 'admin';

/** What an administrator gave somebody in one connection; each subject has at most one there. */
export interface Grant {
  connectionId: string;
  subject: {
    /** The object id in Entra, lower case, of the person, the group or the application. */
    id: string;
    kind: 'person' | 'group' | 'application';
    /** For people to read; never compared. */
    name: string;
  };
  role: Role;
  /** Of a project-admin: of which projects; empty for the other roles. */
  projects: { id: string; name: string }[];
  grantedBy: string;
  grantedAt: Date;
}

export interface Grants {
  /** Of one connection, or of all; by connection and subject. One that cannot be read gives nobody anything. */
  list(connectionId?: string): Promise<Grant[]>;
  /** In place of the one that the subject has. */
  save(grant: Omit<Grant, 'grantedAt'>): Promise<void>;
  /** False when there was none. */
  remove(connectionId: string, subjectId: string): Promise<boolean>;
}
