/** How far an operation has come. */
export interface Progress {
  done: number;
  /** Null while nobody knows. */
  total: number | null;
  /** What it is at, for people: `reading the projects`. */
  doing: string;
}

/** An administrator's long work: done in slices by the queue, so that it goes on after a crash and can be watched. */
export interface Operation {
  id: string;
  connectionId: string;
  /** Which work it is: `hooks-sync`. */
  kind: string;
  /** What was asked for, as JSON. Never a secret. */
  request: unknown;
  by: { id: string; name: string };
  state: 'queued' | 'running' | 'succeeded' | 'failed';
  /** How many slices are done. */
  step: number;
  /** How many times the present slice was tried in vain, as a service was busy or down. */
  attempts: number;
  /** Where the next slice begins, as JSON; undefined before the first. Never a secret. */
  cursor: unknown;
  progress: Progress;
  /** What came of it, as JSON, once it has succeeded. */
  result: unknown;
  /** Why it failed, or what it waits for at present, as a sentence. */
  trouble: string | null;
  createdAt: Date;
  changedAt: Date;
  /** When its next slice is due. */
  dueAt: Date;
}

/** An operation as it stands, with what it takes to write over it. */
export type StoredOperation = Operation & { etag: string };

export interface Operations {
  /** Keeps a new one; the oldest of those that have ended go. */
  add(operation: Operation): Promise<void>;
  find(connectionId: string, id: string): Promise<StoredOperation | undefined>;
  /** Newest first. */
  list(connectionId: string): Promise<StoredOperation[]>;
  /** Replaces it; false when somebody else has changed it since it was read, or it is gone. */
  replace(operation: StoredOperation): Promise<boolean>;
  /** All of a connection that goes. */
  removeAll(connectionId: string): Promise<void>;
}
