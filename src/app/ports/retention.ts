/** Of what old rows are deleted by their age alone. */
export type Aging = 'audit' | 'deadLetters' | 'operations' | 'ledger';

export interface OldRows {
  /**
   * Deletes what was done with before then, as far as time allows: audit entries and dead letters by when they were
   * written, operations by when they ended, a pull request's rows by the newest of them.
   */
  remove(
    aging: Aging,
    before: Date,
    options: { isTimeLeft: () => boolean },
  ): Promise<{ removed: number; isWhole: boolean }>;
}

export interface Orphans {
  /**
   * Connections that do not exist although there are rows of them, and since when that is so; it is noted by this, and
   * forgotten again for one that exists after all.
   */
  list(): Promise<{ connectionId: string; since: Date }[]>;
}
