/** A secret of a connection, and what Key Vault has of it. */
export interface KeptSecret {
  name: string;
  /** `deleted`: it can still be recovered, and its name is taken. */
  state: 'stands' | 'deleted';
  /** When the vault purges a deleted one by itself; null where it does not say, and for one that stands. */
  purgedOn: Date | null;
}

/** All secrets of a connection: its PATs, and the passwords of its hooks. */
export interface KeptSecrets {
  /** By name. */
  list(connectionId: string): Promise<KeptSecret[]>;
  /**
   * Deletes them, and purges them where the vault lets us; nothing happens to what is gone already.
   *
   * @returns those that the vault keeps as deleted, as it does not let us
   */
  remove(connectionId: string): Promise<KeptSecret[]>;
}

/** Everything in tables that is about one connection, but for its own row and the audit log. */
export interface KeptRows {
  /** How many there are by table; a table without any is left out. */
  count(connectionId: string): Promise<Record<string, number>>;
  /**
   * Deletes them, as far as time allows.
   *
   * @param keptOperationId the operation that does this, whose row stays
   */
  remove(
    connectionId: string,
    options: { isTimeLeft: () => boolean; keptOperationId?: string },
  ): Promise<{ removed: number; isWhole: boolean }>;
}

/** Messages of a connection that wait in the queue. */
export interface KeptMessages {
  /** Those that are due later, and those that are next: these are done with in a moment. */
  count(connectionId: string): Promise<{ scheduled: number; waiting: number }>;
  /**
   * Cancels those that are due later.
   *
   * @param keptOperationId the operation that does this, which goes on by them
   * @returns how many were cancelled
   */
  cancel(connectionId: string, keptOperationId: string): Promise<number>;
}
