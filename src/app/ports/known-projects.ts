/** A project that a sweep has seen. */
export interface KnownProject {
  id: string;
  /** When it turned up; null: it was there at the first sweep. */
  foundAt: Date | null;
}

/** The projects of each connection that are not new any more. */
export interface KnownProjects {
  /** Undefined until all that there were at the first sweep are noted. */
  list(connectionId: string): Promise<KnownProject[] | undefined>;
  /** Notes all that are there at first. Broken off, it is done again. */
  seed(connectionId: string, ids: readonly string[]): Promise<void>;
  /** Notes those that turned up, and forgets those that are gone; safe to repeat. */
  change(
    connectionId: string,
    change: { found: readonly string[]; foundAt: Date; gone: readonly string[] },
  ): Promise<void>;
}
